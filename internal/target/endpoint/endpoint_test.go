package endpoint_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/target"
	"syncproof/internal/target/endpoint"
	"syncproof/internal/target/exchange/exchangetest"
	"syncproof/internal/transcript"
)

const (
	failure  = `{"success":false,"error":"no"}`
	listCall = `{"event":"call","session":"list","call":"list","function":"ListAccounts","params":{"serverhostname":"panel.example"}}`
	none     = `{"load":false,"output":false,"warnings":false,"state":false,"types":false,"ending":false,"process":false,"network":false,"locale":false,"files":false}`
)

// opening is the first event of the list session.
func opening(request, sees string) string {
	return `{"event":"session","session":"list","purpose":"list the accounts","network":"open",` + request + `"sees":` + sees + `}`
}

// serve starts a server and releases its handlers at the end of the test.
func serve(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return server
}

func answers(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func newTarget(t *testing.T, o endpoint.Options) *endpoint.Target {
	t.Helper()
	if o.Module == "" {
		o.Module = "acme"
	}
	e, err := endpoint.New(o)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	return e
}

// list makes the list session.
func list(t *testing.T, o endpoint.Options) exchangetest.Recorded {
	t.Helper()
	return exchangetest.Run(t.Context(), t, newTarget(t, o), exchangetest.Session(t, transcript.SessionList))
}

func TestBareValue(t *testing.T) {
	server := serve(t, answers(http.StatusOK, `{"success":true,"accounts":[{"email":"jo@example.com"}]}`))
	got := list(t, endpoint.Options{URL: server.URL})
	want := []string{
		opening("", none), listCall,
		`{"event":"account","session":"list","call":"list","key":0,"value":{"email":"jo@example.com"}}`,
		`{"event":"returned","session":"list","call":"list","value":{"accounts":{"$php":"accounts","count":1,"list":true},"success":true},"output":{"bytes":0},"seconds":0}`,
		`{"event":"exit","session":"list","status":200,"stdout":{"bytes":0},"stderr":{"bytes":0},"seconds":0}`,
	}
	if diff := cmp.Diff(want, got.Lines); diff != "" {
		t.Errorf("transcript (-want +got):\n%s", diff)
	}
	call := got.Transcript.Call(transcript.CallList)
	if call.Ending != transcript.EndReturned || call.Len() != 1 {
		t.Errorf("the call ended as %q with %d accounts", call.Ending, call.Len())
	}
}

// PHP sets status 500 after a fatal error, and the bridge then tells of it.
func TestEnvelope(t *testing.T) {
	for _, status := range []string{"200", "500"} {
		t.Run(status, func(t *testing.T) {
			code := http.StatusOK
			if status == "500" {
				code = http.StatusInternalServerError
			}
			server := serve(t, answers(code, `{"syncproof":1,"honoured":["request"],"events":[{"event":"boot","php":"8.2.29"},
				{"event":"loaded","ok":true,"output":{"bytes":0},"seconds":0},{"event":"call","function":"ListAccounts","params":[]},
				{"event":"shutdown","phase":"call","fatal":{"message":"boom","file":"acme.php","line":3},"output":{"bytes":0},"seconds":0},{"event":"final"}]}`))
			got := list(t, endpoint.Options{URL: server.URL})
			want := []string{
				opening(`"request":"admin",`, `{"load":true,"output":true,"warnings":true,"state":true,"types":true,"ending":true,"process":false,"network":false,"locale":false,"files":false}`),
				`{"event":"boot","session":"list","php":"8.2.29"}`,
				`{"event":"loaded","session":"list","ok":true,"output":{"bytes":0},"seconds":0}`,
				listCall,
				`{"event":"shutdown","session":"list","phase":"call","fatal":{"message":"boom","file":"acme.php","line":3},"output":{"bytes":0},"seconds":0}`,
				`{"event":"final","session":"list"}`,
				`{"event":"exit","session":"list","status":` + status + `,"stdout":{"bytes":0},"stderr":{"bytes":0},"seconds":0}`,
			}
			if diff := cmp.Diff(want, got.Lines); diff != "" {
				t.Errorf("transcript (-want +got):\n%s", diff)
			}
			if ending := got.Transcript.Call(transcript.CallList).Ending; ending != transcript.EndFatal {
				t.Errorf("the call ended as %q", ending)
			}
		})
	}
}

func TestNoiseIsSeen(t *testing.T) {
	tests := []struct{ name, body, output string }{
		{"before", "<br />\n<b>Warning</b>: x<br />\n" + failure, `{"bytes":31,"text":"\u003cbr /\u003e\n\u003cb\u003eWarning\u003c/b\u003e: x\u003cbr /\u003e\n"}`},
		{"after", failure + "garbage", `{"bytes":7,"text":"garbage"}`},
		{"byte order mark", "\xEF\xBB\xBF" + failure, `{"bytes":3,"text":"` + "\ufeff" + `"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := serve(t, answers(http.StatusOK, tt.body))
			got := list(t, endpoint.Options{URL: server.URL})
			want := []string{
				opening("", strings.Replace(none, `"output":false`, `"output":true`, 1)), listCall,
				`{"event":"returned","session":"list","call":"list","value":{"error":"no","success":false},"output":` + tt.output + `,"seconds":0}`,
				`{"event":"exit","session":"list","status":200,"stdout":{"bytes":0},"stderr":{"bytes":0},"seconds":0}`,
			}
			if diff := cmp.Diff(want, got.Lines); diff != "" {
				t.Errorf("transcript (-want +got):\n%s", diff)
			}
		})
	}
}

// sent is what an endpoint gets to see.
type sent struct {
	Method, Path string
	Header       http.Header
	Body         map[string]any
}

func TestRequest(t *testing.T) {
	tests := []struct {
		name    string
		user    string
		options endpoint.Options
		want    map[string]string
	}{
		{"no credentials", "", endpoint.Options{}, map[string]string{"User-Agent": "syncproof"}},
		{
			"a token", "", endpoint.Options{Token: "t0ken", Version: "1.2"},
			map[string]string{"User-Agent": "syncproof/1.2", "X-Syncproof-Token": "t0ken", "Authorization": "Bearer t0ken"},
		},
		{
			"a user name in the address", "jo:s3cret%40@", endpoint.Options{},
			map[string]string{"User-Agent": "syncproof", "Authorization": "Basic am86czNjcmV0QA=="},
		},
		{
			"both", "jo:s3cret%40@", endpoint.Options{Token: "t0ken"},
			map[string]string{"User-Agent": "syncproof", "X-Syncproof-Token": "t0ken", "Authorization": "Basic am86czNjcmV0QA=="},
		},
		{
			"a header", "", endpoint.Options{Header: http.Header{"X-Api-Key": {"k3y"}}},
			map[string]string{"User-Agent": "syncproof", "X-Api-Key": "k3y"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			seen := make(chan sent, 1)
			server := serve(t, func(w http.ResponseWriter, r *http.Request) {
				s := sent{Method: r.Method, Path: r.URL.String(), Header: r.Header}
				if err := json.NewDecoder(r.Body).Decode(&s.Body); err != nil {
					t.Errorf("the request is no JSON: %v", err)
				}
				seen <- s
				_, _ = io.WriteString(w, failure)
			})
			tt.options.URL = strings.Replace(server.URL, "http://", "http://"+tt.user, 1) + "/acme.php?env=dev#top"
			tt.options.Module = ""
			e, err := endpoint.New(tt.options)
			if err != nil {
				t.Fatalf("New: %v", err)
			}
			got := exchangetest.Run(t.Context(), t, e, exchangetest.Session(t, transcript.SessionList))
			s := <-seen
			want := http.Header{"Content-Type": {"application/json"}, "Accept": {"application/json"}, "Accept-Encoding": {"gzip"}, "Connection": {"close"}}
			for name, value := range tt.want {
				want.Set(name, value)
			}
			s.Header.Del("Content-Length")
			if diff := cmp.Diff(want, s.Header); diff != "" {
				t.Errorf("headers (-want +got):\n%s", diff)
			}
			body := map[string]any{
				"version": 1.0, "module": "acme", "function": "ListAccounts", "params": map[string]any{"serverhostname": "panel.example"},
				"session": "list", "call": "list", "request": "admin",
			}
			if diff := cmp.Diff(body, s.Body); diff != "" {
				t.Errorf("body (-want +got):\n%s", diff)
			}
			if s.Method != http.MethodPost || s.Path != "/acme.php?env=dev" {
				t.Errorf("request %s %s", s.Method, s.Path)
			}
			assertNowhere(t, strings.Join(got.Lines, "\n"), "s3cret", "t0ken", "k3y", "am86")
		})
	}
}

func assertNowhere(t *testing.T, text string, secrets ...string) {
	t.Helper()
	for _, s := range secrets {
		if strings.Contains(text, s) {
			t.Errorf("the secret %q stands in %s", s, text)
		}
	}
}

func TestDescribe(t *testing.T) {
	e := newTarget(t, endpoint.Options{URL: "https://jo:s3cret@dev.example.com:8443/x/acme.php?key=s3cret#s3cret"})
	got, err := e.Describe(t.Context())
	want := target.Description{Target: transcript.Target{Kind: "endpoint", Ref: "https://dev.example.com:8443/x/acme.php?…", Module: "acme"}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("error %v, description (-want +got):\n%s", err, diff)
	}
}

func TestSecrets(t *testing.T) {
	e := newTarget(t, endpoint.Options{
		URL: "https://jo:s3cret@dev.example.com/acme.php?key=qu3ry&env=dev", Token: "t0ken", Header: http.Header{"X-Api-Key": {"k3y"}},
	})
	want := map[string]string{
		"endpoint token": "t0ken", "endpoint password": "s3cret", "endpoint header X-Api-Key 1": "k3y", "endpoint address key 1": "qu3ry",
	}
	if diff := cmp.Diff(want, e.Secrets()); diff != "" {
		t.Errorf("secrets (-want +got):\n%s", diff)
	}
}

func TestCallerGivesUp(t *testing.T) {
	tests := []struct {
		name string
		stop func(context.Context) (context.Context, context.CancelFunc)
		want error
	}{
		{"cancelled", context.WithCancel, context.Canceled},
		{"out of time", func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, 200*time.Millisecond)
		}, context.DeadlineExceeded},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := tt.stop(t.Context())
			defer cancel()
			server := serve(t, func(_ http.ResponseWriter, r *http.Request) {
				if errors.Is(tt.want, context.Canceled) {
					cancel()
				}
				// The server only notices that the client left once it has
				// read the request.
				_, _ = io.Copy(io.Discard, r.Body)
				<-r.Context().Done()
			})
			got, err := exchangetest.Try(ctx, newTarget(t, endpoint.Options{URL: server.URL}), exchangetest.Session(t, transcript.SessionList))
			if !errors.Is(err, tt.want) {
				t.Errorf("error %v, want %v", err, tt.want)
			}
			want := []string{
				opening("", none), listCall,
				`{"event":"exit","session":"list","status":0,"interrupted":true,"stdout":{"bytes":0},"stderr":{"bytes":0},"seconds":0}`,
			}
			if diff := cmp.Diff(want, got.Lines); diff != "" {
				t.Errorf("transcript (-want +got):\n%s", diff)
			}
		})
	}
}
