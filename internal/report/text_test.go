package report

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func TestVisible(t *testing.T) {
	for in, want := range map[string]string{
		"plain text, ümlaut, 漢字, 😀": "plain text, ümlaut, 漢字, 😀",
		"a\nb\r\nc\td":              `a\nb\r\nc\td`,
		"\x1b[31m":                  `\u{001B}[31m`,
		"\x00\x7f":                  `\u{0000}\u{007F}`,
		"\u009b31m":                 `\u{009B}31m`,
		"caf\xe9\xff":               `caf\xE9\xFF`,
		"\uFFFD\uFFFE\uFFFF":        "\uFFFD" + `\u{FFFE}\u{FFFF}`,
		"\u202Eabc\u2066":           `\u{202E}abc\u{2066}`,
		"a\u200Bb\u200Dc\uFEFF":     `a\u{200B}b\u{200D}c\u{FEFF}`,
		"a\u00A0b\u3000c\u2028d":    `a\u{00A0}b\u{3000}c\u{2028}d`,
		"\u3164\u115F\uFFA0\u2800":  `\u{3164}\u{115F}\u{FFA0}\u{2800}`,
		"a\uFE0F\u034F\U000E0041":   `a\u{FE0F}\u{034F}\u{E0041}`,
		"\xed\xa0\x80":              `\xED\xA0\x80`,
		`already \u{001B} escaped`:  `already \u{001B} escaped`,
	} {
		if got := visible(in); got != want {
			t.Errorf("visible(%q) is %q, want %q", in, got, want)
		}
	}
	if got := visibleLines("a\nb\tc\x1b"); got != "a\nb\\tc\\u{001B}" {
		t.Errorf("got %q", got)
	}
}

func TestClip(t *testing.T) {
	for _, tt := range []struct {
		in   string
		n    int
		want string
	}{
		{"", 3, ""}, {"abc", 3, "abc"}, {"abcd", 3, "abc… (4 bytes in all)"},
		{"äöü", 3, "äöü"}, {"äöüß", 3, "äöü… (8 bytes in all)"}, {"\xff\xff\xff", 2, "\xff\xff… (3 bytes in all)"},
	} {
		if got := clip(tt.in, tt.n); got != tt.want {
			t.Errorf("clip(%q, %d) is %q, want %q", tt.in, tt.n, got, tt.want)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, tt := range []struct {
		text         string
		first, width int
		want         []string
	}{
		{"", 10, 10, []string{""}},
		{"one two three", 20, 20, []string{"one two three"}},
		{"one two three", 7, 7, []string{"one two", "three"}},
		{"one two three", 3, 13, []string{"one", "two three"}},
		{"one two three", 2, 13, []string{"", "one two three"}},
		{"abcdefghij", 4, 4, []string{"abcd", "efgh", "ij"}},
		{"ab cdefghij k", 4, 4, []string{"ab", "cdef", "ghij", "k"}},
		{"a  b", 10, 10, []string{"a  b"}},
		{"aaaa    b", 5, 5, []string{"aaaa ", "  b"}},
		{"漢字漢字", 4, 4, []string{"漢字", "漢字"}},
		{"漢字", 1, 1, []string{"漢", "字"}},
		{"x", 0, -3, []string{"", "x"}},
	} {
		if got := wrap(tt.text, tt.first, tt.width); !slices.Equal(got, tt.want) {
			t.Errorf("wrap(%q, %d, %d) is %q, want %q", tt.text, tt.first, tt.width, got, tt.want)
		}
	}
}

// No line is wider than asked for, save those that are copied from the screen.
func TestTerminalKeepsToItsWidth(t *testing.T) {
	copied := func(line string) bool {
		for _, mark := range []string{"again ", "evidence ", "EVIDENCE ", "https://"} {
			if strings.Contains(line, mark) {
				return true
			}
		}
		return false
	}
	for _, s := range samples() {
		for _, width := range []int{40, 60, 80, 100, 200} {
			for _, verbose := range []bool{false, true} {
				out := terminalBytes(t, s, TerminalOptions{Width: width, Verbose: verbose})
				for _, line := range strings.Split(string(out), "\n") {
					if w := ansi.StringWidth(line); w > width && !copied(line) {
						t.Errorf("%s: %d columns wide at width %d: %q", s.name, w, width, line)
					}
				}
			}
		}
	}
}
