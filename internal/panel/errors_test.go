package panel_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"syncproof/internal/panel"
)

// small is a profile in which a test changes one thing.
const small = `panel: Test
states:
  active: up
  suspended: down
auth:
  - header:X-Key: "{accesshash}"
errors:
  auth:
    status: 401
    body: '{}'
routes:
  - name: list
    path: /accounts
    list:
      paging: page
      page: query:page
      size: query:size
      default: 2
      maximum: 3
    reply:
      body: '{"total": {{.total}}, "next": {{json .next}}, "ids": [{{range .accounts}}{{comma .index}}{{json .id}}{{end}}]}'
  - name: one
    path: /accounts/{id}
    account:
      by: id
      from: path:id
    reply:
      body: '{"id": {{json .account.id}}, "state": {{json .account.state}}}'
`

func TestErrorsHaveTheirPlace(t *testing.T) {
	for _, test := range []struct{ name, old, new, want string }{
		{"not YAML", "panel: Test", "panel: [Test", "p.yaml:2:1: this is not valid YAML: a closing ] is missing, or there is one too many"},
		{"a key twice", "panel: Test", "panel: Test\npanel: Again", `p.yaml:2:1: the key "panel" stands here a second time, first in line 1; remove one of them`},
		{"an unknown key", "auth:\n", "authh:\n", `p.yaml:5:1: unknown key "authh"; did you mean "auth"?`},
		{"an unknown key of a route", "    path: /accounts\n", "    path: /accounts\n    pth: x\n", `p.yaml:14:5: unknown key "pth" under routes.0; did you mean "path"?`},
		{"a missing key", "    path: /accounts\n", "", `p.yaml:12:5: the key "path" is missing under routes.0; it takes a path such as /api/accounts/{id}`},
		{"a missing state", "  suspended: down\n", "", `p.yaml:3:3: the key "suspended" is missing under states; it takes the panel's word, or the keys word and status`},
		{"a wrong type", "status: 401", "status: often", `p.yaml:9:13: errors.auth.status takes an HTTP status from 200 to 599; got "often"`},
		{"no value", "    status: 401", "    status:", `p.yaml:9:5: errors.auth.status has no value; give it one or remove the line`},
		{"a wrong paging", "paging: page", "paging: pages", `p.yaml:15:15: routes.0.list.paging takes none, page, offset, cursor, token or link; got "pages"`},
		{"a part that is none", "page: query:page", "page: url:page", `p.yaml:16:13: "url:page" names no part of a request; write one like query:page, form:user, json:auth.key, xml:packet.get, header:X-Api-Key, cookie:sid, path:id, rpc, soap or graphql`},
		{"a placeholder that is none", "from: path:id", "from: path:login", `p.yaml:26:13: the path has no placeholder {login}`},
		{"a broken path", "/accounts/{id}", "/accounts/{}", `p.yaml:23:11: route one: a placeholder is written {name}, one in a segment; got "{}"`},
		{"an unknown credential", `"{accesshash}"`, `"{hash}"`, `p.yaml:6:19: "{hash}" is none of {username}, {password}, {accesshash}, {session}`},
		{"a known secret", `"{accesshash}"`, `"sesame"`, `p.yaml:6:5: this way to authenticate asks for nothing that only the client knows; use {password}, {accesshash} or {session} in it`},
		{"a page without a part", "      page: query:page\n", "", `p.yaml:15:7: a list with pages needs the key page, the part of the request that says which page is wanted, such as query:page`},
		{"a default above the maximum", "default: 2", "default: 9", `p.yaml:18:16: the default size of a page, 9, is larger than its maximum, 3`},
		{"a template that ends early", "{{json .account.id}}", "{{json .account.id", `p.yaml:28:13: the template of route one cannot be read: unexpected "," in operand`},
		{"an unknown function", "{{json .account.id}}", "{{jason .account.id}}", `p.yaml:28:13: the template of route one cannot be read: function "jason" not defined`},
		{"a definition", "{{json .account.id}}", `{{define "x"}}{{end}}`, `p.yaml:28:13: the template of route one uses define or block; write the template under parts and use it with {{template}}`},
		{"an unknown part", "{{json .account.id}}", `{{template "x" .}}`, `p.yaml:28:13: the template of route one uses the part "x", which is not under parts; a part can use only those that stand before it`},
		{"a name that cannot be used", "  active: up", "  active: up\n  Over Quota: x", "p.yaml:3:3: states has a name in it that cannot be used, or too many of them; names begin with a letter"},
		{"a name that is no secret", `"{accesshash}"`, `"{username}"`, "p.yaml:6:5: this way to authenticate asks for nothing that only the client knows"},
		{"two routes of one name", "name: one", "name: list", `p.yaml:22:11: a route named "list" stands in line 12 already; give each its own name`},
		{"a change of nobody", "    account:\n      by: id\n      from: path:id\n", "    change:\n      do: delete\n", `a route that changes an account needs the key account, which says which one`},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := strings.Replace(small, test.old, test.new, 1)
			if text == small {
				t.Fatal("nothing was changed")
			}
			_, err := panel.Read("p.yaml", []byte(text))
			if err == nil {
				t.Fatal("no error")
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("got  %s\nwant %s", err, test.want)
			}
			if strings.Contains(err.Error(), "interface") {
				t.Errorf("speaks of Go: %s", err)
			}
		})
	}
}

func TestExcerptShowsTheColumn(t *testing.T) {
	_, err := panel.Read("p.yaml", []byte(strings.Replace(small, "status: 401", "status: often", 1)))
	var e *panel.Error
	if !errors.As(err, &e) {
		t.Fatal(err)
	}
	want := "   9 |     status: often\n     |             ^"
	if e.Line != 9 || e.Column != 13 || e.Excerpt != want {
		t.Errorf("%d:%d\n%s\nwant\n%s", e.Line, e.Column, e.Excerpt, want)
	}
}

// Far above what a profile needs there is an end.
func TestProfilesFarTooLong(t *testing.T) {
	const another = "the file is far longer than a profile can be; this is probably another file"
	for name, test := range map[string]struct{ text, want string }{
		"punctuation": {strings.Repeat("a?\n", 60_001), another},
		"keys":        {strings.Repeat("a: b\n", 6_667), another},
		"one line": {"parts: [" + strings.Repeat("a,", 150) + "]\n",
			"the line has far more on it than a profile needs; give each value a line of its own, and write templates as a block after |"},
		"size": {strings.Repeat("#", panel.MaxSize+1), "the file is larger than 256 KiB; this is probably another file"},
		"brace": {"panel: {a: 1\n", "this is not valid YAML: a closing } is missing, or there is one too many; " +
			"put text with braces, such as a template, in quotes or in a block after |"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := panel.Read("p.yaml", []byte(test.text))
			var problem *panel.Error
			if !errors.As(err, &problem) || problem.Message != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func TestErrorsOfBlocksNameTheLine(t *testing.T) {
	text := strings.Replace(small, `body: '{"id": {{json .account.id}}, "state": {{json .account.state}}}'`,
		"body: |\n        {\"id\": 1,\n         \"x\": {{json .account.iid}}}", 1)
	p, err := panel.Read("p.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	findings := panel.Check(context.Background(), p)
	want := `p.yaml:30:1: the template of route one fails: there is no value named "iid"`
	for _, f := range findings {
		if f.Wrong && strings.Contains(f.Message, want) {
			return
		}
	}
	t.Errorf("got %+v", findings)
}

func TestFilesThatAreNoProfile(t *testing.T) {
	dir := t.TempDir()
	large := filepath.Join(dir, "large.yaml")
	if err := os.WriteFile(large, []byte(strings.Repeat("#\n", panel.MaxSize)), 0o600); err != nil {
		t.Fatal(err)
	}
	empty := filepath.Join(dir, "empty.yaml")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		filepath.Join(dir, "none.yaml"): "there is no such profile", dir: "this is not a file", large: "larger than", empty: "the file is empty",
	} {
		if _, err := panel.Load(context.Background(), path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// Templates are bounded, whatever they try.
func TestTemplatesAreBounded(t *testing.T) {
	for name, test := range map[string]struct{ body, want string }{
		"a loop of nothing":           {`{{range 100000000000}}{{end}}`, "repeats things far too often"},
		"loops in loops":              {`{{range 100000}}{{range 100000}}{{range 100000}}{{end}}{{end}}{{end}}`, "repeats things far too often"},
		"much output":                 {`{{range 100000}}` + strings.Repeat("x", 4000) + `{{end}}`, "the reply is larger than 64 MiB"},
		"a growing text":              {`{{$x := "xxxxxxxx"}}{{range 40}}{{$x = join "" $x $x}}{{end}}`, "a value is longer than 1 MiB"},
		"a wide number":               {`{{printf "%1000000000d" 1}}`, "this function is not there"},
		"a call":                      {`{{call .account}}`, "this function is not there"},
		"something that is not there": {`{{.account.nothing}}`, `there is no value named "nothing"`},
		"a wrong index":               {`{{index .account.ips 99}}`, "index out of range"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(small, `'{"id": {{json .account.id}}, "state": {{json .account.state}}}'`, "|\n        "+test.body, 1)
			p, err := panel.Read("p.yaml", []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			played := panel.New(p, panel.Fleet(1, 3), credentials())
			_, err = played.Respond(context.Background(), request("GET", "/accounts/1001", "", "X-Key", credentials().AccessHash))
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "p.yaml:29:1") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestReadEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := panel.Load(ctx, "p.yaml"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	p, err := panel.Read("p.yaml", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := panel.New(p, nil, credentials()).Respond(ctx, request("GET", "/", "")); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestParts(t *testing.T) {
	var b strings.Builder
	b.WriteString(strings.Replace(small, "auth:\n", "parts:\n  p0: '{{range .account.ips}}{{.}}{{end}}'\n", 1))
	text := strings.Replace(b.String(), `  - header:X-Key: "{accesshash}"`+"\n", "", 1)
	last := ""
	for i := 1; i < 40; i++ {
		last += fmt.Sprintf("  p%d: '{{template \"p%d\" .}}{{template \"p%d\" .}}'\n", i, i-1, i-1)
	}
	text = strings.Replace(text, "errors:\n", last+"errors:\n", 1)
	text = strings.Replace(text, "{{json .account.id}}", `{{template "p39" .}}`, 1)
	p, err := panel.Read("p.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	_, err = panel.New(p, panel.Fleet(1, 3), credentials()).Respond(context.Background(), request("GET", "/accounts/1001", ""))
	if err == nil || !strings.Contains(err.Error(), "repeats things far too often") {
		t.Errorf("got %v", err)
	}
}
