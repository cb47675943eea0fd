package panel_test

import (
	"strings"
	"testing"

	"syncproof/internal/panel"
)

func TestOddAccountsApart(t *testing.T) {
	p := shipped(t, "rest")
	titles := map[string]string{}
	for _, f := range panel.Fleets() {
		if f.Name == panel.FleetEdge {
			continue
		}
		whole, err := panel.FleetNamed(f.Name, p)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, odd := range f.Apart(p) {
			titles[odd.Name] = odd.Title
			n += len(odd.Accounts) - 3
			if again, err := panel.FleetNamed(odd.Name, p); err != nil || len(again) != len(odd.Accounts) {
				t.Errorf("%s by its name: %d accounts, %v", odd.Name, len(again), err)
			}
			if odd.Title == "" || len(odd.Title) > 200 || strings.ContainsAny(odd.Title, "\n\x1b") {
				t.Errorf("%s: the title is %q", odd.Name, odd.Title)
			}
		}
		// The profile of this test need not write flags, or dates with an offset.
		if f.Name != "flags" && f.Name != panel.FleetInstants && n != len(whole)-3 {
			t.Errorf("%s: %d odd accounts apart, %d together", f.Name, n, len(whole)-3)
		}
	}
	for name, want := range map[string]string{
		"ids-1":             `id "007"`,
		"states-over_quota": `state "over_quota"`,
		"states-active":     "an account like any other",
		"domains-5":         `domain "dotted.example."`,
		"mail-1":            "e-mail address none",
		"addresses-2":       `IPv4 none, IPv6 "2001:db8::77"`,
		"plans-1":           "plan none",
		"dates-1":           "no creation date",
		"dates-3":           "created 2024-02-29 00:00:00 +00:00",
		"duplicates-1":      `the accounts 551901 "twice1" "twice1.example" and 551901 "twice1" "twice1.example"`,
	} {
		if got := titles[name]; got != want {
			t.Errorf("%s: the title is %q, want %q", name, got, want)
		}
	}
}

func TestRepliesTellOfPagesAndChanges(t *testing.T) {
	played := panel.New(shipped(t, "rest"), panel.Fleet(1, 30), credentials())
	auth := []string{"Authorization", "Bearer " + credentials().AccessHash}
	for _, step := range []struct {
		method, target string
		page           int
		changed        bool
	}{
		{"GET", "/api/v2/accounts", 25, false},
		{"GET", "/api/v2/accounts?per_page=500", 100, false},
		{"GET", "/api/v2/accounts/1001", 0, false},
		{"POST", "/api/v2/accounts/1001/suspend", 0, true},
		{"POST", "/api/v2/accounts/1001/suspend", 0, false},
		{"POST", "/api/v2/accounts", 0, true},
		{"DELETE", "/api/v2/accounts/1001", 0, true},
		{"DELETE", "/api/v2/accounts/1001", 0, false},
	} {
		before := played.State()
		reply, err := played.Respond(t.Context(), request(step.method, step.target, "", auth...))
		if err != nil || reply.PageSize != step.page || reply.Changed != step.changed {
			t.Errorf("%s %s: pages of %d, changed %v, %v", step.method, step.target, reply.PageSize, reply.Changed, err)
		}
		if changed := played.State() != before; changed != step.changed {
			t.Errorf("%s %s: the panel says changed %v, its state %v", step.method, step.target, step.changed, changed)
		}
	}
}
