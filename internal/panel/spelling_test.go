package panel_test

import (
	"strings"
	"testing"

	"syncproof/internal/panel"
)

// Odd spellings stand in the replies as they are, with their types.
func TestOddSpellings(t *testing.T) {
	for _, tc := range []struct {
		profile, fleet, target, key string
		want                        []string
	}{
		{
			"rest", "words", "/api/v2/accounts", `"state": `,
			[]string{`"active"`, `"ACTIVE"`, `"active"`, `" active"`, `"suspended"`, `"SUSPENDED"`, `"suspended"`, `" suspended"`},
		},
		{
			"rest", "notations", "/api/v2/accounts", `"created_at": `,
			[]string{
				`"1621290600"`, `"1621290600000"`, `"2021-05-17T22:30:00Z"`, `"2021-05-18T00:30:00+02:00"`, `"2021-05-17T14:30:00-08:00"`,
				`"2021-05-17T22:30:00.000000Z"`, `"Tue, 18 May 2021 00:30:00 +0200"`, `"2021-05-17 22:30:00"`, `"2021-05-17"`,
				`null`, `"0"`, `"0000-00-00 00:00:00"`, `"0000-00-00"`, `"2021-02-30"`, `"yesterday-ish"`, `"n/a"`, `"-1"`,
			},
		},
	} {
		t.Run(tc.profile+" "+tc.fleet, func(t *testing.T) {
			p := shipped(t, tc.profile)
			fleet, err := panel.FleetNamed(tc.fleet, p)
			if err != nil {
				t.Fatal(err)
			}
			odd := fleet[3:]
			// The order in which the fleet has them, whatever the list is sorted by.
			for i := range odd {
				c := start(t, p, odd[i:i+1])
				auth := map[string]string{"whm": "whm sync-operator:", "rest": "Bearer "}[tc.profile] + credentials().AccessHash
				_, rest, found := strings.Cut(c.want(200, "GET", tc.target, "", "Authorization", auth), tc.key)
				if !found || i >= len(tc.want) {
					t.Fatalf("%d odd accounts, want %d", len(odd), len(tc.want))
				}
				if got := rest[:min(len(tc.want[i]), len(rest))]; got != tc.want[i] {
					t.Errorf("account %d: got %s, want %s", i+1, got, tc.want[i])
				}
			}
			if len(odd) != len(tc.want) {
				t.Errorf("%d odd accounts, want %d", len(odd), len(tc.want))
			}
		})
	}
}
