package transcript

import (
	"bytes"
	"testing"
	"unicode/utf8"
)

func FuzzBytes(f *testing.F) {
	for _, seed := range []string{
		"", `"`, "abcdefg\"", "abcdefgh\"", "abcdefg\x1f", "\x1f2345678", "a<345678", "1234567>9", `\2345678`, "&2345678",
		"\x00\x01\x02\x03\x04\x05\x06\x07\x08", "ä2345678", "1234567ä", "!#[]=?%'\x7f", "\x80\xff\xa2\xdc\xbc\xa6\x9f\x01\"", "12345678" + `"\`,
	} {
		f.Add([]byte(seed), 0)
		f.Add([]byte(seed), 1)
	}
	f.Fuzz(func(t *testing.T, text []byte, from int) {
		want, wide := true, false
		for _, c := range text {
			want = want && (plainByte(c) || c == '"')
			wide = wide || c >= utf8.RuneSelf
		}
		got, beyond := bare(text)
		if got != want || got && beyond != wide {
			t.Errorf("%q is bare: %v, want %v; wide: %v, want %v", text, got, want, beyond, wide)
		}
		if from < 0 || from > len(text) {
			return
		}
		at := bytes.IndexByte(text[from:], '"')
		if at < 0 {
			at = len(text) - from
		}
		if got := quoteAt(text, from); got != from+at {
			t.Errorf("the first quote in %q from %d is at %d, want %d", text, from, got, from+at)
		}
	})
}
