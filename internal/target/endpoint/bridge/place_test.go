package bridge

import (
	"maps"
	"os"
	"path/filepath"
	"testing"
)

func TestPlaces(t *testing.T) {
	t.Parallel()
	module := "<?php function acme_ListAccounts() { return []; }"
	root := []string{"SYNCPROOF_BRIDGE_TOKEN=" + token, "SYNCPROOF_BRIDGE_ROOT={DIR}/else/where/"}
	for _, test := range []struct {
		name, file, bridge, shown string
		env                       []string
	}{
		{"in the root", "modules/servers/acme/acme.php", "", "modules/servers/acme/acme.php", nil},
		{"below the root", "modules/servers/acme/acme.php", "tests/deep/bridge.php", "modules/servers/acme/acme.php", nil},
		{"in the module's folder", "modules/servers/acme/acme.php", "modules/servers/acme/bridge.php", "modules/servers/acme/acme.php", nil},
		{"beside the module's folder", "acme/acme.php", "", "acme/acme.php", nil},
		{"beside the module", "acme.php", "", "acme.php", nil},
		{"elsewhere", "else/where/modules/servers/acme/acme.php", "", "modules/servers/acme/acme.php", root},
		{"elsewhere, in a folder", "else/where/acme/acme.php", "", "acme/acme.php", root},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := setup{files: map[string]string{test.file: module}, bridge: test.bridge, env: test.env}.start(t)
			_, events := s.ask(t, nil).read(t, "ListAccounts")
			only(t, events, "returned")
			same(t, "functions", only(t, events, "loaded")["functions"],
				`[{"name":"acme_ListAccounts","file":"`+test.shown+`","line":1,"end":1}]`)
		})
	}
	s := setup{files: map[string]string{"modules/servers/acme/acme.php": module, "else/where/x.php": "<?php"}, env: root}.start(t)
	if r := s.ask(t, nil); r.status != 404 {
		t.Errorf("status %d, want 404: only the root that was named counts", r.status)
	}
}

// fakeInit does some of what WHMCS's init.php does.
const fakeInit = `<?php
echo 'printed by init';
$CONFIG = ['Version' => '9.0.0'];
define('WHMCS', true);
function logModuleCall() { $GLOBALS['logged'] = func_get_args(); }
ob_start();
session_save_path('{DIR}'); session_start(); $_SESSION['kept'] = 1;
set_error_handler(function () { throw new ErrorException('by WHMCS'); });
set_exception_handler(function () {});
header('Location: /admin/');
`

func TestInsideWHMCS(t *testing.T) {
	t.Parallel()
	files := list(`global $CONFIG; logModuleCall('acme', 'x'); echo 'x'; echo $undefined; $_SESSION['mine'] = 1;
		return [$CONFIG['Version'], $GLOBALS['logged'], function_exists('localAPI'), $_SESSION, $_SERVER['HTTP_HOST']];`)
	files["init.php"] = fakeInit
	s := setup{files: files, bridge: "dev/bridge.php"}.start(t)
	_, events := s.ask(t, object{"request": "admin"}).read(t, "ListAccounts")
	if got := summary(events); got != "boot loaded:true call returned shutdown:end final" {
		t.Errorf("events %s", got)
	}
	if boot := only(t, events, "boot"); boot["whmcs"] != true {
		t.Errorf("boot %v", boot)
	}
	loaded, returned := only(t, events, "loaded"), only(t, events, "returned")
	same(t, "output of loading", loaded["output"], `{"bytes":0}`)
	same(t, "state after loading", loaded["state"], `null`)
	same(t, "headers of loading", loaded["headers"], `null`)
	same(t, "value", returned["value"], `["9.0.0",["acme","x"],false,{"kept":1,"mine":1},"whmcs.example.test"]`)
	same(t, "output", returned["output"], `{"bytes":1,"text":"x"}`)
	same(t, "state", returned["state"], `null`)
	if warnings, _ := returned["warnings"].([]any); len(warnings) != 1 {
		t.Errorf("warnings %v", warnings)
	}

	a, events := s.ask(t, object{"function": "", "withoutWHMCS": true}).read(t, "")
	if boot := only(t, events, "boot"); boot["whmcs"] != false || !a.Honoured("withoutWHMCS") {
		t.Errorf("boot %v, honoured %v", boot, a.Honours)
	}
}

// What a module loads of WHMCS is not the vendor's.
func TestFilesOfWHMCS(t *testing.T) {
	t.Parallel()
	const module = `<?php require_once __DIR__ . '/../../../includes/extra.php'; require __DIR__ . '/more.php';`
	files := map[string]string{
		"modules/servers/acme/acme.php": module,
		"modules/servers/acme/more.php": "<?php function acme_ListAccounts() { return []; }",
		"includes/extra.php":            "<?php function extra() {}",
	}
	for name, test := range map[string]struct{ init, extra string }{
		"with WHMCS":    {"<?php", "<whmcs>/includes/extra.php"},
		"without WHMCS": {"", "includes/extra.php"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := maps.Clone(files)
			if test.init != "" {
				files["init.php"] = test.init
			}
			_, events := setup{files: files}.start(t).ask(t, nil).read(t, "ListAccounts")
			same(t, "functions", only(t, events, "loaded")["functions"],
				`[{"name":"extra","file":"`+test.extra+`","line":1,"end":1},
				{"name":"acme_ListAccounts","file":"modules/servers/acme/more.php","line":1,"end":1}]`)
		})
	}
}

func TestInitThatEnds(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ init, want string }{
		"exit":  {"<?php echo 'Down for maintenance'; exit;", "shutdown:boot final"},
		"throw": {"<?php throw new Exception('no database');", "shutdown:boot:fatal final"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := list("return [];")
			files["init.php"] = test.init
			_, events := setup{files: files}.start(t).ask(t, nil).read(t, "ListAccounts")
			if got := summary(events); got != test.want {
				t.Errorf("events %s, want %s", got, test.want)
			}
			down := only(t, events, "shutdown")
			if name == "exit" {
				same(t, "output", down["output"], `{"bytes":20,"text":"Down for maintenance"}`)
			} else {
				same(t, "fatal", down["fatal"].(object)["message"], `"Uncaught Exception: no database in <whmcs>/init.php:1"`)
			}
		})
	}
}

// The init.php that syncproof lays beside modules is no WHMCS.
func TestStandInInit(t *testing.T) {
	t.Parallel()
	init, err := os.ReadFile(filepath.FromSlash("../../php/root/init.php"))
	if err != nil {
		t.Fatal(err)
	}
	files := list("return [];")
	files["init.php"] = string(init)
	_, events := setup{files: files}.start(t).ask(t, nil).read(t, "ListAccounts")
	if boot := only(t, events, "boot"); boot["whmcs"] != false {
		t.Errorf("boot %v", boot)
	}
	only(t, events, "returned")
}
