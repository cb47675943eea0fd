package recording

import (
	"bytes"
	"strings"
	"testing"
)

// A recording cut at any byte is refused in words, never read in part: what is
// missing would be answered as if the panel had not known it.
func TestCutRecordingsAreRefused(t *testing.T) {
	whole, err := sample().Encode()
	if err != nil {
		t.Fatal(err)
	}
	whole = bytes.TrimRight(whole, "\n")
	for n := range len(whole) {
		if f, err := Decode(whole[:n]); err == nil || f != nil || strings.ContainsAny(err.Error(), "\x00\n") {
			t.Fatalf("cut at %d: %v, %v", n, f, err)
		}
	}
	if _, err := Decode(whole); err != nil {
		t.Errorf("whole: %v", err)
	}
}

func TestNewerRecordingsAreRefused(t *testing.T) {
	whole, err := sample().Encode()
	if err != nil {
		t.Fatal(err)
	}
	newer := bytes.Replace(whole, []byte(`"version": 1,`), []byte(`"version": 2,`), 1)
	if bytes.Equal(newer, whole) {
		t.Fatalf("the version is not where it was: %.600s", whole)
	}
	const want = "the recording is written in version 2 of the format, and this version of syncproof reads version 1; record again, or update syncproof"
	if _, err := Decode(newer); err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}
