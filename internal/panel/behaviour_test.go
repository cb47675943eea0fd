package panel_test

import (
	"fmt"
	"strings"
	"testing"

	"syncproof/internal/panel"
)

// Each behaviour shows in the pages of a list, the same for the same seed, and
// changes nothing the panel holds.
func TestBehaviours(t *testing.T) {
	type page struct {
		Data  []struct{ Login string }
		Total int
	}
	fleet := panel.Fleet(3, 7)
	names := usernames(fleet)
	want := map[string]struct {
		second []string
		totals [2]int
	}{
		"list-changes":   {names[4:7], [2]int{7, 6}},
		"ignores-pages":  {names[:3], [2]int{7, 7}},
		"total-too-high": {names[3:6], [2]int{8, 8}},
		"total-too-low":  {names[3:6], [2]int{6, 6}},
	}
	if len(want) != len(panel.Behaviours()) {
		t.Errorf("%d behaviours are tested of %d", len(want), len(panel.Behaviours()))
	}
	for _, b := range panel.Behaviours() {
		t.Run(b.Name, func(t *testing.T) {
			c := start(t, shipped(t, "rest"), fleet)
			before := c.panel.State()
			if err := c.panel.Behave(b.Name, 5); err != nil {
				t.Fatal(err)
			}
			ask := func(n int) page {
				return decode[page](t, c.want(200, "GET", fmt.Sprintf("/api/v2/accounts?per_page=3&page=%d", n), "", "Authorization", "Bearer "+credentials().AccessHash))
			}
			for range 2 {
				first, second := ask(1), ask(2)
				var got []string
				for _, a := range second.Data {
					got = append(got, a.Login)
				}
				same(t, "second page", got, want[b.Name].second)
				if totals := [2]int{first.Total, second.Total}; totals != want[b.Name].totals {
					t.Errorf("got the totals %v, want %v", totals, want[b.Name].totals)
				}
			}
			if c.panel.State() != before || len(c.panel.Accounts()) != 7 {
				t.Error("the accounts of the panel changed")
			}
		})
	}
	p := panel.New(shipped(t, "rest"), fleet, credentials())
	for name, want := range map[string]string{"list-change": `did you mean "list-changes"?`, "nonsense": "there are list-changes, ignores-pages"} {
		if err := p.Behave(name, 1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
