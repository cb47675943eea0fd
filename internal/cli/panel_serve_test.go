package cli

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"syncproof/fixtures/panels"
)

// served starts "panel serve" and returns its address and what it printed up to
// its last line.
func served(t *testing.T, o serveOptions) (address, printed string) {
	t.Helper()
	raw, err := panels.Read("rest")
	if err != nil {
		t.Fatal(err)
	}
	o.path = filepath.Join(t.TempDir(), "rest.yaml")
	if err := os.WriteFile(o.path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if o.listen == "" {
		o.listen = "127.0.0.1"
	}
	ctx, cancel := context.WithCancel(context.Background())
	r, w := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := servePanel(ctx, System{Out: w, Err: io.Discard, Getenv: func(name string) (string, bool) { return "secret of " + name, true }}, o)
		_ = w.CloseWithError(err)
		ended <- err
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		printed += lines.Text() + "\n"
		if strings.HasPrefix(lines.Text(), "stop with") {
			break
		}
	}
	_, rest, _ := strings.Cut(printed, "http://")
	address, _, _ = strings.Cut(rest, " ")
	return address, printed
}

func get(t *testing.T, address, hash string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+hash)
	// The certificate is made for this run alone.
	client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}}
	reply, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	raw, err := io.ReadAll(reply.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply.StatusCode, string(raw)
}

func TestServePlaysTheProfile(t *testing.T) {
	address, printed := served(t, serveOptions{accounts: 3, seed: 5, username: "api"})
	for _, want := range []string{
		"playing Acme REST with 3 accounts on http://127.0.0.1:", "  hostname     127.0.0.1\n", "  secure       no\n", "  username     api\n",
		"  password     " + servedPassword + "\n", "  access hash  " + servedAccessHash + "\n", "--accounts 3 --seed 5\n",
	} {
		if !strings.Contains(printed, want) {
			t.Errorf("%q is missing in\n%s", want, printed)
		}
	}
	for _, scheme := range []string{"http", "https"} {
		status, body := get(t, scheme+"://"+address+"/api/v2/accounts", servedAccessHash)
		if status != 200 || !strings.Contains(body, `"total": 3`) {
			t.Errorf("%s: %d %s", scheme, status, body)
		}
	}
	if status, _ := get(t, "http://"+address+"/api/v2/accounts", "wrong"); status != 401 {
		t.Errorf("wrong credentials: %d", status)
	}
}

func TestServeKeepsGivenSecrets(t *testing.T) {
	address, printed := served(t, serveOptions{fleet: "edge", username: "api", accessHashEnv: "PANEL_HASH"})
	if strings.Contains(printed, "secret of") || !strings.Contains(printed, "  access hash  the value of $PANEL_HASH\n") || strings.Contains(printed, "--seed") {
		t.Errorf("printed\n%s", printed)
	}
	if status, body := get(t, "http://"+address+"/api/v2/accounts?per_page=100", "secret of PANEL_HASH"); status != 200 || !strings.Contains(body, `"12345678901234567890"`) && !strings.Contains(body, "12345678901234567890") {
		t.Errorf("%d %s", status, body)
	}
}

func TestServePlaysAFault(t *testing.T) {
	address, printed := served(t, serveOptions{accounts: 3, fault: "HTTP-500", username: "api"})
	if !strings.Contains(printed, "every request is answered with the failure") {
		t.Errorf("printed\n%s", printed)
	}
	for range 2 {
		if status, _ := get(t, "http://"+address+"/api/v2/accounts", servedAccessHash); status != 500 {
			t.Errorf("status %d", status)
		}
	}
}
