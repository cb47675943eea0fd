package stubpanel

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// soapAnswer is a reply as a client reads it.
type soapAnswer struct {
	XMLName xml.Name `xml:"http://schemas.xmlsoap.org/soap/envelope/ Envelope"`
	Fault   *struct {
		Code string `xml:"faultcode"`
		Text string `xml:"faultstring"`
	} `xml:"Body>Fault"`
	Session string `xml:"Body>loginResponse>return"`
	Page    *struct {
		Total    int      `xml:"total"`
		Offset   int      `xml:"offset"`
		Accounts []string `xml:"accounts>item>id"`
	} `xml:"Body>listAccountsResponse>return"`
}

func envelope(body string) string {
	return `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:p="` + soapSpace + `"><s:Body>` + body + `</s:Body></s:Envelope>`
}

func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s))
	return b.String()
}

func loginCall(password string) string {
	return envelope("<p:login><username>" + DefaultCredentials().Username + "</username><password>" + escaped(password) + "</password></p:login>")
}

func askSOAP(t *testing.T, v Variant, body string) (answer, soapAnswer) {
	t.Helper()
	got := ask(t, v, "POST", "/soap/", "", body)
	var parsed soapAnswer
	if err := xml.Unmarshal([]byte(got.body), &parsed); err != nil {
		t.Fatalf("%v: %s", err, got.body)
	}
	return got, parsed
}

func openedSession(t *testing.T) string {
	t.Helper()
	got, opened := askSOAP(t, Regular, loginCall(DefaultCredentials().Password))
	if got.status != http.StatusOK || opened.Session == "" {
		t.Fatalf("no session: %d %s", got.status, got.body)
	}
	return opened.Session
}

func listCall(session string, offset, limit any) string {
	return envelope(fmt.Sprintf("<p:listAccounts><session>%s</session><offset>%v</offset><limit>%v</limit></p:listAccounts>", session, offset, limit))
}

func TestSOAPPages(t *testing.T) {
	session := openedSession(t)
	tests := []struct {
		variant       Variant
		offset, limit int
		want          string
	}{
		{Regular, 0, 200, "9 0 [1001 1002 1003 1004 1005 1006 1007 1008 1009]"},
		{Regular, 8, 200, "9 8 [1009]"},
		{Regular, 9, 200, "9 9 []"},
		{SmallPages, 4, 200, "9 4 [1005 1006 1007 1008]"},
	}
	for _, tt := range tests {
		_, got := askSOAP(t, tt.variant, listCall(session, tt.offset, tt.limit))
		if got.Page == nil || fmt.Sprint(got.Page.Total, got.Page.Offset, got.Page.Accounts) != tt.want {
			t.Errorf("%q from %d: got %+v, want %s", tt.variant, tt.offset, got.Page, tt.want)
		}
	}
}

func TestSOAPAccountOnTheWire(t *testing.T) {
	got, _ := askSOAP(t, Regular, listCall(openedSession(t), 3, 1))
	want := xml.Header + `<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"` +
		` xmlns:SOAP-ENC="http://schemas.xmlsoap.org/soap/encoding/" xmlns:xsd="http://www.w3.org/2001/XMLSchema"` +
		` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:ns1="urn:acme-panel:sync"` +
		` SOAP-ENV:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><SOAP-ENV:Body><ns1:listAccountsResponse>` +
		`<return xsi:type="ns1:AccountPage"><total xsi:type="xsd:int">9</total><offset xsi:type="xsd:int">3</offset>` +
		`<accounts xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType="ns1:Account[1]"><item xsi:type="ns1:Account">` +
		`<id xsi:type="xsd:int">1004</id><login xsi:type="xsd:string">kiosk</login><domain xsi:type="xsd:string">kiosk.example</domain>` +
		`<email xsi:nil="true"></email><plan xsi:type="xsd:string">starter</plan>` +
		`<ipv4 xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType="xsd:string[1]"><item xsi:type="xsd:string">192.0.2.13</item></ipv4>` +
		`<state xsi:type="xsd:string">active</state><created xsi:type="xsd:string">2021-03-28T02:30:00Z</created>` +
		`</item></accounts></return></ns1:listAccountsResponse></SOAP-ENV:Body></SOAP-ENV:Envelope>`
	if diff := cmp.Diff(want, got.body); diff != "" {
		t.Errorf("wrong account (-want +got):\n%s", diff)
	}
}

func TestSOAPFaults(t *testing.T) {
	session := openedSession(t)
	const plain, authentication = "SOAP-ENV:Client", "SOAP-ENV:Client.Authentication"
	tests := []struct {
		name, method, target, body string
		status                     int
		code                       string
	}{
		{"wrong password", "POST", "/soap/", loginCall("wrong"), 500, authentication},
		{"no session", "POST", "/soap/", listCall("", 0, 10), 500, authentication},
		{"another session", "POST", "/soap/", listCall("x"+session, 0, 10), 500, authentication},
		{"negative offset", "POST", "/soap/", listCall(session, -1, 10), 500, plain},
		{"no limit", "POST", "/soap/", listCall(session, 0, 0), 500, plain},
		{"limit word", "POST", "/soap/", listCall(session, 0, "all"), 500, plain},
		{"no call", "POST", "/soap/", envelope(""), 500, plain},
		{"two calls", "POST", "/soap/", envelope("<p:login/><p:listAccounts/>"), 500, plain},
		{"not xml", "POST", "/soap/", "{}", 500, plain},
		{"not soap", "POST", "/soap/", "<login/>", 500, plain},
		{"too long", "POST", "/soap/", envelope(strings.Repeat(" ", maxPacket)), 500, plain},
		{"get", "GET", "/soap/", "", 405, plain},
		{"deeper path", "POST", "/soap/v1", envelope(""), 404, plain},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ask(t, Regular, tt.method, tt.target, "", tt.body)
			var parsed soapAnswer
			if err := xml.Unmarshal([]byte(got.body), &parsed); err != nil {
				t.Fatal(err)
			}
			if got.status != tt.status || parsed.Fault == nil || parsed.Fault.Code != tt.code || parsed.Fault.Text == "" {
				t.Errorf("got %d %s, want %d with the fault %q", got.status, got.body, tt.status, tt.code)
			}
		})
	}
}

func TestWSDLNamesTheAddressTheClientCameBy(t *testing.T) {
	handler, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequest(http.MethodGet, "/soap/?wsdl", nil)
	request.Host = "panel.example:8443"
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	if !strings.Contains(recorder.Body.String(), `<soap:address location="http://panel.example:8443/soap/"/>`) {
		t.Errorf("got %s", recorder.Body)
	}
	if err := xml.Unmarshal(recorder.Body.Bytes(), new(struct{})); err != nil {
		t.Error(err)
	}
}

// soapScript lists the accounts with and without the WSDL.
const soapScript = `
[, $host, $username, $password] = $argv;
$clients = [
    new SoapClient("http://$host/soap/?wsdl", ['cache_wsdl' => WSDL_CACHE_NONE]),
    new SoapClient(null, ['location' => "http://$host/soap/", 'uri' => 'urn:acme-panel:sync']),
];
foreach ($clients as $client) {
    $session = $client->__soapCall('login', [new SoapParam($username, 'username'), new SoapParam($password, 'password')]);
    $page = $client->__soapCall('listAccounts', [
        new SoapParam($session, 'session'), new SoapParam(3, 'offset'), new SoapParam(1, 'limit'),
    ]);
    echo json_encode($page), "\n";
    try {
        $client->__soapCall('login', [new SoapParam($username, 'username'), new SoapParam('', 'password')]);
    } catch (SoapFault $e) {
        echo $e->faultcode, "\n";
    }
}
`

// PHP's own client decides whether this is SOAP.
func TestPHPSpeaksToTheSOAPAPI(t *testing.T) {
	php, err := exec.LookPath("php")
	if err == nil {
		err = exec.CommandContext(t.Context(), php, "-r", "exit((int) !extension_loaded('soap'));").Run()
	}
	if err != nil {
		if os.Getenv("SYNCPROOF_REQUIRE_PHP") == "1" {
			t.Fatalf("PHP with its soap extension is missing, and SYNCPROOF_REQUIRE_PHP=1 asks for it: %v", err)
		}
		t.Skipf("PHP with its soap extension is missing: %v", err)
	}
	server, err := Start(t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	}()
	c := DefaultCredentials()
	host := fmt.Sprintf("%s:%d", server.Host, server.Port)
	output, err := exec.CommandContext(t.Context(), php, "-r", soapScript, "--", host, c.Username, c.Password).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	once := `{"total":9,"offset":3,"accounts":[{"id":1004,"login":"kiosk","domain":"kiosk.example","email":null,` +
		`"plan":"starter","ipv4":["192.0.2.13"],"state":"active","created":"2021-03-28T02:30:00Z"}]}` +
		"\nSOAP-ENV:Client.Authentication\n"
	if diff := cmp.Diff(once+once, string(output)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
