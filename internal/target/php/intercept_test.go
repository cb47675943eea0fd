package php

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/scenario"
	"syncproof/internal/transcript"
)

// What a level needs of PHP is found out before PHP is started.
func TestLevelsNeedTheirPHP(t *testing.T) {
	for name, c := range map[string]struct {
		level           string
		engine          engine
		message, advice string
	}{
		"functions cannot be replaced": {
			transcript.InterceptPrepend, engine{answer: answer{version: "7.4.33", id: 70433, extensions: []string{"curl"}}},
			"prepend needs PHP 8.0 or newer, and this is PHP 7.4.33", "use --intercept proxy",
		},
		"nothing would be caught": {
			transcript.InterceptProxy, engine{answer: answer{version: "8.4.1", id: 80401}},
			"this PHP has no curl extension", "--intercept prepend",
		},
	} {
		t.Run(name, func(t *testing.T) {
			target, err := New(Options{Path: t.TempDir(), Intercept: c.level})
			if err != nil {
				t.Fatal(err)
			}
			defer target.Close()
			c.engine.proxy = "http://127.0.0.1:9"
			err = target.offers(t.Context(), c.level, &session{engine: &c.engine})
			var why unplayable
			if !errors.Is(err, errNoStage) || !errors.As(err, &why) || !strings.Contains(why.reason, c.message) || !strings.Contains(why.advice, c.advice) {
				t.Errorf("got %v; %s", err, why.advice)
			}
		})
	}
}

// Functions that php.ini switches off stay off, and only a session whose panel
// is played has any replaced.
func TestReplacedFunctions(t *testing.T) {
	played := scenario.Session{Upstream: &scenario.Upstream{}}
	all := []string{"curl", "sockets"}
	for name, c := range map[string]struct {
		session  scenario.Session
		level    string
		disabled string
		has      []string
		want     []string
	}{
		"all":               {played, "prepend", "", all, []string{"fsockopen", "pfsockopen", "curl_exec", "stream_socket_client"}},
		"without sockets":   {played, "prepend", "", all[:1], []string{"fsockopen", "pfsockopen", "curl_exec"}},
		"without curl":      {played, "prepend", "", nil, []string{"fsockopen", "pfsockopen"}},
		"off in php.ini":    {played, "prepend", "exec, Curl_Exec ,pfsockopen", all, []string{"fsockopen", "stream_socket_client"}},
		"no panel":          {scenario.Session{}, "prepend", "", all, nil},
		"at another level":  {played, "proxy", "", all, nil},
		"in a namespace":    {played, "namespace", "", all, nil},
		"before any choice": {played, "", "", all, nil},
	} {
		s := &session{Session: c.session, level: c.level, engine: &engine{answer: answer{disabled: c.disabled, extensions: c.has}}}
		if diff := cmp.Diff(c.want, s.replaced()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
