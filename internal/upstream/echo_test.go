package upstream_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"syncproof/internal/upstream"
	"syncproof/internal/upstream/fault"
)

// echoOf asks a panel that repeats what it is sent, and returns its error.
func echoOf(t *testing.T, id, target, header, body string) (status int, text string) {
	t.Helper()
	f, ok := fault.Find(id)
	if !ok {
		t.Fatalf("there is no fault %q", id)
	}
	authority, err := upstream.NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	proxy, err := upstream.Listen(t.Context(), upstream.Options{Authority: authority, Fault: always(f)})
	if err != nil {
		t.Fatal(err)
	}
	defer proxy.Close()
	client := http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(&url.URL{Scheme: "http", Host: proxy.Addr()}), DisableKeepAlives: true}}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://panel.example.test"+target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Api-Key", header)
	reply, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	var answer struct {
		Success        bool
		Error, Message string
		Errors         []string
	}
	var raw bytes.Buffer
	if _, err := raw.ReadFrom(reply.Body); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw.Bytes(), &answer); err != nil {
		t.Fatalf("the echo is no JSON: %v: %s", err, raw.Bytes())
	}
	if answer.Success || answer.Message != answer.Error || len(answer.Errors) != 1 || answer.Errors[0] != answer.Error {
		t.Errorf("the echo is %s", raw.Bytes())
	}
	return reply.StatusCode, answer.Error
}

func TestEchoRepeatsTheWholeRequest(t *testing.T) {
	for id, want := range map[string]int{"echo-200": 200, "echo-403": 403} {
		t.Run(id, func(t *testing.T) {
			status, text := echoOf(t, id, "/api/accounts?key=query+secret", "header <secret>", `{"pass":"body secret"}`)
			if status != want {
				t.Errorf("status %d, want %d", status, want)
			}
			for _, part := range []string{
				"POST http://panel.example.test/api/accounts?key=query+secret", "X-Api-Key: header <secret>", `body: {"pass":"body secret"}`,
			} {
				if !strings.Contains(text, part) {
					t.Errorf("%q is not in %q", part, text)
				}
			}
		})
	}
}

// Bytes that are no text must not break the panel's JSON.
func TestEchoOfBytes(t *testing.T) {
	if _, text := echoOf(t, "echo-200", "/", "x", "\xFF\x00secret"); !strings.Contains(text, "secret") {
		t.Errorf("the body is not in %q", text)
	}
}
