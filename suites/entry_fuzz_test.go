package suites_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/phpvalue"
	tt "syncproof/internal/transcript/transcripttest"
)

// FuzzEntry has every rule about the list judge whatever an entry may be, twice:
// it must end, say the same both times, and print nothing that moves a cursor.
func FuzzEntry(f *testing.F) {
	for _, seed := range []string{
		`null`, `[]`, `["a"]`, `{"uniqueIdentifier": "a", "domain": "a"}`, `{"email": "@", "username": {"$php": "bytes", "b64": "/w=="}}`,
		`{"$php": "array", "entries": [[{"$php": "bytes", "b64": "w6k="}, {"$php": "bytes"}], ["created", "-0001-01-01"], [1]]}`,
		`{"created": "9999-99-99 99:99:99", "primaryip": "((((1.1.1.1,", "status": ["\u001b"], "\u001b[2J": {"$php": "object", "class": "\u001b"}}`,
		`{"product": "&amp;<b>", "email": "noreply@", "domain": "xn--", "name": 1e99999999, "created": {"$php": "closure"}}`,
		`{"$php": "accounts", "count": 1}`, `{"uniqueIdentifier": {"a": [1e400]}}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		entry, err := phpvalue.Decode([]byte(text))
		if err != nil {
			return
		}
		recorded := listing(t, entry, tt.Account("two.example"), entry).Transcript()
		first := failures(t, recorded)
		if diff := cmp.Diff(first, failures(t, recorded)); diff != "" {
			t.Fatalf("the second time (-first +second):\n%s", diff)
		}
		for _, line := range first {
			if strings.ContainsFunc(line, unicode.IsControl) || len(line) > 4000 {
				t.Fatalf("finding %q", line)
			}
		}
		if !phpvalue.IsArray(entry) && !strings.Contains(strings.Join(first, "\n"), "ACC-01 accounts[0] ") {
			t.Fatalf("%s is no array, but ACC-01 has nothing to say: %v", text, first)
		}
	})
}
