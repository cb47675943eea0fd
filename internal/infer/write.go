package infer

import (
	"fmt"
	"mime"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// writer puts a profile together. Parts come before the routes that use them.
type writer struct {
	*studied
	head, parts, routes strings.Builder
	names               map[string]int
	written             []answeredBy
	// first counts the kinds of requests whose XML begins alike.
	first map[string]int
}

// answeredBy is what a route that was written answers.
type answeredBy struct {
	method, path string
	conditions   []part
}

const indentBody = 8

// sorted tells the other requests with a path of their own from those that share
// it with a list or with details.
func (w *writer) sorted() (apart, beside []*group) {
	taken := map[string]bool{}
	for _, g := range w.lists {
		taken[g.exchanges[0].path] = true
		w.first[firstXML(&g.exchanges[0])]++
	}
	for _, d := range w.details {
		taken[d.path] = true
		w.first[firstXML(&d.exchanges[0])]++
	}
	for _, g := range w.others {
		w.first[firstXML(&g.exchanges[0])]++
		if taken[g.exchanges[0].path] {
			beside = append(beside, g)
		} else {
			apart = append(apart, g)
		}
	}
	return apart, beside
}

// firstXML is the path of the first value in a request's XML.
func firstXML(x *exchange) string {
	for _, p := range x.parts {
		if strings.HasPrefix(p.name, "xml:") {
			return x.path + " " + p.name
		}
	}
	return ""
}

// write is the profile's text.
func (s *studied) write() string {
	w := &writer{studied: s, names: map[string]int{}, first: map[string]int{}}
	w.begin()
	w.loginRoute()
	// A placeholder in the path of details takes what other routes have there, and a
	// list takes every request that says less.
	apart, beside := w.sorted()
	for _, g := range apart {
		w.otherRoute(g)
	}
	for _, d := range s.details {
		w.detailRoute(d)
	}
	for _, g := range s.lists {
		w.listRoute(g)
	}
	for _, g := range beside {
		w.otherRoute(g)
	}
	text := w.head.String()
	if w.parts.Len() > 0 {
		text += "\nparts:\n" + w.parts.String()
	}
	return text + "\nroutes:\n" + strings.TrimPrefix(w.routes.String(), "\n")
}

func (w *writer) begin() {
	b := &w.head
	fmt.Fprintf(b, "# A first profile of the panel that the module %s asks, made from a recording of %d accounts.\n", remark(short(w.file.Module)), w.table.size)
	b.WriteString("# Look at every remark that begins with guessed or TODO, then at: syncproof panel check FILE\n")
	comment(b, 0, "TODO", "the panel's name, and what of its API is described here")
	fmt.Fprintf(b, "panel: %s\n", plainOr(or(short(strings.TrimSpace(w.file.Module)), "panel")))
	if w.table.dating != nil && w.table.dating.zone != "" {
		comment(b, 0, "guessed", "all dates that were seen have this offset")
		fmt.Fprintf(b, "timezone: %q\n", w.table.dating.zone)
	} else if w.table.dating != nil && !w.table.dating.exact {
		comment(b, 0, "TODO", "the zone of the dates, which do not tell it; UTC is used")
	}
	w.states()
	w.auth()
	b.WriteString("\n# TODO: what the panel answers to wrong credentials (auth), to what is not there\n" +
		"# (not_found), to what it cannot read (bad_request) and when it fails (server).\nerrors: {}\n")
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func (w *writer) states() {
	b := &w.head
	b.WriteString("\nstates:\n")
	words := w.table.words
	if len(words) == 0 {
		comment(b, 2, "TODO", "where replies show the state of an account, and the panel's words for it; none was found")
		words = stateWords("", nil)
	} else {
		comment(b, 2, "guessed", "the state stands in %s", short(nameOf(w.table.stateAt)))
	}
	seen := map[string]bool{}
	for i, s := range words {
		if seen[s.state] || i >= 40 {
			continue
		}
		seen[s.state] = true
		if s.guess != "" {
			comment(b, 2, "guessed", "%s", s.guess)
		}
		if s.unsure {
			comment(b, 2, "TODO", "status: Active or Suspended, whichever is right in WHMCS for this word")
			fmt.Fprintf(b, "  %s:\n    word: %s\n", s.state, scalar(s.text))
			continue
		}
		fmt.Fprintf(b, "  %s: %s\n", s.state, scalar(s.text))
	}
}

func (w *writer) auth() {
	b := &w.head
	b.WriteString("\n")
	if len(w.ways) == 0 {
		comment(b, 0, "TODO", "auth: the requests show no password and no access hash as it is, so nothing is checked; say which part of a request has to hold it")
		return
	}
	comment(b, 0, "guessed", "this is where the server's credentials, or what they were changed for, stand in requests")
	b.WriteString("auth:\n")
	w.writeWays(b, 2, w.ways)
}

// writeWays writes ways to authenticate.
func (w *writer) writeWays(b *strings.Builder, indent int, ways []way) {
	for _, way := range ways {
		for i, p := range way {
			fmt.Fprintf(b, "%s%s%s: %s\n", strings.Repeat(" ", indent), map[bool]string{true: "- ", false: "  "}[i == 0], plainOr(p.name), quoted(p.text))
		}
	}
}

// route begins a route: name, method, path and what tells it from others there.
func (w *writer) route(name string, x *exchange, path, why string) bool {
	b := &w.routes
	if !regexp.MustCompile(`^/[^?#\s]*$`).MatchString(path) || !regexp.MustCompile(`^[A-Z]{3,10}$`).MatchString(x.Request.Method) ||
		short(path) != path || braces(path) || strings.Count(path, "/") > 45 || w.routeCount() >= 150 {
		b.WriteString("\n")
		comment(b, 2, "TODO", "%s %s is a request that a profile cannot have as it is", short(x.Request.Method), short(path))
		return false
	}
	conditions := w.conditions(x)
	b.WriteString("\n")
	if w.covered(x.Request.Method, path, conditions) {
		comment(b, 2, "TODO", "%s %s: its requests differ too little from those of a route above, which answers them", short(x.Request.Method), short(path))
		return false
	}
	w.names[""]++
	if why != "" {
		comment(b, 2, "guessed", "%s", why)
	}
	fmt.Fprintf(b, "  - name: %s\n    method: %s\n    path: %s\n", w.named(name), x.Request.Method, plainOr(path))
	if len(conditions) > 0 {
		b.WriteString("    when:\n")
	}
	for _, c := range conditions {
		fmt.Fprintf(b, "      %s: %s\n", plainOr(c.name), quoted(c.text))
	}
	w.written = append(w.written, answeredBy{x.Request.Method, path, conditions})
	return true
}

// covered says that a route above answers such requests.
func (w *writer) covered(method, path string, conditions []part) bool {
	return slices.ContainsFunc(w.written, func(a answeredBy) bool {
		return a.method == method && a.path == path && !slices.ContainsFunc(a.conditions, func(c part) bool { return !slices.Contains(conditions, c) })
	})
}

func (w *writer) routeCount() int { return w.names[""] }

// braces says that a path has other braces than placeholders.
func braces(path string) bool {
	rest := strings.NewReplacer("{id}", "", "{username}", "", "{domain}", "").Replace(path)
	return strings.ContainsAny(rest, "{}") || strings.Count(path, "{") > 1
}

func (w *writer) named(name string) string {
	name = strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(name), "-"), "-")
	if len(name) > 40 {
		name = strings.Trim(name[:40], "-")
	}
	name = or(name, "route")
	if w.names[name]++; w.names[name] > 1 {
		return name + "-" + strconv.Itoa(w.names[name])
	}
	return name
}

// conditions are what a request has to say, where its path does not say all.
func (w *writer) conditions(x *exchange) []part {
	var all []part
	if x.call.name != "" {
		all = append(all, x.call)
	}
	for _, p := range x.parts {
		if slices.ContainsFunc(all, func(c part) bool { return c.name == p.name }) || len(all) >= 20 {
			continue
		}
		switch {
		case isVerb(p.name) && asks(p.name) && !strings.HasPrefix(p.name, "rpc:"):
			all = append(all, p)
		case strings.HasPrefix(p.name, "xml:") && x.call.name == "" && (w.first[firstXML(x)] > 1 || x.path+" "+p.name == firstXML(x)):
			// The first path into the document tells what is asked for.
			all = append(all, part{p.name, "*"})
		}
	}
	return all
}

// reply writes status, type and headers of an answer, and its body.
func (w *writer) reply(x *exchange, body string) {
	b := &w.routes
	b.WriteString("    reply:\n")
	if x.Reply.Status != 200 && x.Reply.Status >= 200 && x.Reply.Status <= 599 {
		fmt.Fprintf(b, "      status: %d\n", x.Reply.Status)
	}
	kind := x.Reply.Header.Get("Content-Type")
	if _, _, err := mime.ParseMediaType(kind); err != nil || short(kind) != kind {
		kind = ""
		if x.reply != nil {
			kind = map[string]string{notationXML: "text/xml", notationForm: "text/plain", notationJSON: "application/json"}[x.reply.notation]
		}
		kind = or(kind, "text/plain")
	}
	if kind != "application/json" {
		fmt.Fprintf(b, "      type: %s\n", plainOr(kind))
	}
	if w.login != nil && w.login.cookie != "" && x == w.entry {
		fmt.Fprintf(b, "      headers:\n        Set-Cookie: %s\n", quoted(literal(short(w.login.cookie))+"={{.session}}; Path=/"))
	}
	if body != "" {
		fmt.Fprintf(b, "      body: %s\n", yamlText(body, indentBody))
	}
}

// prolog is what stands before the root element.
func prolog(x *exchange) string {
	if strings.HasPrefix(strings.TrimSpace(string(x.Reply.Body)), "<?xml") {
		return `<?xml version="1.0" encoding="UTF-8"?>` + "\n"
	}
	return ""
}

// otherRoute writes what is answered the same whoever asks: what was recorded,
// with the panel's plans put in.
func (w *writer) otherRoute(g *group) {
	x := &g.exchanges[0]
	if !w.route(lastName(x), x, x.path, "") {
		return
	}
	b := &w.routes
	var body string
	switch {
	case x.reply != nil:
		body = w.catalogue(x)
	case utf8.Valid(x.Reply.Body) && len(x.Reply.Body) < 1<<16:
		comment(b, 4, "TODO", "this reply is neither JSON nor XML nor a form; it stands here as it was recorded")
		body = literal(string(x.Reply.Body))
	case len(x.Reply.Body) > 0:
		comment(b, 4, "TODO", "the body of this reply, which cannot be written in a profile as it was recorded")
	}
	w.reply(x, body)
}

// lastName is a name for a route from its request.
func lastName(x *exchange) string {
	if x.call.text != "" {
		return x.call.text
	}
	for _, p := range x.parts {
		if isVerb(p.name) && asks(p.name) {
			return p.text
		}
		if strings.HasPrefix(p.name, "xml:") {
			if steps := strings.Split(strings.TrimPrefix(p.name, "xml:"), "."); len(steps) > 2 {
				return steps[1] + "-" + steps[2]
			}
		}
	}
	return x.path[strings.LastIndexByte(x.path, '/')+1:]
}
