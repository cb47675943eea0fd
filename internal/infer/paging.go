package infer

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// paging is how a list comes in pages.
type paging struct {
	kind, page, size string
	first            int
	asked            int
	// why says what each of these was told by.
	why, sizeWhy string
	// most is the largest number of records in one reply.
	most int
	sort string
	// pages are the replies that are different pages, in order, and counts their records.
	pages  []exchange
	counts []int
}

// maxPages bounds how many pages are looked at.
const maxPages = 2000

func (g *group) paging(t *table) paging {
	p := paging{kind: "none"}
	seen := map[string]bool{}
	at := 0
	starts := []int{}
	for _, x := range g.exchanges {
		n := 0
		if x.reply != nil {
			n = len(x.reply.lists()[g.list.String()])
		}
		key := ""
		for _, part := range x.parts {
			if asks(part.name) {
				key += part.name + "=" + part.text + "\x00"
			}
		}
		if !seen[key] && len(p.pages) < maxPages && x.reply != nil {
			seen[key] = true
			p.pages, p.counts, starts = append(p.pages, x), append(p.counts, n), append(starts, at)
			p.most = max(p.most, n)
		}
		at += n
	}
	if len(p.pages) > 1 {
		p.between(g, t, starts)
	} else if len(p.pages) == 1 {
		p.byName()
	}
	if p.kind != "none" {
		p.findSize()
	}
	p.sort = g.order()
	return p
}

// asks says that a part of a request can ask for a page.
func asks(name string) bool {
	kind, _, _ := strings.Cut(name, ":")
	return slices.Contains([]string{"query", "form", "json", "xml", "rpc", "graphql"}, kind)
}

// between finds the part that leads from one page to the next.
func (p *paging) between(g *group, t *table, starts []int) {
	var names []string
	for _, x := range p.pages {
		for _, part := range x.parts {
			if asks(part.name) && !slices.Contains(names, part.name) {
				names = append(names, part.name)
			}
		}
	}
	for _, name := range names {
		texts := make([]string, len(p.pages))
		for i, x := range p.pages {
			texts[i], _ = x.part(name)
		}
		if distinct(texts) < len(texts) {
			continue
		}
		// Where ids count up by themselves, only the name tells a cursor from a number.
		named := regexp.MustCompile(`(?i)after|cursor|since|last`).MatchString(name)
		if p.linked(name, texts) || named && p.pointed(name, texts, g, starts, t) || p.numbered(name, texts) || p.pointed(name, texts, g, starts, t) {
			return
		}
	}
}

var nextLink = regexp.MustCompile(`<([^>]*)>;[^,]*rel="?next"?`)

// linked finds pages whose address the reply before gives in a header.
func (p *paging) linked(name string, texts []string) bool {
	if !strings.HasPrefix(name, "query:") {
		return false
	}
	for _, x := range p.pages[:len(p.pages)-1] {
		if !nextLink.MatchString(strings.Join(x.Reply.Header.Values("Link"), ", ")) {
			return false
		}
	}
	p.kind, p.page, p.why = "link", name, "each reply has a Link header to the next page"
	p.first = firstNumber(texts)
	return true
}

func firstNumber(texts []string) int {
	if n, err := strconv.Atoi(texts[0]); err == nil && n == 0 {
		return 0
	}
	return 1
}

func (p *paging) numbered(name string, texts []string) bool {
	numbers := make([]int, len(texts))
	for i, text := range texts {
		n, err := strconv.Atoi(text)
		if err != nil && (i > 0 || text != "") || n < 0 {
			return false
		}
		numbers[i] = n
	}
	byOne, byCount := true, true
	for i := 2; i < len(numbers); i++ {
		byOne, byCount = byOne && numbers[i] == numbers[i-1]+1, byCount && numbers[i] == numbers[i-1]+p.counts[i-1]
	}
	if texts[0] == "" {
		// The first page is asked for without a number.
		byOne = byOne && (numbers[1] == 2 || numbers[1] == 1)
		byCount = byCount && (numbers[1] == p.counts[0] || numbers[1] == p.counts[0]+1)
		numbers[0] = map[bool]int{true: numbers[1] - 1, false: numbers[1] - p.counts[0]}[byOne]
	}
	byOne, byCount = byOne && numbers[1] == numbers[0]+1, byCount && numbers[1] == numbers[0]+p.counts[0]
	if numbers[0] > 1 {
		return false
	}
	switch {
	case byOne && (!byCount || !offsetName(name)):
		p.kind, p.why = "page", "it counts by one from page to page"
	case byCount:
		p.kind, p.why = "offset", "it grows by the accounts of the page before"
	default:
		return false
	}
	p.page, p.first = name, numbers[0]
	return true
}

func offsetName(name string) bool {
	return regexp.MustCompile(`(?i)offset|start|skip|from`).MatchString(name)
}

// pointed finds pages that the reply before points to.
func (p *paging) pointed(name string, texts []string, g *group, starts []int, t *table) bool {
	ids := t.fields[fieldID]
	cursor, token := true, true
	for i := 1; i < len(texts); i++ {
		last := starts[i-1] + p.counts[i-1] - 1
		if ids == nil || last < 0 || last >= len(g.accounts) || g.accounts[last] < 0 || ids[g.accounts[last]] != texts[i] {
			cursor = false
		}
		token = token && texts[i] != "" && p.pages[i-1].reply.has(texts[i])
	}
	switch {
	case cursor:
		p.kind, p.why = "cursor", "it is the id of the last account of the page before"
	case token && texts[0] == "":
		p.kind, p.why = "token", "the reply before gives it"
	default:
		return false
	}
	p.page = name
	return true
}

// has says whether a document holds the text as a whole value.
func (d *document) has(text string) bool {
	var walk func(v *value) bool
	walk = func(v *value) bool {
		return v.text == text && len(v.elements()) == 0 || slices.ContainsFunc(v.kids, walk)
	}
	return walk(d.root)
}

// byName guesses the paging of a list of which one page was seen.
func (p *paging) byName() {
	for _, part := range p.pages[0].parts {
		if !asks(part.name) {
			continue
		}
		name := part.name[strings.LastIndexAny(part.name, ":.")+1:]
		n, err := strconv.Atoi(part.text)
		switch {
		case err == nil && n <= 1 && regexp.MustCompile(`(?i)^(page|p|page_?(no|num|number|index))$`).MatchString(name):
			p.kind, p.first = "page", max(0, n)
		case err == nil && n <= 1 && offsetName(name):
			p.kind, p.first = "offset", max(0, n)
		case regexp.MustCompile(`(?i)^(after|cursor)$`).MatchString(name):
			p.kind = "cursor"
		case regexp.MustCompile(`(?i)^(next|next_?token|page_?token|continuation)$`).MatchString(name):
			p.kind = "token"
		default:
			continue
		}
		p.page, p.why = part.name, "only its name says so: one page was recorded"
		return
	}
}

var sizeName = regexp.MustCompile(`(?i)^(per_?page|page_?size|size|limit|count|rows|first|max|max_?results|length|n|pagesize|.*chunk.*size)$`)

func (p *paging) findSize() {
	for _, part := range p.pages[0].parts {
		name := part.name[strings.LastIndexByte(part.name, ':')+1:]
		if asks(part.name) && strings.HasPrefix(part.name, "rpc:") {
			name = part.name[strings.LastIndexByte(part.name, '.')+1:]
		}
		if i := strings.LastIndexByte(name, '.'); i >= 0 && !sizeName.MatchString(name) {
			name = name[i+1:]
		}
		n, err := strconv.Atoi(part.text)
		if !asks(part.name) || part.name == p.page || err != nil || n < 1 || n > 100_000 || !sizeName.MatchString(name) {
			continue
		}
		p.size, p.asked, p.sizeWhy = part.name, n, "its name says so"
		return
	}
}

// order says by which field the records are sorted, "" when by none.
func (g *group) order() string {
	if g.records == nil || len(g.records.per) < 4 {
		return ""
	}
	for _, field := range []string{fieldUsername, fieldID, fieldDomain} {
		at := g.fields[field].at
		if at != nil && slices.IsSortedFunc(at.texts(), func(a, b string) int {
			if field == fieldID && len(a) != len(b) {
				return len(a) - len(b)
			}
			return strings.Compare(a, b)
		}) {
			return field
		}
	}
	return ""
}

// pageValue is what stands in the replies of pages beside the list: the template
// of it, "" when it is the same everywhere or unknown, and why.
func (p *paging) pageValue(name string, texts []string, kinds kind) (expression, why string) {
	name = plainName(name)
	total := 0
	for _, n := range p.counts {
		total += n
	}
	numbers := func(is func(i int) int) bool {
		for i, text := range texts {
			if text != strconv.Itoa(is(i)) {
				return false
			}
		}
		return len(texts) > 0
	}
	named := func(pattern string) bool { return regexp.MustCompile(pattern).MatchString(name) }
	step := max(1, max(p.asked, p.most))
	switch {
	case p.untilLast(texts, kinds) && (len(texts) > 1 || named(`next|more`)):
		return "{{if .next}}true{{else}}false{{end}}", "it is true on every page but the last"
	case named(`^(previous|prev)`) && kinds != isBool:
		return "previous", "its name says so"
	case p.pointsOn(texts), named(`^(next|endcursor|nextcursor|nexttoken|nextpagetoken)$`) && kinds != isBool && texts[len(texts)-1] == "":
		return "next", "it asks for the next page"
	case named(`total.*page|page.*total|^(pages|lastpage|pagecount|numpages|maxpage)$`) && numbers(func(int) int { return max(1, (total+step-1)/step) }):
		return "pages", "it is the number of pages"
	case named(`total|^(count|records|size|found|hits|length|rows)$`) && numbers(func(int) int { return total }):
		return "total", "it is the number of accounts"
	case named(`count|returned|rows|size`) && numbers(func(i int) int { return p.counts[i] }):
		return "count", "it is the number of accounts on the page"
	case named(`perpage|pagesize|limit|size|perp`) && numbers(func(int) int { return step }):
		return "size", "it is the size of a page"
	case p.kind == "page" && numbers(func(i int) int { return i + p.first }) && (len(texts) > 1 || named(`page|current`)):
		return "page", "it is the number of the page"
	case named(`offset|start|from`) && len(texts) > 1 && numbers(func(i int) int { return i * step }):
		return "offset", "it is the number of accounts before the page"
	}
	return "", ""
}

// untilLast says that a flag is true on every page but the last one.
func (p *paging) untilLast(texts []string, kinds kind) bool {
	if p.kind == "none" || kinds != isBool && !slices.Contains([]string{"true", "false"}, texts[0]) {
		return false
	}
	for i, text := range texts {
		if (text == "true") != (i < len(texts)-1) {
			return false
		}
	}
	return true
}

// pointsOn says that a value is what the next request asks with.
func (p *paging) pointsOn(texts []string) bool {
	if len(texts) < 2 || p.kind == "none" || p.page == "" || len(texts) != len(p.pages) {
		return false
	}
	for i := range len(texts) - 1 {
		if next, _ := p.pages[i+1].part(p.page); texts[i] != next || next == "" {
			return false
		}
	}
	return true
}
