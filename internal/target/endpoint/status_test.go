package endpoint_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"syncproof/internal/target/endpoint"
)

func TestStatuses(t *testing.T) {
	tests := []struct {
		name   string
		status int
		body   string
		want   expected
	}{
		{"401", 401, "", expected{message: "http://HOST does not accept the credentials (status 401)", advice: adviceToken}},
		{"403", 403, "\n no access\nfor you", expected{message: `http://HOST does not accept the credentials (status 403); its answer is "no access"`, advice: adviceToken}},
		{"404", 404, "404 page not found", expected{message: `http://HOST answers "not found" (status 404); its answer is "404 page not found"`, advice: "check the path of the address"}},
		{"405", 405, "", expected{message: "http://HOST does not take POST requests (status 405)", advice: "check the path of the address, and that the endpoint reads the body of a POST"}},
		{"400", 400, "", expected{message: "http://HOST refuses the request (status 400)", advice: "check the address, and what the endpoint says in its log"}},
		{"429", 429, "", expected{message: "http://HOST refuses so many requests (status 429)", advice: "take the rate limit off for the test"}},
		{"500", 500, failure, expected{message: `http://HOST failed (status 500); its answer is "{\"success\":false,\"error\":\"no\"}"`, advice: "look at the web server's error log and PHP's"}},
		{"501", 501, "", expected{message: "http://HOST failed (status 501)", advice: "look at the web server's error log and PHP's"}},
		{"503", 503, "no token", expected{message: `http://HOST says that it cannot serve anybody now (status 503); its answer is "no token"`, advice: "do what its answer says; without one, look at the web server's error log, and whether PHP runs"}},
		{"502", 502, "", expected{message: "http://HOST got no answer from what is behind its web server (status 502)", advice: "look at the web server's error log, and whether PHP runs"}},
		{"504", 504, "", expected{message: "http://HOST was given up by the web server in front of it (status 504)", advice: "look at how long the call takes there, and at the web server's time limit"}},
		{"201", 201, failure, expected{message: `http://HOST answers with a status other than 200 (status 201); its answer is "{\"success\":false,\"error\":\"no\"}"`, advice: "answer with status 200"}},
		{"304 without an address", 304, "", expected{message: "http://HOST answers with a status other than 200 (status 304)", advice: "answer with status 200"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := serve(t, answers(tt.status, tt.body))
			tt.want.kind, tt.want.status = "answer", tt.status
			assertTrouble(t, list(t, endpoint.Options{URL: server.URL}), server.Listener.Addr().String(), tt.want)
		})
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	var arrived atomic.Int64
	other := serve(t, func(http.ResponseWriter, *http.Request) { arrived.Add(1) })
	for _, status := range []int{301, 302, 303, 307, 308} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			var asked atomic.Int64
			server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				asked.Add(1)
				w.Header().Set("Location", strings.Replace(other.URL, "http://", "http://jo:s3cret@", 1)+"/login?key=s3cret#s3cret")
				w.WriteHeader(status)
			})
			got := list(t, endpoint.Options{URL: strings.Replace(server.URL, "http://", "http://jo:s3cret@", 1) + "/x", Token: "t0ken"})
			assertTrouble(t, got, server.Listener.Addr().String(), expected{
				"answer",
				fmt.Sprintf("http://HOST/x answers with a redirect (status %d) to %s/login?…, which was not followed, because credentials would travel there", status, other.URL),
				"name the address the endpoint really has; a redirect to a login page means that it wants other credentials", status,
			})
			assertNowhere(t, strings.Join(got.Lines, "\n"), "s3cret", "t0ken")
			if asked.Load() != 1 || arrived.Load() != 0 {
				t.Errorf("%d requests at the endpoint, %d at the redirect's address; want 1 and 0", asked.Load(), arrived.Load())
			}
		})
	}
}

func TestCredentialsInAnAnswerAreNotShown(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, "bad token "+r.Header.Get("X-Syncproof-Token"))
	})
	got := list(t, endpoint.Options{URL: server.URL, Token: "t0ken"})
	assertTrouble(t, got, server.Listener.Addr().String(), expected{
		"answer", `http://HOST does not accept the credentials (status 401); its answer is "bad token [secret]"`, adviceToken, 401,
	})
}
