package panel_test

import (
	"errors"
	"strings"
	"testing"

	"syncproof/internal/panel"
)

// A profile cut at any byte, or with any byte lost, is read or refused at a
// place.
func TestCutProfilesAreReadOrRefused(t *testing.T) {
	for n := range len(small) {
		for _, text := range []string{small[:n], small[:n] + small[n+1:]} {
			_, err := panel.Read("p.yaml", []byte(text))
			var problem *panel.Error
			if err != nil && (!errors.As(err, &problem) || problem.Message == "") {
				t.Fatalf("at %d: %T %v", n, err, err)
			}
		}
	}
}

// Templates reach nothing but the accounts and the request: no file, variable,
// program or address, and no method of a value.
func TestTemplatesReachNothing(t *testing.T) {
	refusal := func(body string) error {
		profile := strings.Replace(small, `{"total": {{.total}}, `, body+`{"total": {{.total}}, `, 1)
		_, err := panel.Read("p.yaml", []byte(profile))
		return err
	}
	if err := refusal(""); err != nil {
		t.Fatal(err)
	}
	for _, body := range []string{
		`{{file "/etc/passwd"}}`, `{{readFile "/etc/passwd"}}`, `{{include "/etc/passwd"}}`, `{{template "/etc/passwd"}}`, `{{env "PATH"}}`, `{{getenv "PATH"}}`,
		`{{exec "id"}}`, `{{http "http://127.0.0.1/"}}`, `{{define "x"}}{{template "x"}}{{end}}{{template "x"}}`, `{{block "x" .}}{{template "x" .}}{{end}}`,
		`{{regexReplace "(a+)+$" "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!" ""}}`, `{{repeat 1000000000 "x"}}`,
	} {
		if refusal(body) == nil {
			t.Errorf("%s is allowed", body)
		}
	}
}

// A part that uses itself, or one that comes to use it, would never end.
func TestPartsCannotGoRound(t *testing.T) {
	for name, parts := range map[string]string{
		"itself":      `  a: '{{template "a" .}}'`,
		"each other":  "  a: '{{template \"b\" .}}'\n  b: '{{template \"a\" .}}'",
		"in a branch": `  a: '{{if .account.id}}x{{else}}{{with .account}}{{range .ips}}{{template "a" .}}{{end}}{{end}}{{end}}'`,
		"the route":   "  a: '{{template \"routes\" .}}'",
	} {
		t.Run(name, func(t *testing.T) {
			profile := strings.Replace(small, "auth:\n", "parts:\n"+parts+"\nauth:\n", 1)
			_, err := panel.Read("p.yaml", []byte(profile))
			if err == nil || !strings.Contains(err.Error(), "a part can use only those that stand before it") {
				t.Errorf("got %v", err)
			}
		})
	}
}
