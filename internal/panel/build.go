package panel

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"syncproof/internal/nearest"
	"syncproof/internal/phpvalue"
	"syncproof/internal/yamlfile"
)

// builder makes a profile of a tree that has the right shape.
type builder struct {
	file     *yamlfile.File
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
	p.Name = root.Get("panel").String()
	p.templates = newTemplates(zone(root.Get("timezone").String()))
	p.SessionRequests = root.Get("session").Get("requests").Number(0)
	for _, e := range root.Get("states").Entries() {
		s := State{Word: e.Node.String(), Status: usualStatus(e.Name)}
		if e.Node.Keys != nil {
			s.Word = e.Node.Get("word").String()
			if n := e.Node.Get("status"); n != nil {
				s.Status = n.String()
			}
		}
		p.States[e.Name] = s
	}
	for _, e := range root.Get("parts").Entries() {
		_, problem := p.templates.compile(e.Name, e.Node, b.file)
		b.complain(problem)
		p.templates.parts[e.Name] = true
	}
	p.auth, _ = b.ways(root.Get("auth"))
	for _, kind := range errorKinds() {
		p.errors[kind] = b.reply("errors."+kind, root.Get("errors").Get(kind))
	}
	names := map[string]int{}
	for _, n := range root.Get("routes").Items {
		r := b.route(n)
		if line, twice := names[r.name]; twice {
			b.complain(n.Get("name").Place.Problem("a route named %q stands in line %d already; give each its own name", r.name, line))
		}
		names[r.name] = r.place.Line
		p.routes = append(p.routes, r)
	}
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
	r := route{name: n.Get("name").String(), place: n.Place, login: n.Get("login").String() == "true", logout: n.Get("logout").String() == "true"}
	at := "route " + r.name
	switch m := n.Get("method"); {
	case m == nil:
		r.methods = []string{"GET"}
	case m.Items != nil:
		for _, item := range m.Items {
			r.methods = append(r.methods, item.String())
		}
	default:
		r.methods = []string{m.String()}
	}
	path, err := parsePattern(n.Get("path").String())
	if err != nil {
		b.complain(n.Get("path").Place.Problem("%s: %s", at, err))
	}
	r.path = path
	r.when = b.conditions(n.Get("when"), r.path)
	r.auth = b.profile.auth
	if a := n.Get("auth"); a != nil {
		r.auth, r.open = b.ways(a)
	}
	r.list = b.list(n.Get("list"), r.path)
	r.account = b.which(at, n.Get("account"), r.path)
	r.change = b.change(n, r)
	r.reply = b.reply(at, n.Get("reply"))
	if r.list != nil && r.account != nil {
		b.complain(n.Get("account").Place.Problem("%s is about a list and about one account; make two routes of it", at))
	}
	return r
}

// part reads the name of a part and sees to it that it can be there.
func (b *builder) part(text string, at place, path pattern) part {
	p, err := parsePart(text)
	switch {
	case err != nil:
		b.complain(at.Problem("%s", err))
	case p.kind == "basic":
		b.complain(at.Problem("basic can only stand under auth"))
	case p.kind == "path" && !path.has(p.name):
		b.complain(at.Problem("the path has no placeholder {%s}", p.name))
	}
	return p
}

func (b *builder) conditions(n *node, path pattern) []condition {
	var all []condition
	for _, e := range n.Entries() {
		all = append(all, condition{b.part(e.Name, e.Place, path), e.Node.String()})
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
	for _, item := range n.Items {
		var w way
		for _, e := range item.Keys {
			p, err := parsePart(e.Name)
			if err != nil {
				b.complain(e.Place.Problem("%s", err))
			}
			want := e.Node.String()
			found := placeholder.FindAllString(want, -1)
			for _, name := range found {
				if !slices.Contains(placeholderNames(), name) {
					b.complain(e.Node.Place.Problem("%s is none of %s%s", phpvalue.Quote(name), strings.Join(placeholderNames(), ", "),
						nearest.Question(nearest.Words(name, placeholderNames(), 1))))
				}
			}
			if p.kind == "basic" && !strings.Contains(want, ":") {
				b.complain(e.Node.Place.Problem(`basic takes a name and a password with a colon between them, such as "{username}:{password}"`))
			}
			w = append(w, condition{p, want})
		}
		if !slices.ContainsFunc(w, func(c condition) bool { return secretPlaceholder.MatchString(c.want) }) {
			b.complain(item.Place.Problem("this way to authenticate asks for nothing that only the client knows; use {password}, {accesshash} or {session} in it"))
		}
		ways = append(ways, w)
	}
	return ways, n.Items == nil
}

func (b *builder) list(n *node, path pattern) *list {
	if n == nil {
		return nil
	}
	l := &list{
		paging: n.Get("paging").String(), first: n.Get("first").Number(1), otherwise: n.Get("default").Number(0),
		maximum: n.Get("maximum").Number(0), beyondIsError: n.Get("beyond").String() == "error", sort: n.Get("sort").String(),
		bounded: n.Get("maximum") != nil, silent: n.Get("total").String() == "false",
	}
	if p := n.Get("page"); p != nil {
		l.page, l.hasPage = b.part(p.String(), p.Place, path), true
	}
	if p := n.Get("size"); p != nil {
		l.size, l.hasSize = b.part(p.String(), p.Place, path), true
	}
	if l.paging == pagingOffset && n.Get("first") == nil {
		l.first = 0
	}
	switch {
	case l.paging != pagingNone && !l.hasPage:
		b.complain(n.Place.Problem("a list with pages needs the key page, the part of the request that says which page is wanted, such as query:page"))
	case l.paging == pagingLink && l.page.kind != "query":
		b.complain(n.Place.Problem("paging by Link header needs page to be a part of the query, such as query:page"))
	case l.maximum > 0 && l.otherwise > l.maximum:
		b.complain(n.Get("default").Place.Problem("the default size of a page, %d, is larger than its maximum, %d", l.otherwise, l.maximum))
	}
	return l
}

func (b *builder) which(at string, n *node, path pattern) *which {
	if n == nil {
		return nil
	}
	from := n.Get("from")
	w := &which{by: n.Get("by").String(), from: b.part(from.String(), from.Place, path)}
	if m := n.Get("missing"); m != nil {
		w.missing = b.reply(at+", missing", m)
	}
	return w
}

func (b *builder) change(n *node, r route) *change {
	from := n.Get("change")
	if from == nil {
		return nil
	}
	c := &change{do: from.Get("do").String()}
	field := func(e entry) {
		if !slices.Contains(fieldNames(), e.Name) {
			b.complain(e.Place.Problem("an account has no field %s that can be changed; there are %s", phpvalue.Quote(e.Name), strings.Join(fieldNames(), ", ")))
		}
	}
	for _, e := range from.Get("set").Entries() {
		field(e)
		value := e.Node.String()
		if _, known := b.profile.States[value]; e.Name == "state" && !known {
			b.complain(e.Node.Place.Problem("%s is no name under states", phpvalue.Quote(value)))
		}
		c.set = append(c.set, assignment{e.Name, value})
	}
	for _, e := range from.Get("take").Entries() {
		field(e)
		c.take = append(c.take, taking{e.Name, b.part(e.Node.String(), e.Node.Place, r.path)})
	}
	if c.do != "create" && r.account == nil {
		b.complain(from.Place.Problem("a route that changes an account needs the key account, which says which one"))
	}
	return c
}

// reply reads one reply; one that is missing is empty.
func (b *builder) reply(name string, n *node) reply {
	r := reply{status: 200, kind: "application/json"}
	if n == nil {
		return r
	}
	r.given, r.status = true, n.Get("status").Number(200)
	if t := n.Get("type"); t != nil {
		r.kind = t.String()
	}
	for _, e := range n.Get("headers").Entries() {
		value, problem := b.profile.templates.compile(name+", header "+e.Name, e.Node, b.file)
		b.complain(problem)
		r.headers = append(r.headers, header{e.Name, value})
	}
	body, problem := b.profile.templates.compile(name, n.Get("body"), b.file)
	b.complain(problem)
	r.body = body
	return r
}
