package stubpanel

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// answer is what a test looks at in a reply.
type answer struct {
	status int
	header http.Header
	body   string
}

func ask(t *testing.T, v Variant, method, target, authorization, body string) answer {
	t.Helper()
	handler, err := New(Options{Variant: v})
	if err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequest(method, target, strings.NewReader(body))
	if authorization == "basic" {
		c := DefaultCredentials()
		request.SetBasicAuth(c.Username, c.Password)
	} else if authorization != "" {
		request.Header.Set("Authorization", authorization)
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return answer{recorder.Code, recorder.Result().Header, recorder.Body.String()}
}

func bearer() string { return "Bearer " + DefaultCredentials().AccessHash }

type jsonList struct {
	Data    []jsonAccount
	Page    int
	PerPage int `json:"per_page"`
	Pages   int
	Total   int
}

func askList(t *testing.T, v Variant, query string) jsonList {
	t.Helper()
	got := ask(t, v, "GET", "/api/v2/accounts"+query, bearer(), "")
	if got.status != http.StatusOK {
		t.Fatalf("GET accounts%s: status %d, body %s", query, got.status, got.body)
	}
	var list jsonList
	if err := json.Unmarshal([]byte(got.body), &list); err != nil {
		t.Fatal(err)
	}
	return list
}

func TestJSONPages(t *testing.T) {
	tests := []struct {
		variant Variant
		query   string
		want    string
	}{
		{Regular, "", "1/25/1/9: 1001 1002 1003 1004 1005 1006 1007 1008 1009"},
		{Regular, "?per_page=500", "1/100/1/9: 1001 1002 1003 1004 1005 1006 1007 1008 1009"},
		{Regular, "?page=2&per_page=5", "2/5/2/9: 1006 1007 1008 1009"},
		{Regular, "?page=3&per_page=5", "3/5/2/9:"},
		{Regular, "?page=1000000&per_page=1000000", "1000000/100/1/9:"},
		{SmallPages, "?per_page=100", "1/4/3/9: 1001 1002 1003 1004"},
		{SmallPages, "?page=3&per_page=100", "3/4/3/9: 1009"},
	}
	for _, tt := range tests {
		list := askList(t, tt.variant, tt.query)
		got := fmt.Sprintf("%d/%d/%d/%d:", list.Page, list.PerPage, list.Pages, list.Total)
		for _, a := range list.Data {
			got += fmt.Sprint(" ", a.ID)
		}
		if got != tt.want {
			t.Errorf("%q%s: got %q, want %q", tt.variant, tt.query, got, tt.want)
		}
	}
}

func TestJSONAccountOnTheWire(t *testing.T) {
	got := ask(t, Regular, "GET", "/api/v2/accounts?page=5&per_page=1", bearer(), "").body
	want := `{"data":[{"id":1005,"external_id":"whmcs-31","customer":"C-305","login":"sixonly","name":"Ines Seis",` +
		`"email":"ines@sixonly.example","domain":"sixonly.example","aliases":[],` +
		`"plan":{"id":"starter","label":"Starter 10 GB"},` +
		`"addresses":{"v4":[],"v6":["2001:db8:0:50::1","2001:db8:0:51::1"]},"state":"active",` +
		`"created_at":"2022-05-17T08:00:00+09:30","expires_at":"2099-12-31T23:59:59Z","uptime_seconds":3600}],` +
		`"page":5,"per_page":1,"pages":9,"total":9}` + "\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("wrong account (-want +got):\n%s", diff)
	}
}

func TestJSONPlans(t *testing.T) {
	got := ask(t, Regular, "GET", "/api/v2/plans", bearer(), "").body
	want := `{"data":[{"id":"starter","label":"Starter 10 GB"},{"id":"business","label":"Business 50 GB"},` +
		`{"id":"agency","label":"Agency & Resellers"}],"page":1,"per_page":3,"pages":1,"total":3}` + "\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("wrong plans (-want +got):\n%s", diff)
	}
}

func TestJSONErrors(t *testing.T) {
	tests := []struct {
		name, method, target, authorization string
		status                              int
		code                                string
		header, value                       string
	}{
		{"no credentials", "GET", "/api/v2/accounts", "", 401, "unauthorized", "WWW-Authenticate", `Bearer realm="panel"`},
		{"wrong hash", "GET", "/api/v2/plans", "Bearer nope", 401, "unauthorized", "WWW-Authenticate", `Bearer realm="panel"`},
		{"hash without scheme", "GET", "/api/v2/plans", DefaultCredentials().AccessHash, 401, "unauthorized", "WWW-Authenticate", `Bearer realm="panel"`},
		{"basic instead of bearer", "GET", "/api/v2/plans", "basic", 401, "unauthorized", "WWW-Authenticate", `Bearer realm="panel"`},
		{"post", "POST", "/api/v2/accounts", bearer(), 405, "method_not_allowed", "Allow", "GET"},
		{"page zero", "GET", "/api/v2/accounts?page=0", bearer(), 400, "bad_request", "Content-Type", "application/json"},
		{"page word", "GET", "/api/v2/accounts?page=last", bearer(), 400, "bad_request", "Content-Type", "application/json"},
		{"huge page", "GET", "/api/v2/accounts?page=99999999999999999999", bearer(), 400, "bad_request", "Content-Type", "application/json"},
		{"negative size", "GET", "/api/v2/accounts?per_page=-5", bearer(), 400, "bad_request", "Content-Type", "application/json"},
		{"no such resource", "GET", "/api/v1/accounts", bearer(), 404, "not_found", "Content-Type", "application/json"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ask(t, Regular, tt.method, tt.target, tt.authorization, "")
			var body struct {
				Error struct{ Code, Message string }
			}
			if err := json.Unmarshal([]byte(got.body), &body); err != nil {
				t.Fatal(err)
			}
			if got.status != tt.status || body.Error.Code != tt.code || body.Error.Message == "" {
				t.Errorf("got %d %s, want %d %s and a message", got.status, got.body, tt.status, tt.code)
			}
			if got.header.Get(tt.header) != tt.value {
				t.Errorf("got %s: %q, want %q", tt.header, got.header.Get(tt.header), tt.value)
			}
		})
	}
}

func TestXMLAccountOnTheWire(t *testing.T) {
	got := ask(t, Regular, "POST", "/xml/", "basic", `<request><account-list offset="1" limit="1"/></request>`)
	want := `<?xml version="1.0" encoding="UTF-8"?>` + "\n" +
		`<response status="ok"><accounts total="9" offset="1"><account id="1002" state="active">` +
		`<login>obrien</login><domain>obrien.example</domain>` +
		`<contact><name>Sean O&#39;Brien</name><email>sean.o&#39;brien@obrien.example</email></contact>` +
		`<plan id="business">Business 50 GB</plan><address family="ipv4">192.0.2.11</address>` +
		`<address family="ipv4">198.51.100.11</address><created>1582934400</created></account></accounts></response>`
	if diff := cmp.Diff(want, got.body); diff != "" {
		t.Errorf("wrong account (-want +got):\n%s", diff)
	}
	if got.status != http.StatusOK || got.header.Get("Content-Type") != "application/xml; charset=utf-8" {
		t.Errorf("got status %d, header %v", got.status, got.header)
	}
}

func TestXMLRangesAndPlans(t *testing.T) {
	tests := []struct {
		variant Variant
		packet  string
		want    string
	}{
		{Regular, `<account-list offset="0" limit="200"/>`, "9 from 0: 1001 1002 1003 1004 1005 1006 1007 1008 1009"},
		{SmallPages, `<account-list offset="4" limit="200"/>`, "9 from 4: 1005 1006 1007 1008"},
		{SmallPages, `<account-list offset="8" limit="200"/>`, "9 from 8: 1009"},
		{Regular, `<account-list offset="9" limit="200"/>`, "9 from 9:"},
		{Regular, `<plan-list/>`, "plans: starter business agency"},
	}
	for _, tt := range tests {
		reply := ask(t, tt.variant, "POST", "/xml/", "basic", "<request>"+tt.packet+"</request>")
		var response xmlResponse
		if err := xml.Unmarshal([]byte(reply.body), &response); err != nil {
			t.Fatal(err)
		}
		got := "plans:"
		if response.Plans != nil {
			for _, p := range response.Plans.Plans {
				got += " " + p.ID
			}
		} else {
			got = fmt.Sprintf("%d from %d:", response.Accounts.Total, response.Accounts.Offset)
			for _, a := range response.Accounts.Accounts {
				got += fmt.Sprint(" ", a.ID)
			}
		}
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.packet, got, tt.want)
		}
	}
}

func TestXMLErrors(t *testing.T) {
	tests := []struct {
		name, method, target, authorization, body string
		status                                    int
		code                                      string
	}{
		{"no credentials", "POST", "/xml/", "", "<request/>", 401, "auth"},
		{"bearer instead of basic", "POST", "/xml/", bearer(), "<request/>", 401, "auth"},
		{"get", "GET", "/xml/", "basic", "", 405, "method"},
		{"deeper path", "POST", "/xml/v1", "basic", "<request/>", 404, "path"},
		{"empty body", "POST", "/xml/", "basic", "", 200, "packet"},
		{"not xml", "POST", "/xml/", "basic", "{}", 200, "packet"},
		{"cut off", "POST", "/xml/", "basic", "<request><plan-list>", 200, "packet"},
		{"too long", "POST", "/xml/", "basic", "<request>" + strings.Repeat(" ", maxPacket) + "</request>", 200, "packet"},
		{"no operation", "POST", "/xml/", "basic", "<request/>", 200, "operation"},
		{"two operations", "POST", "/xml/", "basic", `<request><plan-list/><account-list limit="1"/></request>`, 200, "operation"},
		{"no limit", "POST", "/xml/", "basic", "<request><account-list/></request>", 200, "range"},
		{"negative offset", "POST", "/xml/", "basic", `<request><account-list offset="-1" limit="1"/></request>`, 200, "range"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ask(t, Regular, tt.method, tt.target, tt.authorization, tt.body)
			var response xmlResponse
			if err := xml.Unmarshal([]byte(got.body), &response); err != nil {
				t.Fatal(err)
			}
			if got.status != tt.status || response.Status != "error" || response.Error.Code != tt.code {
				t.Errorf("got %d %s, want %d with the error %q", got.status, got.body, tt.status, tt.code)
			}
		})
	}
}

// What a variant is for has to be visible, and nothing else may differ.
func TestVariantsDifferInOnePoint(t *testing.T) {
	regular, err := Fleet(Regular)
	if err != nil {
		t.Fatal(err)
	}
	want := map[Variant]string{
		Regular: "", SmallPages: "",
		CaseVariants:    "1002 Login AnnaBerg;",
		UmlautLogins:    "1003 Login müller;",
		UnicodeDomains:  "1003 Domain Müller-München.example;",
		UnknownDates:    "1004 CreatedAt ;1007 CreatedAt ;",
		ImpossibleDates: "1005 CreatedAt 2023-02-30T10:00:00+01:00;",
		WithoutPlan:     "1006 Plan ;",
		UnknownState:    "1005 State quarantined;",
	}
	for _, v := range Variants() {
		fleet, err := Fleet(v)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for i, a := range fleet {
			was := regular[i]
			for _, field := range []struct{ name, was, is string }{
				{"Login", was.Login, a.Login}, {"Domain", was.Domain, a.Domain}, {"CreatedAt", was.CreatedAt, a.CreatedAt},
				{"Plan", was.Plan, a.Plan}, {"State", was.State, a.State}, {"Email", was.Email, a.Email},
			} {
				if field.was != field.is {
					got += fmt.Sprintf("%d %s %s;", a.ID, field.name, field.is)
				}
			}
		}
		if got != want[v] {
			t.Errorf("%q: got differences %q, want %q", v, got, want[v])
		}
	}
	if _, err := Fleet("no-such"); err == nil {
		t.Error("an unknown variant was accepted")
	}
	if _, err := New(Options{Variant: "no-such"}); err == nil {
		t.Error("a panel with an unknown variant was made")
	}
}

// The regular fleet is what conformant modules are measured with, so it must
// itself be beyond doubt.
func TestRegularFleetIsSound(t *testing.T) {
	fleet, err := Fleet(Regular)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, a := range fleet {
		for _, id := range []string{fmt.Sprint(a.ID), strings.ToLower(a.Login), strings.ToLower(a.Domain)} {
			if seen[id] {
				t.Errorf("%d: %q is used twice", a.ID, id)
			}
			seen[id] = true
		}
		if created, err := time.Parse(time.RFC3339, a.CreatedAt); err != nil || created.Year() < 2019 || created.Year() > 2024 {
			t.Errorf("%d: created %q", a.ID, a.CreatedAt)
		}
		if _, err := mail.ParseAddress(a.Email); a.Email != "" && err != nil {
			t.Errorf("%d: %v", a.ID, err)
		}
		if planOrNull(a.Plan) == nil || len(a.IPv4)+len(a.IPv6) == 0 {
			t.Errorf("%d: plan %q, addresses %v %v", a.ID, a.Plan, a.IPv4, a.IPv6)
		}
	}
}

func TestStartServesAndCloses(t *testing.T) {
	server, err := Start(t.Context(), Options{Credentials: Credentials{Username: "u", Password: "p", AccessHash: "h"}})
	if err != nil {
		t.Fatal(err)
	}
	url := fmt.Sprintf("http://%s:%d/api/v2/plans", server.Host, server.Port)
	want := map[string]any{
		"server": true, "serverid": 1, "serverip": "127.0.0.1", "serverhostname": "127.0.0.1",
		"serverusername": "u", "serverpassword": "p", "serveraccesshash": "h",
		"serversecure": false, "serverhttpprefix": "http", "serverport": fmt.Sprint(server.Port),
	}
	if diff := cmp.Diff(want, server.Params()); diff != "" {
		t.Errorf("wrong parameters (-want +got):\n%s", diff)
	}
	if status := get(t, url, "Bearer h"); status != http.StatusOK {
		t.Errorf("got status %d with the right hash", status)
	}
	if status := get(t, url, bearer()); status != http.StatusUnauthorized {
		t.Errorf("got status %d with another panel's hash", status)
	}
	if err := server.Close(); err != nil {
		t.Errorf("closing: %v", err)
	}
	if _, err := http.Get(url); err == nil {
		t.Error("the panel still answers after Close")
	}
}

func TestStartEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server, err := Start(ctx, Options{})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-server.served; !errors.Is(err, http.ErrServerClosed) {
		t.Errorf("got %v, want the server to be closed", err)
	}
	if _, err := Start(t.Context(), Options{Variant: "no-such"}); err == nil {
		t.Error("a panel with an unknown variant was started")
	}
}

func get(t *testing.T, url, authorization string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", authorization)
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	if _, err := io.Copy(io.Discard, reply.Body); err != nil {
		t.Fatal(err)
	}
	return reply.StatusCode
}

// Whatever bytes arrive, the XML API answers with well-formed XML.
func FuzzXMLPacket(f *testing.F) {
	f.Add([]byte(`<request><account-list offset="0" limit="200"/></request>`))
	f.Add([]byte(`<request><account-list offset="9223372036854775807" limit="9223372036854775807"/></request>`))
	f.Add([]byte(`<!DOCTYPE r [<!ENTITY a "b">]><request>&a;<plan-list/></request>`))
	f.Add([]byte("\xff\xfe<\x00"))
	handler, err := New(Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		request := httptest.NewRequest(http.MethodPost, "/xml/", strings.NewReader(string(body)))
		c := DefaultCredentials()
		request.SetBasicAuth(c.Username, c.Password)
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, request)
		var response xmlResponse
		if err := xml.Unmarshal(recorder.Body.Bytes(), &response); err != nil {
			t.Fatalf("the reply is not XML: %v", err)
		}
		if response.Status != "ok" && response.Error == nil {
			t.Fatalf("the reply says neither: %s", recorder.Body)
		}
	})
}
