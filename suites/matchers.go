package suites

import (
	"strings"

	"syncproof/internal/phpvalue"
)

// matcher is a Gomega matcher that speaks to a PHP developer: it says what it
// wants and how the value it got reads in PHP.
type matcher struct {
	want string
	ok   func(actual any) bool
	got  func(actual any) string
}

// satisfy is the matcher that wants what the words say.
func satisfy(want string, ok func(actual any) bool) matcher {
	return matcher{want: want, ok: ok, got: phpvalue.Show}
}

// satisfyText is satisfy for values that must be PHP strings of valid UTF-8.
func satisfyText(want string, ok func(text string) bool) matcher {
	return satisfy(want, func(actual any) bool {
		text, isText := actual.(string)
		return isText && ok(text)
	})
}

// showing replaces how the value that was got is shown.
func (m matcher) showing(got func(actual any) string) matcher {
	m.got = got
	return m
}

// Match implements Gomega's matcher.
func (m matcher) Match(actual any) (bool, error) { return m.ok(actual), nil }

// FailureMessage implements Gomega's matcher.
func (m matcher) FailureMessage(actual any) string {
	return "want " + m.want + ", got " + m.Got(actual)
}

// NegatedFailureMessage implements Gomega's matcher.
func (m matcher) NegatedFailureMessage(actual any) string {
	return "want anything but " + m.want + ", got " + m.Got(actual)
}

// Want is what the value should have been.
func (m matcher) Want() string { return m.want }

// Got is what it was.
func (m matcher) Got(actual any) string {
	if _, gone := actual.(noKey); gone {
		return "no such key"
	}
	return m.got(actual)
}

// noKey stands for the value of a key that is not there; PHP's null is nil.
type noKey struct{}

// lookup returns the value of a key, or noKey.
func lookup(array map[string]any, key string) any {
	if v, ok := array[key]; ok {
		return v
	}
	return noKey{}
}

// isMissing reports whether lookup found no such key.
func isMissing(v any) bool {
	_, gone := v.(noKey)
	return gone
}

// beFilledText wants a string with something other than white space in it.
func beFilledText() matcher {
	return satisfyText("a string that is not empty", func(text string) bool { return strings.TrimSpace(text) != "" })
}

// equal wants the same PHP value: type, value and keys. A missing key only
// equals another one.
func equal(value any) matcher {
	return satisfy(showOrMissing(value), func(actual any) bool { return phpvalue.Equal(value, actual) })
}

func showOrMissing(v any) string {
	if isMissing(v) {
		return "no such key"
	}
	return phpvalue.Show(v)
}

// isFalsy reports whether PHP's empty() holds for the value, a missing key
// included.
func isFalsy(v any) bool {
	switch t := v.(type) {
	case nil, noKey:
		return true
	case bool:
		return !t
	case string:
		return t == "" || t == "0"
	case []any:
		return len(t) == 0
	}
	if n, ok := number(v); ok {
		return n == 0
	}
	return false
}
