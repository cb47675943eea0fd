package infer_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"syncproof/internal/infer"
	"syncproof/internal/panel"
	"syncproof/internal/recording"
	"syncproof/internal/upstream"
)

// talk is a recording of requests and their answers, in turn.
func talk(entries ...recording.Entry) *recording.File {
	for i := range entries {
		entries[i].Request.N = i + 1
	}
	return &recording.File{
		Module: "acme", Params: map[string]any{"serverusername": "operator", "serverpassword": "canary-password-9"}, Secrets: []string{"serverpassword"},
		Conversations: []*recording.Conversation{{Entries: entries}},
	}
}

func get(target, kind, body string, headers ...string) recording.Entry {
	h := http.Header{}
	for i := 0; i+1 < len(headers); i += 2 {
		h.Set(headers[i], headers[i+1])
	}
	return recording.Entry{
		Request: upstream.Request{Method: "GET", Scheme: "https", Host: "panel.example", Target: target, Proto: "HTTP/1.1", Header: h},
		Reply:   upstream.Reply{Status: 200, Header: http.Header{"Content-Type": {kind}}, Body: []byte(body)},
	}
}

func made(t *testing.T, f *recording.File) string {
	t.Helper()
	p, err := infer.Profile(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	return string(p.Profile)
}

func row(n int, more string) string {
	return fmt.Sprintf(`{"id": %d, "user": "u%d", "domain": "d%d.example"%s}`, n, n, n, more)
}

func TestPaging(t *testing.T) {
	two := func(a, b int) string { return row(a, "") + "," + row(b, "") }
	linked := func(target, next, body string) recording.Entry {
		e := get(target, "application/json", body)
		if next != "" {
			e.Reply.Header.Set("Link", "<https://panel.example"+next+`>; rel="next"`)
		}
		return e
	}
	list := func(inner, more string) string { return `{"list": [` + inner + `]` + more + `}` }
	for name, tc := range map[string]struct {
		entries []recording.Entry
		want    []string
	}{
		"page number": {
			[]recording.Entry{get("/a?page=0", "application/json", list(two(1, 2), "")), get("/a?page=1", "application/json", list(two(3, 4), "")), get("/a?page=2", "application/json", list(row(5, ""), ""))},
			[]string{"paging: page", "page: query:page", "first: 0", "total: false", "default: 2"},
		},
		"offset and total": {
			[]recording.Entry{
				get("/a?offset=0&limit=2", "application/json", list(two(1, 2), `, "total": 3`)),
				get("/a?offset=2&limit=2", "application/json", list(row(3, ""), `, "total": 3`)),
			},
			[]string{"paging: offset", "page: query:offset", "size: query:limit", "first: 0", `"total": {{.total}}`},
		},
		"cursor": {
			[]recording.Entry{
				get("/a", "application/json", list(two(7, 2), `, "more": true`)), get("/a?after=2", "application/json", list(row(3, ""), `, "more": false`)),
			},
			[]string{"paging: cursor", "page: query:after", `"more": {{if .next}}true{{else}}false{{end}}`},
		},
		"token": {
			[]recording.Entry{
				get("/a", "application/json", list(two(1, 2), `, "next": "zz81-opaque"`)), get("/a?t=zz81-opaque", "application/json", list(row(3, ""), `, "next": null`)),
			},
			[]string{"paging: token", "page: query:t", `"next": {{null .next}}`},
		},
		"link header": {
			[]recording.Entry{linked("/a", "/a?page=2", list(two(1, 2), "")), linked("/a?page=2", "", list(row(3, ""), ""))},
			[]string{"paging: link", "page: query:page"},
		},
		"one page": {
			[]recording.Entry{get("/a?page=1&per_page=50", "application/json", list(two(1, 2), ""))},
			[]string{"# guessed: query:page says which page is wanted: only its name says so", "default: 50"},
		},
		"the panel gives less than it is asked for": {
			[]recording.Entry{
				get("/a?offset=0&limit=9", "application/json", list(two(1, 2), "")), get("/a?offset=2&limit=9", "application/json", list(row(3, ""), "")),
			},
			[]string{"maximum: 2"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := made(t, talk(tc.entries...))
			for _, want := range tc.want {
				if !strings.Contains(got, want) {
					t.Errorf("no %q in\n%s", want, got)
				}
			}
		})
	}
}

func TestFieldsAndStates(t *testing.T) {
	rows := func(each func(n int) string) string {
		var list []string
		for n := 1; n <= 6; n++ {
			list = append(list, row(n, each(n)))
		}
		return "[" + strings.Join(list, ",") + "]"
	}
	pick := func(n int, a, b string) string {
		if n == 4 {
			return b
		}
		return a
	}
	for name, tc := range map[string]struct {
		each func(n int) string
		want []string
	}{
		"a flag whose name turns it round": {
			func(n int) string { return `, "enabled": ` + pick(n, "true", "false") },
			[]string{`active: "true"`, `suspended: "false"`, `"enabled": {{number .state}}`},
		},
		"a flag": {
			func(n int) string { return `, "suspended": "` + pick(n, "no", "yes") + `"` },
			[]string{`active: "no"`, `suspended: "yes"`},
		},
		"numbers": {
			func(n int) string { return `, "status": ` + pick(n, "1", "2") },
			[]string{"# guessed: most accounts have it\n  active: 1", "# guessed: it is the other word that was seen\n  suspended: 2"},
		},
		"another word": {
			func(n int) string {
				return `, "state": "` + map[bool]string{true: "over quota", false: pick(n, "ACTIVE", "SUSPENDED")}[n == 5] + `"`
			},
			[]string{"active: ACTIVE", "suspended: SUSPENDED", "# TODO: status", "over_quota:\n    word: \"over quota\""},
		},
		"no suspended account": {
			func(int) string { return `, "state": "Enabled"` },
			[]string{"active: Enabled", "# guessed: no suspended account was seen\n  suspended: Disabled"},
		},
		"dates with an offset": {
			func(n int) string { return fmt.Sprintf(`, "created": "2024-01-0%dT10:00:00+02:00"`, n) },
			[]string{`timezone: "+02:00"`, "\"created\": {{null (date `Y-m-d\\TH:i:sp` .created)}}"},
		},
		"seconds, and the same in words": {
			func(n int) string {
				return fmt.Sprintf(`, "start": %d, "since": "2024-01-0%d"`, 1704067200+86400*(n-1), n)
			},
			[]string{"{{number (date `U` .created)}}", "{{null (date `Y-m-d` .created)}}"},
		},
		"what no field is like": {
			func(n int) string { return fmt.Sprintf(`, "uptime": %d`, n*n*31) },
			[]string{"# TODO: uptime differs from account to account", `"uptime": 31`},
		},
		"a template in a value": {
			func(int) string { return `, "note": "{{.id}} {"` },
			[]string{`"note": "{{"{{"}}.id}} {"`},
		},
		"no state": {func(int) string { return "" }, []string{"# TODO: where replies show the state"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := made(t, talk(get("/accounts", "application/json", rows(tc.each))))
			for _, want := range tc.want {
				if !strings.Contains(got, want) {
					t.Errorf("no %q in\n%s", want, got)
				}
			}
		})
	}
}

func TestAuthAndDetails(t *testing.T) {
	list := `<list><a><id>11</id><login>anna</login></a><a><id>12</id><login>berta</login></a></list>`
	one := func(login, domain string) string {
		return `<a><login>` + login + `</login><domain>` + domain + `</domain></a>`
	}
	e := func(target, body string) recording.Entry {
		return get(target, "text/xml", body, "X-User", "operator", "X-Key", "key canary-password-9")
	}
	got := made(t, talk(e("/list?cmd=all", list), e("/one/anna", one("anna", "anna.example")), e("/one/berta", one("berta", "berta.example")), e("/version", "<v>1</v>")))
	for _, want := range []string{
		"- header:X-User: \"{username}\"\n    header:X-Key: \"key {password}\"", "path: /one/{username}", "by: username\n      from: path:username",
		"<domain>{{xml .domain}}</domain>", "when:\n      query:cmd: \"all\"", "<v>1</v>",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestNothingToInfer(t *testing.T) {
	for name, f := range map[string]*recording.File{
		"no requests":   {Conversations: []*recording.Conversation{{}}},
		"no talk":       {},
		"HTML":          talk(get("/", "text/html", "<html><body><p>Log in</p><p>now</p></body></html>")),
		"one account":   talk(get("/", "application/json", "["+row(1, "")+"]")),
		"no identities": talk(get("/", "application/json", `[{"a": 1}, {"a": 1}]`)),
	} {
		if _, err := infer.Profile(t.Context(), f); !errors.Is(err, infer.ErrNothing) {
			t.Errorf("%s: %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := infer.Profile(ctx, talk(get("/", "application/json", "["+row(1, "")+","+row(2, "")+"]"))); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// Whatever a recording holds, the result is a profile that can be read and played,
// or an error.
func FuzzProfile(f *testing.F) {
	seeds := []recording.Entry{
		get("/a?page=1", "application/json", "["+row(1, `, "state": "x"`)+","+row(2, `, "state": "y"`)+"]"),
		get("/a b/{id}?x=1", "text/xml", "<r><a id='1'><user>a{{</user></a><a id='2'><user>b{</user></a></r>"),
		get("/f", "text/plain", "list[]=a&list[]=b"),
		get("/g", "application/json", `{"data": [{"id": "\u0000\u2028", "user": "# x: |"}, {"id": "2", "user": "- y"}], "total": 2}`),
		get("/h", "text/html; charset=\x01", "<a>{{.x}}</a>"),
	}
	for _, s := range seeds {
		f.Add(s.Request.Method, s.Request.Target, []byte(`{"query": "{ a(b: $c) { d } }", "variables": {"c": 1}}`), s.Reply.Header.Get("Content-Type"), s.Reply.Body)
		f.Add("POST", s.Request.Target, []byte("<methodCall><methodName>a</methodName><params><param><value>1</value></param></params></methodCall>"), "application/json", s.Reply.Body)
	}
	f.Fuzz(func(t *testing.T, method, target string, question []byte, kind string, body []byte) {
		if len(target)+len(question)+len(body) > 20_000 {
			return
		}
		e := get(target, kind, string(body), "Authorization", "Bearer canary-password-9")
		e.Request.Method, e.Request.Body = method, question
		second := get(target+"&page=2", kind, string(body))
		made, err := infer.Profile(context.Background(), talk(e, second))
		if err != nil {
			if made.Profile == nil && !errors.Is(err, infer.ErrNothing) {
				t.Fatal(err)
			}
			return
		}
		p, err := panel.Read("profile", made.Profile)
		if err != nil {
			t.Fatal(err)
		}
		for _, finding := range panel.Check(context.Background(), p) {
			if finding.Wrong {
				t.Fatal(finding.Message)
			}
		}
	})
}

// A file of foreign bytes is decoded first; what that lets pass is no danger.
func FuzzFile(f *testing.F) {
	raw, err := talk(get("/a?page=1", "application/json", "["+row(1, "")+","+row(2, "")+"]")).Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add([]byte(`{"log": {"entries": []}}`))
	f.Fuzz(func(_ *testing.T, raw []byte) {
		if len(raw) > 50_000 || !json.Valid(raw) {
			return
		}
		if file, err := recording.Decode(raw); err == nil {
			_, _ = infer.Profile(context.Background(), file)
		}
	})
}
