package panel_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"syncproof/internal/panel"
	"syncproof/internal/upstream"
)

// request makes a request as the proxy hands it on; headers are given as name and
// value in turn.
func request(method, target, body string, headers ...string) upstream.Request {
	r := upstream.Request{Method: method, Scheme: "https", Host: "panel.example", Target: target, Header: http.Header{}, Body: []byte(body)}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

func read(t testing.TB, text string) *panel.Profile {
	t.Helper()
	p, err := panel.Read("p.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPeekChangesNothing(t *testing.T) {
	played := panel.New(shipped(t, "rest"), panel.Fleet(1, 3), credentials())
	ctx := context.Background()
	before := played.State()
	auth := []string{"Authorization", "Bearer " + credentials().AccessHash}
	peeked, err := played.Peek(ctx, request("POST", "/api/v2/accounts/1001/suspend", "", auth...))
	if err != nil || !strings.Contains(string(peeked.Body), `"state": "suspended"`) {
		t.Errorf("%s, %v", peeked.Body, err)
	}
	for _, r := range []upstream.Request{
		request("DELETE", "/api/v2/accounts/1001", "", auth...), request("POST", "/api/v2/accounts", `{"login": "new"}`, auth...),
	} {
		if _, err := played.Peek(ctx, r); err != nil {
			t.Error(err)
		}
	}
	if played.State() != before {
		t.Error("peeking changed the state")
	}
	// A token that was only seen opens nothing; the one that is then issued is it.
	login := request("POST", "/api/v2/sessions", `{"key": "hash-8f14e45f"}`)
	peeked, _ = played.Peek(ctx, login)
	token := decode[struct{ Token string }](t, string(peeked.Body)).Token
	use := request("GET", "/api/v2/accounts", "", "Authorization", "Bearer "+token)
	if reply, _ := played.Respond(ctx, use); reply.Status != 401 {
		t.Errorf("status %d", reply.Status)
	}
	given, _ := played.Respond(ctx, login)
	if string(given.Body) != string(peeked.Body) {
		t.Errorf("%s was peeked, %s given", peeked.Body, given.Body)
	}
	if reply, _ := played.Respond(ctx, use); reply.Status != 200 {
		t.Errorf("status %d", reply.Status)
	}
	played.ExpireSessions()
	if reply, _ := played.Respond(ctx, use); reply.Status != 401 {
		t.Errorf("status %d after the sessions expired", reply.Status)
	}
}

func TestSessionsExpireWhenTold(t *testing.T) {
	text := strings.Replace(small, "auth:\n", "session:\n  requests: 2\nauth:\n", 1)
	text = strings.Replace(text, `header:X-Key: "{accesshash}"`, `cookie:sid: "{session}"`, 1) + `  - name: login
    method: POST
    path: /login
    auth:
      - form:user: "{username}"
        form:pass: "{password}"
    login: true
    reply:
      headers:
        Set-Cookie: sid={{.session}}; Path=/
      body: '{}'
`
	played := panel.New(read(t, text), panel.Fleet(1, 3), panel.Credentials{Username: "u", Password: "p&q"})
	ctx := context.Background()
	if r, _ := played.Respond(ctx, request("POST", "/login", "user=u&pass=p")); r.Status != 401 {
		t.Errorf("a wrong password: %d", r.Status)
	}
	r, err := played.Respond(ctx, request("POST", "/login", "user=u&pass=p%26q"))
	if err != nil || r.Status != 200 {
		t.Fatal(r.Status, err)
	}
	cookie, _, _ := strings.Cut(r.Header.Get("Set-Cookie"), ";")
	for i, want := range []int{200, 200, 401} {
		if r, _ := played.Respond(ctx, request("GET", "/accounts", "", "Cookie", cookie)); r.Status != want {
			t.Errorf("request %d: %d, want %d", i+1, r.Status, want)
		}
	}
}

func TestWaysToAuthenticate(t *testing.T) {
	secret := panel.Credentials{Username: "api", Password: "p:w", AccessHash: "line1\r\nline2"}
	basic := func(s string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(s)) }
	for _, test := range []struct {
		way    string
		secret panel.Credentials
		good   upstream.Request
		bad    []upstream.Request
	}{
		{`basic: "{username}:{password}"`, secret, request("GET", "/accounts", "", "Authorization", basic("api:p:w")), []upstream.Request{
			request("GET", "/accounts", ""), request("GET", "/accounts", "", "Authorization", basic("api:")), request("GET", "/accounts", "", "Authorization", "Basic !"),
		}},
		{`header:Authorization: "WHM {username}:{accesshash}"`, secret, request("GET", "/accounts", "", "Authorization", "whm api:line1line2"), []upstream.Request{
			request("GET", "/accounts", "", "Authorization", "whm api:line1"), request("GET", "/accounts", "", "Authorization", "Bearer api:line1line2"), request("GET", "/accounts", "", "Authorization", "whm"),
		}},
		{`query:key: "{password}"`, secret, request("GET", "/accounts?key=p%3Aw", ""), []upstream.Request{request("GET", "/accounts?key=", ""), request("GET", "/accounts?KEY=p:w", "")}},
		{`json:auth.key: "{password}"`, secret, request("GET", "/accounts", `{"auth": {"key": "p:w"}}`), []upstream.Request{request("GET", "/accounts", `{"auth": "p:w"}`), request("GET", "/accounts", `{"auth": {"key": null}}`)}},
		{`query:key: "{accesshash}"`, panel.Credentials{Username: "api"}, upstream.Request{}, []upstream.Request{request("GET", "/accounts?key=", ""), request("GET", "/accounts", "")}},
		{`header:X-S: "{session}"`, secret, upstream.Request{}, []upstream.Request{request("GET", "/accounts", "", "X-S", "")}},
	} {
		played := panel.New(read(t, strings.Replace(small, `header:X-Key: "{accesshash}"`, test.way, 1)), panel.Fleet(1, 3), test.secret)
		if test.good.Method != "" {
			if r, err := played.Respond(context.Background(), test.good); r.Status != 200 || err != nil {
				t.Errorf("%s: %d, %v", test.way, r.Status, err)
			}
		}
		for i, bad := range test.bad {
			if r, err := played.Respond(context.Background(), bad); r.Status != 401 || err != nil {
				t.Errorf("%s, %d: %d, %v", test.way, i, r.Status, err)
			}
		}
	}
}

// Each kind of paging gives every account once, whatever the size of a page.
func TestPagingGivesEveryAccountOnce(t *testing.T) {
	fleet := panel.Fleet(5, 7)
	// The panel has some of them twice, next to each other and apart.
	fleet = append(fleet, fleet[6], fleet[2], fleet[6])
	for _, kind := range []string{"page", "offset", "cursor", "token", "link"} {
		for _, size := range []int{1, 2, 3, 5, 9, 10, 11} {
			text := strings.Replace(strings.Replace(small, "paging: page", "paging: "+kind, 1), "maximum: 3", "maximum: 100", 1)
			played := panel.New(read(t, text), fleet, credentials())
			var got []string
			target := fmt.Sprintf("/accounts?size=%d", size)
			for range 12 {
				r, err := played.Respond(context.Background(), request("GET", target, "", "X-Key", credentials().AccessHash))
				if err != nil || r.Status != 200 {
					t.Fatalf("%s of %d: %s, %v", kind, size, r.Body, err)
				}
				page := decode[struct {
					Next  string
					Total int
					IDs   []string
				}](t, string(r.Body))
				got = append(got, page.IDs...)
				if page.Total != 10 {
					t.Errorf("total %d", page.Total)
				}
				if page.Next == "" {
					break
				}
				target = fmt.Sprintf("/accounts?size=%d&page=%s", size, page.Next)
				if kind == "link" {
					want := fmt.Sprintf("<https://panel.example/accounts?page=%s&size=%d>; rel=\"next\"", page.Next, size)
					if link := r.Header.Get("Link"); link != want {
						t.Errorf("Link: %s, want %s", link, want)
					}
				}
			}
			var want []string
			for _, a := range fleet {
				want = append(want, a.ID)
			}
			same(t, fmt.Sprintf("%s of %d", kind, size), got, want)
		}
	}
}

func TestRoutes(t *testing.T) {
	text := `panel: Routes
states: {active: a, suspended: s}
errors:
  not_found: {status: 404, body: 'nothing {{xml .message}}', type: text/plain}
routes:
  - {name: soap, method: POST, path: /x, when: {soap: GetAll, soapaction: 'urn:*'}, reply: {body: soap}}
  - {name: xmlrpc, method: POST, path: /x, when: {rpc: a.b, 'rpc:0.deep.1': two}, reply: {body: xmlrpc}}
  - {name: jsonrpc, method: POST, path: /x, when: {rpc: c.d, 'rpc:limit': 5}, reply: {body: jsonrpc}}
  - {name: form, method: [POST, PUT], path: /x, when: {'form:do': 'sus*end'}, reply: {body: form}}
  - {name: attribute, method: POST, path: /x, when: {'xml:filter.@kind': all}, reply: {body: attribute}}
  - {name: file, path: '/users/{name}.json', reply: {body: 'file {{from "path:name"}}'}}
  - {name: query, path: /x, when: {'query:a': '*'}, reply: {body: query}}
`
	played := panel.New(read(t, text), nil, panel.Credentials{})
	for _, test := range []struct {
		request upstream.Request
		want    string
	}{
		{request("POST", "/x", `<e:Envelope xmlns:e="x"><e:Body><m:GetAll xmlns:m="y"/></e:Body></e:Envelope>`, "SOAPAction", `"urn:panel#GetAll"`), "soap"},
		{request("POST", "/x", `<e:Envelope xmlns:e="x"><e:Body><m:GetAll xmlns:m="y"/></e:Body></e:Envelope>`, "Content-Type", `application/soap+xml; action="urn:x"`), "soap"},
		{request("POST", "/x", `<methodCall><methodName>a.b</methodName><params><param><value><struct><member><name>deep</name><value><array><data><value>one</value><value><string>two</string></value></data></array></value></member></struct></value></param></params></methodCall>`), "xmlrpc"},
		{request("POST", "/x", `{"method": "c.d", "params": {"limit": 5}}`), "jsonrpc"},
		{request("PUT", "/x", `do=suspend`), "form"},
		{request("POST", "/x", `<q><filter kind="all"/></q>`), "attribute"},
		{request("GET", "/users/a%20b.json", ""), "file a b"},
		{request("HEAD", "/x?a=", ""), "query"},
		{request("GET", "https://panel.example/x?a=1", ""), "query"},
		{request("GET", "/x", ""), "nothing There is nothing that answers GET /x."},
		{request("DELETE", "/x?a=1", ""), "nothing There is nothing that answers DELETE /x."},
		{request("GET", "/users/.json", ""), "nothing There is nothing that answers GET /users/.json."},
	} {
		reply, err := played.Respond(context.Background(), test.request)
		if err != nil || string(reply.Body) != test.want {
			t.Errorf("%s %s: got %q, %v, want %q", test.request.Method, test.request.Target, reply.Body, err, test.want)
		}
	}
}

func TestDates(t *testing.T) {
	created := firstOf2024()
	for format, want := range map[string]string{
		"Y-m-d H:i:s": "2024-03-05 08:07:09", "c": "2024-03-05T08:07:09+02:00", "U": "1709618829", "D, d M Y H:i:s O": "Tue, 05 Mar 2024 08:07:09 +0200",
		`j.n.y \a\t G:i A`: "5.3.24 at 8:07 AM", "Uv": "1709618829000", "Y-m-d\\TH:i:sP": "2024-03-05T08:07:09+02:00", "": "",
	} {
		text := strings.Replace(small, "states:\n", "timezone: +02:00\nstates:\n", 1)
		text = strings.Replace(text, `{"id": {{json .account.id}}, "state": {{json .account.state}}}`, "{{date `"+format+"` .account.created}}", 1)
		fleet := panel.Fleet(1, 1)
		fleet[0].Created = &created
		r, err := panel.New(read(t, text), fleet, credentials()).Respond(context.Background(), request("GET", "/accounts/1001", "", "X-Key", credentials().AccessHash))
		if err != nil || string(r.Body) != want {
			t.Errorf("%s: got %q, %v, want %q", format, r.Body, err, want)
		}
	}
}

func TestManyClientsAtOnce(t *testing.T) {
	played := panel.New(shipped(t, "rest"), panel.Fleet(1, 50), credentials())
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for n := range 20 {
				r := request("GET", fmt.Sprintf("/api/v2/accounts?page=%d", n%3+1), "", "Authorization", "Bearer "+credentials().AccessHash)
				if i%2 == 0 {
					r = request("POST", fmt.Sprintf("/api/v2/accounts/%d/suspend", 1001+n), "", "Authorization", "Bearer "+credentials().AccessHash)
				}
				if reply, err := played.Respond(context.Background(), r); err != nil || reply.Status != 200 {
					t.Error(reply.Status, err)
				}
				played.State()
			}
		})
	}
	wg.Wait()
	for _, a := range played.Accounts()[:20] {
		if a.State != panel.Suspended {
			t.Errorf("%s is %s", a.ID, a.State)
		}
	}
}

func TestOwnErrors(t *testing.T) {
	played := panel.New(shipped(t, "rest"), nil, credentials())
	reply, has, err := played.Failure(context.Background(), panel.ErrorServer, request("GET", "/", ""))
	if !has || err != nil || reply.Status != 500 || !strings.Contains(string(reply.Body), `"code": "internal"`) {
		t.Errorf("%d %s, %v, %v", reply.Status, reply.Body, has, err)
	}
	if _, has, _ := panel.New(read(t, small), nil, credentials()).Failure(context.Background(), panel.ErrorServer, request("GET", "/", "")); has {
		t.Error("a reply that is not in the profile")
	}
}
