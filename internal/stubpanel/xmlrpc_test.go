package stubpanel

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func rpcRequest(method string, params ...string) string {
	list := ""
	for _, p := range params {
		list += "<param><value>" + p + "</value></param>"
	}
	return "<?xml version=\"1.0\"?><methodCall><methodName>" + method + "</methodName><params>" + list + "</params></methodCall>"
}

func listRequest(password, offset, limit string) string {
	return rpcRequest("accounts.list", DefaultCredentials().Username, "<string>"+escaped(password)+"</string>", offset, limit)
}

func askRPC(t *testing.T, v Variant, body string) (answer, rpcResponse) {
	t.Helper()
	got := ask(t, v, "POST", "/rpc/", "", body)
	var response rpcResponse
	if err := xml.Unmarshal([]byte(got.body), &response); err != nil {
		t.Fatalf("%v: %s", err, got.body)
	}
	return got, response
}

// member is a member of a structure, which has to be there.
func member(t *testing.T, v rpcValue, name string) rpcValue {
	t.Helper()
	if v.Struct != nil {
		for _, m := range v.Struct.Members {
			if m.Name == name {
				return m.Value
			}
		}
	}
	t.Fatalf("%+v has no member %s", v, name)
	return rpcValue{}
}

func TestXMLRPCPages(t *testing.T) {
	tests := []struct {
		variant       Variant
		offset, limit string
		want          string
	}{
		{Regular, "<int>0</int>", "<int>200</int>", "9 0: 1001 1002 1003 1004 1005 1006 1007 1008 1009"},
		{Regular, "<i4>8</i4>", "<i4>200</i4>", "9 8: 1009"},
		{Regular, "<int>9</int>", "<int>1</int>", "9 9:"},
		{SmallPages, "<int>4</int>", "<int>200</int>", "9 4: 1005 1006 1007 1008"},
	}
	for _, tt := range tests {
		body, response := askRPC(t, tt.variant, listRequest(DefaultCredentials().Password, tt.offset, tt.limit))
		if len(response.Params) != 1 {
			t.Fatalf("got %s", body.body)
		}
		page := response.Params[0]
		got := fmt.Sprintf("%d %d:", *member(t, page, "total").Int, *member(t, page, "offset").Int)
		for _, a := range member(t, page, "accounts").Array.Data.Values {
			got += fmt.Sprint(" ", *member(t, a, "id").Int)
		}
		if got != tt.want {
			t.Errorf("%q from %s: got %q, want %q", tt.variant, tt.offset, got, tt.want)
		}
	}
}

func TestXMLRPCAccountOnTheWire(t *testing.T) {
	got, _ := askRPC(t, Regular, listRequest(DefaultCredentials().Password, "<int>3</int>", "<int>1</int>"))
	named := func(name, value string) string {
		return "<member><name>" + name + "</name><value>" + value + "</value></member>"
	}
	account := named("id", "<int>1004</int>") + named("login", "<string>kiosk</string>") + named("domain", "<string>kiosk.example</string>") +
		named("state", "<string>active</string>") +
		named("ipv4", "<array><data><value><string>192.0.2.13</string></value></data></array>") +
		named("plan", "<string>starter</string>") + named("created", "<dateTime.iso8601>20210328T02:30:00</dateTime.iso8601>")
	want := xml.Header + "<methodResponse><params><param><value><struct>" +
		named("total", "<int>9</int>") + named("offset", "<int>3</int>") +
		named("accounts", "<array><data><value><struct>"+account+"</struct></value></data></array>") +
		"</struct></value></param></params></methodResponse>"
	if diff := cmp.Diff(want, got.body); diff != "" {
		t.Errorf("wrong account (-want +got):\n%s", diff)
	}
}

func TestXMLRPCFaults(t *testing.T) {
	right := DefaultCredentials().Password
	tests := []struct {
		name, body string
		code       int
	}{
		{"wrong password", listRequest("wrong", "<int>0</int>", "<int>1</int>"), rpcRefused},
		{"no password", listRequest("", "<int>0</int>", "<int>1</int>"), rpcRefused},
		{"negative offset", listRequest(right, "<int>-1</int>", "<int>1</int>"), rpcBadParams},
		{"limit as text", listRequest(right, "<int>0</int>", "<string>1</string>"), rpcBadParams},
		{"no limit", listRequest(right, "<int>0</int>", "<int>0</int>"), rpcBadParams},
		{"no parameters", rpcRequest("accounts.list"), rpcBadParams},
		{"another method", rpcRequest("accounts.delete"), rpcNoMethod},
		{"not xml", "{}", rpcNotWellFormed},
		{"cut off", "<methodCall><methodName>accounts", rpcNotWellFormed},
		{"too long", rpcRequest("accounts.list", strings.Repeat(" ", maxPacket)), rpcNotWellFormed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, response := askRPC(t, Regular, tt.body)
			if got.status != http.StatusOK || response.Fault == nil || len(response.Params) > 0 {
				t.Fatalf("got %d %s, want a fault", got.status, got.body)
			}
			code, text := member(t, response.Fault.Value, "faultCode"), member(t, response.Fault.Value, "faultString")
			if *code.Int != tt.code || *text.String == "" {
				t.Errorf("got %s, want the code %d and a text", got.body, tt.code)
			}
		})
	}
	if got := ask(t, Regular, "GET", "/rpc/", "", ""); got.status != http.StatusMethodNotAllowed || got.header.Get("Allow") != "POST" {
		t.Errorf("GET: got %d %v", got.status, got.header)
	}
}

// Whatever bytes arrive, the SOAP and XML-RPC APIs answer with well-formed XML.
func FuzzCalls(f *testing.F) {
	f.Add([]byte(listRequest("wrong", "<int>0</int>", "<int>1</int>")))
	f.Add([]byte(listRequest(DefaultCredentials().Password, "<int>9223372036854775807</int>", "<int>9223372036854775807</int>")))
	f.Add([]byte(loginCall(DefaultCredentials().Password)))
	f.Add([]byte(listCall("", "9223372036854775807", "9223372036854775807")))
	f.Add([]byte("\xff\xfe<\x00"))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, path := range []string{"/soap/", "/rpc/"} {
			got := ask(t, Regular, http.MethodPost, path, "", string(body))
			if err := xml.Unmarshal([]byte(got.body), new(struct{})); err != nil {
				t.Fatalf("%s: the reply is not XML: %v", path, err)
			}
		}
	})
}
