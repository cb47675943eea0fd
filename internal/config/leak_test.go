package config

import (
	"strings"
	"testing"
)

// A file that holds secrets where it must not is shown in messages only so far
// that none of them appears, also when one more slip in typing hides what the
// line was meant to be.
func TestMessagesNeverShowSecrets(t *testing.T) {
	const file = "server:\n  hostname: h\n  password: canary\n  accesshash: |\n    canary\n    canary\n" +
		"endpoint: {token: canary}\npasword: canary\ntarget: http://u:canary@h\n"
	message := func(text string) string {
		root, err := parse("f.yaml", []byte(text))
		if err != nil {
			return err.Error()
		}
		if root == nil {
			return ""
		}
		if _, err := Default().apply(root, ""); err != nil {
			return err.Error()
		}
		return ""
	}
	seen := 0
	try := func(what, text string) {
		got := message(text)
		if got == "" {
			t.Errorf("%s: no error for\n%s", what, text)
		}
		if strings.Contains(got, "canary") {
			t.Errorf("%s: shown by\n%s\nof\n%s", what, got, text)
		}
		seen++
	}
	try("as it is", file)
	for i := range len(file) {
		if strings.Contains("canary", file[i:i+1]) {
			continue // the secret itself would be another one
		}
		try("without a character", file[:i]+file[i+1:])
		for _, slip := range []string{"\n", " ", ":", "#", `"`, "["} {
			try("with another character", file[:i]+slip+file[i+1:])
			try("with one character more", file[:i]+slip+file[i:])
		}
	}
	if seen < 1000 {
		t.Errorf("only %d slips were tried", seen)
	}
}
