package recording

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"syncproof/schemas"
)

func sample() *File {
	c := talk(
		request("POST https://panel.example.com:8443/a/b?x=1&y=%20", "Content-Type: text/plain", "Cookie: a=1", "", "häl\u2028lo"),
		reply("\xff\xfe", "Content-Type: image/png", "Set-Cookie: a=1"),
		request("GET http://[::1]:80/?"), "",
	)
	return &File{
		Module: "acme", Tool: "syncproof 0.1.0", Accounts: 9, Secrets: []string{"serverpassword"}, Volatile: []string{"query:ts"},
		Params:        map[string]any{"server": true, "serverid": 3, "serverpassword": "canary", "serverport": "8443"},
		Conversations: []*Conversation{c, talk(request("GET http://p/"), "again")},
	}
}

func TestFileComesBackAsItWas(t *testing.T) {
	f := sample()
	content, err := f.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := f.Encode()
	if err != nil || !bytes.Equal(content, again) {
		t.Errorf("the same recording gave other bytes (%v)", err)
	}
	path := filepath.Join(t.TempDir(), "acme.har")
	if err := os.WriteFile(path, []byte("what was there before"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Save(path, content); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("others can read the recording: %v, %v", info.Mode(), err)
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
		t.Errorf("files were left: %v", left)
	}
	got, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, c := range f.Conversations {
		for i := range c.Entries {
			n++
			c.Entries[i].Request.N = n
		}
	}
	if diff := cmp.Diff(f, got, cmpopts.IgnoreUnexported(Conversation{}), cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

func TestLoadSaysWhatIsWrong(t *testing.T) {
	content, err := sample().Encode()
	if err != nil {
		t.Fatal(err)
	}
	good := string(content)
	change := func(from, to string) string {
		if !strings.Contains(good, from) {
			t.Fatalf("the sample has no %s", from)
		}
		return strings.Replace(good, from, to, 1)
	}
	for name, c := range map[string]struct{ content, want string }{
		"empty":            {"", "line 1: it is empty where a JSON document should be"},
		"cut off":          {good[:len(good)/2], "the JSON document breaks off"},
		"syntax":           {change(`"pages": [`, `"pages": {[`), "line 8: it is not JSON"},
		"another document": {`[1]`, "the document: want an array, got"},
		"a browser's":      {`{"log":{"version":"1.2","creator":{"name":"x","version":"1"},"entries":[]}}`, "this is no recording"},
		"own is null":      {change(`"_syncproof": {`, `"_syncproof": null, "_x": {`), "this is no recording"},
		"another case":     {`{"log":` + strings.TrimSuffix(strings.TrimSpace(good[strings.Index(good, ":")+1:]), "}") + `,"LOG":{"_syncproof":null}}`, "this is no recording"},
		"newer":            {change(`"version": 1,`, `"version": 2,`), "written in version 2"},
		"no status":        {change(`"status": 200,`, ""), "entry 1, response.status: want the key"},
		"odd status":       {change(`"status": 200,`, `"status": 99999,`), "entry 1, response.status: want"},
		"odd type":         {change(`"method": "GET"`, `"method": 7`), "entry 2, request.method: want a string, got 7"},
		"odd time":         {change(`"startedDateTime": "2026-03-01T10:00:01.000Z",`+"\n"+`        "time"`, `"startedDateTime": "yesterday", "time"`), "entry 2: startedDateTime is no time"},
		"no scheme":        {change(`"url": "http://p/"`, `"url": "p/"`), "entry 3: request.url is no address"},
		"no host":          {change(`"url": "http://p/"`, `"url": "http:///"`), "entry 3: request.url names no host"},
		"header":           {change(`"name": "Content-Type"`, `"name": "Content Type"`), `entry 1: request.headers: "Content Type" is no name`},
		"base64":           {change(`"text": "//4="`, `"text": "//4"`), "entry 1: response.content: the text is not base64"},
		"page":             {change(`"pageref": "conversation-2"`, `"pageref": "x"`), `entry 3, pageref: there is no page "x"`},
		"replay":           {change(`"replay": "conversation-1"`, `"replay": "x"`), `names the page "x"`},
		"volatile":         {change(`"query:ts"`, `"header:ts"`), `log._syncproof.volatile: "header:ts" names no part`},
		"deep":             {`{"log":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`, "nests deeper"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.har")
			if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
				t.Fatal(err)
			}
			f, err := Load(path)
			if err == nil || f != nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("got %v, want an error that says %q", err, c.want)
			}
		})
	}
	if _, err := Load(filepath.Join(t.TempDir(), "none.har")); err == nil || !strings.Contains(err.Error(), "syncproof record MODULE") {
		t.Errorf("got %v", err)
	}
}

func TestParseField(t *testing.T) {
	for _, good := range []string{"query:ts", "body:auth.nonce", "body:E.p[2]@a", "body", "path", "path:3", " query:ts "} {
		if got, err := ParseField(good); err != nil || got != strings.TrimSpace(good) {
			t.Errorf("%q: got %q, %v", good, got, err)
		}
	}
	for _, bad := range []string{"", "ts", "query", "query:", "path:x", "path:0", "header:Date", "body:"} {
		if _, err := ParseField(bad); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}

// No bytes make reading a recording, or replaying it, panic.
func FuzzDecode(f *testing.F) {
	content, err := sample().Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(content)
	f.Add([]byte(`{"log":{}}`))
	f.Add(bytes.Replace(content, []byte("conversation-2"), []byte("conversation-1"), 1))
	f.Add(bytes.Replace(content, []byte(`"x"`), []byte(`"#2"`), 1))
	f.Fuzz(func(t *testing.T, raw []byte) {
		file, err := Decode(raw)
		if err != nil {
			return
		}
		p := file.Conversation(map[string]string{"serverpassword": "0123456789"}).Replay()
		for _, e := range file.Conversations[0].Entries {
			if _, err := p.Respond(t.Context(), e.Request); err != nil {
				t.Errorf("the recording has no answer to its own request: %v", err)
			}
		}
		if _, err := file.Encode(); err != nil {
			t.Errorf("a recording that was read cannot be written: %v", err)
		}
	})
}

// Whatever a request's body is, it matches itself and nothing panics.
func FuzzQuestion(f *testing.F) {
	for _, body := range []string{"a=1&a=2", `{"a":[{}]}`, "<a><b c='d'/></a>", "<a", "\xff", "--x\r\n\r\n"} {
		f.Add("application/x-www-form-urlencoded", "/x?y=%zz&&=", body)
	}
	f.Add("multipart/form-data; boundary=x", "//", "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--x--")
	f.Fuzz(func(t *testing.T, kind, target, body string) {
		r := request("POST http://p/", "Content-Type: "+kind, "", body)
		r.Target = target
		c := &Conversation{Entries: []Entry{{Request: r}}}
		if _, err := c.Replay().Respond(t.Context(), r); err != nil {
			t.Errorf("a request does not match itself: %v", err)
		}
		_ = c.miss(ask(request("GET http://q/"), volatile{}))
	})
}

// The schema names every key that is written, and nothing it requires is left
// out, so that neither can change without the other.
func TestSchemaNamesEveryKey(t *testing.T) {
	raw, err := schemas.Read(schemas.Recording)
	if err != nil {
		t.Fatal(err)
	}
	var root map[string]any
	if err := json.Unmarshal(raw, &root); err != nil {
		t.Fatal(err)
	}
	content, err := sample().Encode()
	if err != nil {
		t.Fatal(err)
	}
	var written any
	if err := json.Unmarshal(content, &written); err != nil {
		t.Fatal(err)
	}
	if err := check(written); err == nil {
		t.Error("a value that was not decoded strictly was accepted")
	}
	for _, missing := range unnamed(root, root, written, "") {
		t.Error("the schema lacks " + missing)
	}
}

// unnamed lists the keys of a value that its schema does not name.
func unnamed(root, node map[string]any, value any, at string) []string {
	if ref, ok := node["$ref"].(string); ok {
		node = root["definitions"].(map[string]any)[strings.TrimPrefix(ref, "#/definitions/")].(map[string]any)
	}
	var missing []string
	switch v := value.(type) {
	case []any:
		for _, e := range v {
			missing = append(missing, unnamed(root, node["items"].(map[string]any), e, at+"[]")...)
		}
	case map[string]any:
		properties, listed := node["properties"].(map[string]any)
		for key, e := range v {
			child, named := properties[key].(map[string]any)
			switch {
			case named:
				missing = append(missing, unnamed(root, child, e, at+"."+key)...)
			case listed:
				missing = append(missing, at+"."+key)
			}
		}
	}
	return missing
}
