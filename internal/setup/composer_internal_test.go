package setup

import (
	"strings"
	"testing"
)

func TestVersionsThatFitAConstraint(t *testing.T) {
	tests := map[string]string{
		"":                 "8.1 8.2 8.3",
		"*":                "7.4 8.0 8.1 8.2 8.3 8.4 8.5",
		">=7.4":            "7.4 8.0 8.1 8.2 8.3 8.4 8.5",
		">= 8.1, < 8.4":    "8.1 8.2 8.3",
		">=8.1 <8.4.2":     "8.1 8.2 8.3 8.4",
		"^8.2":             "8.2 8.3 8.4 8.5",
		"~8.2":             "8.2 8.3 8.4 8.5",
		"~8.2.5":           "8.2",
		"^7.2 || ^8.3":     "7.4 8.3 8.4 8.5",
		"7.4.*|8.1.*":      "7.4 8.1",
		"8.*":              "8.0 8.1 8.2 8.3 8.4 8.5",
		"8.1 - 8.2":        "8.1 8.2",
		"7.4 - 8":          "7.4 8.0 8.1 8.2 8.3 8.4 8.5",
		">8.3 !=8.4":       "8.5",
		"<=8.0":            "7.4 8.0",
		"8.3":              "8.3",
		"dev-main":         "8.1 8.2 8.3",
		"^5.6":             "8.1 8.2 8.3",
		">=8.1,,,":         "8.1 8.2 8.3 8.4 8.5",
		"99999999999999.1": "8.1 8.2 8.3",
	}
	for constraint, want := range tests {
		if got := strings.Join(versions(constraint), " "); got != want {
			t.Errorf("%q fits %s, want %s", constraint, got, want)
		}
	}
}

func FuzzConstraint(f *testing.F) {
	f.Add("^8.1 || ~7.4.0")
	f.Add(">= 8.1, <8.4 - x")
	f.Fuzz(func(t *testing.T, constraint string) {
		if len(versions(constraint)) == 0 {
			t.Errorf("%q fits nothing and nothing is assumed", constraint)
		}
	})
}

func TestWhoHostsARepository(t *testing.T) {
	tests := map[string]string{
		"git@github.com:acme/x.git":                  GitHub,
		"https://user:pw@gitlab.acme.example/x.git":  GitLab,
		"ssh://git@bitbucket.org:22/acme/github.git": Bitbucket,
		"https://git.example.com/github/x.git":       "",
		"../local":                                   "",
	}
	for address, want := range tests {
		config := []byte("[core]\n\tbare = false\n[remote \"origin\"]\n\turl = " + address + "\n")
		if got := host(config); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}
