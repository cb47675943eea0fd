package secret_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"syncproof/internal/secret"
)

func packedBy(t *testing.T, open func(io.Writer) io.WriteCloser, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := open(&b)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestCompressedSecrets(t *testing.T) {
	const value = "S3cret/word+1"
	level := func(n int) func(io.Writer) io.WriteCloser {
		return func(w io.Writer) io.WriteCloser {
			z, err := zlib.NewWriterLevel(w, n)
			if err != nil {
				t.Fatal(err)
			}
			return z
		}
	}
	gz := func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }
	r := secret.New(map[string]string{"serverpassword": value})
	for name, open := range map[string]func(io.Writer) io.WriteCloser{"gzip": gz, "zlib": level(-1), "zlib 1": level(1), "zlib 9": level(9), "stored": level(0)} {
		for _, around := range []string{"", "a list of accounts, "} {
			raw := packedBy(t, open, around+value+around)
			other := packedBy(t, open, around+"another"+around)
			for form, text := range map[string]string{
				"bytes": raw, "base64": base64.StdEncoding.EncodeToString([]byte(raw)), "base64url": base64.RawURLEncoding.EncodeToString([]byte(raw)),
			} {
				// A stored piece holds the secret as it is.
				if got := r.Text("x " + text + " y"); !strings.HasPrefix(got, "x ") || !strings.HasSuffix(got, " y") || strings.Contains(got, text) || !strings.Contains(got, "[redacted:serverpassword") {
					t.Errorf("%s, %s: %q", name, form, got)
				}
				if name != "stored" && form == "bytes" && r.Text("x"+text[:len(text)-5]) == "x"+text[:len(text)-5] {
					t.Errorf("%s: a piece that breaks off is kept", name)
				}
				line, err := json.Marshal(map[string]any{"event": "returned", "value": map[string]any{"$php": "bytes", "b64": []byte(text)}})
				if err != nil {
					t.Fatal(err)
				}
				if got := r.Line(line); bytes.Equal(got, line) || !json.Valid(got) {
					t.Errorf("%s, %s: %s", name, form, got)
				}
			}
			for _, text := range []string{other, base64.StdEncoding.EncodeToString([]byte(other))} {
				if got := r.Text(text); got != text {
					t.Errorf("%s: other text became %q", name, got)
				}
			}
		}
	}
	bomb := packedBy(t, gz, strings.Repeat(" ", 64<<20))
	if got := r.Text(bomb); got != bomb {
		t.Error("a bomb was changed")
	}
}
