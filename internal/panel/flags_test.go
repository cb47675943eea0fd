package panel

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"syncproof/internal/transcript"
	"syncproof/internal/upstream"
)

const flagged = `panel: Flags
states: {active: on, suspended: off}
auth: none
errors: {}
routes:
  - name: list
    path: /
    list: {paging: none}
    reply:
      body: '{{range .accounts}}{{flag "N" "Y" .suspended}}/{{flag_text "n" "y" .suspended}}/{{date "Y-m-d H:i P" .created}}/{{date "Y-m-d H:i" .created}}/{{.password}} {{end}}'
`

func shown(t *testing.T, p *Profile, fleet ...Account) string {
	t.Helper()
	reply, err := New(p, fleet, Credentials{}).Respond(context.Background(), upstream.Request{Method: "GET", Target: "/", Header: http.Header{}})
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(reply.Body))
}

// All accounts of a panel have their flags written in one way, and dates that tell
// their offset keep it.
func TestSpellings(t *testing.T) {
	p, err := Read("flags.yaml", []byte(flagged))
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2021, 1, 16, 0, 30, 0, 0, time.FixedZone("", 7200))
	for spelling, want := range map[string]string{
		"": "N/n Y/y", "number": "0/0 1/1", "digit": `"0"/0 "1"/1`, "bool": "false/false true/true", "word": `"no"/no "yes"/yes`, "null": "null/ 1/1",
	} {
		const dates = "/2021-01-16 00:30 +02:00/2021-01-15 22:30/"
		flags := strings.Fields(want)
		wanted := flags[0] + dates + transcript.PlantedPassword("1") + " " + flags[1] + dates + transcript.PlantedPassword("2")
		got := shown(t, p, Account{ID: "1", State: Active, Created: &at}, Account{ID: "2", State: Suspended, Created: &at, Flags: spelling})
		if got != wanted {
			t.Errorf("%s: %s, want %s", spelling, got, wanted)
		}
	}
	var names []string
	for _, f := range Fleets() {
		for _, odd := range f.Apart(p) {
			if f.suits != nil {
				names = append(names, odd.Name)
			}
		}
	}
	if got := strings.Join(names, " "); got != "flags-number flags-digit flags-bool flags-word flags-null instants-1 instants-2 instants-3 instants-4" {
		t.Errorf("played apart: %s", got)
	}
	plain, err := Read("plain.yaml", []byte(strings.NewReplacer(`{{flag "N" "Y" .suspended}}`, "", `{{flag_text "n" "y" .suspended}}`, "", " P", `\\P`, "/{{.password}}", "").Replace(flagged)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range Fleets() {
		if f.suits != nil && len(f.Apart(plain)) > 0 {
			t.Errorf("%s are played though the profile shows none", f.Name)
		}
	}
}
