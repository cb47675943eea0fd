package config_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/config"
	"syncproof/internal/contract"
)

func mailWaiver() contract.Waiver {
	return contract.Waiver{
		Rule: "MAIL-01", Scope: contract.ScopeRule, Owner: "jane@example.com", Reason: "the panel's API has no e-mail: it can't",
		Expires: "2027-01-31", Messages: []string{`accounts[0].email: want an address, got "" (string)`},
	}
}

const mailEntry = `  - rule: MAIL-01
    owner: jane@example.com
    reason: 'the panel''s API has no e-mail: it can''t'
    expires: 2027-01-31
    message: 'accounts[0].email: want an address, got "" (string)'
`

// The rest of the file stays as it was, to the byte.
func TestAddWaiver(t *testing.T) {
	const first = "waivers: # agreed in March\n  # the old one\n  - rule: META-02\n    owner: joe\n    reason: |\n      two\n      # not a comment\n    expires: 2027-01-31\n"
	tests := []struct{ name, text, want string }{
		{"no file", "", "waivers:\n" + mailEntry},
		{"only comments", "# nothing yet\n", "# nothing yet\n\nwaivers:\n" + mailEntry},
		{"no list", "target: x   # ours\n\n# the end\n", "target: x   # ours\n\n# the end\n\nwaivers:\n" + mailEntry},
		{"no line end", "target: x", "target: x\n\nwaivers:\n" + mailEntry},
		{"a list at the end", first, first + mailEntry},
		{"a list in the middle", first + "    # still the entry\n\n# what follows\ntarget: x\n",
			first + "    # still the entry\n" + mailEntry + "\n# what follows\ntarget: x\n"},
		{"a list at the margin", "waivers:\n- rule: META-02\n  owner: joe\n  reason: x\n  expires: 2027-01-31\n# next\ntarget: x\n",
			"waivers:\n- rule: META-02\n  owner: joe\n  reason: x\n  expires: 2027-01-31\n" + strings.ReplaceAll("\n"+mailEntry, "\n  ", "\n")[1:] + "# next\ntarget: x\n"},
		{"line ends of Windows", "target: x\r\n# ü\r\n", strings.ReplaceAll("target: x\n# ü\n\nwaivers:\n"+mailEntry, "\n", "\r\n")},
		{"a byte order mark", "\xEF\xBB\xBFtarget: x\n", "\xEF\xBB\xBFtarget: x\n\nwaivers:\n" + mailEntry},
		{"text of several lines at the end", "php: |+\n  php\n\n  -n\n", "php: |+\n  php\n\n  -n\nwaivers:\n" + mailEntry},
		{"an entry in braces", "waivers:\n  - {rule: META-02, owner: joe, reason: x, expires: 2027-01-31}\n",
			"waivers:\n  - {rule: META-02, owner: joe, reason: x, expires: 2027-01-31}\n" + mailEntry},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			got, err := config.AddWaiver("syncproof.yaml", []byte(tc.text), mailWaiver())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, string(got)); diff != "" {
				t.Errorf("file differs (-want +got):\n%s", diff)
			}
		})
	}
}

// What cannot be added to without rewriting it is left alone.
func TestAddWaiverRefusesForms(t *testing.T) {
	for name, text := range map[string]string{
		"all in braces":    "{target: x}\n",
		"a list in braces": "waivers: [{rule: META-02, owner: joe, reason: x, expires: 2027-01-31}]\n",
		"an empty list":    "waivers: []\n",
		"a document's end": "target: x\n...\n",
	} {
		t.Run(name, func(t *testing.T) {
			got, err := config.AddWaiver("syncproof.yaml", []byte(text), mailWaiver())
			if !errors.Is(err, config.ErrForm) {
				t.Errorf("got %q and %v", got, err)
			}
		})
	}
	if _, err := config.AddWaiver("syncproof.yaml", []byte("target: [\n"), mailWaiver()); err == nil || !strings.HasPrefix(err.Error(), "syncproof.yaml:") {
		t.Errorf("a file that is no YAML: %v", err)
	}
}

// Whatever a valid file looks like, it says the same afterwards and one waiver
// more, or it is refused.
func FuzzAddWaiver(f *testing.F) {
	for _, seed := range []string{"", "target: x\n", "waivers:\n- rule: META-02\n  owner: a\n  reason: b\n  expires: 2027-01-31\n", "a: |\n b\n", "...", "--- \n", "\r\n#\r\n"} {
		f.Add([]byte(seed), "reason")
	}
	f.Fuzz(func(t *testing.T, raw []byte, reason string) {
		w := mailWaiver()
		w.Reason = reason
		amended, err := config.AddWaiver("f.yaml", raw, w)
		if err != nil {
			return
		}
		again, err := config.AddWaiver("f.yaml", amended, w)
		if err != nil {
			t.Fatalf("a second one cannot be added: %v\n%s", err, amended)
		}
		if len(again) <= len(amended) {
			t.Errorf("nothing was added:\n%s", again)
		}
	})
}
