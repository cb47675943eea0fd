package panel

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"

	"syncproof/internal/phpvalue"
	"syncproof/internal/upstream"
)

// Finding is something about a profile that can be read but is not right, or
// not complete.
type Finding struct {
	// Wrong says that the profile cannot be played as it is; otherwise something
	// is missing that a real panel has.
	Wrong bool
	// Place is where the route or reply stands, 0 for the profile as a whole.
	Line int
	// Message says what is wrong and what to do.
	Message string
}

// Check plays every route and reply of a profile with a few ordinary accounts and
// with odd ones, holds what comes out against the type it says it has, and looks
// for what is missing.
func Check(ctx context.Context, p *Profile) []Finding {
	c := checker{ctx: ctx, profile: p, seen: map[string]bool{}}
	edge, err := FleetNamed("edge", p)
	if err != nil {
		c.wrong(0, "%s", err)
	}
	for _, fleet := range []struct {
		words    string
		accounts []Account
	}{{"three ordinary accounts", Fleet(1, 3)}, {"no accounts", nil}, {"odd accounts", edge}} {
		c.fleet = fleet.words
		c.play(New(p, fleet.accounts, Credentials{"user", "password", "hash"}))
	}
	c.authentication()
	c.replies()
	c.lists()
	c.order()
	return c.findings
}

type checker struct {
	ctx      context.Context
	profile  *Profile
	fleet    string
	seen     map[string]bool
	findings []Finding
}

func (c *checker) add(f Finding) { c.findings = append(c.findings, f) }

func (c *checker) wrong(line int, format string, args ...any) {
	c.add(Finding{true, line, fmt.Sprintf(format, args...)})
}

func (c *checker) missing(line int, format string, args ...any) {
	c.add(Finding{false, line, fmt.Sprintf(format, args...)})
}

// play works every template out once for each account.
func (c *checker) play(p *Panel) {
	for _, kind := range errorKinds() {
		if r := c.profile.errors[kind]; r.given {
			a := p.outset(ask(upstream.Request{Method: http.MethodGet, Scheme: "https", Host: "panel.example", Target: "/", Header: http.Header{}}))
			a.data["message"] = `It's <not> "there" & never was.`
			c.reply(p, a, "errors."+kind, r)
		}
	}
	for _, r := range c.profile.routes {
		q := ask(upstream.Request{Method: r.methods[0], Scheme: "https", Host: "panel.example", Target: strings.Join(r.path, "/"), Header: http.Header{}})
		a := p.outset(q)
		a.data["session"] = p.token(1)
		name := "route " + r.name
		switch {
		case r.list != nil:
			small := *r.list
			p.showList(a, &small)
			c.reply(p, a, name, r.reply)
			// A page in the middle has a page before and one after it.
			if small.paging != pagingNone && len(p.accounts) > 2 {
				middle := p.outset(q)
				small.otherwise, small.maximum, small.first = 1, 1, r.list.first
				small.page, small.hasPage = part{"path", "page"}, true
				q.inPath = map[string]string{"page": p.mark(&small, p.listed(small.sort), 1, 1)}
				p.showList(middle, &small)
				c.reply(p, middle, name, r.reply)
			}
		case r.account != nil || r.change != nil:
			for i := range p.accounts {
				a.data["account"] = c.profile.view(&p.accounts[i], 0)
				c.reply(p, a, name, r.reply)
			}
			if r.account != nil && r.account.missing.given {
				delete(a.data, "account")
				a.data["message"] = "There is no such account."
				c.reply(p, a, name+", missing", r.account.missing)
			}
		default:
			c.reply(p, a, name, r.reply)
		}
	}
}

// reply works one reply out and looks at it. Of several accounts that do not fit
// the first is told.
func (c *checker) reply(p *Panel, a *answered, name string, r reply) {
	if c.seen[name] {
		return
	}
	a.reply = r
	made, err := p.render(c.ctx, a)
	line := 0
	if r.body != nil {
		line = r.body.place.Line
	}
	if err != nil {
		c.seen[name] = true
		c.wrong(line, "%s, with %s: %s", name, c.fleet, err)
		return
	}
	kind, _, err := mime.ParseMediaType(r.kind)
	if err != nil {
		c.seen[name] = true
		c.wrong(line, "%s: %s is no content type; write one like application/json", name, phpvalue.Quote(r.kind))
		return
	}
	if len(made.Body) == 0 && (r.status == http.StatusNoContent || r.body == nil) {
		return
	}
	switch {
	case kind == "application/json" || strings.HasSuffix(kind, "+json"):
		_, err = phpvalue.Decode(made.Body)
	case strings.HasSuffix(kind, "/xml") || strings.HasSuffix(kind, "+xml"):
		_, err = parseXML(bytes.TrimSpace(made.Body))
	default:
		return
	}
	if err != nil {
		c.seen[name] = true
		c.wrong(line, "%s, with %s, is not the %s it says it is: %s%s", name, c.fleet, kind, err, c.whose(a))
	}
}

func (c *checker) whose(a *answered) string {
	account, ok := a.data["account"].(map[string]any)
	if !ok {
		return ""
	}
	return " (account " + phpvalue.Quote(plainText(account["id"])) + ")"
}

// authentication looks for what lets everybody in.
func (c *checker) authentication() {
	asked, session, login := len(c.profile.auth) > 0, usesSession(c.profile.auth), false
	for _, r := range c.profile.routes {
		asked = asked || len(r.auth) > 0
		session = session || usesSession(r.auth)
		login = login || r.login
		if r.login && len(r.auth) == 0 {
			c.missing(r.place.Line, "route %s issues a session to anybody; give it auth with the password, such as form:password: \"{password}\"", r.name)
		}
	}
	switch {
	case !asked:
		c.missing(0, "no authentication is checked: every request is answered, so a module that sends wrong credentials is not found; add auth")
	case session && !login:
		c.wrong(0, "auth asks for a {session}, but no route has login: true, so there never is one")
	case login && !session:
		c.missing(0, "a route issues sessions, but no auth asks for a {session}")
	}
	if asked && len(c.profile.auth) == 0 {
		for _, r := range c.profile.routes {
			if len(r.auth) == 0 && !r.login {
				c.missing(r.place.Line, "route %s is open to anybody; add auth to the profile, or auth: none to the route if that is so", r.name)
			}
		}
	}
}

func usesSession(ways []way) bool {
	return slices.ContainsFunc(ways, func(w way) bool {
		return slices.ContainsFunc(w, func(c condition) bool { return strings.Contains(c.want, "{session}") })
	})
}

func (c *checker) replies() {
	for _, kind := range errorKinds() {
		if !c.profile.errors[kind].given {
			c.missing(0, "no error reply errors.%s: plain text is answered instead of what the panel says", kind)
		}
	}
	if !c.shows(".state", ".active", ".suspended") {
		c.missing(0, "no reply shows the state of an account; use {{.state}}")
	}
}

// shows says whether any template uses one of the values.
func (c *checker) shows(values ...string) bool {
	for _, t := range c.profile.templates.root.Templates() {
		if t.Tree == nil || t.Root == nil {
			continue
		}
		text := t.Root.String()
		if slices.ContainsFunc(values, func(v string) bool { return strings.Contains(text, v) }) {
			return true
		}
	}
	return false
}

func (c *checker) lists() {
	listed := false
	for _, r := range c.profile.routes {
		l := r.list
		if l == nil {
			continue
		}
		listed = true
		line := r.place.Line
		if l.paging == pagingNone {
			continue
		}
		shown := ""
		if r.reply.body != nil && r.reply.body.text.Tree != nil {
			shown = r.reply.body.text.Root.String()
		}
		for _, h := range r.reply.headers {
			shown += h.value.text.Root.String()
		}
		tells := slices.ContainsFunc([]string{".total", ".pages", ".next"}, func(v string) bool { return strings.Contains(shown, v) })
		if !tells && !l.silent && l.paging != pagingLink {
			c.missing(line, "route %s has pages, but shows no total, number of pages or next page; use {{.total}}, {{.pages}} or {{.next}}, or say total: false if the panel tells none", r.name)
		}
		if !l.bounded {
			c.missing(line, "route %s: the paging is not bounded: a client can ask for a page of any size; add maximum, or maximum: 0 if the panel has none", r.name)
		}
	}
	if !listed {
		c.missing(0, "no route lists accounts; give one of them the key list")
	}
}

// order looks for routes that an earlier one hides.
func (c *checker) order() {
	for i, r := range c.profile.routes {
		for _, earlier := range c.profile.routes[:i] {
			covers := !slices.ContainsFunc(r.methods, func(m string) bool { return !slices.Contains(earlier.methods, m) })
			if covers && alike(earlier.path) == alike(r.path) && covered(earlier.when, r.when) {
				c.wrong(r.place.Line, "route %s is never reached: route %s before it answers everything it would; put the more special one first", r.name, earlier.name)
				break
			}
		}
	}
}

// covered says whether everything that meets b meets a.
func covered(a, b []condition) bool {
	known := map[part]string{}
	for _, c := range b {
		known[c.part] = c.want
	}
	for _, c := range a {
		want, asked := known[c.part]
		if !asked || !glob(c.want, want) {
			return false
		}
	}
	return true
}

// alike is a path with its placeholders made alike.
func alike(p pattern) string { return placeholder.ReplaceAllString(strings.Join(p, "/"), "{}") }

// StateNames are the names of the profile's states, sorted.
func (p *Profile) StateNames() []string { return slices.Sorted(maps.Keys(p.States)) }
