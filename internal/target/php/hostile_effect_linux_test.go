package php_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/transcript"
)

func effectCases() []hostile {
	changed := func(names ...string) func(*testing.T, *transcript.Session, *transcript.Call) {
		return func(t *testing.T, _ *transcript.Session, c *transcript.Call) {
			for _, name := range names {
				found := false
				for _, change := range c.State {
					found = found || strings.Contains(change.Name, name)
				}
				if !found {
					t.Errorf("no change of %s in %s", name, show(t, c.State))
				}
			}
		}
	}
	return []hostile{
		{
			name: "effect: prints", body: `echo "hello"; ` + good, want: inOrder,
			check: func(t *testing.T, s *transcript.Session, c *transcript.Call) {
				if c.Output.Text != "hello" || c.Output.Bytes != 5 || s.Exit.Stdout.Bytes != 0 {
					t.Errorf("printed %+v, and %+v to standard output", c.Output, s.Exit.Stdout)
				}
			},
		},
		{
			name: "effect: warns", body: "error_reporting(0);\n" + `$x = $params['nothing']; ` + good, want: inOrder,
			check: func(t *testing.T, _ *transcript.Session, c *transcript.Call) {
				if len(c.Warnings) != 1 || c.Warnings[0].Level != "warning" || c.Warnings[0].File != "acme/acme.php" || c.Warnings[0].Line != 5 {
					t.Errorf("warnings %s", show(t, c.Warnings))
				}
			},
		},
		{name: "effect: changes a setting", body: `ini_set('precision', '3'); ` + good, want: inOrder, check: changed("precision")},
		{name: "effect: changes the time zone", body: `date_default_timezone_set('Asia/Tokyo'); ` + good, want: inOrder, check: changed("time")},
		{name: "effect: replaces handlers", body: `set_error_handler(function () { return true; }); set_exception_handler('var_dump'); ` + good,
			want: inOrder, check: changed("error handler", "exception handler")},
		{name: "effect: leaves buffers open", body: `ob_start(); ob_start(); ` + good, want: inOrder, check: changed("output buffers")},
		{name: "effect: closes all buffers", body: `while (@ob_end_clean()) {} ` + good, want: inOrder, check: changed("output buffers")},
		{
			name: "effect: sends headers", body: `header('X-Acme: 1'); ` + good, want: inOrder,
			check: func(t *testing.T, _ *transcript.Session, c *transcript.Call) {
				if diff := cmp.Diff([]string{"X-Acme: 1"}, c.Headers); diff != "" {
					t.Error(diff)
				}
			},
		},
		{
			name: "effect: writes a file", body: `file_put_contents(__DIR__ . '/cache.txt', 'x'); ` + good, want: inOrder,
			check: func(t *testing.T, _ *transcript.Session, c *transcript.Call) {
				if diff := cmp.Diff([]string{"modules/servers/acme/cache.txt"}, c.Files); diff != "" {
					t.Error(diff)
				}
			},
		},
		{
			name: "effect: changes how floats are written", body: `ini_set('serialize_precision', '3'); return ['success' => true, 'accounts' => [[0.1 + 0.2]]];`,
			want: inOrder,
			check: func(t *testing.T, _ *transcript.Session, c *transcript.Call) {
				for a := range c.Accounts() {
					if got := show(t, a.Value); !strings.Contains(got, "0.30000000000000004") {
						t.Errorf("account %s", got)
					}
				}
			},
		},
		{
			name: "effect: calls WHMCS", body: `logModuleCall('acme', 'list', ['a' => 1], '{}', [], ['secret']); ` + good, want: inOrder,
			check: func(t *testing.T, _ *transcript.Session, c *transcript.Call) {
				if len(c.Records) != 1 || c.Records[0].Function != "logModuleCall" || c.Records[0].File != "acme/acme.php" {
					t.Errorf("records %s", show(t, c.Records))
				}
			},
		},
	}
}
