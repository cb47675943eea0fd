package cli_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"syncproof/internal/cli"
	"syncproof/internal/target/netns"
)

// What must not be found anywhere after a run.
const (
	canaryPassword = `Pw7!&<"q>/k+ %Zx9-mH`
	canaryHash     = "AH4kQz81LmT0vWn26RbYs93XcJe5Ud7"
	canaryOther    = "ci-3fQ9zLw8Kp2Vx7Bn"
)

// leaky is a module that shows its secrets wherever it can, in every form.
const leaky = `<?php
function leaky_MetaData() { return ['DisplayName' => 'Leaky', 'APIVersion' => '1.1', 'ListAccountsUniqueIdentifierField' => 'username']; }
function leaky_forms(string $s): array {
    $all = [$s, rawurlencode($s), urlencode($s), strtolower(rawurlencode($s)), json_encode($s), htmlspecialchars($s, ENT_QUOTES), strrev($s),
        bin2hex($s), strtoupper(bin2hex($s)), base64_encode(gzencode($s)), base64_encode(gzcompress($s)), gzencode($s), addslashes($s)];
    foreach (['', 'a', 'bc'] as $before) {
        $all[] = base64_encode($before . $s);
        $all[] = rtrim(strtr(base64_encode($before . $s), '+/', '-_'), '=');
    }
    $all[] = preg_replace_callback('/[^\w]/', fn ($m) => sprintf('\u%04x', ord($m[0])), $s);
    return $all;
}
function leaky_ListAccounts(array $params) {
    $secrets = [$params['serverpassword'], $params['serveraccesshash']];
    $forms = array_merge(...array_map('leaky_forms', $secrets));
    $ch = curl_init('http://' . $params['serverhostname'] . ':' . $params['serverport'] . '/list?' . http_build_query(['hash' => $secrets[1]]));
    curl_setopt_array($ch, [CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => 5, CURLOPT_USERPWD => 'api:' . $secrets[0],
        CURLOPT_POSTFIELDS => json_encode(['password' => $secrets[0]]), CURLOPT_COOKIE => 'auth=' . rawurlencode($secrets[1]),
        CURLOPT_HTTPHEADER => ['Authorization: WHM root:' . $secrets[1], 'X-Pass: ' . base64_encode($secrets[0]), 'Content-Type: application/json']]);
    $reply = curl_exec($ch);
    foreach ($forms as $form) {
        echo $form, "\n";
        error_log($form);
        trigger_error($form, E_USER_WARNING);
    }
    echo print_r(getenv(), true), print_r($_SERVER, true), print_r($_ENV, true), @file_get_contents('/proc/self/environ');
    if (function_exists('logModuleCall')) {
        logModuleCall('leaky', 'list', $forms, $reply, $forms, []);
    }
    file_put_contents(sys_get_temp_dir() . '/leak', implode("\n", $forms));
    if ($reply === false || strpos($reply, 'accounts') === false) {
        leaky_fail($secrets[0], $secrets[1]);
    }
    $accounts = [];
    foreach ($forms as $i => $form) {
        $accounts[] = ['email' => $form, 'username' => 'u' . $i, 'domain' => "d$i.example", 'uniqueIdentifier' => 'u' . $i, 'product' => $form,
            'primaryip' => '192.0.2.1', 'created' => '2024-01-01 00:00:00', 'status' => $form, $form => $form];
    }
    return ['success' => true, 'accounts' => $accounts, 'error' => implode(' ', $forms)];
}
function leaky_fail(string $password, string $hash) { throw new RuntimeException("login with $password and $hash failed"); }
`

// hidden are the forms in which a reader could recognise a secret.
func hidden(s string) [][]byte {
	quoted, _ := json.Marshal(s)
	all := []string{
		s, url.QueryEscape(s), url.PathEscape(s), strings.ReplaceAll(url.QueryEscape(s), "+", "%20"), strings.Trim(string(quoted), `"`),
		html.EscapeString(s), strings.ReplaceAll(html.EscapeString(s), "&#34;", "&quot;"), hex.EncodeToString([]byte(s)),
	}
	reversed := []byte(s)
	slices.Reverse(reversed)
	all = append(all, string(reversed))
	for offset := range 3 {
		for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			text := e.EncodeToString([]byte(strings.Repeat("\x00", offset) + s))
			all = append(all, text[(offset*8+5)/6:(offset+len(s))*8/6])
		}
	}
	var forms [][]byte
	for _, form := range all {
		forms = append(forms, []byte(form), bytes.ToUpper([]byte(form)), bytes.ToLower([]byte(form)))
	}
	return forms
}

// leaks finds a secret in text, and in what is compressed or in base64 in it.
func leaks(text []byte, secret string, depth int) string {
	for _, form := range hidden(secret) {
		if at := bytes.Index(text, form); at >= 0 {
			return string(text[max(0, at-60):min(len(text), at+len(form)+20)])
		}
	}
	if depth == 0 {
		return ""
	}
	for at := 0; ; at++ {
		i := bytes.Index(text[at:], []byte("\x1f\x8b\x08"))
		if i < 0 {
			break
		}
		at += i
		if z, err := gzip.NewReader(bytes.NewReader(text[at:])); err == nil {
			plain, _ := io.ReadAll(io.LimitReader(z, 1<<20))
			if found := leaks(plain, secret, depth-1); found != "" {
				return "gzip: " + found
			}
		}
	}
	for _, word := range bytes.FieldsFunc(text, func(r rune) bool {
		return !strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", r)
	}) {
		if len(word) < 16 {
			continue
		}
		raw := make([]byte, base64.RawStdEncoding.DecodedLen(len(word)))
		n, _ := base64.RawStdEncoding.Decode(raw, word)
		if found := leaks(raw[:n], secret, depth-1); found != "" {
			return "base64: " + found
		}
	}
	return ""
}

// watch looks at the command lines and environments of all other processes until
// it is told to stop.
func watch() (stop func() []byte) {
	own := fmt.Sprintf("/proc/%d/", os.Getpid())
	done := make(chan struct{})
	var seen bytes.Buffer
	var wg sync.WaitGroup
	wg.Go(func() {
		known := map[string]bool{}
		for {
			select {
			case <-done:
				return
			default:
			}
			// PHP takes longer than this to start.
			time.Sleep(2 * time.Millisecond)
			all, _ := filepath.Glob("/proc/[0-9]*/[ce][mn][dv]*")
			for _, path := range all {
				if strings.HasPrefix(path, own) {
					continue
				}
				if raw, err := os.ReadFile(path); err == nil && len(raw) > 0 && !known[string(raw)] {
					known[string(raw)] = true
					seen.Write(append(raw, '\n'))
				}
			}
		}
	})
	return func() []byte {
		close(done)
		wg.Wait()
		return seen.Bytes()
	}
}

func TestNothingLeaks(t *testing.T) {
	if _, err := exec.LookPath("php"); err != nil {
		if os.Getenv("SYNCPROOF_REQUIRE_PHP") == "1" {
			t.Fatal(err)
		}
		t.Skip("PHP is not installed")
	}
	if err := netns.Check(t.Context()); err != nil {
		if os.Getenv("SYNCPROOF_REQUIRE_NETNS") == "1" {
			t.Fatal(err)
		}
		t.Skip("namespaces cannot be made here")
	}
	folder := t.TempDir()
	t.Chdir(folder)
	t.Setenv("TMPDIR", filepath.Join(folder, "tmp"))
	t.Setenv("CI_JOB_TOKEN", canaryOther)
	// The panel says back what it was sent, in headers, cookies and its body.
	panel := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Seen", r.Header.Get("Authorization"))
		http.SetCookie(w, &http.Cookie{Name: "auth", Value: url.QueryEscape(canaryHash)})
		fmt.Fprintf(w, `{"accounts":[],"you":%q,"with":%s,"zip":%q}`, r.Header.Get("X-Pass"), body, r.URL.RawQuery)
	}))
	defer panel.Close()
	address, err := url.Parse(panel.URL)
	if err != nil {
		t.Fatal(err)
	}
	module := filepath.Join("modules", "servers", "leaky", "leaky.php")
	for path, mode := range map[string]fs.FileMode{filepath.Dir(module): 0o755, "tmp": 0o700, "syncproof-results": 0o777, "more": 0o777} {
		if err := os.MkdirAll(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	for path, text := range map[string]string{module: leaky, "syncproof-results/transcript.ndjson": "old"} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	env := map[string]string{"PW": canaryPassword, "AH": canaryHash, "CI_JOB_TOKEN": canaryOther}
	getenv := func(name string) (string, bool) { v, ok := env[name]; return v, ok }
	var out, errs bytes.Buffer
	syncproof := func(args ...string) int {
		return cli.Main(append(args, "modules/servers/leaky", "--server-hostname", address.Hostname(), "--server-port", address.Port(),
			"--server-secure=false", "--server-username", "api", "--server-password-env", "PW", "--server-accesshash-env", "AH"),
			cli.System{In: strings.NewReader(""), Out: &out, Err: &errs, Getenv: getenv})
	}
	stop := watch()
	code := syncproof("run", "-v", "--only", "ENV-05,ENV-09,output,logging,ERR-02", "--html", "more/r.html", "--junit", "more/r.xml",
		"--json", "more/r.json", "--markdown", "more/r.md", "--sarif", "more/r.sarif", "--annotations", "more/r.txt",
		"--code-quality", "more/r.quality.json", "--tap", "more/r.tap", "--badge", "more/r.svg")
	recorded := syncproof("record", "--output", "more/r.har", "--keep-failed")
	commands := stop()
	if code != cli.ExitNotConformant || !strings.Contains(out.String(), "NOT CONFORMANT") {
		t.Fatalf("the run ended with %d:\n%s%s", code, out.String(), errs.String())
	}
	if recorded == 0 && !strings.Contains(out.String(), "recorded leaky") {
		t.Errorf("record ended with %d", recorded)
	}
	texts := map[string][]byte{"standard output": out.Bytes(), "standard error": errs.Bytes(), "command lines and environments": commands}
	if err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path == module {
			return err
		}
		if info, err := d.Info(); err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has the mode %v", path, info.Mode())
		}
		texts[path], err = os.ReadFile(path)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(commands, []byte("wrapper/main.php")) || !bytes.Contains(commands, []byte("SYNCPROOF_RESULT_FD=")) {
		t.Error("no command line or environment of PHP was seen, so nothing was tested")
	}
	for _, want := range []string{"more/r.html", "more/r.svg", "more/r.tap", "syncproof-results/transcript.ndjson", "syncproof-results/report.json"} {
		if len(texts[want]) == 0 {
			t.Errorf("%s was not written", want)
		}
	}
	if !bytes.Contains(texts["syncproof-results/transcript.ndjson"], []byte("[redacted:serverpassword gzip]")) {
		t.Error("the module's leaks are not in the transcript, so nothing was tested")
	}
	for where, text := range texts {
		for name, secret := range map[string]string{"the password": canaryPassword, "the access hash": canaryHash, "another variable": canaryOther} {
			if found := leaks(text, secret, 2); found != "" {
				t.Errorf("%s shows %s: …%q…", where, name, found)
			}
		}
	}
	for path := range texts {
		if strings.HasPrefix(path, "tmp/") || strings.Contains(filepath.Base(path), "core") {
			t.Errorf("%s is left", path)
		}
	}
}
