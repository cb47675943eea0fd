package endpoint_test

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"syncproof/internal/target/endpoint"
)

// serveHTTP2 starts a server that speaks frames as it likes, once it has read a
// request.
func serveHTTP2(t *testing.T, config *tls.Config, speak func(f *http2.Framer, stream uint32)) string {
	t.Helper()
	listener, err := tls.Listen("tcp", "127.0.0.1:0", config)
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
				converse(conn, speak)
			}()
		}
	}()
	return listener.Addr().String()
}

func converse(conn net.Conn, speak func(f *http2.Framer, stream uint32)) {
	if _, err := io.ReadFull(conn, make([]byte, len(http2.ClientPreface))); err != nil {
		return
	}
	f := http2.NewFramer(conn, conn)
	f.AllowIllegalWrites = true
	if f.WriteSettings() != nil {
		return
	}
	for {
		frame, err := f.ReadFrame()
		if err != nil {
			return
		}
		if data, ok := frame.(*http2.DataFrame); ok && data.StreamEnded() {
			speak(f, data.StreamID)
			_, _ = io.Copy(io.Discard, conn)
			return
		}
	}
}

// head is a header block with these names and values.
func head(pairs ...string) []byte {
	var b bytes.Buffer
	e := hpack.NewEncoder(&b)
	for i := 0; i < len(pairs); i += 2 {
		_ = e.WriteField(hpack.HeaderField{Name: pairs[i], Value: pairs[i+1]})
	}
	return b.Bytes()
}

func TestHostileHTTP2(t *testing.T) {
	ok := func(f *http2.Framer, stream uint32, pairs ...string) {
		_ = f.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: head(append([]string{":status", "200"}, pairs...)...), EndHeaders: true})
	}
	brief := 500 * time.Millisecond
	tests := []struct {
		name    string
		speak   func(f *http2.Framer, stream uint32)
		timeout time.Duration
		want    string
	}{
		{"a sound answer", func(f *http2.Framer, s uint32) { ok(f, s); _ = f.WriteData(s, true, []byte(failure)) }, 0, sound},
		{"a reset", func(f *http2.Framer, s uint32) { _ = f.WriteRSTStream(s, http2.ErrCodeInternal) }, 0, "answer: https://HOST broke off the HTTP/2 conversation without an answer (INTERNAL_ERROR)"},
		{"ENHANCE_YOUR_CALM", func(f *http2.Framer, s uint32) { _ = f.WriteRSTStream(s, http2.ErrCodeEnhanceYourCalm) }, 0, "answer: https://HOST broke off the HTTP/2 conversation without an answer (ENHANCE_YOUR_CALM)"},
		{"CANCEL", func(f *http2.Framer, s uint32) { _ = f.WriteRSTStream(s, http2.ErrCodeCancel) }, 0, "answer: https://HOST broke off the HTTP/2 conversation without an answer (CANCEL)"},
		{"REFUSED_STREAM each time", func(f *http2.Framer, s uint32) { _ = f.WriteRSTStream(s, http2.ErrCodeRefusedStream) }, brief, "answer: https://HOST broke off the HTTP/2 conversation without an answer (REFUSED_STREAM)"},
		{"HTTP_1_1_REQUIRED", func(f *http2.Framer, s uint32) { _ = f.WriteRSTStream(s, http2.ErrCodeHTTP11Required) }, 0, "answer: https://HOST broke off the HTTP/2 conversation without an answer (HTTP_1_1_REQUIRED)"},
		{"an unknown code", func(f *http2.Framer, s uint32) { _ = f.WriteRSTStream(s, 0xDEADBEEF) }, 0, "answer: https://HOST broke off the HTTP/2 conversation without an answer"},
		{"a reset in the body", func(f *http2.Framer, s uint32) {
			ok(f, s)
			_ = f.WriteData(s, false, []byte(failure[:9]))
			_ = f.WriteRSTStream(s, http2.ErrCodeInternal)
		}, 0, "answer 200: https://HOST cut the connection in the middle of its answer, after 9 bytes"},
		{"a reset after a whole body", func(f *http2.Framer, s uint32) {
			ok(f, s)
			_ = f.WriteData(s, false, []byte(failure))
			_ = f.WriteRSTStream(s, http2.ErrCodeNo)
		}, 0, "answer 200: https://HOST cut the connection in the middle of its answer, after 30 bytes"},
		{"GOAWAY with secrets and 8 KB", func(f *http2.Framer, _ uint32) {
			_ = f.WriteGoAway(1, http2.ErrCodeEnhanceYourCalm, []byte("hunter2-hunter2 \x1b[31m"+strings.Repeat("a", 8<<10)))
			_ = f.WriteRSTStream(1, http2.ErrCodeEnhanceYourCalm)
		}, 0, "answer: https://HOST broke off the HTTP/2 conversation without an answer (ENHANCE_YOUR_CALM)"},
		{"GOAWAY before the request, each time", func(f *http2.Framer, _ uint32) { _ = f.WriteGoAway(0, http2.ErrCodeNo, nil) }, brief, "answer: https://HOST broke off the HTTP/2 conversation without an answer"},
		{"data before headers", func(f *http2.Framer, s uint32) { _ = f.WriteData(s, true, []byte(failure)) }, 0, "answer: what listens at HOST does not answer in proper HTTP/2 (PROTOCOL_ERROR)"},
		{"no status", func(f *http2.Framer, s uint32) {
			_ = f.WriteHeaders(http2.HeadersFrameParam{StreamID: s, BlockFragment: head("x-a", "b"), EndHeaders: true, EndStream: true})
		}, 0, "answer: what listens at HOST does not answer in proper HTTP/2 (PROTOCOL_ERROR)"},
		{"a status that is none", func(f *http2.Framer, s uint32) {
			_ = f.WriteHeaders(http2.HeadersFrameParam{StreamID: s, BlockFragment: head(":status", "abc"), EndHeaders: true, EndStream: true})
		}, 0, "answer: what listens at HOST does not answer in proper HTTP/2 (PROTOCOL_ERROR)"},
		{"capital letters in a header", func(f *http2.Framer, s uint32) { ok(f, s, "X-A", "b"); _ = f.WriteData(s, true, []byte(failure)) }, 0, "answer: what listens at HOST does not answer in proper HTTP/2 (PROTOCOL_ERROR)"},
		{"a line break in a header", func(f *http2.Framer, s uint32) {
			ok(f, s, "x-a", "b\r\nx-c: d")
			_ = f.WriteData(s, true, []byte(failure))
		}, 0, "answer: what listens at HOST does not answer in proper HTTP/2 (PROTOCOL_ERROR)"},
		{"100 KB of headers", func(f *http2.Framer, s uint32) {
			block := head(":status", "200", "x-a", strings.Repeat("a", 100<<10))
			_ = f.WriteHeaders(http2.HeadersFrameParam{StreamID: s, BlockFragment: block[:1000]})
			for block = block[1000:]; len(block) > 1000; block = block[1000:] {
				_ = f.WriteContinuation(s, false, block[:1000])
			}
			_ = f.WriteContinuation(s, true, block)
		}, 0, "answer: what listens at HOST does not answer in proper HTTP/2 (COMPRESSION_ERROR)"},
		{"endless continuation", func(f *http2.Framer, s uint32) {
			err := f.WriteHeaders(http2.HeadersFrameParam{StreamID: s, BlockFragment: head(":status", "200")})
			for block := head("x-a", "b"); err == nil; {
				err = f.WriteContinuation(s, false, block)
			}
		}, 0, "answer: what listens at HOST does not answer in proper HTTP/2 (PROTOCOL_ERROR)"},
		{"an hpack bomb", func(f *http2.Framer, s uint32) {
			// One field of 4 KB in the table, then named a thousand times.
			block := append(head(":status", "200", "x-a", strings.Repeat("a", 4000)), bytes.Repeat([]byte{0xBE}, 10_000)...)
			_ = f.WriteHeaders(http2.HeadersFrameParam{StreamID: s, BlockFragment: block, EndHeaders: true, EndStream: true})
		}, 0, "limit: https://HOST answers with more than 64 KiB of headers"},
		{"broken hpack", func(f *http2.Framer, s uint32) {
			_ = f.WriteHeaders(http2.HeadersFrameParam{StreamID: s, BlockFragment: []byte{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}, EndHeaders: true})
		}, 0, "answer: what listens at HOST does not answer in proper HTTP/2 (COMPRESSION_ERROR)"},
		{"an answer pushed", func(f *http2.Framer, s uint32) {
			_ = f.WritePushPromise(http2.PushPromiseParam{StreamID: s, PromiseID: 2, BlockFragment: head(":method", "GET"), EndHeaders: true})
		}, 0, "answer: what listens at HOST does not answer in proper HTTP/2 (PROTOCOL_ERROR)"},
		{"endless pings", func(f *http2.Framer, _ uint32) {
			for f.WritePing(false, [8]byte{1}) == nil {
			}
		}, brief, "timeout: https://HOST gave no whole answer within 0.5 seconds"},
		{"endless settings", func(f *http2.Framer, _ uint32) {
			for f.WriteSettings(http2.Setting{ID: http2.SettingMaxFrameSize, Val: 1 << 20}) == nil {
			}
		}, brief, "timeout: https://HOST gave no whole answer within 0.5 seconds"},
		{"endless empty data", func(f *http2.Framer, s uint32) {
			ok(f, s)
			for f.WriteData(s, false, nil) == nil {
			}
		}, 3 * brief, "timeout 200: https://HOST gave no whole answer within 1.5 seconds"},
		{"more data than the window holds", func(f *http2.Framer, s uint32) {
			ok(f, s)
			for err := error(nil); err == nil; {
				err = f.WriteData(s, false, make([]byte, 16<<10))
			}
		}, 0, "limit 200: the answer of https://HOST is larger than 1 MiB; the rest was not read"},
		{"a window of nothing", func(f *http2.Framer, s uint32) { _ = f.WriteWindowUpdate(s, 0) }, 0, "answer: what listens at HOST does not answer in proper HTTP/2 (PROTOCOL_ERROR)"},
		{"a frame of 16 MB", func(f *http2.Framer, s uint32) { _ = f.WriteRawFrame(http2.FrameData, 0, s, make([]byte, 1<<24-1)) }, 0, "answer: what listens at HOST does not answer in proper HTTP/2"},
		{"an unknown frame", func(f *http2.Framer, s uint32) {
			_ = f.WriteRawFrame(0xEE, 0xFF, s, []byte("x"))
			ok(f, s)
			_ = f.WriteData(s, true, []byte(failure))
		}, 0, sound},
		{"a length that is too long", func(f *http2.Framer, s uint32) {
			ok(f, s, "content-length", "31")
			_ = f.WriteData(s, true, []byte(failure))
		}, 0, "answer 200: https://HOST cut the connection in the middle of its answer, after 30 bytes"},
		{"a length that is too short", func(f *http2.Framer, s uint32) {
			ok(f, s, "content-length", "5")
			_ = f.WriteData(s, true, []byte(failure))
		}, 0, "answer 200: the answer of https://HOST cannot be read after 5 bytes: what follows breaks the rules of HTTP"},
	}
	leaf := certificate(t, nil, nil)
	config := &tls.Config{Certificates: []tls.Certificate{leaf}, NextProtos: []string{"h2"}}
	ca := pemFile(t, leaf.Leaf)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			host := serveHTTP2(t, config, tt.speak)
			o := endpoint.Options{URL: "https://" + host, CAFile: ca, Token: "hunter2-hunter2", Timeout: tt.timeout, MaxBody: enough}
			bounded(t, func() {
				if got := outcome(t, list(t, o), host); got != tt.want {
					t.Errorf("\ngot  %s\nwant %s", got, tt.want)
				}
			})
		})
	}
}
