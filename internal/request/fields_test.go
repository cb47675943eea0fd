package request

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/transcript"
)

func TestFields(t *testing.T) {
	const at = "https://panel.example/api"
	path := Field{InPath, "1", "api"}
	body := func(name, value string) Field { return Field{InBody, name, value} }
	cases := map[string]struct {
		request transcript.Exchange
		want    []Field
	}{
		"path and query": {
			asked("GET", "https://panel.example/a%20b/7?x=1&y=%C3%BC&x=2&bad=%zz&flag", ""),
			[]Field{{InPath, "1", "a b"}, {InPath, "2", "7"}, {InQuery, "x", "1"}, {InQuery, "y", "ü"}, {InQuery, "x", "2"}, {InQuery, "bad", "%zz"}},
		},
		"no address": {asked("POST", "://", "a=b"), []Field{body("a", "b")}},
		"form":       {asked("POST", at, "a=1&b[c]=2+3"), []Field{path, body("a", "1"), body("b[c]", "2 3")}},
		"json": {
			asked("POST", at, `{"a":1,"b":{"c":"x","d":[true,null,{"e":1.5}]},"":"y"}`),
			[]Field{path, body("a", "1"), body("b.c", "x"), body("b.d[].e", "1.5"), body("", "y")},
		},
		"json in a list":  {asked("POST", at, `[{"a":"b"},"c"]`), []Field{path, body("[].a", "b"), body("[]", "c")}},
		"json cut short":  {asked("POST", at, `{"a":"b","c":["d","e`), []Field{path, body("a", "b"), body("c[]", "d")}},
		"json that stops": {asked("POST", at, `{"a":"b",]`), []Field{path, body("a", "b")}},
		"xml": {
			asked("POST", at, `<?xml version="1.0"?><p:r xmlns:p="urn:x" a="1"><b>x</b><b c="2"/>y</p:r>`),
			[]Field{path, body("r@a", "1"), body("r", "y"), body("r.b", "x"), body("r.b@c", "2")},
		},
		"xml cut short":  {asked("POST", at, `<r><b>x</b><c>y`), []Field{path, body("r.b", "x"), body("r.c", "y")}},
		"parts":          {asked("POST", at, "--b\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Type: x\r\n\r\nb\r\n--b--"), []Field{path, body("a", "b")}},
		"text":           {asked("POST", at, "a sentence = no form"), []Field{path}},
		"bytes":          {asked("POST", at, "a=\xff"), []Field{path, body("a", "\xff")}},
		"nothing at all": {transcript.Exchange{}, []Field{{InPath, "1", ""}}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, Fields(c.request)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
