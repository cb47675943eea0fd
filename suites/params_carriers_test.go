package suites

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/transcript"
)

// Each value of a request has a place, and the encoding of that place undone.
func TestCarriedBy(t *testing.T) {
	with := func(headers map[string][]string, body string) transcript.Exchange {
		return transcript.Exchange{RequestHeaders: headers, RequestBody: transcript.NewOutput(int64(len(body)), []byte(body))}
	}
	// Requests without an address have an empty path.
	path := carrier{"path, part 0", "", inText}
	for name, tc := range map[string]struct {
		x    transcript.Exchange
		want []carrier
	}{
		"address": {transcript.Exchange{URL: "https://panel.example/a%2Fb/c?k=x%20y+z&=none&%zz=1&n=%zz&flag"}, []carrier{
			path, {"path, part 1", "a/b", inText}, {"path, part 2", "c", inText}, {`query field "k"`, "x y z", inText}, {`query field "flag"`, "", inText},
		}},
		"headers": {with(map[string][]string{
			"Authorization": {"basic dXNlcjpwYXNz", "Basic ???", "Bearer abc"}, "cookie": {"a=b"}, "X-Key": {"plain"},
		}, ""), []carrier{
			path, {"header Authorization (Basic)", "user:pass", inBasic}, {"header Authorization", "Basic ???", inHeader},
			{"header Authorization", "Bearer abc", inHeader}, {"header X-Key", "plain", inHeader}, {"header cookie", "a=b", inCookie},
		}},
		"white space": {with(nil, " \n"), []carrier{path}},
		"form":        {with(nil, "user=a&pass=b%26c"), []carrier{path, {`form field "user"`, "a", inText}, {`form field "pass"`, "b&c", inText}}},
		"form of several parts": {with(map[string][]string{"content-type": {"Multipart/form-data; boundary=x"}}, "--x\r\na=b"), []carrier{
			path, {"header content-type", "Multipart/form-data; boundary=x", inHeader}, {"form", "--x\r\na=b", inText},
		}},
		"no parts": {with(map[string][]string{"Content-Type": {"multipart/form-data"}}, " "), []carrier{path, {"header Content-Type", "multipart/form-data", inHeader}}},
		"another kind": {with(map[string][]string{"Accept": {"multipart/mixed"}}, "a=b"), []carrier{
			path, {"header Accept", "multipart/mixed", inHeader}, {`form field "a"`, "b", inText},
		}},
		"JSON": {with(nil, ` {"b":["x",{"c":"y"}],"a":"z","n":1} `), []carrier{
			path, {`JSON value "a"`, "z", inText}, {`JSON value "b[0]"`, "x", inText}, {`JSON value "b[1].c"`, "y", inText},
		}},
		"JSON list":             {with(nil, `["x"]`), []carrier{path, {`JSON value "[0]"`, "x", inText}}},
		"JSON that breaks off":  {with(nil, `{"b=c":"x`), []carrier{path}},
		"JSON list that breaks": {with(nil, `["x=y"`), []carrier{path}},
		"XML": {with(nil, `<?xml version="1.0" encoding="iso-8859-1"?><r a="1"><k>x</k> <k b="2">y</k></r>`), []carrier{
			path, {"XML attribute r@a", "1", inText}, {"XML element r/k", "x", inText}, {"XML attribute r/k@b", "2", inText}, {"XML element r/k (2)", "y", inText},
		}},
		"XML with a value thrice": {with(nil, `<r><k>x</k><k>y</k><k>z</k>`), []carrier{
			path, {"XML element r/k", "x", inText}, {"XML element r/k (2)", "y", inText}, {"XML element r/k (3)", "z", inText},
		}},
	} {
		if diff := cmp.Diff(tc.want, carriedBy(tc.x), cmp.AllowUnexported(carrier{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// A place is named once, however many requests hold the text there.
func TestCarriers(t *testing.T) {
	first := transcript.Exchange{URL: "https://panel.example/?key=secret1&other=x"}
	again := transcript.Exchange{URL: "https://panel.example/?other=secret2&key=secret3&more=secret"}
	want := []carrier{{`query field "key"`, "secret1", inText}, {`query field "other"`, "secret2", inText}, {`query field "more"`, "secret", inText}}
	if diff := cmp.Diff(want, carriers([]transcript.Exchange{first, again}, "secret"), cmp.AllowUnexported(carrier{})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// A value may be escaped as its place allows, and in no other way.
func TestCarrierMatches(t *testing.T) {
	const old, now = "plain", `p "q'/&é`
	for name, tc := range map[string]struct {
		kind  carrierKind
		value string
		// fits says where the value stands for the text: alone in its place, and
		// within a larger text.
		fits []bool
	}{
		"as it is, alone":        {inText, now, []bool{true, true}},
		"Latin-1":                {inText, "p \"q'/&\xe9", []bool{true, true}},
		"bytes that were lost":   {inHeader, "p \"q'/&\ufffd", []bool{true, true}},
		"another":                {inText, `p "q'/&e`, []bool{false, false}},
		"quotes in a text":       {inText, `p \"q\'/&é`, []bool{false, true}},
		"JSON in a text":         {inText, `p \"q'\/&\u00e9`, []bool{false, true}},
		"HTML in a text":         {inText, `p &#34;q&#39;/&amp;é`, []bool{false, true}},
		"PHP's HTML in a text":   {inText, `p &quot;q&#039;/&amp;é`, []bool{false, true}},
		"a query in a text":      {inText, "p+%22q%27%2F%26%C3%A9", []bool{false, true}},
		"an address in a text":   {inText, "p%20%22q%27%2F%26%C3%A9", []bool{false, true}},
		"a path in a text":       {inText, "p%20%22q%27%2F&%C3%A9", []bool{false, false}},
		"a query in a header":    {inHeader, "p+%22q%27%2F%26%C3%A9", []bool{true, true}},
		"a query in a cookie":    {inCookie, "p+%22q%27%2F%26%C3%A9", []bool{true, true}},
		"an address in a cookie": {inCookie, "p%20%22q%27%2F%26%C3%A9", []bool{true, true}},
		"a path in a cookie":     {inCookie, "p%20%22q%27%2F&%C3%A9", []bool{true, true}},
		"quotes in a header":     {inHeader, `p \"q\'/&é`, []bool{true, true}},
		"a query in credentials": {inBasic, "p+%22q%27%2F%26%C3%A9", []bool{false, false}},
		"quotes in credentials":  {inBasic, `p \"q\'/&é`, []bool{false, false}},
		"JSON in a header":       {inHeader, `p \"q'\/&\u00e9`, []bool{false, false}},
	} {
		alone := carrier{"x", old, tc.kind}.matches(tc.value, old, now)
		within := carrier{"x", "set " + old, tc.kind}.matches("set "+tc.value, old, now)
		if got := []bool{alone, within}; !slices.Equal(got, tc.fits) {
			t.Errorf("%s: %t, want %t", name, got, tc.fits)
		}
	}
	// A text that is none in Latin-1 does not stand in every value.
	if (carrier{"x", old, inBasic}).matches("anything", old, "€") {
		t.Error("any value is taken for a text with a euro sign")
	}
	for text, want := range map[string]string{"é": "\xe9", "ÿ": "\xff", "Ā": "", "a€": ""} {
		if got := latin1(text); got != want {
			t.Errorf("%q in Latin-1: %q, want %q", text, got, want)
		}
	}
	if got, want := inJSONText("a\u007f\u0080\"\\/é€"), "a\u007f\\u0080\\\"\\\\\\/\\u00e9\\u20ac"; got != want {
		t.Errorf("in JSON: %q, want %q", got, want)
	}
	if got, want := phpEscaped(`a&"'<>`), "a&amp;&quot;&#039;&lt;&gt;"; got != want {
		t.Errorf("escaped: %q, want %q", got, want)
	}
}
