package netns_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"syncproof/internal/target/netns"
)

// A module may ask a server for names of its own choice: that one is ours too,
// over UDP and TCP, IPv4 and IPv6.
func TestEveryNameServerIsOurs(t *testing.T) {
	requireCells(t)
	requirePHP(t)
	const ask = `
		$query = "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x05panel\x07example\x04test\x00\x00\x01\x00\x01";
		foreach (['udp://127.0.0.1:53', 'udp://8.8.8.8:53', 'udp://[2001:4860:4860::8888]:53', 'tcp://1.1.1.1:53', 'tcp://[2606:4700:4700::1111]:53'] as $server) {
			$s = stream_socket_client($server, $no, $text, 20) or exit("$server: $text");
			stream_set_timeout($s, 20);
			$tcp = $server[0] === 't';
			fwrite($s, ($tcp ? pack('n', strlen($query)) : '') . $query);
			$reply = fread($s, 512);
			echo inet_ntop(substr($reply, -4)), ' ';
		}
		echo gethostbyname('panel.example.test'), ' ', gethostbyaddr('198.18.159.169'), ' ', gethostbyname('localhost'), ' ';
		echo count(dns_get_record('panel.example.test', DNS_AAAA)), count(dns_get_record('panel.example.test', DNS_MX)), "\n";`
	want := strings.Repeat("198.18.159.169 ", 6) + "panel.example.test 127.0.0.1 10\n"
	if out := run(t, netns.Options{}, nil, "php", script(t, ask)); out.stdout != want {
		t.Errorf("got %q, want %q; stderr %q", out.stdout, want, out.stderr)
	}
}

// Authorities that a module brings along are replaced where it is told, and
// the file itself stays as it is.
func TestBundlesAreReplaced(t *testing.T) {
	requireCells(t)
	requirePHP(t)
	bundle := filepath.Join(t.TempDir(), "cacert.pem")
	if err := os.WriteFile(bundle, []byte("the module's own"), 0o644); err != nil {
		t.Fatal(err)
	}
	const ask = `$c = curl_init('https://panel.example.test/'); curl_setopt_array($c, [CURLOPT_RETURNTRANSFER => true, CURLOPT_CAINFO => $argv[1]]);
		echo curl_exec($c), curl_errno($c);`
	for _, tc := range []struct {
		bundles []string
		want    string
	}{{nil, "77"}, {[]string{bundle, "/no/such/file", bundle + "/neither"}, list + "0"}} {
		out, _ := runWithPanel(t, panel{"application/json", list}, netns.Options{Bundles: tc.bundles}, "php", script(t, ask), bundle)
		if out.stdout != tc.want {
			t.Errorf("with %v replaced: %q, want %q", tc.bundles, out.stdout, tc.want)
		}
	}
	if text, err := os.ReadFile(bundle); string(text) != "the module's own" {
		t.Errorf("outside the file is %q, %v", text, err)
	}
}

// Without an authority of ours the system's stay in force.
func TestAuthoritiesStayWithoutOurs(t *testing.T) {
	requireCells(t)
	const file = "/etc/ssl/certs/ca-certificates.crt"
	ours, err := os.ReadFile(file)
	if err != nil {
		t.Skip(err)
	}
	if out := run(t, netns.Options{}, nil, "cat", file); out.stdout != string(ours) {
		t.Errorf("%d bytes inside, %d outside", len(out.stdout), len(ours))
	}
}
