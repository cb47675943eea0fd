package endpoint_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"syncproof/internal/target/endpoint"
	"syncproof/internal/target/exchange/exchangetest"
	"syncproof/internal/transcript"
)

// hostile is a server that does what no server should, and what comes of it.
type hostile struct {
	name string
	// speak is what it says once it has read the request.
	speak func(net.Conn)
	o     endpoint.Options
	// want is how the session ends, as outcome words it; HOST stands for the
	// server's address.
	want string
}

const (
	// enough is the most a hostile answer may take; a list of failures is tiny.
	enough = 1 << 20
	// heap is how much one call may allocate in all, the server's part included.
	heap = 48 << 20
)

// outcome is what the session shows of an answer: trouble, or the value that
// will be judged.
func outcome(t *testing.T, got exchangetest.Recorded, host string) string {
	t.Helper()
	s := got.Transcript.Session(transcript.SessionList)
	if s == nil {
		t.Fatalf("no session in %v", got.Lines)
	}
	status := ""
	if s.Exit != nil {
		status = fmt.Sprintf(" %d", s.Exit.Status)
	}
	if len(s.Troubles) > 0 {
		if c := got.Transcript.Call(transcript.CallList); c == nil || c.Ending != transcript.EndNoAnswer || len(s.Troubles) != 1 {
			t.Errorf("the call is %+v with %v, want it without an answer and one reason", c, s.Troubles)
		}
		if host != "" {
			s.Troubles[0].Message = strings.ReplaceAll(s.Troubles[0].Message, host, "HOST")
		}
		return s.Troubles[0].Kind + status + ": " + s.Troubles[0].Message
	}
	c := got.Transcript.Call(transcript.CallList)
	value, err := json.Marshal(c.Value)
	if err != nil {
		t.Fatal(err)
	}
	printed := ""
	if c.Output.Bytes > 0 {
		printed = fmt.Sprintf(" after printing %q", c.Output.Text)
	}
	return c.Ending + status + ": " + string(value) + printed
}

func run(t *testing.T, tests []hostile) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			host := serveRaw(t, tt.speak)
			if tt.o.URL == "" {
				tt.o.URL = "http://HOST"
			}
			tt.o.URL = strings.ReplaceAll(tt.o.URL, "HOST", host)
			if tt.o.MaxBody == 0 {
				tt.o.MaxBody = enough
			}
			if tt.o.Timeout == 0 {
				tt.o.Timeout = time.Minute
			}
			bounded(t, func() {
				if got := outcome(t, list(t, tt.o), host); got != tt.want {
					t.Errorf("\ngot  %s\nwant %s", got, tt.want)
				}
			})
		})
	}
}

// bounded runs a call and checks that it allocated little and left nothing open.
func bounded(t *testing.T, call func()) {
	t.Helper()
	routines, files := runtime.NumGoroutine(), openFiles(t)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	call()
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > heap {
		t.Errorf("the call allocated %d MiB, want at most %d", used>>20, heap>>20)
	}
	// The server ends once it notices that its client has gone.
	for end := time.Now().Add(20 * time.Second); ; {
		r, f := runtime.NumGoroutine(), openFiles(t)
		if r <= routines && f <= files {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%d goroutines and %d open files are left, want %d and %d", r, f, routines, files)
		}
		time.Sleep(time.Millisecond)
	}
}

// openFiles is how many descriptors this process has, 0 where that is unknown.
func openFiles(t *testing.T) int {
	t.Helper()
	if runtime.GOOS != "linux" {
		return 0
	}
	all, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

// again says text until nobody listens any more.
func again(first, text string) func(net.Conn) {
	return func(c net.Conn) {
		w := bufio.NewWriterSize(c, 64<<10)
		_, err := w.WriteString(first)
		for err == nil {
			_, err = w.WriteString(text)
		}
	}
}

// drips says text a byte at a time, for ever.
func drips(first, text string) func(net.Conn) {
	return func(c net.Conn) {
		_, err := io.WriteString(c, first)
		for err == nil {
			for i := 0; i < len(text) && err == nil; i++ {
				_, err = io.WriteString(c, text[i:i+1])
				time.Sleep(time.Millisecond)
			}
		}
	}
}

// body answers with status 200 and that body.
func body(text string) func(net.Conn) {
	return says(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(text), text))
}

// headed answers with a sound body under these further header lines.
func headed(lines string) func(net.Conn) {
	return says(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n%s\r\n\r\n%s", len(failure), lines, failure))
}

const (
	sound    = `returned 200: {"error":"no","success":false}`
	improper = "answer: what listens at HOST does not answer in proper HTTP"
	closed   = "answer: http://HOST closed the connection without an answer"
	tooMany  = "limit: http://HOST answers with more than 64 KiB of headers"
	tooLarge = "limit 200: the answer of http://HOST is larger than 1 MiB; the rest was not read"
	late     = "timeout: http://HOST gave no whole answer within 0.3 seconds"
)
