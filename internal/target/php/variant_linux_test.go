package php_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/scenario"
	"syncproof/internal/target/php"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream/fault"
)

// A fault for one host leaves the others alone, and each request tells where it
// went and when.
func TestFaultOfOneHost(t *testing.T) {
	needPHP(t)
	needCells(t)
	const body = `$seen = [];
foreach (['https://localhost:9/1', 'https://Other.syncproof.invalid:9/1', 'https://localhost:9/2', 'http://[2001:db8::10]:9/'] as $url) {
	$c = curl_init($url);
	curl_setopt_array($c, [CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => 30]);
	curl_exec($c);
	$seen[] = curl_getinfo($c, CURLINFO_RESPONSE_CODE);
}
return ['success' => false, 'error' => implode(', ', $seen)];`
	f, _ := fault.Find("http-401")
	planned := list()
	planned.Steps[0].Params["serverport"] = closedPort
	planned.Upstream = &scenario.Upstream{
		Answers: transcript.AnswersRecorded, Fault: f, OnlyHost: "other.syncproof.invalid", Scheme: scenario.HTTPS,
	}
	began := time.Now().Add(-time.Minute)
	s := run(t, newTarget(t, php.Options{Path: vendor(t, acme(body)), Recording: pages()}), planned)
	var statuses []int
	var addresses []string
	for _, x := range s.Exchanges {
		statuses, addresses = append(statuses, x.Status), append(addresses, strings.ToLower(x.Address))
		at, err := time.Parse(time.RFC3339Nano, x.At)
		if err != nil || at.Before(began) || at.After(time.Now()) {
			t.Errorf("request %d was made at %q (%v)", x.N, x.At, err)
		}
	}
	wantStatuses, wantAddresses := []int{200, 401, 200, 502}, []string{"127.0.0.1:9", "other.syncproof.invalid:9", "127.0.0.1:9", "[2001:db8::10]:9"}
	if s.Upstream.NoIPv6 {
		wantStatuses, wantAddresses = wantStatuses[:3], wantAddresses[:3]
	}
	// localhost may be looked up as either of its addresses.
	for i := range addresses {
		addresses[i] = strings.Replace(addresses[i], "[::1]", "127.0.0.1", 1)
	}
	if diff := cmp.Diff(wantStatuses, statuses); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(wantAddresses, addresses); diff != "" {
		t.Errorf("addresses (-want +got):\n%s", diff)
	}
}

// What is changed for a session wins over what was set for the target, and the
// transcript says so.
func TestSessionSettings(t *testing.T) {
	needPHP(t)
	const body = `return ['success' => false, 'error' => ini_get('default_socket_timeout') . ' ' . (function_exists('logModuleCall') ? 'logs' : 'does not log')];`
	target := newTarget(t, php.Options{Path: vendor(t, acme(body)), Ini: []string{"default_socket_timeout=16"}})
	planned := list()
	if got, want := answer(t, run(t, target, planned))["error"], "16 logs"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	planned.Settings, planned.Helpers = map[string]string{"default_socket_timeout": "8"}, scenario.HelpersMissing
	s := run(t, target, planned)
	if got, want := answer(t, s)["error"], "8 does not log"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if s.Helpers != scenario.HelpersMissing || s.Settings["default_socket_timeout"] != "8" {
		t.Errorf("the transcript says %q and %v", s.Helpers, s.Settings)
	}
}
