package panel

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"syncproof/internal/nearest"
	"syncproof/internal/phpvalue"
)

// builder makes a profile of a tree that has the right shape.
type builder struct {
	source   source
	profile  *Profile
	problems []*Error
}

func (b *builder) complain(p *Error) {
	if p != nil {
		b.problems = append(b.problems, p)
	}
}

func (b *builder) build(root *node) {
	p := b.profile
	p.Name = root.get("panel").string()
	p.templates = newTemplates(zone(root.get("timezone").string()))
	p.SessionRequests = root.get("session").get("requests").number(0)
	for _, e := range entries(root.get("states")) {
		s := State{Word: e.node.string(), Status: usualStatus(e.name)}
		if e.node.keys != nil {
			s.Word = e.node.get("word").string()
			if n := e.node.get("status"); n != nil {
				s.Status = n.string()
			}
		}
		p.States[e.name] = s
	}
	for _, e := range entries(root.get("parts")) {
		_, problem := p.templates.compile(e.name, e.node, b.source)
		b.complain(problem)
		p.templates.parts[e.name] = true
	}
	p.auth, _ = b.ways(root.get("auth"))
	for _, kind := range errorKinds() {
		p.errors[kind] = b.reply("errors."+kind, root.get("errors").get(kind))
	}
	names := map[string]int{}
	for _, n := range root.get("routes").items {
		r := b.route(n)
		if line, twice := names[r.name]; twice {
			b.complain(n.get("name").place.problem("a route named %q stands in line %d already; give each its own name", r.name, line))
		}
		names[r.name] = r.place.line
		p.routes = append(p.routes, r)
	}
}

func entries(n *node) []entry {
	if n == nil {
		return nil
	}
	return n.keys
}

func zone(text string) *time.Location {
	at, err := time.Parse("-07:00", text)
	if err != nil {
		return time.UTC
	}
	_, offset := at.Zone()
	return time.FixedZone("", offset)
}

// usualStatus is the WHMCS status of states whose name leaves no doubt.
func usualStatus(name string) string {
	return map[string]string{
		Active: "Active", Suspended: "Suspended", "terminated": "Terminated", "pending": "Pending",
		"cancelled": "Cancelled", "fraud": "Fraud", "completed": "Completed",
	}[name]
}

func (b *builder) route(n *node) route {
	r := route{name: n.get("name").string(), place: n.place, login: n.get("login").string() == "true", logout: n.get("logout").string() == "true"}
	at := "route " + r.name
	switch m := n.get("method"); {
	case m == nil:
		r.methods = []string{"GET"}
	case m.items != nil:
		for _, item := range m.items {
			r.methods = append(r.methods, item.string())
		}
	default:
		r.methods = []string{m.string()}
	}
	path, err := parsePattern(n.get("path").string())
	if err != nil {
		b.complain(n.get("path").place.problem("%s: %s", at, err))
	}
	r.path = path
	r.when = b.conditions(n.get("when"), r.path)
	r.auth = b.profile.auth
	if a := n.get("auth"); a != nil {
		r.auth, r.open = b.ways(a)
	}
	r.list = b.list(n.get("list"), r.path)
	r.account = b.which(at, n.get("account"), r.path)
	r.change = b.change(n, r)
	r.reply = b.reply(at, n.get("reply"))
	if r.list != nil && r.account != nil {
		b.complain(n.get("account").place.problem("%s is about a list and about one account; make two routes of it", at))
	}
	return r
}

// part reads the name of a part and sees to it that it can be there.
func (b *builder) part(text string, at place, path pattern) part {
	p, err := parsePart(text)
	switch {
	case err != nil:
		b.complain(at.problem("%s", err))
	case p.kind == "basic":
		b.complain(at.problem("basic can only stand under auth"))
	case p.kind == "path" && !path.has(p.name):
		b.complain(at.problem("the path has no placeholder {%s}", p.name))
	}
	return p
}

func (b *builder) conditions(n *node, path pattern) []condition {
	var all []condition
	for _, e := range entries(n) {
		all = append(all, condition{b.part(e.name, e.place, path), e.node.string()})
	}
	return all
}

// placeholders are what can stand in a way to authenticate.
var placeholder = regexp.MustCompile(`\{[^{}]*\}`)

// secretPlaceholder finds those that stand for something only the client knows.
var secretPlaceholder = regexp.MustCompile(`\{(password|accesshash|session)\}`)

func placeholderNames() []string {
	return []string{"{username}", "{password}", "{accesshash}", "{session}"}
}

// ways reads what authenticates a client. none opens a route to anybody.
func (b *builder) ways(n *node) (ways []way, open bool) {
	if n == nil {
		return nil, false
	}
	for _, item := range n.items {
		var w way
		for _, e := range item.keys {
			p, err := parsePart(e.name)
			if err != nil {
				b.complain(e.place.problem("%s", err))
			}
			want := e.node.string()
			found := placeholder.FindAllString(want, -1)
			for _, name := range found {
				if !slices.Contains(placeholderNames(), name) {
					b.complain(e.node.place.problem("%s is none of %s%s", phpvalue.Quote(name), strings.Join(placeholderNames(), ", "),
						nearest.Question(nearest.Words(name, placeholderNames(), 1))))
				}
			}
			if p.kind == "basic" && !strings.Contains(want, ":") {
				b.complain(e.node.place.problem(`basic takes a name and a password with a colon between them, such as "{username}:{password}"`))
			}
			w = append(w, condition{p, want})
		}
		if !slices.ContainsFunc(w, func(c condition) bool { return secretPlaceholder.MatchString(c.want) }) {
			b.complain(item.place.problem("this way to authenticate asks for nothing that only the client knows; use {password}, {accesshash} or {session} in it"))
		}
		ways = append(ways, w)
	}
	return ways, n.items == nil
}

func (b *builder) list(n *node, path pattern) *list {
	if n == nil {
		return nil
	}
	l := &list{
		paging: n.get("paging").string(), first: n.get("first").number(1), otherwise: n.get("default").number(0),
		maximum: n.get("maximum").number(0), beyondIsError: n.get("beyond").string() == "error", sort: n.get("sort").string(),
		bounded: n.get("maximum") != nil, silent: n.get("total").string() == "false",
	}
	if p := n.get("page"); p != nil {
		l.page, l.hasPage = b.part(p.string(), p.place, path), true
	}
	if p := n.get("size"); p != nil {
		l.size, l.hasSize = b.part(p.string(), p.place, path), true
	}
	if l.paging == pagingOffset && n.get("first") == nil {
		l.first = 0
	}
	switch {
	case l.paging != pagingNone && !l.hasPage:
		b.complain(n.place.problem("a list with pages needs the key page, the part of the request that says which page is wanted, such as query:page"))
	case l.paging == pagingLink && l.page.kind != "query":
		b.complain(n.place.problem("paging by Link header needs page to be a part of the query, such as query:page"))
	case l.maximum > 0 && l.otherwise > l.maximum:
		b.complain(n.get("default").place.problem("the default size of a page, %d, is larger than its maximum, %d", l.otherwise, l.maximum))
	}
	return l
}

func (b *builder) which(at string, n *node, path pattern) *which {
	if n == nil {
		return nil
	}
	from := n.get("from")
	w := &which{by: n.get("by").string(), from: b.part(from.string(), from.place, path)}
	if m := n.get("missing"); m != nil {
		w.missing = b.reply(at+", missing", m)
	}
	return w
}

func (b *builder) change(n *node, r route) *change {
	from := n.get("change")
	if from == nil {
		return nil
	}
	c := &change{do: from.get("do").string()}
	field := func(e entry) {
		if !slices.Contains(fieldNames(), e.name) {
			b.complain(e.place.problem("an account has no field %s that can be changed; there are %s", phpvalue.Quote(e.name), strings.Join(fieldNames(), ", ")))
		}
	}
	for _, e := range entries(from.get("set")) {
		field(e)
		value := e.node.string()
		if _, known := b.profile.States[value]; e.name == "state" && !known {
			b.complain(e.node.place.problem("%s is no name under states", phpvalue.Quote(value)))
		}
		c.set = append(c.set, assignment{e.name, value})
	}
	for _, e := range entries(from.get("take")) {
		field(e)
		c.take = append(c.take, taking{e.name, b.part(e.node.string(), e.node.place, r.path)})
	}
	if c.do != "create" && r.account == nil {
		b.complain(from.place.problem("a route that changes an account needs the key account, which says which one"))
	}
	return c
}

// reply reads one reply; one that is missing is empty.
func (b *builder) reply(name string, n *node) reply {
	r := reply{status: 200, kind: "application/json"}
	if n == nil {
		return r
	}
	r.given, r.status = true, n.get("status").number(200)
	if t := n.get("type"); t != nil {
		r.kind = t.string()
	}
	for _, e := range entries(n.get("headers")) {
		value, problem := b.profile.templates.compile(name+", header "+e.name, e.node, b.source)
		b.complain(problem)
		r.headers = append(r.headers, header{e.name, value})
	}
	body, problem := b.profile.templates.compile(name, n.get("body"), b.source)
	b.complain(problem)
	r.body = body
	return r
}
