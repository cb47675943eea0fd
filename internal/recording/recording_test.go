package recording

import (
	"net/http"
	"strings"
	"time"

	"syncproof/internal/upstream"
)

// at is when test conversations were made.
func at(second int) time.Time { return time.Date(2026, 3, 1, 10, 0, second, 0, time.UTC) }

// request reads "GET https://host/path?query", a blank line's worth of headers
// as Name: value, and a body after an empty element.
func request(line string, more ...string) upstream.Request {
	method, address, _ := strings.Cut(line, " ")
	scheme, rest, _ := strings.Cut(address, "://")
	host, target, _ := strings.Cut(rest, "/")
	r := upstream.Request{Method: method, Scheme: scheme, Host: host, Target: "/" + target, Proto: "HTTP/1.1", Header: http.Header{}}
	for i, m := range more {
		if m == "" {
			r.Body = []byte(strings.Join(more[i+1:], "\n"))
			break
		}
		name, value, _ := strings.Cut(m, ": ")
		r.Header.Add(name, value)
	}
	return r
}

func reply(body string, headers ...string) upstream.Reply {
	r := upstream.Reply{Status: 200, Header: http.Header{}, Body: []byte(body)}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Add(name, value)
	}
	return r
}

// talk makes a conversation of requests and the bodies they were answered with.
func talk(pairs ...any) *Conversation {
	c := &Conversation{}
	for i := 0; i < len(pairs); i += 2 {
		answer, isReply := pairs[i+1].(upstream.Reply)
		if !isReply {
			answer = reply(pairs[i+1].(string))
		}
		c.Entries = append(c.Entries, Entry{pairs[i].(upstream.Request), answer, at(i / 2), 0.25})
	}
	return c
}

const form = "Content-Type: application/x-www-form-urlencoded"
