package netns_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"syncproof/internal/target/netns"
)

const list = `{"accounts":[{"id":"1"}]}`

const wsdl = `<?xml version="1.0"?>
<definitions name="Panel" targetNamespace="urn:panel" xmlns:tns="urn:panel" xmlns="http://schemas.xmlsoap.org/wsdl/"
 xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xsd="http://www.w3.org/2001/XMLSchema">
<message name="In"/><message name="Out"><part name="return" type="xsd:string"/></message>
<portType name="Port"><operation name="accounts"><input message="tns:In"/><output message="tns:Out"/></operation></portType>
<binding name="Binding" type="tns:Port"><soap:binding style="rpc" transport="http://schemas.xmlsoap.org/soap/http"/>
<operation name="accounts"><soap:operation soapAction="urn:panel#accounts"/>
<input><soap:body use="literal" namespace="urn:panel"/></input><output><soap:body use="literal" namespace="urn:panel"/></output></operation>
</binding>
<service name="Panel"><port name="Port" binding="tns:Binding"><soap:address location="https://soap.example.test:8443/rpc"/></port></service>
</definitions>`

const soapReply = `<?xml version="1.0"?><SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"><SOAP-ENV:Body>` +
	`<ns1:accountsResponse xmlns:ns1="urn:panel"><return>one account</return></ns1:accountsResponse></SOAP-ENV:Body></SOAP-ENV:Envelope>`

// Every kind of client a module may use reaches the panel, without any setting
// of its own, and without its knowing.
func TestClientsReachThePanel(t *testing.T) {
	requireCells(t)
	requirePHP(t)
	tests := map[string]struct {
		script  string
		panel   panel
		want    string
		address []string
		tool    string
	}{
		"curl over http": {
			script: `$c = curl_init('http://panel.example.test:2086/api?page=1'); curl_setopt($c, CURLOPT_RETURNTRANSFER, true);
				echo curl_exec($c), curl_errno($c);`,
			want: list + "0", address: []string{"GET http://panel.example.test:2086/api?page=1"},
		},
		"curl over https": {
			script: `$c = curl_init('https://panel.example.test:2087/api'); curl_setopt($c, CURLOPT_RETURNTRANSFER, true);
				echo curl_exec($c), curl_errno($c);`,
			want: list + "0", address: []string{"GET https://panel.example.test:2087/api"},
		},
		"curl that verifies": {
			script: `$c = curl_init('https://panel.example.test/api'); curl_setopt_array($c, [CURLOPT_RETURNTRANSFER => true,
				CURLOPT_SSL_VERIFYPEER => true, CURLOPT_SSL_VERIFYHOST => 2]); echo curl_exec($c), curl_getinfo($c, CURLINFO_SSL_VERIFYRESULT);`,
			want: list + "0", address: []string{"GET https://panel.example.test/api"},
		},
		"curl that does not verify": {
			script: `$c = curl_init('https://panel.example.test/api'); curl_setopt_array($c, [CURLOPT_RETURNTRANSFER => true,
				CURLOPT_SSL_VERIFYPEER => false, CURLOPT_SSL_VERIFYHOST => 0]); echo curl_exec($c);`,
			want: list, address: []string{"GET https://panel.example.test/api"},
		},
		"curl with the system's bundle named": {
			script: `$f = array_values(array_filter(['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/cert.pem'], 'is_file'))[0];
				$c = curl_init('https://panel.example.test/api'); curl_setopt_array($c, [CURLOPT_RETURNTRANSFER => true, CURLOPT_CAINFO => $f]);
				echo curl_exec($c), substr_count(file_get_contents($f), 'BEGIN CERT');`,
			want: list + "1", address: []string{"GET https://panel.example.test/api"},
		},
		"curl that wants no proxy": {
			script: `$c = curl_init('https://panel.example.test/api'); curl_setopt_array($c, [CURLOPT_RETURNTRANSFER => true, CURLOPT_PROXY => '',
				CURLOPT_NOPROXY => '*']); echo curl_exec($c);`,
			want: list, address: []string{"GET https://panel.example.test/api"},
		},
		"curl with an address set for the name": {
			script: `$c = curl_init('https://panel.example.test/api'); curl_setopt_array($c, [CURLOPT_RETURNTRANSFER => true,
				CURLOPT_RESOLVE => ['panel.example.test:443:203.0.113.9']]); echo curl_exec($c), curl_getinfo($c, CURLINFO_PRIMARY_IP);`,
			want: list + "203.0.113.9", address: []string{"GET https://panel.example.test/api"},
		},
		"curl over IPv4 only": {
			script: `$c = curl_init('https://panel.example.test/api'); curl_setopt_array($c, [CURLOPT_RETURNTRANSFER => true,
				CURLOPT_IPRESOLVE => CURL_IPRESOLVE_V4]); echo curl_exec($c), substr(curl_getinfo($c, CURLINFO_PRIMARY_IP), 0, 6);`,
			want: list + "198.18", address: []string{"GET https://panel.example.test/api"},
		},
		"curl_multi": {
			script: `$m = curl_multi_init(); $all = [];
				foreach (['http://a.example.test/', 'https://b.example.test:2222/', 'https://c.example.test:8443/'] as $u) {
					$c = $all[] = curl_init($u); curl_setopt($c, CURLOPT_RETURNTRANSFER, true); curl_multi_add_handle($m, $c); }
				do { curl_multi_exec($m, $run); curl_multi_select($m, 1); } while ($run);
				foreach ($all as $c) { echo curl_multi_getcontent($c); }`,
			want:    list + list + list,
			address: []string{"GET http://a.example.test/", "GET https://b.example.test:2222/", "GET https://c.example.test:8443/"},
		},
		"file_get_contents": {
			script:  `echo file_get_contents('http://panel.example.test/api'), file_get_contents('https://panel.example.test:2087/api');`,
			want:    list + list,
			address: []string{"GET http://panel.example.test/api", "GET https://panel.example.test:2087/api"},
		},
		"a stream with a folder of certificates named": {
			script: `$d = array_values(array_filter(['/etc/ssl/certs', '/etc/pki/tls/certs'], 'is_dir'))[0];
				echo file_get_contents('https://panel.example.test/', false, stream_context_create(['ssl' => ['capath' => $d]]));`,
			want: list, address: []string{"GET https://panel.example.test/"},
		},
		"fsockopen with ssl": {
			script: `$f = fsockopen('ssl://panel.example.test', 2087, $no, $text, 20) or exit("$no $text");
				fwrite($f, "GET /raw HTTP/1.0\r\nHost: panel.example.test:2087\r\n\r\n");
				echo explode("\r\n\r\n", stream_get_contents($f))[1];`,
			want: list, address: []string{"GET https://panel.example.test:2087/raw"},
		},
		"fsockopen": {
			script: `$f = fsockopen('panel.example.test', 8080, $no, $text, 20) or exit("$no $text");
				fwrite($f, "GET /raw HTTP/1.0\r\nHost: panel.example.test:8080\r\n\r\n");
				echo explode("\r\n\r\n", stream_get_contents($f))[1];`,
			want: list, address: []string{"GET http://panel.example.test:8080/raw"},
		},
		"simplexml_load_file": {
			script: `echo simplexml_load_file('https://panel.example.test/list.xml')->account['id'];`,
			panel:  panel{"text/xml", `<accounts><account id="17"/></accounts>`},
			want:   "17", address: []string{"GET https://panel.example.test/list.xml"},
		},
		"SoapClient without WSDL": {
			script: `$s = new SoapClient(null, ['location' => 'https://soap.example.test:8443/rpc', 'uri' => 'urn:panel']); echo $s->accounts();`,
			panel:  panel{"text/xml", soapReply},
			want:   "one account", address: []string{"POST https://soap.example.test:8443/rpc"},
		},
		"SoapClient with WSDL": {
			script: `$s = new SoapClient('https://soap.example.test/panel.wsdl', ['cache_wsdl' => WSDL_CACHE_NONE]); echo implode($s->__getFunctions());`,
			panel:  panel{"text/xml", wsdl},
			want:   "string accounts()", address: []string{"GET https://soap.example.test/panel.wsdl"},
		},
		"ext/sockets": {
			script: `$s = socket_create(AF_INET, SOCK_STREAM, SOL_TCP);
				socket_connect($s, gethostbyname('panel.example.test'), 2086) or exit(socket_strerror(socket_last_error()));
				socket_write($s, "GET /raw HTTP/1.0\r\nHost: panel.example.test:2086\r\n\r\n"); $all = '';
				while (($part = socket_read($s, 4096)) !== '' && $part !== false) { $all .= $part; }
				echo explode("\r\n\r\n", $all)[1];`,
			want: list, address: []string{"GET http://panel.example.test:2086/raw"},
		},
		"the program curl": {
			script: `echo shell_exec('curl -sS https://panel.example.test:2087/api 2>&1');`, tool: "curl",
			want: list, address: []string{"GET https://panel.example.test:2087/api"},
		},
		"the program curl over http": {
			script: `echo shell_exec('curl -sS http://panel.example.test/api 2>&1');`, tool: "curl",
			want: list, address: []string{"GET http://panel.example.test/api"},
		},
		"the program openssl": {
			script: `echo shell_exec('printf "GET /api HTTP/1.0\r\nHost: panel.example.test\r\n\r\n" |
				openssl s_client -quiet -verify_return_error -verify_quiet -servername panel.example.test -connect panel.example.test:443 2>&1 | tail -1');`,
			tool: "openssl", want: list, address: []string{"GET https://panel.example.test/api"},
		},
		"the program openssl with the folder of certificates alone": {
			script: `$d = array_values(array_filter(['/etc/ssl/certs', '/etc/pki/tls/certs'], 'is_dir'))[0];
				echo shell_exec('printf "GET /api HTTP/1.0\r\nHost: panel.example.test\r\n\r\n" | openssl s_client -quiet ' .
				"-no-CAfile -no-CAstore -CApath $d -verify_return_error -verify_quiet -servername panel.example.test -connect panel.example.test:443 2>&1 | tail -1");`,
			tool: "openssl", want: list, address: []string{"GET https://panel.example.test/api"},
		},
		"an IPv4 address": {
			script: `echo file_get_contents('http://203.0.113.7:2086/'), file_get_contents('https://203.0.113.7:2087/');`,
			want:   list + list, address: []string{"GET http://203.0.113.7:2086/", "GET https://203.0.113.7:2087/"},
		},
		// PHP's own streams cannot verify a certificate for an IPv6 address.
		"an IPv6 address": {
			script: `echo file_get_contents('http://[2001:db8::7]:2086/');
				$c = curl_init('https://[2001:db8::7]:2087/'); curl_setopt($c, CURLOPT_RETURNTRANSFER, true); echo curl_exec($c);`,
			want: list + list, address: []string{"GET http://[2001:db8::7]:2086/", "GET https://[2001:db8::7]:2087/"},
		},
		"this very machine": {
			script: `echo file_get_contents('http://127.0.0.1:2086/'), file_get_contents('http://localhost:2086/'), file_get_contents('https://localhost:2087/');`,
			want:   list + list + list,
			address: []string{
				"GET http://127.0.0.1:2086/", "GET http://localhost:2086/", "GET https://localhost:2087/",
			},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tc.tool != "" {
				if _, err := exec.LookPath(tc.tool); err != nil {
					t.Skipf("the program %s is not installed", tc.tool)
				}
			}
			if tc.panel == (panel{}) {
				tc.panel = panel{"application/json", list}
			}
			out, seen := runWithPanel(t, tc.panel, netns.Options{}, "php", "-d", "display_errors=stderr", script(t, tc.script))
			if out.stdout != tc.want || !out.known || out.Ending != (netns.Ending{}) {
				t.Errorf("printed %q, ended %+v (known %v), complained %q; want %q", out.stdout, out.Ending, out.known, out.stderr, tc.want)
			}
			if got := seen.addresses(); !slices.Equal(got, tc.address) {
				t.Errorf("the panel was asked %s; want %s", strings.Join(got, ", "), strings.Join(tc.address, ", "))
			}
		})
	}
}
