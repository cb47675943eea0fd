package bridge

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/target/answer"
	"syncproof/internal/transcript"
)

func TestSecondCall(t *testing.T) {
	t.Parallel()
	const counting = `static $calls = 0; $calls++; $params['serverid'] += 1; return [$calls, $params['serverid']];`
	s := setup{files: list(counting)}.start(t)
	a, events := s.ask(t, object{"again": "list-2"}).read(t, "ListAccounts")
	if got := summary(events); got != "boot loaded:true call returned call returned shutdown:end final" {
		t.Fatalf("events %s", got)
	}
	same(t, "first value", events[3]["value"], `[1,2]`)
	same(t, "second value", events[5]["value"], `[2,2]`)
	if events[5]["call"] != "list-2" || !a.Honoured("again") {
		t.Errorf("second call %v, honoured %v", events[5]["call"], a.Honours)
	}

	_, events = s.ask(t, object{"function": "", "call": "", "again": "list-2"}).read(t, "")
	if got := summary(events); got != "boot loaded:true shutdown:end final" {
		t.Errorf("events of loading alone %s", got)
	}

	s = setup{files: list(`static $twice = false; if ($twice) { exit; } $twice = true; return [];`)}.start(t)
	_, events = s.ask(t, object{"again": "list-2"}).read(t, "ListAccounts")
	if got := summary(events); got != "boot loaded:true call returned call shutdown:call final" {
		t.Errorf("events of a module that exits %s", got)
	}
}

// A long list of the first call must not take memory away from the second.
func TestSecondCallHasItsMemory(t *testing.T) {
	t.Parallel()
	code := `$accounts = array_fill(0, 10000, ['note' => str_repeat('x', 1000)]);
		return ['success' => true, 'accounts' => $accounts, 'memory' => memory_get_usage() < 6 << 20];`
	s := setup{files: list(code), ini: []string{"memory_limit=16M"}}.start(t)
	a, _ := s.ask(t, object{"again": "list-2"}).read(t, "ListAccounts")
	var found []any
	for _, e := range a.Events {
		if r, ok := e.Body.(*transcript.Returned); ok {
			found = append(found, r.Value.(map[string]any)["memory"])
		}
	}
	if diff := cmp.Diff([]any{true, true}, found); diff != "" {
		t.Errorf("whether memory is left (-want +got):\n%s", diff)
	}
}

// PHP runs shutdown functions and destructors after the end was told of.
func TestLateErrors(t *testing.T) {
	t.Parallel()
	const late = `function () { throw new RuntimeException('late'); }`
	for name, test := range map[string]struct {
		code, want string
	}{
		"shutdown function": {"register_shutdown_function(" + late + "); return [];", "Uncaught RuntimeException: late in modules/servers/acme/acme.php:3"},
		"destructor": {
			"static $kept; $kept = new class { public function __destruct() { throw new RuntimeException('late'); } }; return [];",
			"Uncaught RuntimeException: late in modules/servers/acme/acme.php:3",
		},
		"none":           {"register_shutdown_function(function () { @trigger_error('x', E_USER_WARNING); }); return [];", ""},
		"exit, and late": {"register_shutdown_function(" + late + "); exit;", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, _ := setup{files: list(test.code)}.start(t).ask(t, nil).read(t, "ListAccounts")
			if got := lateError(t, a); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func lateError(t *testing.T, a answer.Answer) string {
	t.Helper()
	for _, e := range a.Events {
		if down, ok := e.Body.(*transcript.Shutdown); ok {
			if down.Fatal == nil {
				return ""
			}
			return down.Fatal.Message
		}
	}
	t.Fatal("there is no shutdown event")
	return ""
}

// A web server's PHP sets the status 500 by itself after a fatal error.
func TestStatusOfFatalErrors(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ code, want string }{
		"by PHP":        {"eval('function acme_x() {} function acme_x() {}');", "null"},
		"by the module": {"http_response_code(500); exit;", `["HTTP status 500"]`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, events := setup{files: list(test.code)}.start(t).ask(t, nil).read(t, "ListAccounts")
			same(t, "headers", only(t, events, "shutdown")["headers"], test.want)
		})
	}
}
