package infer

import (
	"net/http"
	"slices"
	"strings"
)

// credentials are what stands in a recording where a client shows who it is.
type credentials struct {
	username string
	// secrets are the values of {password} and {accesshash}.
	secrets map[string]string
}

// way is one way to authenticate: parts of a request with patterns.
type way []part

func (w way) key() string {
	text := ""
	for _, p := range w {
		text += p.name + "=" + p.text + "\x00"
	}
	return text
}

// shown is how a request shows credentials.
func (c credentials) shown(x *exchange) way {
	var w way
	plain := false
	for _, p := range x.parts {
		pattern, secret := c.pattern(p)
		if !secret || strings.HasPrefix(p.name, "header:") && (strings.EqualFold(p.name, "header:Cookie") || x.basic() && strings.EqualFold(p.name, "header:Authorization")) {
			continue
		}
		plain = plain || !strings.Contains(pattern, "{username}")
		w = append(w, part{p.name, pattern})
	}
	if len(w) == 0 || !plain || c.username == "" {
		return w
	}
	for _, p := range x.parts {
		if p.text == c.username && alike(p.name, w[0].name) {
			w = append(way{{p.name, "{username}"}}, w...)
			break
		}
	}
	return w
}

func (x *exchange) basic() bool { _, ok := x.part("basic"); return ok }

// alike says that two parts stand in the same place of a request.
func alike(a, b string) bool {
	kindA, nameA, _ := strings.Cut(a, ":")
	kindB, nameB, _ := strings.Cut(b, ":")
	stem := func(name string) string {
		if i := strings.LastIndexByte(name, '.'); i >= 0 {
			return name[:i]
		}
		return ""
	}
	return kindA == kindB && (kindA == "rpc" || stem(nameA) == stem(nameB))
}

// pattern is the text of a part with placeholders for what the client was given.
func (c credentials) pattern(p part) (pattern string, secret bool) {
	pattern = p.text
	for _, name := range slices.Sorted(keys(c.secrets)) {
		value := c.secrets[name]
		if value != "" && strings.Contains(pattern, value) {
			pattern, secret = strings.ReplaceAll(pattern, value, name), true
		}
	}
	if !secret {
		return "", false
	}
	if before, after, ok := strings.Cut(pattern, c.username); ok && c.username != "" && len(p.text) < 500 {
		pattern = before + "{username}" + after
	}
	// Other braces, and long bodies with a key in them, are beyond a pattern.
	rest := strings.NewReplacer("{username}", "", "{password}", "", "{accesshash}", "").Replace(pattern)
	return pattern, !strings.ContainsAny(rest, "{}") && len(pattern) < 300 && short(pattern) == pattern || strings.Contains(pattern, "{password}") && len(pattern) < 80
}

// session is what a login gave out.
type session struct {
	at int
	// value is the token, cookie its cookie when it came by one.
	value, cookie string
	// way is how later requests show it.
	way way
}

// login finds a request whose answer gives what later requests show.
func login(exchanges []exchange, listed map[int]bool, t *table) *session {
	for i := range exchanges {
		if listed[i] {
			continue
		}
		for _, candidate := range given(&exchanges[i]) {
			if _, _, known := t.account(candidate.value); known {
				continue
			}
			if w := candidate.shownIn(exchanges[i+1:]); w != nil && !sentBefore(exchanges[:i+1], candidate.value) {
				candidate.at, candidate.way = i, w
				return &candidate
			}
		}
	}
	return nil
}

// shortestToken keeps ordinary words from being taken for tokens.
const shortestToken = 12

// given are the values of an answer that can be tokens.
func given(x *exchange) []session {
	var list []session
	for _, c := range (&http.Response{Header: x.Reply.Header}).Cookies() {
		if len(c.Value) >= shortestToken {
			list = append(list, session{value: c.Value, cookie: c.Name})
		}
	}
	if x.reply == nil {
		return list
	}
	var walk func(v *value)
	walk = func(v *value) {
		if len(v.elements()) == 0 && len(v.text) >= shortestToken && len(v.text) < 4096 && !strings.ContainsAny(v.text, " \n{}") && len(list) < 200 {
			list = append(list, session{value: v.text})
		}
		for _, k := range v.kids {
			walk(k)
		}
	}
	walk(x.reply.root)
	return list
}

// shownIn is how requests show a token.
func (s session) shownIn(later []exchange) way {
	for i := range later {
		for _, p := range later[i].parts {
			if !strings.Contains(p.text, s.value) || strings.EqualFold(p.name, "header:Cookie") {
				continue
			}
			pattern := strings.Replace(p.text, s.value, "{session}", 1)
			if strings.ContainsAny(strings.Replace(pattern, "{session}", "", 1), "{}") || len(pattern) > 200 {
				continue
			}
			return way{{p.name, pattern}}
		}
	}
	return nil
}

func sentBefore(exchanges []exchange, token string) bool {
	return slices.ContainsFunc(exchanges, func(x exchange) bool {
		return slices.ContainsFunc(x.parts, func(p part) bool { return strings.Contains(p.text, token) })
	})
}
