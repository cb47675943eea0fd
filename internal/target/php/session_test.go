package php_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/contract"
	"syncproof/internal/scenario"
	"syncproof/internal/target/php"
	"syncproof/internal/transcript"
)

func TestTheModuleSeesNothingOfTheCallersEnvironment(t *testing.T) {
	t.Setenv("CI_TOKEN", "canary-7f3a")
	t.Setenv("SYNCPROOF_PASSWORD", "canary-7f3a")
	target := newTarget(t, php.Options{Path: vendor(t, acme(
		`return ['success' => false, 'error' => json_encode([getenv(), $_ENV, $_SERVER, shell_exec('env')])];`))})
	got, _ := answer(t, run(t, target, list()))["error"].(string)
	if !strings.Contains(got, "PATH") {
		t.Fatalf("this is no environment: %s", got)
	}
	for _, part := range []string{"canary-7f3a", "SYNCPROOF", os.TempDir() + "/syncproof"} {
		if strings.Contains(got, part) {
			t.Errorf("the module sees %q: %s", part, got)
		}
	}
}

func TestEveryKindOfSession(t *testing.T) {
	dir := vendor(t, map[string]string{"acme.php": `<?php
if (!defined('WHMCS')) {
    die('no direct access');
}
function acme_MetaData() { return ['args' => func_num_args(), 'uri' => $_SERVER['REQUEST_URI'] ?? '']; }
function acme_ConfigOptions() { return ['Plan' => ['Type' => 'text', 'Loader' => 'acme_Plans']]; }
function acme_Plans($params) { return ['a' => 'A', 'host' => $params['serverhostname']]; }
function acme_ListAccounts(array $params) { return ['success' => false, 'error' => implode(',', array_keys($params)) . '.']; }
`})
	target := newTarget(t, php.Options{Path: dir})
	type call struct {
		ID, Function, Ending string
		Value                any
	}
	want := map[string][]call{
		transcript.SessionDirect: nil,
		transcript.SessionMetaData: {
			{"metadata", "MetaData", transcript.EndReturned, nil},
		},
		transcript.SessionMetaDataWeb: {
			{"metadata-web", "MetaData", transcript.EndReturned, nil},
		},
		transcript.SessionOptions: {
			{"options", "ConfigOptions", transcript.EndReturned, nil},
			{"loader:Plan", "acme_Plans", transcript.EndReturned, map[string]any{"a": "A", "host": "panel.example.test"}},
		},
		transcript.SessionList: {
			{"list", "ListAccounts", transcript.EndReturned, map[string]any{"success": false, "error": "serverhostname."}},
		},
		transcript.SessionEmpty: {
			{"list-empty", "ListAccounts", transcript.EndReturned, map[string]any{"success": false, "error": "."}},
		},
		transcript.SessionLocale: {
			{"list-locale", "ListAccounts", transcript.EndReturned, map[string]any{"success": false, "error": "serverhostname."}},
		},
		transcript.SessionRepeat: {
			{"repeat-1", "ListAccounts", transcript.EndReturned, map[string]any{"success": false, "error": "serverhostname."}},
			{"repeat-2", "ListAccounts", transcript.EndReturned, map[string]any{"success": false, "error": "serverhostname."}},
		},
	}
	for _, planned := range planAll(map[string]any{"serverhostname": "panel.example.test"}) {
		s := run(t, target, planned)
		var got []call
		for _, c := range s.Calls {
			made := call{c.ID, c.Function, c.Ending, c.Value}
			if c.Function == "MetaData" || c.Function == "ConfigOptions" {
				made.Value = nil
			}
			got = append(got, made)
		}
		if diff := cmp.Diff(want[planned.ID], got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", planned.ID, diff)
		}
		if planned.ID == transcript.SessionDirect && (s.Shutdown == nil || s.Shutdown.Phase != transcript.PhaseLoad) {
			t.Errorf("direct: shutdown %s", show(t, s.Shutdown))
		}
	}
}

func planAll(params map[string]any) []scenario.Session {
	return scenario.Plan([]contract.Need{
		contract.NeedDirect, contract.NeedMetaDataWeb, contract.NeedOptions, contract.NeedRepeat, contract.NeedLocale, contract.NeedEmpty,
	}, scenario.Run{Params: params})
}

func TestSessionsCanRunAtTheSameTime(t *testing.T) {
	target := newTarget(t, php.Options{Path: vendor(t, acme(
		`file_put_contents(__DIR__ . '/n', 'x', FILE_APPEND); return ['success' => false, 'error' => file_get_contents(__DIR__ . '/n')];`))})
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			if got := answer(t, run(t, target, list()))["error"]; got != "x" {
				t.Errorf("got %v", got)
			}
		})
	}
	wg.Wait()
}

func TestSettings(t *testing.T) {
	target := newTarget(t, php.Options{
		Path: vendor(t, acme(`return ['success' => false, 'error' => implode(' ', array_map('ini_get',
			['display_errors', 'memory_limit', 'precision', 'user_agent', 'opcache.enable_cli']))];`)),
		MaxMemory: 100 << 20, Ini: []string{"precision=9", "user_agent=a (b; c)"},
	})
	want := fmt.Sprintf("stderr %d 9 a (b; c) 0", 100<<20)
	if got := answer(t, run(t, target, list()))["error"]; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFunctionsTheVendorSwitchedOffStayOff(t *testing.T) {
	target := newTarget(t, php.Options{
		Path: vendor(t, acme(`header('X-A: 1'); return ['success' => false, 'error' => json_encode(function_exists('shell_exec'))];`)),
		PHP:  []string{"php", "-d", "disable_functions=shell_exec"},
	})
	s := run(t, target, list())
	if got := answer(t, s)["error"]; got != "false" || !slices.Equal(s.Calls[0].Headers, []string{"X-A: 1"}) {
		t.Errorf("shell_exec is there: %v; headers %q", got, s.Calls[0].Headers)
	}
}

func TestALocaleOtherThanC(t *testing.T) {
	locales := t.TempDir()
	compile := exec.Command("localedef", "-i", "de_DE", "-f", "UTF-8", filepath.Join(locales, "de_DE.UTF-8"))
	if out, err := compile.CombinedOutput(); err != nil {
		t.Skipf("no locale can be made here: %v: %s", err, out)
	}
	target := newTarget(t, php.Options{
		Path: vendor(t, acme(`return ['success' => false, 'error' => localeconv()['decimal_point']];`)),
		Env:  []string{"LOCPATH=" + locales},
	})
	planned := list()
	planned.Locale = true
	s := run(t, target, planned)
	if got := answer(t, s)["error"]; got != "," || !s.Sees.Locale || s.Locale != "de_DE.UTF-8" {
		t.Errorf("decimal point %q, seen %v, locale %q", got, s.Sees.Locale, s.Locale)
	}
	s = run(t, target, list())
	if got := answer(t, s)["error"]; got != "." || s.Sees.Locale || s.Locale != "" {
		t.Errorf("without asking: decimal point %q, seen %v, locale %q", got, s.Sees.Locale, s.Locale)
	}
}

func TestNoLocaleOtherThanC(t *testing.T) {
	if out, err := exec.Command("locale", "-a").Output(); err != nil || strings.Contains(string(out), "_") {
		t.Skip("this machine has another locale, or does not tell")
	}
	target := newTarget(t, php.Options{Path: vendor(t, acme(empty))})
	planned := list()
	planned.Locale = true
	if s := run(t, target, planned); s.Sees.Locale || s.Locale != "" {
		t.Errorf("locale %q, seen %v", s.Locale, s.Sees.Locale)
	}
}
