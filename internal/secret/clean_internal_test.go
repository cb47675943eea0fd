package secret

import (
	"bytes"
	"testing"
)

// A line that one quick look finds clean is one that the thorough search leaves as
// it is.
func FuzzClean(f *testing.F) {
	for _, seed := range []string{
		`{"event":"account","value":{"a":"hunter2-hunter2"}}`,
		`{"event":"account","value":{"a":"hunter2%2Dhunter2"}}`,
		`{"event":"account","value":{"a":"hunter2\u002dhunter2"}}`,
		`{"event":"account","value":{"a":"hunter2&#45;hunter2"}}`,
		`{"event":"account","value":{"a":"aHVudGVyMi1odW50ZXIy"}}`,
		`{"event":"account","value":{"a":"eJzLKM0rSS3SzQCRRgAuLgWf"}}`,
		`{"event":"account","value":{"a":"H4sIAAAAAAAAA8sozStJLdLNAJFGAP8vCfQPAAAA"}}`,
		"{\"event\":\"account\",\"value\":{\"a\":\"x\x9c\xcb(\xcd+I-\xd2\xcd\x00\x91F\x00..\x05\x9f\"}}",
		`{"event":"account","value":{"a":"x1"}}`,
		`{"event":"account","value":{"a":{"$php":"bytes","b64":"aHVudGVyMi1odW50ZXIy"}}}`,
		`{"event":"account","value":{"a":"plain"}}`,
		`x`, ``, `\`,
	} {
		f.Add([]byte(seed))
	}
	r := New(map[string]string{"serverpassword": "hunter2-hunter2", "endpointtoken": "x1"})
	f.Fuzz(func(t *testing.T, line []byte) {
		if !r.clean(line) {
			return
		}
		w := rewriter{redactor: r, line: line}
		if out, ok := w.run(); ok && !bytes.Equal(out, line) {
			t.Errorf("%q is found clean, and becomes %q", line, out)
		}
		if hits := r.hits(line); len(hits) > 0 {
			t.Errorf("%q is found clean, and holds %v", line, hits)
		}
	})
}
