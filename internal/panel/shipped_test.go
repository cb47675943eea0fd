package panel_test

import (
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"syncproof/internal/panel"
)

func usernames(fleet []panel.Account) []string {
	var names []string
	for _, a := range fleet {
		names = append(names, a.Username)
	}
	return names
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func TestWHMProfile(t *testing.T) {
	fleet := panel.Fleet(3, 7)
	fleet[2].State = panel.Suspended
	c := start(t, shipped(t, "whm"), fleet)
	auth := []string{"Authorization", "WHM sync-operator:hash-8f14e45f"}
	want := usernames(fleet)
	slices.Sort(want)

	type answer struct {
		Data struct {
			Acct []struct {
				User          string
				Suspended     int
				UnixStartdate int64 `json:"unix_startdate"`
			}
		}
		Metadata struct {
			Result int
			Reason string
		}
	}
	if body := c.want(403, "GET", "/json-api/listaccts?api.version=1", "", "Authorization", "whm root:hash-8f14e45f"); !strings.Contains(body, "Access denied") {
		t.Errorf("wrong credentials: %s", body)
	}
	all := decode[answer](t, c.want(200, "GET", "/json-api/listaccts?api.version=1", "", auth...))
	var got []string
	for _, a := range all.Data.Acct {
		got = append(got, a.User)
		if a.User == fleet[2].Username && (a.Suspended != 1 || a.UnixStartdate != fleet[2].Created.Unix()) {
			t.Errorf("got %+v", a)
		}
	}
	same(t, "whole", got, want)

	got = nil
	for begin := 1; begin < 9; begin += 3 {
		page := decode[answer](t, c.want(200, "GET", fmt.Sprintf("/json-api/listaccts?api.version=1&api.chunk.enable=1&api.chunk.size=3&api.chunk.start=%d", begin), "", auth...))
		for _, a := range page.Data.Acct {
			got = append(got, a.User)
		}
	}
	same(t, "in chunks", got, want)

	one := decode[answer](t, c.want(200, "GET", "/json-api/accountsummary?api.version=1&user="+fleet[0].Username, "", auth...))
	if one.Metadata.Result != 1 || len(one.Data.Acct) != 1 || one.Data.Acct[0].User != fleet[0].Username {
		t.Errorf("one account: %+v", one)
	}
	none := decode[answer](t, c.want(200, "GET", "/json-api/accountsummary?api.version=1&user=nobody", "", auth...))
	if none.Metadata.Result != 0 || none.Metadata.Reason != "Account does not exist." {
		t.Errorf("no account: %+v", none)
	}
}

func TestDirectAdminProfile(t *testing.T) {
	fleet := panel.Fleet(3, 5)
	fleet[1].State = panel.Suspended
	c := start(t, shipped(t, "directadmin"), fleet)
	auth := []string{"Authorization", "Basic " + base64.StdEncoding.EncodeToString([]byte(`sync-operator:pä:ss <w&rd> +%41'"`))}
	want := usernames(fleet)
	slices.Sort(want)

	if body := c.want(401, "GET", "/CMD_API_SHOW_ALL_USERS", ""); !strings.HasPrefix(body, "<html>") {
		t.Errorf("no credentials: %s", body)
	}
	list, err := url.ParseQuery(c.want(200, "GET", "/CMD_API_SHOW_ALL_USERS", "", auth...))
	if err != nil {
		t.Fatal(err)
	}
	same(t, "list", list["list[]"], want)
	user, err := url.ParseQuery(c.want(200, "GET", "/CMD_API_SHOW_USER_CONFIG?user="+fleet[1].Username, "", auth...))
	if err != nil || user.Get("suspended") != "yes" || user.Get("domain") != fleet[1].Domain || user.Get("username") != fleet[1].Username {
		t.Errorf("got %v, %v", user, err)
	}
	if body := c.want(200, "GET", "/CMD_API_SHOW_USER_CONFIG?user=nobody", "", auth...); !strings.HasPrefix(body, "error=1&text=") {
		t.Errorf("an unknown user: %s", body)
	}
	before := c.panel.State()
	c.want(200, "POST", "/CMD_API_SELECT_USERS", "dosuspend=1&select0="+fleet[0].Username, append(auth, "Content-Type", "application/x-www-form-urlencoded")...)
	if c.panel.State() == before || c.panel.Accounts()[0].State != panel.Suspended {
		t.Error("the account was not suspended")
	}
}

func TestPleskProfile(t *testing.T) {
	fleet := panel.Fleet(3, 4)
	fleet[3].State = "expired"
	c := start(t, shipped(t, "plesk"), fleet)
	auth := []string{"HTTP_AUTH_LOGIN", "sync-operator", "HTTP_AUTH_PASSWD", credentials().Password, "Content-Type", "text/xml"}
	type result struct {
		Status  string `xml:"status"`
		Errcode string `xml:"errcode"`
		ID      string `xml:"id"`
		State   string `xml:"data>gen_info>status"`
	}
	type packet struct {
		Error   string   `xml:"system>errcode"`
		Results []result `xml:"webspace>get>result"`
	}
	get := func(filter string, headers ...string) packet {
		var p packet
		body := c.want(200, "POST", "/enterprise/control/agent.php", `<?xml version="1.0"?><packet><webspace><get><filter>`+filter+`</filter><dataset><gen_info/></dataset></get></webspace></packet>`, headers...)
		if err := xml.Unmarshal([]byte(body), &p); err != nil {
			t.Fatal(err)
		}
		return p
	}
	if p := get("", "HTTP_AUTH_LOGIN", "sync-operator", "HTTP_AUTH_PASSWD", "wrong"); p.Error != "1001" || len(p.Results) != 0 {
		t.Errorf("wrong credentials: %+v", p)
	}
	all := get("", auth...)
	if len(all.Results) != 4 || all.Results[3].State != "256" || all.Results[0].ID != fleet[0].ID {
		t.Errorf("all: %+v", all)
	}
	if one := get("<name>"+fleet[2].Domain+"</name>", auth...); len(one.Results) != 1 || one.Results[0].ID != fleet[2].ID {
		t.Errorf("by name: %+v", one)
	}
	if none := get("<id>99</id>", auth...); len(none.Results) != 1 || none.Results[0] != (result{Status: "error", Errcode: "1013"}) {
		t.Errorf("none: %+v", none)
	}
}

func TestSOAPProfile(t *testing.T) {
	fleet := panel.Fleet(3, 5)
	c := start(t, shipped(t, "soap"), fleet)
	call := func(status int, password, body string) string {
		var escaped strings.Builder
		_ = xml.EscapeText(&escaped, []byte(password))
		return c.want(status, "POST", "/soap/", `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header><w:Security xmlns:w="urn:w"><w:UsernameToken><w:Username>sync-operator</w:Username><w:Password>`+
			escaped.String()+`</w:Password></w:UsernameToken></w:Security></s:Header><s:Body>`+body+`</s:Body></s:Envelope>`, "SOAPAction", `"urn:acme-panel#x"`)
	}
	type answer struct {
		Total  int      `xml:"Body>GetAccountsResponse>total"`
		Logins []string `xml:"Body>GetAccountsResponse>accounts>account>login"`
	}
	if body := call(500, "wrong", "<GetAccounts/>"); !strings.Contains(body, "soap:Client.Authentication") {
		t.Errorf("wrong credentials: %s", body)
	}
	var got []string
	for offset := 0; offset < 6; offset += 2 {
		var a answer
		if err := xml.Unmarshal([]byte(call(200, credentials().Password, fmt.Sprintf("<GetAccounts><offset>%d</offset><limit>2</limit></GetAccounts>", offset))), &a); err != nil {
			t.Fatal(err)
		}
		if a.Total != 5 {
			t.Errorf("total %d", a.Total)
		}
		got = append(got, a.Logins...)
	}
	same(t, "list", got, usernames(fleet))
	if body := call(500, credentials().Password, "<GetAccount><login>nobody</login></GetAccount>"); !strings.Contains(body, "soap:Client.NotFound") {
		t.Errorf("an unknown account: %s", body)
	}
	if body := call(200, credentials().Password, "<SuspendAccount><login>"+fleet[0].Username+"</login></SuspendAccount>"); !strings.Contains(body, "<status>disabled</status>") {
		t.Errorf("suspended: %s", body)
	}
}

func TestXMLRPCProfile(t *testing.T) {
	fleet := panel.Fleet(3, 5)
	c := start(t, shipped(t, "xmlrpc"), fleet)
	call := func(method string, params ...string) string {
		var b strings.Builder
		for _, p := range params {
			b.WriteString("<param><value>" + p + "</value></param>")
		}
		return c.want(200, "POST", "/RPC2", `<?xml version="1.0"?><methodCall><methodName>`+method+`</methodName><params>`+b.String()+`</params></methodCall>`, "Content-Type", "text/xml")
	}
	text := func(s string) string {
		var b strings.Builder
		_ = xml.EscapeText(&b, []byte(s))
		return "<string>" + b.String() + "</string>"
	}
	if body := call("account.list", text("guessed")); !strings.Contains(body, "<int>401</int>") {
		t.Errorf("no session: %s", body)
	}
	if body := call("panel.login", text("sync-operator"), text("wrong")); !strings.Contains(body, "<int>401</int>") {
		t.Errorf("wrong password: %s", body)
	}
	between := func(s, before, after string) string {
		_, s, _ = strings.Cut(s, before)
		s, _, _ = strings.Cut(s, after)
		return s
	}
	token := between(call("panel.login", text("sync-operator"), text(credentials().Password)), "<string>", "</string>")
	var got []string
	next := ""
	for range 5 {
		body := call("account.list", text(token), "<struct><member><name>limit</name><value><int>2</int></value></member><member><name>next</name><value>"+next+"</value></member></struct>")
		for _, part := range strings.Split(body, "<name>login</name>")[1:] {
			got = append(got, between(part, "<string>", "</string>"))
		}
		if next = between(between(body, "<name>next</name>", "</member>"), "<string>", "</string>"); next == "" {
			break
		}
	}
	same(t, "list", got, usernames(fleet))
	if body := call("account.list", text(token), "<struct><member><name>next</name><value>MTI</value></member></struct>"); !strings.Contains(body, "<int>400</int>") {
		t.Errorf("a guessed page: %s", body)
	}
	if body := call("account.get", text(token), text("1")); !strings.Contains(body, "<int>404</int>") {
		t.Errorf("an unknown account: %s", body)
	}
	call("panel.logout", text(token))
	if body := call("account.get", text(token), text(fleet[0].ID)); !strings.Contains(body, "<int>401</int>") {
		t.Errorf("after the logout: %s", body)
	}
}

func TestGraphQLProfile(t *testing.T) {
	fleet := panel.Fleet(3, 5)
	fleet[4].State = "locked"
	c := start(t, shipped(t, "graphql"), fleet)
	ask := func(key, query string, variables map[string]any) string {
		body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
		if err != nil {
			t.Fatal(err)
		}
		return c.want(200, "POST", "/graphql", string(body), "X-Api-Key", key, "Content-Type", "application/json")
	}
	type answer struct {
		Data struct {
			Accounts struct {
				TotalCount int
				Nodes      []struct{ Username, Status string }
				PageInfo   struct {
					HasNextPage bool
					EndCursor   *string
				}
			}
		}
		Errors []struct{ Message string }
	}
	const query = `query Accounts($after: String) { # all
  list: accounts(first: 2, after: $after) { nodes { username status } pageInfo { hasNextPage endCursor } } }`
	if a := decode[answer](t, ask("wrong", query, nil)); len(a.Errors) != 1 || len(a.Data.Accounts.Nodes) != 0 {
		t.Errorf("a wrong key: %+v", a)
	}
	var got []string
	var after any
	for range 5 {
		a := decode[answer](t, ask("hash-8f14e45f", query, map[string]any{"after": after}))
		for _, n := range a.Data.Accounts.Nodes {
			got = append(got, n.Username)
		}
		if a.Data.Accounts.TotalCount != 5 || !a.Data.Accounts.PageInfo.HasNextPage {
			break
		}
		after = *a.Data.Accounts.PageInfo.EndCursor
	}
	same(t, "list", got, usernames(fleet))
	if body := ask("hash-8f14e45f", `{ account(id: "`+fleet[4].ID+`") { status } }`, nil); !strings.Contains(body, `"LOCKED"`) {
		t.Errorf("one account: %s", body)
	}
	if body := ask("hash-8f14e45f", `{ account(id: "1") { status } }`, nil); body != `{"data": {"account": null}}` {
		t.Errorf("no account: %s", body)
	}
	if body := ask("hash-8f14e45f", `{ nothing }`, nil); !strings.Contains(body, "NOT_FOUND") {
		t.Errorf("an unknown field: %s", body)
	}
}
