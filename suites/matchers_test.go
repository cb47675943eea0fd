package suites

import (
	"encoding/json"
	"testing"
)

// isFalsy is PHP's empty().
func TestIsFalsy(t *testing.T) {
	for name, tc := range map[string]struct {
		value any
		want  bool
	}{
		"null": {nil, true}, "no such key": {noKey{}, true}, "false": {false, true}, "true": {true, false}, "empty": {"", true}, "0": {"0", true},
		"0.0": {"0.0", false}, "a space": {" ", false}, "[]": {[]any{}, true}, "a list": {[]any{nil}, false}, "int 0": {json.Number("0"), true},
		"int 1": {json.Number("1"), false}, "float 0": {json.Number("0.0"), true},
		"float": {json.Number("0.5"), false}, "array": {map[string]any{"a": nil}, false},
	} {
		if got := isFalsy(tc.value); got != tc.want {
			t.Errorf("%s is falsy: %t", name, got)
		}
	}
}

// The messages of Gomega itself are in a PHP developer's words too.
func TestMessagesOfAMatcher(t *testing.T) {
	m := satisfyText("a long text", func(text string) bool { return len(text) > 3 })
	for _, tc := range []struct {
		value any
		want  bool
	}{{"long", true}, {"no", false}, {json.Number("12345"), false}, {nil, false}} {
		if got, err := m.Match(tc.value); got != tc.want || err != nil {
			t.Errorf("%v matches: %t, %v", tc.value, got, err)
		}
	}
	anything := satisfyText("a text", func(string) bool { return true })
	if got, _ := anything.Match(json.Number("1")); got {
		t.Error("a number is a text")
	}
	for want, got := range map[string]string{
		`want a long text, got "no" (string)`: m.FailureMessage("no"), `want anything but a long text, got "long" (string)`: m.NegatedFailureMessage("long"),
		"want a long text, got no such key": m.FailureMessage(noKey{}),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
