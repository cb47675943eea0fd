package endpoint_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"
	"time"

	"syncproof/internal/scenario"
	"syncproof/internal/target/endpoint"
	"syncproof/internal/transcript"
)

// lists answers with a list of n accounts, as PHP writes it or as the bridge does.
func lists(n int, envelope bool) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w := bufio.NewWriterSize(rw, 64<<10)
		defer func() { _ = w.Flush() }()
		head, before, after, tail := `{"success":true,"accounts":[`, "", "", "]}"
		if envelope {
			head, tail = `{"syncproof":1,"events":[`, fmt.Sprintf(`,{"event":"returned","value":{"success":true,"accounts":{"$php":"accounts","count":%d,"list":true}}}]}`, n)
		}
		_, _ = w.WriteString(head)
		for i := range n {
			if i > 0 {
				_ = w.WriteByte(',')
			}
			if envelope {
				before, after = fmt.Sprintf(`{"event":"account","session":"list","call":"list","key":%d,"value":`, i), "}"
			}
			_, _ = fmt.Fprintf(w, `%s{"email":"customer%d@example.net","username":"cust%d","domain":"customer%d.example.com","uniqueIdentifier":"customer%d.example.com",`+
				`"product":"business-%d","primaryip":"192.0.2.%d","created":"2019-07-02 13:15:00","status":"Active"}%s`, before, i, i, i, i, i%7, i%250+1, after)
		}
		_, _ = w.WriteString(tail)
	}
}

// record lists the accounts of an endpoint into a transcript file.
func record(tb testing.TB, url string) *transcript.Transcript {
	tb.Helper()
	file, err := transcript.Create(tb.TempDir(), transcript.FileOptions{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = file.Close() })
	recorder := transcript.NewRecorder(file, nil)
	target, err := endpoint.New(endpoint.Options{URL: url, Module: "acme", Timeout: 10 * time.Minute})
	if err != nil {
		tb.Fatal(err)
	}
	session := scenario.Session{ID: transcript.SessionList, Steps: []scenario.Step{{Call: transcript.CallList, Function: "ListAccounts"}}}
	if err := target.Run(tb.Context(), session, recorder); err != nil {
		tb.Fatal(err)
	}
	if err := recorder.Err(); err != nil {
		tb.Fatal(err)
	}
	return recorder.Transcript()
}

// A list that is longer than what may be in memory comes whole, and never is.
func TestLongList(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	const n, most = 150_000, 48 << 20
	for name, envelope := range map[string]bool{"a return value": false, "an envelope": true} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(lists(n, envelope))
			defer server.Close()
			before := inUse()
			recorded := record(t, server.URL)
			grown := inUse() - before
			call := recorded.Call(transcript.CallList)
			if call == nil || call.Ending != transcript.EndReturned || call.Len() != n {
				t.Fatalf("the call is %+v, want %d accounts", call, n)
			}
			for _, row := range []int{0, 77_777, n - 1} {
				a, ok := call.Account(row)
				if want := fmt.Sprintf("cust%d", row); !ok || a.Fields["username"] != want || a.Key != "" {
					t.Errorf("row %d is %+v", row, a)
				}
			}
			if grown > most {
				t.Errorf("%d MiB more are in use, want at most %d", grown>>20, most>>20)
			}
		})
	}
}

// inUse is what the process has of the system's memory for its heap.
func inUse() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapSys - m.HeapReleased)
}

// What an account of an endpoint costs until it is recorded, the server's part
// included.
func BenchmarkAccountsFromEndpoint(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		for name, envelope := range map[string]bool{"value": false, "envelope": true} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				server := httptest.NewServer(lists(n, envelope))
				defer server.Close()
				for b.Loop() {
					if got := record(b, server.URL).Call(transcript.CallList).Len(); got != n {
						b.Fatalf("got %d accounts", got)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/account")
			})
		}
	}
}
