package harness_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/harness"
	"syncproof/internal/recording"
	"syncproof/internal/target/netns"
	"syncproof/internal/target/php"
)

func TestMain(m *testing.M) {
	if status, inside := netns.Inside(); inside {
		os.Exit(status)
	}
	os.Exit(m.Run())
}

// secretKey is what the panel below wants.
const secretKey = "kx-9f31 &<ü>/%41+\"secret"

// panel is a control panel that gives out tokens and cookies, checks signatures
// and repeats what it was sent.
func panel(t *testing.T) map[string]any {
	t.Helper()
	var mu sync.Mutex
	logins := 0
	good := map[string]bool{}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /login", func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if r.FormValue("key") != secretKey {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		logins++
		token := hex.EncodeToString(hmac.New(sha256.New, fmt.Append(nil, "token", logins)).Sum(nil))
		good[token] = true
		http.SetCookie(w, &http.Cookie{Name: "sid", Value: "cookie" + token[:16]})
		fmt.Fprintf(w, `{"token":"%s","login":"%s"}`, token, "sync")
	})
	list := func(w http.ResponseWriter) { fmt.Fprint(w, `["one","two","three"]`) }
	mux.HandleFunc("GET /cp/{token}/list", func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		cookie, err := r.Cookie("sid")
		if token := r.PathValue("token"); !good[token] || err != nil || cookie.Value != "cookie"+token[:16] {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		list(w)
	})
	mux.HandleFunc("GET /signed", func(w http.ResponseWriter, r *http.Request) {
		sum := hmac.New(sha256.New, []byte(secretKey))
		_, _ = io.WriteString(sum, "list")
		if r.FormValue("s") != hex.EncodeToString(sum.Sum(nil)) {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		list(w)
	})
	mux.HandleFunc("GET /drawn", func(w http.ResponseWriter, _ *http.Request) { list(w) })
	mux.HandleFunc("GET /cursor/{at}", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "1")
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	host, port, _ := strings.Cut(strings.TrimPrefix(server.URL, "http://"), ":")
	return map[string]any{
		"server": true, "serverid": 1, "serverip": host, "serverhostname": host, "serverusername": "sync", "serverpassword": secretKey,
		"serveraccesshash": "", "serversecure": false, "serverhttpprefix": "http", "serverport": port,
	}
}

// module writes a module that lists what the code leaves in $names.
func module(t *testing.T, code string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "acme")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	text := `<?php
function acme_MetaData() { return ['DisplayName' => 'Acme', 'APIVersion' => '1.1']; }
function acme_ask(array $p, $path, $post = null, $cookie = '') {
    $c = curl_init("http://{$p['serverhostname']}:{$p['serverport']}$path");
    curl_setopt_array($c, [CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => 10, CURLOPT_ENCODING => '', CURLOPT_COOKIE => $cookie]);
    if ($post !== null) { curl_setopt($c, CURLOPT_POSTFIELDS, http_build_query($post)); }
    $headers = [];
    curl_setopt($c, CURLOPT_HEADERFUNCTION, function ($c, $h) use (&$headers) { $headers[] = trim($h); return strlen($h); });
    $body = curl_exec($c);
    if (curl_getinfo($c, CURLINFO_RESPONSE_CODE) !== 200) { throw new RuntimeException("no: " . substr((string) $body, 0, 300)); }
    return ['body' => json_decode($body, true), 'headers' => $headers];
}
function acme_ListAccounts(array $p) {
    try {
        ` + code + `
        return ['success' => true, 'accounts' => array_map(function ($n) { return ['uniqueIdentifier' => $n]; }, $names)];
    } catch (\Throwable $e) { return ['success' => false, 'error' => $e->getMessage()]; }
}
`
	if err := os.WriteFile(filepath.Join(dir, "acme.php"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func record(t *testing.T, code string, change func(*harness.RecordOptions)) (harness.Recorded, error) {
	t.Helper()
	params := panel(t)
	o := harness.RecordOptions{
		Module: php.Options{Path: module(t, code), Timeout: time.Minute}, Params: params,
		Secrets: map[string]string{"serverpassword": secretKey}, Tool: "syncproof test",
	}
	if change != nil {
		change(&o)
	}
	return harness.Record(t.Context(), o)
}

func able(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("php"); err != nil {
		if os.Getenv("SYNCPROOF_REQUIRE_PHP") == "1" {
			t.Fatal(err)
		}
		t.Skip("PHP is not installed")
	}
	if err := netns.Check(context.Background()); err != nil {
		if os.Getenv("SYNCPROOF_REQUIRE_NETNS") == "1" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
}

// Every recording here was played back to its module before Record returned it.
func TestRecord(t *testing.T) {
	able(t)
	for name, c := range map[string]struct {
		code     string
		requests int
		volatile []string
	}{
		"login with token and cookie": {`
        $in = acme_ask($p, '/login', ['key' => $p['serverpassword'], 'user' => $p['serverusername']]);
        preg_match('/sid=([^;\s]+)/', implode("\n", $in['headers']), $m);
        if (!preg_match('/^[0-9a-f]{64}$/', $in['body']['token'])) { throw new RuntimeException('odd token'); }
        $names = acme_ask($p, "/cp/{$in['body']['token']}/list", null, "sid=$m[1]")['body'];`, 2, nil},
		"a signature that is the same each time": {`
        $names = acme_ask($p, '/signed?s=' . hash_hmac('sha256', 'list', $p['serverpassword']))['body'];`, 1, []string{"query:s"}},
		"the time and a number drawn by lot": {`
        $names = acme_ask($p, '/drawn?page=1&when=' . time() . '&x=' . random_int(1, PHP_INT_MAX))['body'];`, 1, []string{"query:x"}},
		"a digest of the secret": {`
        $names = acme_ask($p, '/drawn?auth=' . md5("{$p['serverusername']}:{$p['serverpassword']}"))['body'];`, 1, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			made, err := record(t, c.code, nil)
			if err != nil {
				t.Fatal(err)
			}
			if made.File.Accounts != 3 || len(made.File.Conversations[0].Entries) != c.requests {
				t.Errorf("got %d accounts by %d requests", made.File.Accounts, len(made.File.Conversations[0].Entries))
			}
			var volatile []string
			for _, v := range made.File.Volatile {
				// Whether two calls see the same second is chance; both are right.
				if v != "query:when" {
					volatile = append(volatile, v)
				}
			}
			if diff := cmp.Diff(c.volatile, volatile); diff != "" {
				t.Error(diff)
			}
			if strings.Contains(string(made.Content), "kx-9f31") {
				t.Error("the recording holds the secret")
			}
			stored, err := recording.Decode(made.Content)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(made.File.Volatile, stored.Volatile); diff != "" {
				t.Errorf("other volatile fields are stored than were found:\n%s", diff)
			}
		})
	}
}

func TestRecordRefuses(t *testing.T) {
	able(t)
	fine := `$names = acme_ask($p, '/drawn')['body'];`
	for name, c := range map[string]struct {
		code   string
		change func(*harness.RecordOptions)
		want   error
		says   string
	}{
		"a failure": {`throw new RuntimeException('the panel is gone');`, nil, harness.ErrNoList, "the module got no answer to any request"},
		"a refusal": {
			`$names = acme_ask($p, '/login', ['key' => 'wrong'])['body'];`, nil, harness.ErrNoList, `the module reported "no: " (string)`,
		},
		"no server": {
			fine, func(o *harness.RecordOptions) { o.Params["serverport"] = "1" }, harness.ErrNoList, "got no answer to any request (asking 127.0.0.1:1",
		},
		"accounts on an empty server": {fine, func(o *harness.RecordOptions) { o.Empty = true }, harness.ErrNoList, "the module lists 3 accounts, so the server is not empty"},
		"no namespaces":               {fine, func(o *harness.RecordOptions) { o.Module.NoNamespaces = true }, harness.ErrNotDriven, "namespaces are switched off"},
		"requests that lead on from the last run": {
			`$at = (string) microtime(true) . 'x'; $names = ['a']; acme_ask($p, "/cursor/a?z$at=1");`, nil, harness.ErrNoReplay, "declare it with --volatile",
		},
		"an ordinary secret": {fine, func(o *harness.RecordOptions) { o.Secrets["serverpassword"] = "test" }, recording.ErrNotSealed, "so short or so ordinary"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := record(t, c.code, c.change)
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %v with %q", err, c.want, c.says)
			}
			if err != nil && strings.Contains(err.Error(), secretKey) {
				t.Errorf("the message holds the secret: %v", err)
			}
		})
	}
}
