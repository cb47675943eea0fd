package panel_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/panel"
	"syncproof/internal/schema"
)

func firstOf2024() time.Time { return time.Date(2024, 3, 5, 6, 7, 9, 0, time.UTC) }

func TestFleetsAreTheSameForTheSameSeed(t *testing.T) {
	large := panel.Fleet(9, 101)
	if diff := cmp.Diff(large[:40], panel.Fleet(9, 40)); diff != "" {
		t.Errorf("a smaller fleet is not the beginning of a larger one:\n%s", diff)
	}
	if cmp.Equal(large[:40], panel.Fleet(10, 40)) {
		t.Error("another seed makes the same accounts")
	}
	if len(panel.Fleet(1, 0)) != 0 || len(panel.Fleet(1, -1)) != 0 {
		t.Error("an empty fleet has accounts")
	}
	// Written down, so that reports of other versions can be repeated.
	a := panel.Fleet(1, 1)[0]
	got := fmt.Sprint(a.ID, a.Username, a.Domain, a.Email, a.Plans, a.IPv4, a.State, a.Created.Format(time.RFC3339))
	want := fmt.Sprint("1001", "peva0", "peva0-huhu.example", "info@peva0-huhu.example", panel.Plans()[:1], []string{"203.0.113.150"}, "active", "2024-09-12T08:50:44Z")
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestOrdinaryAccountsAreOrdinary(t *testing.T) {
	const size = 100_000
	began := time.Now()
	fleet := panel.Fleet(2, size)
	seen := map[string]bool{}
	suspended, six, aliases := 0, 0, 0
	for _, a := range fleet {
		for _, key := range []string{"id " + a.ID, "user " + a.Username, "domain " + a.Domain} {
			if seen[key] {
				t.Fatalf("%s twice", key)
			}
			seen[key] = true
		}
		if !schema.IsHost(a.Domain) || !schema.IsEmail(a.Email) || !schema.IsAddress(a.IPv4[0]) || len(a.Username) > 16 || strings.ToLower(a.Username) != a.Username {
			t.Fatalf("%+v", a)
		}
		if a.State == panel.Suspended {
			suspended++
		}
		if len(a.IPv6) > 0 {
			six++
			if !schema.IsAddress(a.IPv6[0]) {
				t.Fatalf("%+v", a)
			}
		}
		aliases += len(a.Aliases)
	}
	for what, n := range map[string]int{"suspended": suspended, "IPv6": six, "aliases": aliases} {
		if n < size/20 || n > size/2 {
			t.Errorf("%d of %d: %s", n, size, what)
		}
	}
	// Every page of the largest fleet.
	played := panel.New(shipped(t, "rest"), fleet, credentials())
	total := 0
	for page := 1; page <= size/100; page++ {
		r, err := played.Respond(context.Background(), request("GET", fmt.Sprintf("/api/v2/accounts?per_page=100&page=%d", page), "", "Authorization", "Bearer "+credentials().AccessHash))
		if err != nil || r.Status != 200 {
			t.Fatal(r.Status, err)
		}
		total += strings.Count(string(r.Body), `"login":`)
	}
	if total != size {
		t.Errorf("%d accounts in all pages", total)
	}
	if took := time.Since(began); took > 90*time.Second {
		t.Errorf("all of it took %s", took)
	}
}

func TestNamedFleets(t *testing.T) {
	p := shipped(t, "rest")
	inAll := 0
	for _, f := range panel.Fleets() {
		fleet, err := panel.FleetNamed(f.Name, p)
		if err != nil || len(fleet) < 6 || f.Title == "" {
			t.Errorf("%s: %d accounts, %v", f.Name, len(fleet), err)
		}
		again, _ := panel.FleetNamed(f.Name, p)
		if diff := cmp.Diff(fleet, again); diff != "" {
			t.Errorf("%s is not the same twice:\n%s", f.Name, diff)
		}
		switch {
		case f.Name == "words" || f.Name == "notations" || f.Name == "undated":
			// These are told apart by how they are written alone.
		case f.Name != "edge":
			inAll += len(fleet) - 3
		case len(fleet)-3 != inAll:
			t.Errorf("edge has %d odd accounts, the others have %d", len(fleet)-3, inAll)
		}
		if f.Name == "duplicates" || f.Name == "edge" {
			continue
		}
		seen := map[string]bool{}
		for _, a := range fleet {
			if seen[a.ID] {
				t.Errorf("%s: id %s twice", f.Name, a.ID)
			}
			seen[a.ID] = true
		}
	}
	edge, _ := panel.FleetNamed("edge", p)
	count := map[string]int{}
	for _, a := range edge {
		count[a.ID]++
	}
	for id, n := range count {
		if n > 2 {
			t.Errorf("%d accounts have the id %s", n, id)
		}
	}
	for name, want := range map[string]string{"Edge": `did you mean "edge"?`, "nonsense": "there are ids, states"} {
		if _, err := panel.FleetNamed(name, p); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestStatesFleetHasEveryState(t *testing.T) {
	fleet, err := panel.FleetNamed("states", shipped(t, "plesk"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range fleet[3:] {
		got = append(got, a.State)
	}
	same(t, "states", got, []string{"active", "backup", "expired", "suspended", "suspended_by_customer", "suspended_by_reseller", "quarantined"})
}
