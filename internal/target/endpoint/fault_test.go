package endpoint_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/http/httpproxy"

	"syncproof/internal/target/endpoint"
	"syncproof/internal/target/exchange/exchangetest"
	"syncproof/internal/transcript"
)

// expected is the trouble a session must meet. HOST in its message stands for
// the server's address. status is that of the exit event, 0 for none.
type expected struct {
	kind, message, advice string
	status                int
}

func assertTrouble(t *testing.T, got exchangetest.Recorded, host string, want expected) {
	t.Helper()
	s := got.Transcript.Session(transcript.SessionList)
	if s == nil {
		t.Fatalf("no session in %v", got.Lines)
	}
	trouble := []transcript.Trouble{{Kind: want.kind, Message: strings.ReplaceAll(want.message, "HOST", host), Advice: want.advice}}
	if diff := cmp.Diff(trouble, s.Troubles); diff != "" {
		t.Errorf("trouble (-want +got):\n%s", diff)
	}
	if c := got.Transcript.Call(transcript.CallList); c == nil || c.Ending != transcript.EndNoAnswer {
		t.Errorf("the call is %+v, want it without an answer", c)
	}
	switch {
	case want.status == 0 && s.Exit != nil:
		t.Errorf("exit %+v, want none", s.Exit)
	case want.status != 0 && (s.Exit == nil || s.Exit.Status != want.status):
		t.Errorf("exit %+v, want status %d", s.Exit, want.status)
	}
	if (s.Sees != transcript.Sees{}) {
		t.Errorf("sees %+v without an answer", s.Sees)
	}
}

// serveRaw starts a server that speaks whatever it likes, once it has read a
// request. Hanging up on an unread one would be a reset.
func serveRaw(t *testing.T, speak func(net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				r, err := http.ReadRequest(bufio.NewReader(conn))
				if err != nil {
					return
				}
				if _, err := io.Copy(io.Discard, r.Body); err == nil {
					speak(conn)
				}
			}()
		}
	}()
	return listener.Addr().String()
}

func says(text string) func(net.Conn) {
	return func(c net.Conn) { _, _ = io.WriteString(c, text) }
}

const (
	adviceLogs  = "look at the web server's error log and PHP's: a crash, memory_limit, or a time limit"
	adviceCrash = "look at the web server's error log and PHP's: PHP may have crashed"
	adviceToken = "name the environment variable that holds the endpoint's token: --endpoint-token-env NAME"
)

func TestConnectionTrouble(t *testing.T) {
	reset := func(c net.Conn) {
		if tcp, ok := c.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
	}
	tests := []struct {
		name  string
		speak func(net.Conn)
		want  expected
	}{
		{"closed", says(""), expected{"answer", "http://HOST closed the connection without an answer", adviceCrash, 0}},
		{"reset", reset, expected{"answer", "http://HOST closed the connection without an answer", adviceCrash, 0}},
		{
			"another protocol", says("SSH-2.0-OpenSSH_9.2\r\n"),
			expected{"answer", "what listens at HOST does not answer in proper HTTP", "check host and port of the address; with TLS it begins with https://", 0},
		},
		{
			"a broken header", says("HTTP/1.1 200 OK\r\nno colon\r\n\r\n"),
			expected{"answer", "what listens at HOST does not answer in proper HTTP", "check host and port of the address; with TLS it begins with https://", 0},
		},
		{
			"cut in the headers", says("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n"),
			expected{"answer", "http://HOST closed the connection without an answer", adviceCrash, 0},
		},
		{
			"cut in the body", says("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + failure),
			expected{"answer", "http://HOST cut the connection in the middle of its answer, after 30 bytes", adviceLogs, 200},
		},
		{
			"cut in a chunk", says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1e\r\n" + failure + "\r\n"),
			expected{"answer", "http://HOST cut the connection in the middle of its answer, after 30 bytes", adviceLogs, 200},
		},
		{
			"a flood of headers", says("HTTP/1.1 200 OK\r\n" + strings.Repeat("X-A: "+strings.Repeat("a", 1000)+"\r\n", 200) + "\r\n"),
			expected{"limit", "http://HOST answers with more than 64 KiB of headers", "see what sets so many headers or cookies there", 0},
		},
		{
			"compressed unasked", says("HTTP/1.0 200 OK\r\nContent-Encoding: br\r\n\r\nxx"),
			expected{"answer", `http://HOST answers compressed as "br", which it was not asked for`, "have the endpoint answer uncompressed, or with gzip when the request allows it", 200},
		},
		{
			"not compressed", says("HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + failure),
			expected{"answer", "the answer of http://HOST says it is compressed with gzip, but is not", "have the web server compress the answer, or the endpoint, but not half of it each", 200},
		},
		{
			"HTTP/1.0, cut", says("HTTP/1.0 200 OK\r\n\r\n" + failure[:20]),
			expected{"answer", `the answer to ListAccounts() breaks off inside its JSON after 20 bytes; it is "{\"success\":false,\"er"`, "look at PHP's error log for the reason: a fatal error, memory_limit, max_execution_time", 200},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			host := serveRaw(t, tt.speak)
			assertTrouble(t, list(t, endpoint.Options{URL: "http://" + host}), host, tt.want)
		})
	}
}

func TestHTTP10(t *testing.T) {
	host := serveRaw(t, says("HTTP/1.0 200 OK\r\n\r\n"+failure))
	got := list(t, endpoint.Options{URL: "http://" + host})
	want := []string{
		opening("", none), listCall,
		`{"event":"returned","session":"list","call":"list","value":{"error":"no","success":false},"output":{"bytes":0},"seconds":0}`,
		`{"event":"exit","session":"list","status":200,"stdout":{"bytes":0},"stderr":{"bytes":0},"seconds":0}`,
	}
	if diff := cmp.Diff(want, got.Lines); diff != "" {
		t.Errorf("transcript (-want +got):\n%s", diff)
	}
}

func TestRefused(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	assertTrouble(t, list(t, endpoint.Options{URL: "http://" + host}), host, expected{
		"start", "nothing listens at HOST: the connection was refused", "start the web server, and check host and port of the address", 0,
	})
}

func TestHang(t *testing.T) {
	tests := []struct {
		name   string
		before string
		status int
	}{
		{"before the answer", "", 0},
		{"in the headers", "HTTP/1.1 200 OK\r\n", 0},
		{"in the body", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + failure, 200},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			release := make(chan struct{})
			defer close(release)
			host := serveRaw(t, func(c net.Conn) {
				_, _ = io.WriteString(c, tt.before)
				<-release
			})
			got := list(t, endpoint.Options{URL: "http://" + host, Timeout: 500 * time.Millisecond})
			assertTrouble(t, got, host, expected{
				"timeout", "http://HOST gave no whole answer within 0.5 seconds", "see whether the call hangs there, or allow it more time with --timeout", tt.status,
			})
		})
	}
}

func TestWhatIsNoAnswer(t *testing.T) {
	const form = "answer with nothing but what the function returns, written by json_encode(); docs/protocol.md shows both forms of an answer"
	tests := []struct {
		name, body string
		want       expected
	}{
		{
			"HTML", "<!DOCTYPE html><html><body>Sign in</body></html>",
			expected{"answer", `is a web page instead of JSON; it is "<!DOCTYPE html><html><body>Sign in</body></html>"`,
				"a login page, an error page or another program answers there: open it in a browser, and check the address and the credentials", 200},
		},
		{"nothing", "", expected{"answer", "is empty where JSON belongs", "look at PHP's error log for the reason: a fatal error, memory_limit, max_execution_time", 200}},
		{
			"deep nesting", strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000),
			expected{"limit", "nests deeper than the 512 levels PHP itself reads", "check the function for an endless loop or for data that does not belong into its return value", 200},
		},
		{
			"a key twice", `{"success":true,"success":false}`,
			expected{"answer", `cannot be read without doubt: a key occurs twice in one JSON object, so one of its values is lost: "success"`, form, 200},
		},
		{
			"a huge exponent", `{"success":1e99999999}`,
			expected{"answer", "cannot be read without doubt: a number is longer, or has a larger exponent, than PHP can hold", form, 200},
		},
		{
			"bytes that are no text", "{\"success\":\"\xe9\"}",
			expected{"answer", `holds bytes that are not UTF-8, near "{\"success\":\"\xE9\"}"`,
				"convert the panel's text to UTF-8 before json_encode(); with bridge.php (syncproof bridge) such bytes are recorded as they are", 200},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := serve(t, answers(http.StatusOK, tt.body))
			tt.want.message = "the answer to ListAccounts() " + tt.want.message
			assertTrouble(t, list(t, endpoint.Options{URL: server.URL}), server.Listener.Addr().String(), tt.want)
		})
	}
}

func TestProxy(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	// As the environment would say it, which net/http reads once for a program.
	environment := httpproxy.Config{HTTPProxy: "http://" + listener.Addr().String(), HTTPSProxy: "http://" + listener.Addr().String()}
	proxy := func(r *http.Request) (*url.URL, error) { return environment.ProxyFunc()(r.URL) }
	for _, scheme := range []string{"http", "https"} {
		got := list(t, endpoint.Options{URL: scheme + "://endpoint.example/acme.php", Proxy: proxy})
		assertTrouble(t, got, "", expected{
			"start", "the proxy on the way to " + scheme + "://endpoint.example/acme.php could not be reached",
			"check HTTP_PROXY and HTTPS_PROXY in the environment, or name the endpoint's host in NO_PROXY", 0,
		})
	}
	server := serve(t, answers(http.StatusOK, failure))
	got := list(t, endpoint.Options{URL: server.URL, Proxy: proxy})
	if ending := got.Transcript.Call(transcript.CallList).Ending; ending != transcript.EndReturned {
		t.Errorf("a call on this machine ended as %q: %v", ending, got.Lines)
	}
}
