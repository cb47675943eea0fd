package upstream

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"syncproof/internal/upstream/fault"
)

// loginPath is where the fault redirect-login leads.
const loginPath = "/login"

// answer answers the request that was read, by a fault or truly.
func (x *exchange) answer(ctx context.Context, r *http.Request) error {
	if f, led := x.proxy.ledTo(x.Request.Target); led {
		// The fault of one request goes on where its redirect leads.
		x.fault, x.Fault = &f, f.ID
		return x.play(ctx, r)
	}
	if x.fault == nil || x.Fault != "" {
		// A certificate fault the module swallowed has done its harm already.
		return x.answerTruly(ctx, r)
	}
	if x.fault.NeedsTLS() && x.scheme != "https" {
		return x.answerTruly(ctx, r)
	}
	if spares := x.proxy.opts.Spares; spares != nil && spares(*x.Request) {
		return x.answerTruly(ctx, r)
	}
	x.Fault = x.fault.ID
	return x.play(ctx, r)
}

func (x *exchange) answerTruly(ctx context.Context, r *http.Request) error {
	reply, err := x.good(ctx)
	if err != nil {
		x.Problem = err.Error()
		reply = Reply{Status: http.StatusBadGateway, Header: http.Header{"Content-Type": {"text/plain"}}, Body: []byte("syncproof: " + err.Error() + "\n")}
	}
	return x.send(r, reply)
}

var errNoSource = errors.New("there is no good answer to give: no recording or panel was supplied")

func (x *exchange) good(ctx context.Context) (Reply, error) {
	if x.proxy.opts.Good == nil {
		return Reply{}, errNoSource
	}
	return x.proxy.opts.Good.Respond(ctx, *x.Request)
}

// peek is the good answer to a request that does not get it. A recording must
// give it again to a module that repeats the request.
func (x *exchange) peek(ctx context.Context) (Reply, error) {
	if p, ok := x.proxy.opts.Good.(Peeker); ok {
		return p.Peek(ctx, *x.Request)
	}
	return x.good(ctx)
}

// send writes a whole answer and closes. What keeps the next connection from
// coming about is done first, so that the module cannot be quicker.
func (x *exchange) send(r *http.Request, reply Reply) error {
	x.proxy.blockFrom(x.N + 1)
	kept := reply
	x.Status, x.Reply = reply.Status, &kept
	reply = x.leaving(reply)
	body := reply.Body
	head := x.head(reply.Status, reply.Header, int64(len(body)))
	if r.Method == http.MethodHead || reply.Status == http.StatusNoContent || reply.Status == http.StatusNotModified {
		body = nil
	}
	if _, err := x.conn.Write(append(head, body...)); err != nil {
		return fmt.Errorf("the module closed the connection before the answer was sent: %w", err)
	}
	return x.closeWrite()
}

// leaving is an answer as the module is to read it.
func (x *exchange) leaving(reply Reply) Reply {
	if x.proxy.opts.Leaving == nil {
		return reply
	}
	return x.proxy.opts.Leaving(reply)
}

// head renders status line and headers. length below 0 leaves it out.
func (x *exchange) head(status int, header http.Header, length int64) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\n", status, http.StatusText(status))
	for _, k := range sortedKeys(header) {
		switch http.CanonicalHeaderKey(k) {
		case "Connection", "Content-Length", "Transfer-Encoding", "Keep-Alive":
			continue
		}
		for _, v := range header[k] {
			fmt.Fprintf(&b, "%s: %s\r\n", k, strings.NewReplacer("\r", "", "\n", "").Replace(v))
		}
	}
	if length >= 0 && status != http.StatusNoContent {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", length)
	}
	b.WriteString("Connection: close\r\n\r\n")
	return b.Bytes()
}

func sortedKeys(h http.Header) []string {
	keys := make([]string, 0, len(h))
	for k := range h {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// closeWrite ends the answer and waits until the module has closed as well:
// closing at once with unread bytes would reset the connection.
func (x *exchange) closeWrite() error {
	if c, ok := x.conn.(interface{ CloseWrite() error }); ok {
		_ = c.CloseWrite()
	}
	x.drain()
	return nil
}

// drain reads until the module closes, for at most a moment: the answer is
// complete, so nothing depends on it.
func (x *exchange) drain() {
	_ = x.raw.SetReadDeadline(time.Now().Add(2 * time.Second))
	_, _ = io.Copy(io.Discard, x.raw)
}

// hold keeps the connection open and silent until the module gives up or the
// proxy is closed.
func (x *exchange) hold() {
	_, err := io.Copy(io.Discard, x.reader)
	x.GaveUp = x.proxy.ctx.Err() == nil && (err == nil || !errors.Is(err, net.ErrClosed))
}

// reset drops the connection so that the module's system reports a reset.
func (x *exchange) reset() {
	if tcp, ok := x.raw.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = x.raw.Close()
}

func (x *exchange) playConnect() error {
	x.Fault = x.fault.ID
	switch x.fault.Play.Act {
	case fault.ResetOnAccept:
		// A reset before the first byte is seen by some clients as a refused
		// connection, depending on who is quicker.
		if _, err := x.reader.Peek(1); err != nil {
			return errNothingAsked
		}
		x.reset()
	case fault.SilentAccept, fault.Hang:
		// Of what is to hang, only a connection made before that gets here.
		x.hold()
	case fault.Refuse, fault.Unresolvable:
		// The port is closed; a connection that slipped in before is reset.
		x.reset()
	default:
		return fmt.Errorf("fault %q does not strike before a request", x.Fault)
	}
	return nil
}

// play plays a fault on a request that was read.
func (x *exchange) play(ctx context.Context, r *http.Request) error {
	f := x.fault.Play
	switch f.Act {
	case fault.Answer:
		return x.playAnswer(ctx, r)
	case fault.Echo:
		return x.send(r, Reply{Status: f.Status, Header: http.Header{"Content-Type": {"application/json"}}, Body: echoed(*x.Request)})
	case fault.RedirectLoop:
		return x.redirect(r, f.Status, "/redirected/"+strconv.Itoa(x.N))
	case fault.RedirectElsewhere:
		if hostOnly(x.Request.Host) == fault.ElsewhereHost {
			return x.answerTruly(ctx, r)
		}
		return x.redirect(r, f.Status, x.scheme+"://"+fault.ElsewhereHost+x.Request.Target)
	case fault.NotHTTP:
		_, err := io.WriteString(x.conn, "220 mail.example.test ESMTP ready\r\n")
		return errors.Join(err, x.closeWrite())
	case fault.SilentRequest:
		x.hold()
		return nil
	case fault.Flood:
		return x.flood()
	case fault.Late:
		return x.late(ctx, r)
	case fault.Altered:
		return x.answerTruly(ctx, r)
	default:
		return x.playBroken(ctx, f.Act)
	}
}

// late answers truly after the delay, or not at all when the module does not
// wait for it.
func (x *exchange) late(ctx context.Context, r *http.Request) error {
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		_, _ = x.reader.Peek(1)
	}()
	timer := time.NewTimer(x.proxy.opts.Delay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-gone:
		x.GaveUp = true
		return nil
	case <-ctx.Done():
		return nil
	}
	return x.answerTruly(ctx, r)
}

func (x *exchange) playAnswer(ctx context.Context, r *http.Request) error {
	f := x.fault.Play
	if location := f.Header["Location"]; location == loginPath {
		if strings.HasPrefix(x.Request.Target, loginPath) {
			login, _ := fault.Find("html-login")
			return x.send(r, Reply{Status: 200, Header: headers(login.Play.Header), Body: login.Play.Body})
		}
		return x.redirect(r, f.Status, loginPath)
	}
	reply := Reply{Status: f.Status, Header: headers(f.Header), Body: f.Body}
	if f.Mutate != nil {
		sample := fault.Sample()
		answer := x.peek
		if !x.fault.Breaks() {
			answer = x.good
		}
		if good, err := answer(ctx); err == nil {
			sample = good.Body
		}
		reply.Body = f.Mutate(sample)
	}
	return x.send(r, reply)
}

func (x *exchange) redirect(r *http.Request, status int, location string) error {
	x.proxy.lead(location, *x.fault)
	return x.send(r, Reply{Status: status, Header: http.Header{"Location": {location}}})
}

func headers(m map[string]string) http.Header {
	h := http.Header{}
	for k, v := range m {
		h[k] = []string{v}
	}
	return h
}
