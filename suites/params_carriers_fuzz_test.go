package suites

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/transcript"
)

// Whatever a module sends can be taken apart, in the same way each time, and a
// value that holds the plain text and nothing else is known again when the other
// text stands in its place.
func FuzzCarriers(f *testing.F) {
	const plain, special = "syncproofFirst1", `p&q<r>"s"'t'%41+é`
	for _, seed := range [][3]string{
		{"?key=" + plain, "Bearer " + plain, `{"a":["` + plain + `",{"b":null}],"a":1}`},
		{"a/%zz?=&&=%&x", "Basic !!!", "<a b='" + plain + "'><c>" + plain + "</c><c/></a></a>"},
		{"?%", "Basic", "<a><b></a>"},
		{"#", "Basic c3luY3Byb29mOg==", "a=" + plain + "&%=%"},
		{"", "\xff", "\xff\xfe<?xml version=\"1.0\" encoding=\"x\"?>"},
		{"?a=1&a=2", "a=b; c=" + plain, "[" + strings.Repeat("[", 500)},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, address, header, body string) {
		x := transcript.Exchange{
			Method: "POST", URL: "https://panel.example/" + address,
			RequestHeaders: map[string][]string{"Authorization": {header}, "Cookie": {header}},
			RequestBody:    transcript.NewOutput(int64(len(body)), []byte(body)),
		}
		all := carriedBy(x)
		if diff := cmp.Diff(all, carriedBy(x), cmp.AllowUnexported(carrier{})); diff != "" {
			t.Errorf("a second look differs:\n%s", diff)
		}
		for _, c := range carriers([]transcript.Exchange{x}, plain) {
			if !strings.Contains(c.value, plain) {
				t.Errorf("%s does not hold the text: %q", c.place, c.value)
			}
			if !c.matches(strings.ReplaceAll(c.value, plain, special), plain, special) {
				t.Errorf("%s: %q does not match itself with the other text", c.place, c.value)
			}
		}
	})
}
