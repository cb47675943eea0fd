package endpoint_test

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/target/endpoint"
	"syncproof/internal/target/exchange/exchangetest"
	"syncproof/internal/transcript"
)

// php returns the PHP program, or ends the test where there is none.
func php(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("php")
	if err != nil && os.Getenv("SYNCPROOF_REQUIRE_PHP") == "1" {
		t.Fatalf("PHP is required: %v", err)
	}
	if err != nil {
		t.Skip("there is no PHP on this machine")
	}
	return path
}

// servePHP serves a folder with PHP's own web server and returns its address.
func servePHP(t *testing.T, folder string, env ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), php(t), "-n", "-S", "127.0.0.1:0", "-t", folder)
	cmd.Env = append(os.Environ(), env...)
	output, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	started := regexp.MustCompile(`\((http://[^)]+)\) started`)
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		if m := started.FindStringSubmatch(lines.Text()); m != nil {
			// What else it says must not fill the pipe.
			go func() {
				for lines.Scan() {
				}
			}()
			return m[1]
		}
	}
	t.Fatalf("PHP's web server did not start: %v", lines.Err())
	return ""
}

const documentedModule = `<?php
if (!defined('WHMCS')) {
    die('no');
}
function acme_MetaData()
{
    return ['DisplayName' => 'Acme', 'arguments' => func_num_args()];
}
function acme_ListAccounts(array $params)
{
    return ['success' => true, 'accounts' => [['email' => 'jo@' . $params['serverhostname'], 'quota' => 1.0]]];
}
`

// The endpoint of docs/protocol.md works as it stands there.
func TestDocumentedEndpoint(t *testing.T) {
	manual, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "protocol.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(manual), "```php\n")
	script, _, closed := strings.Cut(after, "```")
	if !found || !closed {
		t.Fatal("docs/protocol.md has no PHP endpoint")
	}
	folder := t.TempDir()
	module := filepath.Join(folder, "modules", "servers", "acme")
	if err := os.MkdirAll(module, 0o700); err != nil {
		t.Fatal(err)
	}
	for path, content := range map[string]string{
		filepath.Join(folder, "acme.php"): script, filepath.Join(module, "acme.php"): documentedModule,
	} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	address := servePHP(t, folder, "ACME_TOKEN=t0ken") + "/acme.php"

	good := newTarget(t, endpoint.Options{URL: address, Token: "t0ken"})
	for session, want := range map[string]string{
		transcript.SessionList:     `{"event":"account","session":"list","call":"list","key":0,"value":{"email":"jo@panel.example","quota":1.0}}`,
		transcript.SessionMetaData: `{"event":"returned","session":"metadata","call":"metadata","value":{"DisplayName":"Acme","arguments":0},"output":{"bytes":0},"seconds":0}`,
		transcript.SessionOptions:  `{"event":"missing","session":"options","call":"options","function":"ConfigOptions"}`,
	} {
		got := exchangetest.Run(t.Context(), t, good, exchangetest.Session(t, session))
		if len(got.Lines) < 3 || got.Lines[2] != want {
			t.Errorf("session %q: %v, want %s in it", session, got.Lines, want)
		}
	}

	for _, token := range []string{"", "wrong"} {
		got := list(t, endpoint.Options{URL: address, Token: token})
		want := []transcript.Trouble{{
			Kind: "answer", Message: address + " does not accept the credentials (status 401)",
			Advice: adviceToken,
		}}
		if diff := cmp.Diff(want, got.Transcript.Session(transcript.SessionList).Troubles); diff != "" {
			t.Errorf("token %q: trouble (-want +got):\n%s", token, diff)
		}
	}
}
