package playedpanel

import (
	"bytes"
	"net"
	"net/http"
	"strings"

	"syncproof/internal/upstream"
)

// arrived puts a request into words of the server that was meant: recordings,
// profiles and rules know that one.
func (d *doors) arrived(at net.Addr, r *upstream.Request) {
	to := d.behind(at)
	if to == nil {
		return
	}
	meant := to.meant
	if meant.port == "" {
		meant.port = defaultPort(r.Scheme)
	}
	host, port := splitHost(r.Host)
	if to.is(host) {
		host = meant.name()
		if port == to.told.port {
			port = meant.port
		}
		r.Host = joinHost(r.Scheme, host, port)
	}
	r.Address = net.JoinHostPort(meant.name(), meant.port)
	back := to.words(true)
	r.Target = back.Replace(r.Target)
	r.Header = replaced(r.Header, back)
	if bytes.Contains(r.Body, []byte(to.told.port)) {
		r.Body = []byte(back.Replace(string(r.Body)))
	}
}

// leaving puts an answer into words of what the module was told, so that links lead
// back here.
func (d *doors) leaving(reply upstream.Reply) upstream.Reply {
	for _, to := range d.list {
		there := to.words(false)
		reply.Header = replaced(reply.Header, there)
		if bytes.Contains(reply.Body, []byte(to.meant.name())) {
			reply.Body = []byte(there.Replace(string(reply.Body)))
		}
		// A cookie's domain has no scheme before it.
		for i, value := range reply.Header["Set-Cookie"] {
			reply.Header["Set-Cookie"][i] = strings.ReplaceAll(value, to.meant.name(), to.toldName())
		}
	}
	return reply
}

func (d *door) toldName() string {
	if d.told.host != "" {
		return d.told.host
	}
	return d.told.ip
}

// words replace addresses in URLs: those that are given by those that are told, or
// back. A host's bare name is left alone, since it may as well be an account's value.
func (d *door) words(back bool) *strings.Replacer {
	var pairs []string
	add := func(given, told string) {
		if back {
			given, told = told, given
		}
		pairs = append(pairs, given, told)
	}
	told := net.JoinHostPort(d.toldName(), d.told.port)
	ports := []string{d.meant.port}
	if d.meant.port == "" {
		ports = []string{"443", "80"}
	}
	for _, port := range ports {
		given := net.JoinHostPort(d.meant.name(), port)
		add("//"+given, "//"+told)
		add(`\/\/`+given, `\/\/`+told)
		add("%2F%2F"+strings.ReplaceAll(given, ":", "%3A"), "%2F%2F"+strings.ReplaceAll(told, ":", "%3A"))
	}
	if back {
		return strings.NewReplacer(pairs...)
	}
	for _, port := range ports {
		scheme, isDefault := map[string]string{"443": "https:", "80": "http:"}[port]
		if !isDefault {
			continue
		}
		for _, end := range []string{"/", `\/`, `"`, "?", "'"} {
			pairs = append(pairs, scheme+"//"+d.meant.name()+end, scheme+"//"+told+end)
		}
		pairs = append(pairs, scheme+`\/\/`+d.meant.name()+`\/`, scheme+`\/\/`+told+`\/`)
	}
	return strings.NewReplacer(pairs...)
}

func replaced(header http.Header, words *strings.Replacer) http.Header {
	out := make(http.Header, len(header))
	for name, values := range header {
		for _, value := range values {
			out[name] = append(out[name], words.Replace(value))
		}
	}
	return out
}

func splitHost(hostport string) (host, port string) {
	if host, port, err := net.SplitHostPort(hostport); err == nil {
		return host, port
	}
	return strings.Trim(hostport, "[]"), ""
}

// joinHost leaves out a port that goes without saying.
func joinHost(scheme, host, port string) string {
	if port == "" || port == defaultPort(scheme) {
		if strings.Contains(host, ":") {
			return "[" + host + "]"
		}
		return host
	}
	return net.JoinHostPort(host, port)
}

func defaultPort(scheme string) string {
	if scheme == "https" {
		return "443"
	}
	return "80"
}
