package request

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestObjects(t *testing.T) {
	for name, c := range map[string]struct {
		reply string
		want  []string
	}{
		"nothing":                {"", nil},
		"text":                   {"maintenance", nil},
		"a list":                 {`[{"id":1,"name":"a"},{"id":2}]`, []string{"id=1 name=a", "id=2"}},
		"a list by name":         {`{"accounts":{"x":{"plan":"p"}}}`, []string{"id=x plan=p", "id=accounts"}},
		"inner ones stand alone": {`{"id":1,"plan":{"id":7},"ips":["a",{"ip":"b"}]}`, []string{"id=plan id=7", "ip=b", "id=1"}},
		"attributes":             {`{"id":1,"attributes":{"name":"a"}}`, []string{"id=1 name=a"}},
		"cut short":              {`[{"id":1,"name":"a"},{"id":2,"name":"b`, []string{"id=1 name=a", "id=2"}},
		"not json":               {`{"a":1,]`, []string{"a=1"}},
		"xml":                    {`<r><a id="1"><b>x</b><c d="2"><e>y</e></c></a></r>`, []string{"id=1 b=x", "d=2 e=y"}},
		"xml cut short":          {`<r><a id="1"><b>x</b><c`, []string{"id=1 b=x"}},
		"too deep":               {strings.Repeat("[", 200) + `{"a":1}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, object := range Objects(c.reply) {
				var fields []string
				for _, f := range object {
					fields = append(fields, f.Name+"="+f.Value)
				}
				got = append(got, strings.Join(fields, " "))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func FuzzObjects(f *testing.F) {
	for _, seed := range []string{`{"a":{"b":[1,"c"]}}`, `<a b="c"><d>e</d>`, "[[[", "{\"a\":", "<", "\xff{", `{"attributes":{"attributes":{"x":1}}}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, reply string) {
		for _, object := range Objects(reply) {
			if len(object) == 0 {
				t.Error("an object without values")
			}
		}
	})
}
