package php_test

import (
	"strings"
	"testing"

	"syncproof/fixtures/panels"
	"syncproof/internal/panel"
	"syncproof/internal/scenario"
	"syncproof/internal/target/php"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream"
)

// counts lists the accounts and suspends one, so that the next session would see
// it if it met the same panel.
const counts = `$ask = function ($path, $method) use ($params) {
	$c = curl_init('https://localhost:9/api/v2' . $path);
	curl_setopt_array($c, [CURLOPT_RETURNTRANSFER => true, CURLOPT_CUSTOMREQUEST => $method, CURLOPT_HTTPHEADER => ['Authorization: Bearer the-hash']]);
	return (string) curl_exec($c);
};
$list = $ask('/accounts?per_page=100', 'GET');
$ask('/accounts/1001/suspend', 'POST');
return ['success' => false, 'error' => substr_count($list, '"login"') . ' accounts, ' . substr_count($list, '"suspended"') . ' suspended'];`

func TestPlaysAPanelProfile(t *testing.T) {
	needPHP(t)
	needCells(t)
	raw, err := panels.Read("rest")
	if err != nil {
		t.Fatal(err)
	}
	profile, err := panel.Read("rest.yaml", raw)
	if err != nil {
		t.Fatal(err)
	}
	target := newTarget(t, php.Options{Path: vendor(t, acme(counts)), Panel: func(string, int) upstream.Responder {
		fleet := panel.Fleet(1, 7)
		for i := range fleet {
			fleet[i].State = panel.Active
		}
		return panel.New(profile, fleet, panel.Credentials{AccessHash: "the-hash"})
	}})
	for range 2 {
		planned := list()
		planned.Steps[0].Params["serverport"] = closedPort
		planned.Upstream = &scenario.Upstream{Answers: transcript.AnswersPanel, Scheme: scenario.HTTPS}
		s := run(t, target, planned)
		if got := answer(t, s)["error"]; got != "7 accounts, 0 suspended" || len(s.Exchanges) != 2 {
			t.Errorf("got %v in %d exchanges", got, len(s.Exchanges))
		}
	}
	without := newTarget(t, php.Options{Path: vendor(t, acme(counts))})
	planned := list()
	planned.Upstream = &scenario.Upstream{Answers: transcript.AnswersPanel, Scheme: scenario.HTTPS}
	if s := run(t, without, planned); len(s.Troubles) != 1 || !strings.Contains(s.Troubles[0].Message, "no panel profile was given") {
		t.Errorf("troubles: %+v", s.Troubles)
	}
}
