package endpoint_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"syncproof/internal/target/endpoint"
	"syncproof/internal/transcript"
)

const adviceLoop = "check the endpoint for an endless loop; a list of 100,000 accounts takes about 30 MiB"

func TestTooMuch(t *testing.T) {
	row := `{"email":"jo@example.com"},` + strings.Repeat(" ", 1000)
	endless := func(w io.Writer) {
		_, _ = io.WriteString(w, `{"success":true,"accounts":[`)
		for {
			if _, err := io.WriteString(w, row); err != nil {
				return
			}
		}
	}
	sized := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(200<<20))
		block := strings.Repeat(" ", 1<<20)
		for range 200 {
			if _, err := io.WriteString(w, block); err != nil {
				return
			}
		}
	}
	tests := []struct {
		name    string
		handler http.HandlerFunc
		max     int64
		size    string
	}{
		{"200 MB", sized, 0, "128 MiB"},
		{"endless JSON", func(w http.ResponseWriter, _ *http.Request) { endless(w) }, 1 << 20, "1 MiB"},
		{"a gzip bomb", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			endless(z)
		}, 1<<20 + 1, "1048577 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			gone := make(chan struct{})
			server := serve(t, func(w http.ResponseWriter, r *http.Request) {
				defer close(gone)
				tt.handler(w, r)
			})
			got := list(t, endpoint.Options{URL: server.URL, MaxBody: tt.max})
			assertTrouble(t, got, server.Listener.Addr().String(), expected{
				"limit", "the answer of http://HOST is larger than " + tt.size + "; the rest was not read", adviceLoop, 200,
			})
			// The connection is given up, so that the server can stop as well.
			<-gone
		})
	}
}

// An answer of exactly the limit is read.
func TestJustEnough(t *testing.T) {
	server := serve(t, answers(http.StatusOK, failure))
	got := list(t, endpoint.Options{URL: server.URL, MaxBody: int64(len(failure))})
	if ending := got.Transcript.Call(transcript.CallList).Ending; ending != transcript.EndReturned {
		t.Errorf("the call ended as %q: %v", ending, got.Lines)
	}
}
