package infer

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// loginRoute writes the route that opens a session.
func (w *writer) loginRoute() {
	if w.login == nil {
		return
	}
	x := w.entry
	b := &w.routes
	if !w.route("login", x, x.path, "this answer gives out what later requests show as "+w.login.way[0].name) {
		return
	}
	if shown := w.who.shown(x); len(shown) > 0 {
		b.WriteString("    auth:\n")
		w.writeWays(b, 6, []way{shown})
	} else {
		comment(b, 4, "TODO", "auth: what this request has to show; no credentials were found in it")
		b.WriteString("    auth: none\n")
	}
	b.WriteString("    login: true\n")
	body := ""
	if x.reply != nil {
		r := w.fixed(x)
		r.leaf = func(m *merged) string {
			if text, _ := m.single(0); text != w.login.value {
				return ""
			}
			return map[string]string{notationXML: "{{xml .session}}", notationForm: "{{form .session}}"}[x.reply.notation]
		}
		if x.reply.notation == notationJSON {
			r.leaf = func(m *merged) string {
				if text, _ := m.single(0); text == w.login.value {
					return "{{json .session}}"
				}
				return ""
			}
		}
		body = prolog(x) + r.value(merge([]*value{x.reply.root}))
	}
	w.reply(x, body)
}

// fixed renders a reply as it was recorded.
func (w *writer) fixed(x *exchange) *renderer {
	return &renderer{
		notation: x.reply.notation, special: map[*merged]string{}, fixed: true,
		leaf: func(*merged) string { return "" }, plural: func(*merged, *merged) string { return "" },
		field: func(*merged) string { return "" }, todo: func(string, ...any) {},
	}
}

// detailRoute writes the route for one account.
func (w *writer) detailRoute(d *detail) {
	x := &d.exchanges[0]
	b := &w.routes
	name := lastName(&exchange{call: x.call, parts: x.parts, path: strings.TrimSuffix(d.path, "/{"+d.by+"}")})
	why := fmt.Sprintf("%s names an account by its %s, in %s", d.from, d.by, counted(len(d.exchanges), "request"))
	if !w.route("one-"+or(name, "account"), x, d.path, why) {
		return
	}
	fmt.Fprintf(b, "    account:\n      by: %s\n      from: %s\n", d.by, plainOr(d.from))
	part := w.part(d.notation(), d.records, d.fields, d.accounts)
	w.reply(x, prolog(x)+`{{template "`+part+`" .account}}`)
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// part writes the template of a record and returns its name.
func (w *writer) part(notation string, records *merged, fields map[string]found, accounts []int) string {
	name := "account"
	if w.names["part"]++; w.names["part"] > 1 {
		name += "_" + strconv.Itoa(w.names["part"])
	}
	b := &w.parts
	var todos []string
	r, used := w.table.record(notation, fields, accounts, func(format string, args ...any) {
		if text := fmt.Sprintf(format, args...); len(todos) < 40 && !slices.Contains(todos, text) {
			todos = append(todos, text)
		}
	})
	text := r.value(records)
	for _, field := range slices.Sorted(keys(fields)) {
		if used(field) {
			comment(b, 2, "guessed", "%s: %s", field, fields[field].why)
		}
	}
	for _, todo := range todos {
		comment(b, 2, "TODO", "%s", todo)
	}
	fmt.Fprintf(b, "  %s: %s\n", name, yamlText(text, 4))
	return name
}

// listRoute writes the route that lists accounts.
func (w *writer) listRoute(g *group) {
	p := g.paging(w.table)
	x := &g.exchanges[0]
	why := fmt.Sprintf("what looks like accounts stands at %s: %s", or(short(strings.Join(g.list, ".")), "the top"), counted(len(g.records.per), "record"))
	if !w.route(or(lastName(x), "accounts"), x, x.path, why) {
		return
	}
	fields := g.fields
	if len(fields) == 0 {
		fields = map[string]found{}
	}
	each := w.part(g.notation(), g.records, fields, g.accounts)
	body, tells := w.page(g, &p, each)
	w.list(&p, tells)
	w.reply(x, body)
}

// list writes how a list comes in pages.
func (w *writer) list(p *paging, tells bool) {
	b := &w.routes
	b.WriteString("    list:\n")
	switch {
	case p.kind != "none":
		comment(b, 6, "guessed", "%s says which page is wanted: %s", p.page, p.why)
	case len(p.pages) > 1:
		comment(b, 6, "TODO", "how this list comes in pages; %d different requests for it were recorded", len(p.pages))
	case tells:
		comment(b, 6, "TODO", "whether this list comes in pages: its replies speak of more, but one page was recorded; record a panel with more accounts than a page has")
	default:
		comment(b, 6, "guessed", "nothing in the request asks for a page")
	}
	fmt.Fprintf(b, "      paging: %s\n", p.kind)
	if p.kind != "none" {
		fmt.Fprintf(b, "      page: %s\n", plainOr(p.page))
		w.sizes(p)
		if p.kind == "page" || p.kind == "offset" || p.kind == "link" {
			fmt.Fprintf(b, "      first: %d\n", p.first)
		}
		if !tells {
			comment(b, 6, "guessed", "no reply shows a total, a number of pages or a next page")
			b.WriteString("      total: false\n")
		}
	}
	if p.sort != "" {
		comment(b, 6, "guessed", "the accounts came in this order")
		fmt.Fprintf(b, "      sort: %s\n", p.sort)
	}
}

func (w *writer) sizes(p *paging) {
	b := &w.routes
	size := max(1, p.most)
	if p.size != "" {
		comment(b, 6, "guessed", "%s says how many accounts a page has: %s", p.size, p.sizeWhy)
		fmt.Fprintf(b, "      size: %s\n", plainOr(p.size))
		if !p.cut() {
			size = max(p.asked, p.most)
		}
	} else {
		comment(b, 6, "TODO", "the part of the request that says how many accounts a page has, if there is one (size)")
	}
	size = min(size, 100_000)
	comment(b, 6, "guessed", "no larger page was seen or asked for")
	fmt.Fprintf(b, "      default: %d\n      maximum: %d\n", size, size)
}

// cut says that the panel gave fewer accounts than asked for, although there were
// more.
func (p *paging) cut() bool {
	for i := 1; i < len(p.counts); i++ {
		if p.counts[i] > 0 && p.counts[i-1] < p.asked {
			return true
		}
	}
	return false
}

// page is the template of a page of a list, and whether it tells where the list
// ends.
func (w *writer) page(g *group, p *paging, each string) (body string, tells bool) {
	var roots []*value
	for _, x := range p.pages {
		roots = append(roots, x.reply.root)
	}
	pages := merge(roots)
	notation := g.notation()
	r := w.fixed(&p.pages[0])
	w.loops(r, pages, g, each)
	var notes []string
	r.leaf = func(m *merged) string {
		expression, why := p.pageValue(nameOf(m), m.texts(), m.kind)
		switch {
		case expression == "":
			return ""
		case strings.HasPrefix(expression, "{{"):
			tells = true
			notes = append(notes, short(strings.Join(m.path, "."))+": "+why)
			return expression
		}
		tells = tells || slices.Contains([]string{"total", "pages", "next"}, expression)
		notes = append(notes, short(strings.Join(m.path, "."))+" is ."+expression+": "+why)
		return pageExpression(notation, expression, m)
	}
	body = prolog(&p.pages[0]) + r.value(pages)
	for _, note := range notes {
		comment(&w.routes, 4, "guessed", "%s", note)
	}
	return body, tells || p.kind == "link"
}

func pageExpression(notation, value string, m *merged) string {
	pointer := value == "next" || value == "previous"
	switch {
	case notation == notationXML:
		return "{{xml ." + value + "}}"
	case notation == notationForm:
		return "{{form ." + value + "}}"
	case pointer && (m.seen(isNull) || m.lacking()) && m.seen(isNumber):
		return "{{if ." + value + "}}{{." + value + "}}{{else}}null{{end}}"
	case pointer && (m.seen(isNull) || m.lacking()):
		return "{{null ." + value + "}}"
	case pointer && m.seen(isNumber):
		return "{{number ." + value + "}}"
	case !m.seen(isNumber):
		return `"{{.` + value + `}}"`
	}
	return "{{." + value + "}}"
}

// loops puts the loop over the accounts where the list stands, and where replies
// have the same accounts again.
func (w *writer) loops(r *renderer, pages *merged, g *group, each string) {
	accounts := `{{template "` + each + `" .}}`
	put := func(place where, template string) {
		pages.walk(func(m *merged) bool {
			if !slices.Equal(m.path, place) {
				return true
			}
			switch r.notation {
			case notationXML:
				r.special[m] = "{{range .accounts}}" + template + "{{end}}"
			case notationForm:
				r.special[m] = "{{range .accounts}}{{if .index}}&{{end}}" + literal(m.label) + "[]=" + template + "{{end}}"
			default:
				r.special[m] = "[{{range .accounts}}{{comma .index}}\n" + template + "{{end}}]"
			}
			return false
		})
	}
	put(g.list, accounts)
	first := g.exchanges[0].reply
	if first == nil {
		return
	}
	again := first.lists()
	for _, place := range slices.Sorted(keys(again)) {
		other := placeOf(place)
		if place == g.list.String() || len(again[place]) < 2 || len(again[place]) != len(again[g.list.String()]) {
			continue
		}
		records := merge(g.at(place))
		if about := w.table.about(records); about != nil && len(about) == len(g.records.per) {
			put(other, `{{template "`+w.part(r.notation, records, map[string]found{}, about)+`" .}}`)
		}
	}
}
