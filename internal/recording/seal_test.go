package recording

import (
	"bytes"
	"compress/gzip"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/upstream"
)

const (
	user     = "sync-operator"
	password = `pä:ss <w&rd> +%41'"/`
	hash     = "8f14e45fceea167a5a36dedd4bea2543"
)

func source(talks ...*Conversation) Source {
	return Source{
		Module: "acme", Tool: "syncproof 0.1.0", Accounts: 2, Conversations: talks,
		Params:  map[string]any{"serverhostname": "panel.example.com", "serverid": 1, "serversecure": true, "serverusername": user, "serverpassword": password, "serveraccesshash": hash},
		Secrets: map[string]string{"serverpassword": password, "serveraccesshash": hash},
	}
}

// basic is what a client sends for a name and a password.
func basic(name, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"+secret))
}

func digest(s string) string { h := md5.Sum([]byte(s)); return hex.EncodeToString(h[:]) }

// asks writes a secret into a request in every way a module may.
func asks(secret, key string) []upstream.Request {
	sum := sha256.Sum256([]byte(secret + ":" + user))
	inJSON := jsonText(secret, true, `\/`, true)
	return []upstream.Request{
		request("GET https://p/list?pw="+url.QueryEscape(secret), "Authorization: "+basic(user, secret)),
		request("GET https://p/list?pw=" + url.PathEscape(secret)),
		request("POST https://p/form", form, "", "hash="+key+"&pw="+url.QueryEscape(secret)),
		request("POST https://p/json", "", `{"auth":{"pw":"`+inJSON+`","key":"`+key+`"}}`),
		request("POST https://p/soap", "", `<E><pw>p&amp;`+strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#039;").Replace(secret)+`</pw></E>`),
		request("GET https://p/digest?a="+digest(secret)+"&b="+hex.EncodeToString(sum[:]), "Authorization: Bearer "+key),
		request("GET https://p/b64?a=" + url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(`{"k":"`+key+`","p":"`+inJSON+`"}`)))),
		request("GET https://p/sum?s=" + url.QueryEscape(base64.StdEncoding.EncodeToString(sum[:]))),
		request("POST https://p/upper", "", `{"pw":"\u0068x`+strings.ToUpper(hex.EncodeToString([]byte(secret)))+strings.ReplaceAll(secret, `"`, `\u0022`)+`\u00E4"}`),
		request("POST https://p/raw", "", "key: "+hex.EncodeToString([]byte(secret))+"\xff"),
	}
}

// Everything that was asked with a secret is asked again with another one, and
// the recording answers, for it holds neither.
func TestSealedRecordingAnswersOtherSecrets(t *testing.T) {
	var pairs []any
	for i, r := range asks(password, hash) {
		pairs = append(pairs, r, reply(fmt.Sprintf(`{"n":%d,"you sent":"%s"}`, i, jsonText(password, false, "/", false)), "X-Echo: "+hash))
	}
	f, content, err := Seal(source(talk(pairs...), talk(pairs...)))
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Volatile) != 0 {
		t.Errorf("got volatile fields %v", f.Volatile)
	}
	if diff := cmp.Diff([]string{"serveraccesshash", "serverpassword"}, f.Secrets); diff != "" {
		t.Error(diff)
	}
	loaded, err := Decode(content)
	if err != nil {
		t.Fatal(err)
	}
	canaries := loaded.Canaries()
	for name, with := range map[string][2]string{
		"the file's own": {canaries["serverpassword"], canaries["serveraccesshash"]},
		"others":         {"Other & quite /different\"", "another-key-0123"},
	} {
		p := loaded.Conversation(map[string]string{"serverpassword": with[0], "serveraccesshash": with[1]}).Replay()
		for i, r := range asks(with[0], with[1]) {
			got, err := p.Respond(t.Context(), r)
			if err != nil || !strings.HasPrefix(string(got.Body), fmt.Sprintf(`{"n":%d,`, i)) {
				t.Errorf("%s, %s: got %.20q, %v", name, r.Target, got.Body, err)
			}
		}
	}
}

// A login flow: the panel gives out a token and a cookie, and wants them back.
func TestSealReplacesWhatThePanelGaveOut(t *testing.T) {
	login := func(token, cookie string) *Conversation {
		return talk(
			request("POST http://p/login", "", `{"key":"`+hash+`"}`), reply(`{"token":"`+token+`","name":"token of no secret"}`, "Set-Cookie: sid="+cookie+"; Path=/; HttpOnly"),
			request("GET http://p/list?auth="+url.QueryEscape(token), "Cookie: sid="+cookie), `{"rows":[1]}`,
		)
	}
	f, content, err := Seal(source(login("aB3+xY9/zzQQ77", "0123456789abcdef"), login("cD4+wV8/yyRR66", "fedcba9876543210")))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"aB3+xY9", "aB3%2B", "0123456789abcdef", "cD4+wV8", "fedcba9876543210", hash} {
		if bytes.Contains(content, []byte(s)) {
			t.Errorf("%s is left", s)
		}
	}
	if len(f.Volatile) != 0 {
		t.Errorf("a token in the query counts as volatile: %v", f.Volatile)
	}
	p := f.Conversation(nil).Replay()
	first, err := p.Respond(t.Context(), request("POST http://p/login", "", `{"key":"`+f.Canaries()["serveraccesshash"]+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	token, _, _ := strings.Cut(strings.TrimPrefix(string(first.Body), `{"token":"`), `"`)
	if len(token) != len("aB3+xY9/zzQQ77") || token[3] != '+' {
		t.Errorf("the token's canary %q does not look like the token", token)
	}
	cookie := first.Header.Get("Set-Cookie")
	if !strings.HasPrefix(cookie, "sid=") || !strings.HasSuffix(cookie, "; Path=/; HttpOnly") || !isHex(cookie[4:20]) {
		t.Errorf("got the cookie %q", cookie)
	}
	if _, err := p.Respond(t.Context(), request("GET http://p/list?auth="+url.QueryEscape(token))); err != nil {
		t.Error(err)
	}
}

func TestSealFindsVolatileFields(t *testing.T) {
	ask := func(ts, nonce string, extra ...any) *Conversation {
		return talk(append([]any{
			request("GET http://p/list?page=1&ts=" + ts), "1",
			request("GET http://p/list?page=2&ts=" + ts), "2",
			request("POST http://p/x", "", `{"auth":{"n":"`+nonce+`"},"id":7}`), "3",
			request("GET http://p/cp" + nonce + "/list"), "4",
		}, extra...)...)
	}
	s := source(ask("100", "aa11"), ask("200", "bb22"))
	s.Volatile = []string{"body:declared"}
	f, _, err := Seal(s)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"body:auth.n", "body:declared", "path:1", "query:ts"}, f.Volatile); diff != "" {
		t.Error(diff)
	}
	// An account that came in between is no volatile number.
	detail := func(id string) []any { return []any{request("GET http://p/account?id=" + id), "x"} }
	got := Detect(talk(append(detail("1"), detail("2")...)...), talk(append(detail("1"), detail("3")...)...))
	if len(got) != 0 {
		t.Errorf("got %v", got)
	}
}

func TestSealCoversWhatNobodyCanRead(t *testing.T) {
	c := talk(
		request("GET http://p/a", "Authorization: AWS4-HMAC-SHA256 Credential=x, Signature=0123"), "",
		request("GET http://p/b", "Authorization: Bearer built-into-the-module"), "",
		request("GET http://p/c", "Authorization: WHM root:"+hash), "",
		request("GET http://p/d", "Authorization: "+basic("x", hash)), "",
		request("GET http://p/e", "Authorization: secretword"), "",
	)
	f, _, err := Seal(source(c))
	if err != nil {
		t.Fatal(err)
	}
	canary := f.Canaries()["serveraccesshash"]
	var got []string
	for _, e := range f.Conversations[0].Entries {
		got = append(got, e.Request.Header.Get("Authorization"))
	}
	want := []string{coveredName, "Bearer " + coveredName, "WHM root:" + canary, basic("x", canary), coveredName}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSealUndoesCompression(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	fmt.Fprint(w, `{"echo":"`+hash+`"}`)
	_ = w.Close()
	f, _, err := Seal(source(talk(request("GET http://p/"), reply(packed.String(), "Content-Encoding: gzip", "Content-Length: 999"))))
	if err != nil {
		t.Fatal(err)
	}
	got := f.Conversations[0].Entries[0].Reply
	want := `{"echo":"` + f.Canaries()["serveraccesshash"] + `"}`
	if string(got.Body) != want || got.Header.Get("Content-Encoding") != "" || got.Header.Get("Content-Length") != fmt.Sprint(len(want)) {
		t.Errorf("got %q with %v", got.Body, got.Header)
	}
	for _, bad := range []upstream.Reply{reply("x", "Content-Encoding: br"), reply("x", "Content-Encoding: gzip"), reply(packed.String()[:20], "Content-Encoding: gzip")} {
		if _, content, err := Seal(source(talk(request("GET http://p/"), bad))); err == nil || content != nil {
			t.Errorf("%v: got %v", bad.Header, err)
		}
	}
}

// What cannot be replaced is found, named, and keeps the recording from being
// written.
func TestSealRefusesWhatIsLeft(t *testing.T) {
	odd := func(s string) string { return base64.StdEncoding.EncodeToString([]byte("x" + s)) }
	for name, c := range map[string]struct {
		talk *Conversation
		want LeakError
	}{
		"half escaped": {
			talk(request("GET http://p/?pw=p%C3%A4:ss%20<w&rd>%20%2B%2541'\"/"), ""),
			LeakError{"serverpassword", "url-encoded", "the address of request 1 of call 1"},
		},
		"base64 that cannot be undone": {
			talk(request("GET http://p/"), "", request("GET http://p/"), "A"+odd(hash)),
			LeakError{"serveraccesshash", "base64", "the body of the reply to request 2 of call 1"},
		},
	} {
		_, content, err := Seal(source(c.talk))
		var leak *LeakError
		if !errors.As(err, &leak) || content != nil {
			t.Errorf("%s: got %v", name, err)
			continue
		}
		if diff := cmp.Diff(c.want, *leak); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if strings.Contains(err.Error(), hash) || strings.Contains(err.Error(), password) {
			t.Errorf("%s: the message holds the secret: %v", name, err)
		}
	}
}

// The search alone finds every form, whatever the replacement does.
func TestSearchFindsEveryForm(t *testing.T) {
	sum := sha256.Sum256([]byte(user + ":" + hash))
	forms := map[string]string{
		"plain": hash, "url": url.QueryEscape(password), "base64": base64.StdEncoding.EncodeToString([]byte("ab" + hash)),
		"Basic": basic(user, password), "hex": hex.EncodeToString([]byte(password)), "md5": digest(hash), "MD5": strings.ToUpper(digest(password)),
		"md5 with the user": digest(user + ":" + password), "sha256": hex.EncodeToString(sum[:]),
		"sha256 in base64": base64.StdEncoding.EncodeToString(sum[:]), "in a URL": url.QueryEscape(base64.StdEncoding.EncodeToString(sum[:])),
		"html": strings.ReplaceAll(strings.ReplaceAll(password, "&", "&amp;"), "<", "&lt;"),
	}
	s := newSearch(source().Secrets, user)
	for name, form := range forms {
		err := s.part(part{"here", []byte("before " + form + " after")})
		if err == nil || !strings.Contains(err.Error(), "in here") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if err := s.part(part{"here", []byte("nothing of it")}); err != nil {
		t.Error(err)
	}
}

// Digits stay digits, so that JSON stays JSON, and one secret under two names
// stays one.
func TestCanaries(t *testing.T) {
	s := Source{Secrets: map[string]string{"serverpassword": "same-secret-1", "serveraccesshash": "same-secret-1", "API_KEY": "90817263544"}}
	got := s.canaries()
	if got["serverpassword"] != got["serveraccesshash"] || got["API_KEY"] == "90817263544" || len(got["API_KEY"]) != 11 || strings.Trim(got["API_KEY"], "0123456789") != "" {
		t.Errorf("got %v", got)
	}
	for like, class := range map[string]string{"aB3-9f": "letters", "00ff12ab": "hex", "12": "digits"} {
		a, b := shaped("one", like), shaped("two", like)
		if len(a) != len(like) || a != shaped("one", like) || a == b || a == like {
			t.Errorf("%s (%s) became %s and %s", like, class, a, b)
		}
		if class == "hex" && !isHex(a) {
			t.Errorf("%s became %s", like, a)
		}
	}
}

func TestSealRefusesOrdinarySecrets(t *testing.T) {
	s := source(talk())
	s.Secrets["serverpassword"] = "test"
	if _, content, err := Seal(s); err == nil || content != nil || !strings.Contains(err.Error(), "serverpassword is so short") {
		t.Errorf("got %v", err)
	}
}
