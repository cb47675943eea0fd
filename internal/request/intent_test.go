package request

import (
	"strings"
	"testing"

	"syncproof/internal/transcript"
)

// asked is a request as a transcript keeps it.
func asked(method, url, body string, headers ...string) transcript.Exchange {
	x := transcript.Exchange{Method: method, URL: url, RequestBody: transcript.NewOutput(int64(len(body)), []byte(body))}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if x.RequestHeaders == nil {
			x.RequestHeaders = map[string][]string{}
		}
		x.RequestHeaders[name] = append(x.RequestHeaders[name], value)
	}
	return x
}

func TestOf(t *testing.T) {
	const panel, api, rpc = "https://panel.example:2087", "https://panel.example/api/v1", "https://panel.example/api/v1/rpc"
	cases := map[string]struct {
		request transcript.Exchange
		want    Intent
		said    string
	}{
		"get":                   {asked("GET", api+"/accounts?action=list", ""), Reads, "the method GET"},
		"get that deletes":      {asked("GET", api+"/accounts?action=delete", ""), Writes, `the action "delete"`},
		"get that suspends":     {asked("GET", panel+"/json-api/suspendacct?user=x", ""), Writes, "the path"},
		"get of what is gone":   {asked("GET", api+"/deleted-accounts", ""), Reads, "the method GET"},
		"get of a suspend log":  {asked("GET", api+"/suspend_log?action=suspend_log", ""), Reads, "the method GET"},
		"get of a new token":    {asked("GET", panel+"/json-api/create_user_session?user=x", ""), Reads, "the method GET"},
		"get that filters":      {asked("GET", api+"/accounts?function=listaccts&status=suspended", ""), Reads, "the method GET"},
		"head":                  {asked("head", api, ""), Reads, "the method HEAD"},
		"options":               {asked("OPTIONS", api, ""), Reads, "the method OPTIONS"},
		"put":                   {asked("PUT", api+"/accounts/1001", ""), Writes, "the method PUT"},
		"patch":                 {asked("PATCH", api+"/status", ""), Writes, "the method PATCH"},
		"delete":                {asked("DELETE", api+"/accounts/1001", ""), Writes, "the method DELETE"},
		"delete of a session":   {asked("DELETE", api+"/sessions/a7f3", ""), Reads, "a path for signing in and out"},
		"delete of the session": {asked("DELETE", api+"/session", ""), Reads, "a path for signing in and out"},
		"delete of a secret":    {asked("DELETE", api+"/tokens/[redacted:token]", ""), Reads, "a path for signing in and out"},
		"put of a login":        {asked("PUT", panel+"/login", ""), Reads, "a path for signing in and out"},
		"another method":        {asked("MKCOL", api, ""), Unsaid, ""},
		"no address":            {asked("POST", "://", ""), Unsaid, ""},

		"a path that reads":   {asked("POST", api+"/accounts/search", `{"page":1}`), Reads, "the path"},
		"a path that writes":  {asked("POST", api+"/accounts/1001/suspend", ""), Writes, "the path"},
		"a path of a session": {asked("POST", api+"/sessions", `{"key":"x"}`), Reads, "a path for signing in and out"},
		"a collection":        {asked("POST", api+"/accounts", `{"page":1}`), Unsaid, ""},
		"a program":           {asked("POST", panel+"/listaccts.php", ""), Reads, "the path"},
		"a domain in a path":  {asked("POST", api+"/domains/new.example", ""), Unsaid, ""},
		"settings":            {asked("POST", api+"/settings", ""), Unsaid, ""},

		"a form that reads":         {asked("POST", rpc, "user=a&action=getAccounts&limit=1"), Reads, `the action "getAccounts"`},
		"a form that writes":        {asked("POST", rpc, "user=a&cmd=create_user"), Writes, `the cmd "create_user"`},
		"a form that says nothing":  {asked("POST", rpc, "op=process"), Unsaid, `the op "process"`},
		"a form with an empty one":  {asked("POST", rpc, "op="), Unsaid, ""},
		"an operation in the query": {asked("POST", rpc+"?function=listaccounts", "x=y"), Reads, `the function "listaccounts"`},
		"the operation over the path": {
			asked("POST", api+"/list", "action=delete"), Writes, `the action "delete"`,
		},
		"a form with a method": {asked("POST", api+"/accounts/1", "_method=PUT"), Writes, `the _method "PUT"`},
		"a multipart form": {
			asked("POST", rpc, "--b\r\nContent-Disposition: form-data; name=\"command\"\r\n\r\nlist-users\r\n--b--\r\n"), Reads, `the command "list-users"`,
		},
		"json-rpc that reads":      {asked("POST", rpc, `{"jsonrpc":"2.0","method":"client.list","params":{"action":"delete"},"id":1}`), Reads, `the method "client.list"`},
		"json-rpc that writes":     {asked("POST", rpc, `{"method":"client.update","params":[]}`), Writes, `the method "client.update"`},
		"json-rpc, several":        {asked("POST", rpc, `[{"method":"a.list"},{"method":"a.remove"}]`), Writes, `the method "a.remove"`},
		"json-rpc to sign in":      {asked("POST", rpc, `{"method":"auth.login","params":["[redacted:serverusername]"]}`), Reads, `the method "auth.login"`},
		"json that was cut short":  {asked("POST", rpc, `{"method":"client.list","params":{"ids":[1,2`), Reads, `the method "client.list"`},
		"json of another type":     {asked("POST", rpc, `{"method":5}`), Unsaid, `the method "5"`},
		"a byte order mark":        {asked("POST", rpc, "\ufeff"+`{"method":"list"}`), Reads, `the method "list"`},
		"graphql that reads":       {asked("POST", panel+"/graphql", `{"query":"query { accounts { id } }"}`), Reads, `the GraphQL operation "query"`},
		"graphql in short":         {asked("POST", panel+"/graphql", `{"query":"{ accounts { id } }"}`), Reads, `the GraphQL operation "query"`},
		"graphql that writes":      {asked("POST", panel+"/graphql", `{"query":"mutation M { account(id: 1) { id } }"}`), Writes, `the mutation "account"`},
		"graphql to sign in":       {asked("POST", panel+"/graphql", `{"query":"mutation { login(key: \"x\") { token } }"}`), Reads, `the mutation "login"`},
		"a search for some text":   {asked("POST", rpc, `{"query":"annaberg"}`), Unsaid, ""},
		"xml-rpc that reads":       {asked("POST", rpc, `<?xml version="1.0"?><methodCall><methodName>panel.listAccounts</methodName></methodCall>`), Reads, `the method "panel.listAccounts"`},
		"xml-rpc that writes":      {asked("POST", rpc, `<methodCall><methodName>panel.account.suspend</methodName>`), Writes, `the method "panel.account.suspend"`},
		"xml-rpc that says no":     {asked("POST", rpc, `<methodCall><methodName>system.multicall</methodName>`), Unsaid, `the method "system.multicall"`},
		"soap action":              {asked("POST", rpc, "<x/>", `Soapaction: "urn:panel#GetAccounts"`), Reads, `the SOAP action "urn:panel#GetAccounts"`},
		"soap action that says no": {asked("POST", rpc, `<s:Envelope><s:Body><p:DeleteAccount/></s:Body></s:Envelope>`, `SOAPAction: urn:panel`), Writes, `the SOAP action "urn:panel"`},
		"soap 1.2":                 {asked("POST", rpc, "<x/>", `Content-Type: application/soap+xml; charset=utf-8; action="urn:a/CreateAccount"`), Writes, `the SOAP action "urn:a/CreateAccount"`},
		"soap without an action": {
			asked("POST", rpc, `<s:Envelope><s:Header><create/></s:Header><s:Body><p:ListAccounts><new>1</new></p:ListAccounts></s:Body></s:Envelope>`), Reads, `the element "ListAccounts"`,
		},
		"a packet that reads":          {asked("POST", panel+"/xml/", `<request><account-list offset="0"/></request>`), Reads, `the element "account-list"`},
		"a packet with a nested verb":  {asked("POST", rpc, `<packet><webspace><get><filter/></get></webspace></packet>`), Reads, `the element "webspace"`},
		"a packet that writes as well": {asked("POST", rpc, `<packet><webspace><get/></webspace><customer><set/></customer></packet>`), Writes, `the element "customer"`},
		"a packet with a login":        {asked("POST", rpc, `<request><auth><key>x</key></auth><process/></request>`), Unsaid, `the element "process"`},
		"a packet with a command":      {asked("POST", rpc, `<request><auth/><command>list</command><new>1</new></request>`), Reads, `the command "list"`},
		"a packet with an attribute":   {asked("POST", rpc, `<request action="remove"><new>1</new></request>`), Writes, `the action "remove"`},
		"xml that is none":             {asked("POST", rpc, `<<<`), Unsaid, ""},

		"another method in a header": {asked("POST", api+"/accounts", "", "X-Http-Method-Override: GET"), Reads, "the method GET"},
		"one that writes":            {asked("POST", api+"/accounts", "", "X-HTTP-Method-Override: PATCH"), Writes, "the method PATCH"},
		"the same one":               {asked("POST", api+"/accounts/list", "", "X-HTTP-Method-Override: post"), Reads, "the path"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got, said := Of(c.request); got != c.want || said != c.said {
				t.Errorf("got %d by %q, want %d by %q", got, said, c.want, c.said)
			}
		})
	}
}

func TestDeclared(t *testing.T) {
	for _, c := range []struct {
		pattern string
		want    bool
	}{
		{"POST /api/v1/rpc", true}, {"POST /api/v1/*", true}, {"POST /*/rpc", true}, {"POST *", true}, {"POST /*v1*rpc", true}, {"POST /api/v1/rpc*", true},
		{"PUT /api/v1/rpc", false}, {"POST /api/v1/rp", false}, {"POST /api/*/rpc/x", false}, {"POST /api/v2*", false}, {"POST /API/v1/rpc", false},
		{"POST *rpc*rpc", false}, {"", false}, {"POST /api/v1/rpc?x=y", false},
	} {
		if got := Declared(asked("post", "https://panel.example/api/v1/rpc?x=y", ""), []string{"GET /", c.pattern}); got != c.want {
			t.Errorf("%q: got %t", c.pattern, got)
		}
	}
	if Declared(asked("POST", "https://panel.example/", ""), nil) {
		t.Error("nothing is declared")
	}
}

func FuzzOf(f *testing.F) {
	f.Add("POST", "https://panel.example/api", `{"method":"list"`, "urn:a#b")
	f.Add("POST", "https://panel.example/api?action=x", `<a><b c="d">`, "")
	f.Add("POST", "::", "--b\r\nname=\"op\"\r\n\r\nlist", "")
	f.Add("PUT", "", "a=b&op=%zz", "\xff")
	f.Fuzz(func(t *testing.T, method, url, body, action string) {
		x := asked(method, url, body, "SOAPAction: "+action)
		in, said := Of(x)
		if in != Unsaid && said == "" {
			t.Errorf("it is %d, but by what?", in)
		}
		if again, same := Of(x); again != in || same != said {
			t.Error("the second answer is another one")
		}
	})
}
