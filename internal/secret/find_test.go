package secret_test

import (
	"errors"
	"io"
	"net/url"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/secret"
)

func TestFind(t *testing.T) {
	text := "first line\n<failure message=\"p&amp;s&#34;w&lt;o&gt;r&#39;d %+é/\\1\"/>\n\n[redacted:serverpassword] and " + canary + "\n"
	found, err := redactor().Find(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	want := []secret.Found{
		{Secret: "serveraccesshash", Encoding: "html-escaped", Offset: int64(strings.Index(text, "p&amp;")), Line: 2},
		{Secret: "serverpassword", Offset: int64(strings.Index(text, canary)), Line: 4},
	}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Error(diff)
	}
	if got, want := found[0].String(), "line 2 holds the secret serveraccesshash (html-escaped)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := found[1].String(), "line 4 holds the secret serverpassword"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A secret is found once wherever it lies, above all where one window of the
// search ends and the next begins.
func TestFindAcrossWindows(t *testing.T) {
	const window = 256 << 10
	r := redactor()
	encoded := url.QueryEscape(nasty)
	for _, filler := range []string{"\n", `\`, "%2"} {
		for _, at := range []int{0, 1, window - len(canary), window - 1, window, window + 511, window + 512, window + 513, 2*window + 7} {
			for _, text := range []string{canary, encoded} {
				before := strings.Repeat(filler, at/len(filler)+1)[:at]
				whole := before + text + strings.Repeat(filler, 1000)
				found, err := r.Find(iotest.HalfReader(strings.NewReader(whole)))
				if err != nil {
					t.Fatal(err)
				}
				if len(found) != 1 || found[0].Offset != int64(at) || found[0].Line != 1+strings.Count(before, "\n") {
					t.Errorf("%q after %d bytes of %q: found %v", text, at, filler, found)
				}
				if got := r.Text(whole); strings.Contains(got, text) || strings.Count(got, "[redacted:") != 1 || len(got) > len(whole)+50 {
					t.Errorf("%q after %d bytes of %q: %d marks in the text", text, at, filler, strings.Count(got, "[redacted:"))
				}
			}
		}
	}
}

func TestFindMarksAcrossWindows(t *testing.T) {
	const window = 256 << 10
	r := secret.New(map[string]string{"the-secret-one": "secret-o"})
	const mark = "[redacted:the-secret-one url-encoded]"
	for at := window - 2*len(mark); at < window+1100; at += 17 {
		text := strings.Repeat("x", at) + mark + strings.Repeat("y", 3000)
		if found, err := r.Find(strings.NewReader(text)); len(found) != 0 || err != nil {
			t.Fatalf("after %d bytes: %v, %v", at, found, err)
		}
	}
}

func TestFindStops(t *testing.T) {
	found, err := redactor().Find(strings.NewReader(strings.Repeat(canary+"\n", 100_000)))
	if len(found) != 100 || err != nil || found[99].Line != 100 {
		t.Errorf("found %d, %v", len(found), err)
	}
	broken := errors.New("broken disk")
	found, err = redactor().Find(io.MultiReader(strings.NewReader(canary), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) || err.Error() != "searching for secrets: broken disk" {
		t.Errorf("got %v, %v", found, err)
	}
}
