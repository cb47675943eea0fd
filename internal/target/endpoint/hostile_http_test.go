package endpoint_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"syncproof/internal/target/endpoint"
)

// zipped is text compressed with gzip.
func zipped(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, text)
	_ = z.Close()
	return b.String()
}

// bomb is a few kilobytes that become that many megabytes.
func bomb(t *testing.T, megabytes int) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	blanks := bytes.Repeat([]byte(" "), 1<<20)
	for range megabytes {
		if _, err := z.Write(blanks); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func deflated(text string) string {
	var b bytes.Buffer
	z, _ := flate.NewWriter(&b, 9)
	_, _ = io.WriteString(z, text)
	_ = z.Close()
	return b.String()
}

// coded answers with a body that says it is coded that way.
func coded(coding, text string) func(net.Conn) {
	return says(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nContent-Length: %d\r\n\r\n%s", coding, len(text), text))
}

func TestHostileSizeAndPace(t *testing.T) {
	brief := endpoint.Options{Timeout: 300 * time.Millisecond}
	// The headers have to come in time.
	long := endpoint.Options{Timeout: 1500 * time.Millisecond}
	const begun = "HTTP/1.1 200 OK\r\n"
	run(t, []hostile{
		{"says nothing and stays", func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }, brief, late},
		{"drips its status", drips("HTTP/1.1 2", "0"), brief, late},
		{"drips headers", drips(begun, "X-A: b\r\n"), brief, late},
		{"drips its body", drips(begun+"\r\n[", "1,"), long, "timeout 200: http://HOST gave no whole answer within 1.5 seconds"},
		{"drips chunks", drips(begun+"Transfer-Encoding: chunked\r\n\r\n", "1\r\n \r\n"), long, "timeout 200: http://HOST gave no whole answer within 1.5 seconds"},
		{"drips 1xx", drips("", "HTTP/1.1 102 Processing\r\n\r\n"), brief, late},
		{"endless body", again(begun+"\r\n[", "1,"), endpoint.Options{}, tooLarge},
		{"endless chunks", again(begun+"Transfer-Encoding: chunked\r\n\r\n", "4\r\n[1,2\r\n"), endpoint.Options{}, tooLarge},
		{"endless white space", again(begun+"\r\n", "        "), endpoint.Options{}, tooLarge},
		{"endless headers", again(begun, "X-A: b\r\n"), endpoint.Options{}, tooMany},
		{"an endless header", again(begun+"X-A: ", "aaaaaaaa"), endpoint.Options{}, tooMany},
		{"a header line of 1 MB", headed("X-A: " + strings.Repeat("a", 1<<20)), endpoint.Options{}, tooMany},
		{"an endless status line", again("HTTP/1.1 200 ", "aaaaaaaa"), endpoint.Options{}, tooMany},
		{"endless 1xx", again("", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"), endpoint.Options{}, tooMany},
		{"100 times 1xx", says(strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 100) + begun + "\r\n" + failure), endpoint.Options{}, sound},
		{"endless chunk extensions", again(begun+"Transfer-Encoding: chunked\r\n\r\n1;", "a=b;"), endpoint.Options{}, "answer 200: the answer of http://HOST cannot be read after 0 bytes: what follows breaks the rules of HTTP"},
		{"chunk extensions", again(begun+"Transfer-Encoding: chunked\r\n\r\n", "1;"+strings.Repeat("a", 3000)+"\r\n \r\n"), endpoint.Options{}, "answer 200: the answer of http://HOST cannot be read after 5 bytes: what follows breaks the rules of HTTP"},
		{"endless trailers", again(begun+"Transfer-Encoding: chunked\r\nTrailer: X-A\r\n\r\n1e\r\n"+failure+"\r\n0\r\n", "X-A: b\r\n"), endpoint.Options{}, "answer 200: the answer of http://HOST cannot be read after 30 bytes: what follows breaks the rules of HTTP"},
		{"a gzip bomb of 64 MB", coded("gzip", bomb(t, 64)), endpoint.Options{}, tooLarge},
		{"a gzip bomb in a gzip bomb", coded("gzip, gzip", zipped(bomb(t, 64))), endpoint.Options{}, `answer 200: http://HOST answers compressed as "gzip, gzip", which it was not asked for`},
		{"a deflate bomb", coded("deflate", deflated(strings.Repeat(" ", 8<<20))), endpoint.Options{}, `answer 200: http://HOST answers compressed as "deflate", which it was not asked for`},
		{"a brotli bomb", coded("br", "\xcf\xff\xff\x7f\xf8'\x00\xe2\xb1@\x20\xff\xff\xff"), endpoint.Options{}, `answer 200: http://HOST answers compressed as "br", which it was not asked for`},
		{"a zstd bomb", coded("zstd", "\x28\xb5\x2f\xfd"), endpoint.Options{}, `answer 200: http://HOST answers compressed as "zstd", which it was not asked for`},
	})
}

func TestHostileCoding(t *testing.T) {
	run(t, []hostile{
		{"gzip", coded("gzip", zipped(failure)), endpoint.Options{}, sound},
		{"gzip in capitals", coded("GZIP", zipped(failure)), endpoint.Options{}, sound},
		{"gzip in two members", coded("gzip", zipped(failure[:10])+zipped(failure[10:])), endpoint.Options{}, sound},
		{"gzip that is none", coded("gzip", failure), endpoint.Options{}, "answer 200: the answer of http://HOST says it is compressed with gzip, but is not"},
		{"gzip cut off", coded("gzip", zipped(failure)[:20]), endpoint.Options{}, "answer 200: http://HOST cut the connection in the middle of its answer, after 9 bytes"},
		{"gzip with a wrong sum", coded("gzip", zipped(failure)[:len(zipped(failure))-8]+"12345678"), endpoint.Options{}, "answer 200: the answer of http://HOST says it is compressed with gzip, but is not"},
		{"gzip and more", coded("gzip", zipped(failure)+"garbage"), endpoint.Options{}, "answer 200: http://HOST cut the connection in the middle of its answer, after 30 bytes"},
		{"gzip of nothing", coded("gzip", ""), endpoint.Options{}, "answer 200: the answer to ListAccounts() is empty where JSON belongs"},
		{"gzip unsaid", body(zipped(failure)), endpoint.Options{}, `answer 200: the answer to ListAccounts() is not JSON; it is "\x1F\x8B\x08\x00\x00\x00\x00\x00\x00\xFF\xAAV*.MNN-.V\xB2JK\xCC)N\xD5QJ-*\xCA/R\xB2R\xCA\xCBW\xAA\x05\x04\x00\x00\xFF\xFFSY\xABV\x1E\x00\x00\x00"`},
		{"gzip twice", coded("gzip", zipped(zipped(failure))), endpoint.Options{}, `answer 200: the answer to ListAccounts() is not JSON; it is "\x1F\x8B\x08\x00\x00\x00\x00\x00\x00\xFF\xAAV*.MNN-.V\xB2JK\xCC)N\xD5QJ-*\xCA/R\xB2R\xCA\xCBW\xAA\x05\x04\x00\x00\xFF\xFFSY\xABV\x1E\x00\x00\x00"`},
		{"identity", coded("identity", failure), endpoint.Options{}, sound},
		{"two codings", headed("Content-Encoding: identity\r\nContent-Encoding: gzip"), endpoint.Options{}, sound},
		{"a coding with escapes", headed("Content-Encoding: x\x1b[31m"), endpoint.Options{}, improper},
	})
}

func TestHostileFraming(t *testing.T) {
	framed := func(head, text string) func(net.Conn) { return says("HTTP/1.1 200 OK\r\n" + head + "\r\n\r\n" + text) }
	chunk := "1e\r\n" + failure + "\r\n0\r\n\r\n"
	run(t, []hostile{
		{"length and chunks", framed("Content-Length: 5\r\nTransfer-Encoding: chunked", chunk), endpoint.Options{}, sound},
		{"two equal lengths", framed("Content-Length: 30\r\nContent-Length: 30", failure), endpoint.Options{}, sound},
		{"two lengths", framed("Content-Length: 30\r\nContent-Length: 5", failure), endpoint.Options{}, improper},
		{"a list of lengths", framed("Content-Length: 30, 5", failure), endpoint.Options{}, improper},
		{"a signed length", framed("Content-Length: +30", failure), endpoint.Options{}, improper},
		{"a negative length", framed("Content-Length: -1", failure), endpoint.Options{}, improper},
		{"a length past 64 bits", framed("Content-Length: 99999999999999999999", failure), endpoint.Options{}, improper},
		{"a length of 8 EiB", framed("Content-Length: 9223372036854775807", failure), endpoint.Options{}, "answer 200: http://HOST cut the connection in the middle of its answer, after 30 bytes"},
		{"a short length", framed("Content-Length: 5", failure), endpoint.Options{}, `answer 200: the answer to ListAccounts() breaks off inside its JSON after 5 bytes; it is "{\"suc"`},
		{"a second answer behind the first", framed("Content-Length: 30", failure+"HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n{\"success\":true}"), endpoint.Options{}, sound},
		{"folded header", framed("X-A: b\r\n c\r\nContent-Length: 30", failure), endpoint.Options{}, sound},
		{"folded length", framed("Content-Length:\r\n 30", failure), endpoint.Options{}, sound},
		{"bare line feeds", says("HTTP/1.1 200 OK\nContent-Length: 30\n\n" + failure), endpoint.Options{}, sound},
		{"bare carriage returns", says("HTTP/1.1 200 OK\rContent-Length: 30\r\r" + failure), endpoint.Options{}, closed},
		{"a blank before the colon", framed("Content-Length : 30", failure), endpoint.Options{}, sound},
		{"NUL in a header", framed("X-A: \x00", failure), endpoint.Options{}, improper},
		{"a header without a name", framed(": x", failure), endpoint.Options{}, improper},
		{"unknown transfer coding", framed("Transfer-Encoding: xchunked", chunk), endpoint.Options{}, improper},
		{"two transfer codings", framed("Transfer-Encoding: gzip, chunked", chunk), endpoint.Options{}, improper},
		{"chunked twice", framed("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", chunk), endpoint.Options{}, improper},
		{"a chunk past 64 bits", framed("Transfer-Encoding: chunked", "fffffffffffffffff\r\n"+failure), endpoint.Options{}, "answer 200: the answer of http://HOST cannot be read after 0 bytes: what follows breaks the rules of HTTP"},
		{"a chunk of 16 EiB", framed("Transfer-Encoding: chunked", "ffffffffffffffff\r\n"+failure), endpoint.Options{}, "answer 200: http://HOST cut the connection in the middle of its answer, after 30 bytes"},
		{"a chunk with a sign", framed("Transfer-Encoding: chunked", "-1\r\n"+failure), endpoint.Options{}, "answer 200: the answer of http://HOST cannot be read after 0 bytes: what follows breaks the rules of HTTP"},
		{"a chunk with a prefix", framed("Transfer-Encoding: chunked", "0x1e\r\n"+failure+"\r\n0\r\n\r\n"), endpoint.Options{}, "answer 200: the answer of http://HOST cannot be read after 0 bytes: what follows breaks the rules of HTTP"},
		{"a chunk that is longer than it says", framed("Transfer-Encoding: chunked", "5\r\n"+failure+"\r\n0\r\n\r\n"), endpoint.Options{}, "answer 200: the answer of http://HOST cannot be read after 5 bytes: what follows breaks the rules of HTTP"},
		{"chunks without an end", framed("Transfer-Encoding: chunked", "1e\r\n"+failure+"\r\n"), endpoint.Options{}, "answer 200: http://HOST cut the connection in the middle of its answer, after 30 bytes"},
		{"a trailer that overrides", framed("Transfer-Encoding: chunked\r\nTrailer: Content-Encoding", "1e\r\n"+failure+"\r\n0\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\n"), endpoint.Options{}, sound},
		{"a trailer nobody announced", framed("Transfer-Encoding: chunked", "1e\r\n"+failure+"\r\n0\r\nX-A: b\r\n\r\n"), endpoint.Options{}, sound},
		{"HTTP/0.9", says(failure), endpoint.Options{}, improper},
		{"HTTP/3.7", says("HTTP/3.7 200 OK\r\n\r\n" + failure), endpoint.Options{}, sound},
		{"a status of four digits", says("HTTP/1.1 2000 OK\r\n\r\n" + failure), endpoint.Options{}, improper},
		{"a negative status", says("HTTP/1.1 -20 OK\r\n\r\n" + failure), endpoint.Options{}, improper},
		{"status 000", says("HTTP/1.1 000 x\r\n\r\n" + failure), endpoint.Options{}, `answer 0: http://HOST answers with a status other than 200 (status 0); its answer is "{\"success\":false,\"error\":\"no\"}"`},
		{"status 999", says("HTTP/1.1 999 x\r\n\r\n" + failure), endpoint.Options{}, `answer 999: http://HOST answers with a status other than 200 (status 999); its answer is "{\"success\":false,\"error\":\"no\"}"`},
		{"another protocol", says("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n" + failure), endpoint.Options{}, `answer 101: http://HOST answers with a status other than 200 (status 101); its answer is "{\"success\":false,\"error\":\"no\"}"`},
		{"204 with a body", says("HTTP/1.1 204 No Content\r\n\r\n" + failure), endpoint.Options{}, "answer 204: http://HOST answers with a status other than 200 (status 204)"},
		{"304", says("HTTP/1.1 304 Not Modified\r\n\r\n"), endpoint.Options{}, "answer 304: http://HOST answers with a status other than 200 (status 304)"},
		{"206", says("HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-29/300\r\n\r\n" + failure), endpoint.Options{}, `answer 206: http://HOST answers with a status other than 200 (status 206); its answer is "{\"success\":false,\"error\":\"no\"}"`},
	})
}

func TestHostileConnections(t *testing.T) {
	abort := func(text string) func(net.Conn) {
		return func(c net.Conn) {
			_, _ = io.WriteString(c, text)
			if tcp, ok := c.(*net.TCPConn); ok {
				_ = tcp.SetLinger(0)
			}
		}
	}
	half := func(text string) func(net.Conn) {
		return func(c net.Conn) {
			_, _ = io.WriteString(c, text)
			if tcp, ok := c.(*net.TCPConn); ok {
				_ = tcp.CloseWrite()
			}
			_, _ = io.Copy(io.Discard, c)
		}
	}
	const head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"
	run(t, []hostile{
		{"reset before the answer", abort(""), endpoint.Options{}, closed},
		{"half closed before the answer", half(""), endpoint.Options{}, closed},
		{"half closed in the headers", half("HTTP/1.1 200 OK\r\nConte"), endpoint.Options{}, improper},
		{"half closed in the body", half(head + failure), endpoint.Options{}, "answer 200: http://HOST cut the connection in the middle of its answer, after 30 bytes"},
		{"half closed after the body", half("HTTP/1.1 200 OK\r\n\r\n" + failure), endpoint.Options{}, sound},
	})
}

func TestHostileRedirects(t *testing.T) {
	where := []struct {
		location string
		// shown is how the message names it, "" for an address that cannot be read.
		shown string
	}{
		{"file:///etc/passwd", "file:///etc/passwd"},
		{"ftp://ftp.example/x", "ftp://ftp.example/x"},
		{"gopher://127.0.0.1:6379/_FLUSHALL", "gopher://127.0.0.1:6379/_FLUSHALL"},
		{"javascript:alert(1)", "javascript:"},
		{"data:text/html,x", "data:"},
		{"http://169.254.169.254/latest/meta-data/", "http://169.254.169.254/latest/meta-data/"},
		{"http://[::1]:22/", "http://[::1]:22/"},
		{"http://localhost/", "http://localhost/"},
		{"//other.example/x", "http://other.example/x"},
		{"http://user:hunter2-hunter2@other.example/?token=hunter2-hunter2#hunter2-hunter2", "http://other.example/?…"},
		{"/login/hunter2-hunter2", "http://HOST/login/[secret]"},
		{"/", "http://HOST/"},
		{"/%1b%5b31m%E2%80%AE", "http://HOST/%1b%5b31m%E2%80%AE"},
		{"/\u202E", "http://HOST/%E2%80%AE"},
		{"http://%zz/", ""},
		{"http://a b/", ""},
		{"http://hunter2-hunter2 x/", ""},
		{"http://a.example/" + strings.Repeat("é", 10_000), "http://a.example/" + strings.Repeat("%C3%A9", 30) + "%C3…"},
	}
	for _, status := range []int{301, 302, 303, 307, 308} {
		var tests []hostile
		for _, w := range where {
			want := fmt.Sprintf("answer %d: http://HOST answers with a redirect (status %[1]d) to an address that cannot be read; it was not followed", status)
			if w.shown != "" {
				want = fmt.Sprintf("answer %d: http://HOST answers with a redirect (status %[1]d) to %s, which was not followed, because credentials would travel there", status, w.shown)
			}
			tests = append(tests, hostile{
				fmt.Sprintf("%d to %.40q", status, w.location), says(fmt.Sprintf("HTTP/1.1 %d x\r\nLocation: %s\r\n\r\n", status, w.location)),
				endpoint.Options{Token: "hunter2-hunter2"}, want,
			})
		}
		run(t, tests)
	}
	run(t, []hostile{
		{"a redirect to nowhere", says("HTTP/1.1 301 x\r\n\r\n"), endpoint.Options{}, "answer 301: http://HOST answers with a status other than 200 (status 301)"},
		{"escape sequences in the address", says("HTTP/1.1 301 x\r\nLocation: \x1b]8;;http://evil.example\x07x\r\n\r\n"), endpoint.Options{}, improper},
	})
}
