package panel

import (
	"crypto/subtle"
	"encoding/base64"
	"strings"
)

// admitted says whether a request meets one of the ways to authenticate. A
// request that shows a session uses it.
func (p *Panel) admitted(q *question, ways []way, dry bool) bool {
	if len(ways) == 0 {
		return true
	}
	for _, w := range ways {
		if token, met := p.meets(q, w); met {
			if token != "" && !dry {
				p.use(token)
			}
			return true
		}
	}
	return false
}

// use counts a request of a session and ends it after the last.
func (p *Panel) use(token string) {
	s := p.sessions[token]
	s.used++
	if p.profile.SessionRequests > 0 && s.used >= p.profile.SessionRequests {
		delete(p.sessions, token)
	}
}

// meets says whether a request does all that one way asks for, and by which
// session.
func (p *Panel) meets(q *question, w way) (token string, met bool) {
	for _, c := range w {
		got, ok := q.presented(c.part)
		if !ok {
			return "", false
		}
		want, inSession := c.want, ""
		if before, after, found := strings.Cut(c.want, "{session}"); found {
			inner, fits := between(got, before, after, c.part)
			if _, known := p.sessions[inner]; !fits || !known {
				return "", false
			}
			inSession = inner
			want = before + inner + after
		}
		want, known := p.filled(want)
		if !known || !same(want, got, c.part) {
			return "", false
		}
		if inSession != "" {
			token = inSession
		}
	}
	return token, true
}

// presented is what a client shows there; basic is name and password with a
// colon between.
func (q *question) presented(p part) (string, bool) {
	if p.kind != "basic" {
		return q.value(p)
	}
	scheme, code, _ := strings.Cut(q.request.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "basic") {
		return "", false
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(code))
	return string(raw), err == nil
}

// filled puts the credentials into a pattern. An empty one opens nothing: it
// would let in whoever shows nothing.
func (p *Panel) filled(want string) (string, bool) {
	// An access hash is pasted with line breaks, which no header can hold.
	hash := strings.NewReplacer("\r", "", "\n", "").Replace(p.credentials.AccessHash)
	values := []string{"{username}", p.credentials.Username, "{password}", p.credentials.Password, "{accesshash}", hash}
	for i := 0; i < len(values); i += 2 {
		if values[i+1] == "" && strings.Contains(want, values[i]) {
			return "", false
		}
	}
	return strings.NewReplacer(values...).Replace(want), true
}

// between is what stands between two texts. They have no placeholders beside a
// session, so they are compared as they are.
func between(got, before, after string, p part) (string, bool) {
	if len(got) < len(before)+len(after) || !same(before, got[:len(before)], p) || !strings.HasSuffix(got, after) {
		return "", false
	}
	return got[len(before) : len(got)-len(after)], true
}

// same compares secrets without telling by its duration where they differ. The
// scheme of an Authorization header may be in any case.
func same(want, got string, p part) bool {
	if p.kind == "header" && strings.EqualFold(p.name, "Authorization") {
		a, restA, _ := strings.Cut(want, " ")
		b, restB, _ := strings.Cut(got, " ")
		if strings.EqualFold(a, b) {
			want, got = restA, strings.TrimLeft(restB, " ")
		}
	}
	return subtle.ConstantTimeCompare([]byte(want), []byte(got)) == 1
}

// logout ends the session a request was admitted by.
func (p *Panel) logout(q *question, r route) {
	for _, w := range r.auth {
		if token, met := p.meets(q, w); met && token != "" {
			delete(p.sessions, token)
		}
	}
}
