package setup

import (
	"regexp"
	"slices"
	"strings"

	"syncproof/internal/target/php"
)

// Panel is how a module's panel seems to answer.
type Panel struct {
	// Known names a profile that comes with syncproof and fits, "" for none.
	Known string
	// XML says that answers are read as XML, otherwise as JSON.
	XML bool
	// Auth is what a request has to present, as a profile writes it: a part of the
	// request and a template. AuthAt says where the module shows that, "" when it is
	// a guess.
	Auth   [2]string
	AuthAt string
	// Path is a likely path of the list, and Paths are all that stand in the
	// module, each with its place.
	Path  string
	Paths []Mention
	// Paging is the kind of paging, Page and Size the fields of the query for it.
	Paging, Page, Size string
	// Keys are the keys of rows that the module reads.
	Keys []string
}

// Mention is a text of the source and where it first stands.
type Mention struct{ Text, At string }

// style is a sign of an API whose profile comes with syncproof.
type style struct {
	word    *regexp.Regexp
	profile string
}

func styles() []style {
	return []style{
		{regexp.MustCompile(`/json-api/|/xml-api/|['"]Authorization: whm `), "whm"},
		{regexp.MustCompile(`\bCMD_API_\w+`), "directadmin"},
		{regexp.MustCompile(`enterprise/control/agent\.php`), "plesk"},
		{regexp.MustCompile(`\bxmlrpc_encode_request\b|<methodCall>`), "xmlrpc"},
		{regexp.MustCompile(`(?i)['"/]graphql\b`), "graphql"},
		{regexp.MustCompile(`\bnew\s+\\?SoapClient\b|\bextends\s+\\?SoapClient\b`), "soap"},
	}
}

var (
	readsXML   = regexp.MustCompile(`\bsimplexml_load_\w+\s*\(|\bnew\s+\\?SimpleXMLElement\b|\bloadXML\s*\(`)
	readsJSON  = regexp.MustCompile(`\bjson_decode\s*\(`)
	pathText   = regexp.MustCompile(`['"](?:https?://[^'"/\s]*)?(/[A-Za-z0-9_\-.]+(?:/[A-Za-z0-9_\-.{}$>]*)*)(?:\?[^'"\s]*)?['"]`)
	listWord   = regexp.MustCompile(`(?i)account|user|customer|subscri|service|domain|website|host|list`)
	rowKey     = regexp.MustCompile(`(?:\$(?:row|account|item|entry|user|data|record|acct|a)|\])\s*(?:\[\s*['"]([A-Za-z_][A-Za-z0-9_]{0,40})['"]\s*\]|->([A-Za-z_][A-Za-z0-9_]{0,40})\b)`)
	ownHeader  = regexp.MustCompile(`['"](X-[A-Za-z0-9-]+)\s*(?::|['"]\s*=>)`)
	bearer     = regexp.MustCompile(`(?i)\bBearer `)
	basic      = regexp.MustCompile(`\bCURLOPT_USERPWD\b|['"]Authorization: Basic |['"]auth['"]\s*=>`)
	queryKey   = regexp.MustCompile(`['"?&](api_?key|key|token|access_token)(?:=|['"]\s*=>)`)
	pageField  = regexp.MustCompile(`['"?&](page|page_number|pageNumber|p)(?:=|['"]\s*=>)`)
	skipField  = regexp.MustCompile(`['"?&](offset|skip|start)(?:=|['"]\s*=>)`)
	afterField = regexp.MustCompile(`['"?&](cursor|after|page_token|pageToken|next)(?:=|['"]\s*=>)`)
	sizeField  = regexp.MustCompile(`['"?&](per_page|perPage|page_size|pageSize|limit|size|count)(?:=|['"]\s*=>)`)
)

// panelOf guesses how the panel's API works from what the module writes and reads.
func panelOf(sources []php.Source, params []string) Panel {
	var p Panel
	var all []byte
	for _, s := range sources {
		all = append(append(all, s.Text...), '\n')
	}
	for _, s := range styles() {
		if s.word.Match(all) {
			p.Known = s.profile
			break
		}
	}
	p.XML = readsXML.Match(all) && !readsJSON.Match(all)
	p.paths(sources)
	p.auth(sources, params)
	p.paging(all)
	for _, m := range rowKey.FindAllSubmatch(all, -1) {
		key := string(m[1]) + string(m[2])
		if !strings.HasPrefix(key, "server") && !slices.Contains(ofWHMCS(), key) && !slices.Contains(p.Keys, key) {
			p.Keys = append(p.Keys, key)
		}
	}
	const most = 40
	p.Keys = p.Keys[:min(len(p.Keys), most)]
	return p
}

// ofWHMCS are keys that only what the module returns has.
func ofWHMCS() []string { return []string{"uniqueIdentifier", "primaryip", "accounts", "success"} }

// paths collects what looks like a path of an API.
func (p *Panel) paths(sources []php.Source) {
	const most = 20
	for _, s := range sources {
		for _, m := range pathText.FindAllSubmatchIndex(s.Text, -1) {
			text := string(s.Text[m[2]:m[3]])
			if isFile(text) || len(p.Paths) >= most ||
				slices.ContainsFunc(p.Paths, func(seen Mention) bool { return seen.Text == text }) {
				continue
			}
			p.Paths = append(p.Paths, Mention{text, place(s, m[2])})
		}
	}
	for _, m := range p.Paths {
		if !strings.ContainsAny(m.Text, "{}$>") && listWord.MatchString(m.Text) {
			p.Path = strings.TrimSuffix(m.Text, "/")
			return
		}
	}
}

// isFile says that a path leads to a file of the module or the system.
func isFile(path string) bool {
	for _, end := range []string{".php", ".json", ".tpl", ".pem", ".crt", ".log", ".txt"} {
		if strings.HasSuffix(path, end) {
			return true
		}
	}
	for _, start := range []string{"/etc/", "/usr/", "/var/", "/tmp", "/lib/", "/vendor/", "/src/", "/includes/", "/.."} {
		if strings.HasPrefix(path, start) {
			return true
		}
	}
	return len(path) < len("/a/") && !strings.HasSuffix(path, "/")
}

// auth finds what requests present. The key is the access hash where the module
// reads that, otherwise the password.
func (p *Panel) auth(sources []php.Source, params []string) {
	key := "{password}"
	if slices.Contains(params, "serveraccesshash") {
		key = "{accesshash}"
	}
	for _, way := range []struct {
		word *regexp.Regexp
		auth func(name string) [2]string
	}{
		{bearer, func(string) [2]string { return [2]string{"header:Authorization", "Bearer " + key} }},
		{ownHeader, func(name string) [2]string { return [2]string{"header:" + name, key} }},
		{basic, func(string) [2]string { return [2]string{"basic", "{username}:{password}"} }},
		{queryKey, func(name string) [2]string { return [2]string{"query:" + name, key} }},
	} {
		for _, s := range sources {
			m := way.word.FindSubmatchIndex(s.Text)
			if m == nil {
				continue
			}
			name := ""
			if len(m) > 2 {
				name = string(s.Text[m[2]:m[3]])
			}
			if strings.EqualFold(name, "X-Requested-With") {
				continue
			}
			p.Auth, p.AuthAt = way.auth(name), place(s, m[0])
			return
		}
	}
	p.Auth = [2]string{"header:Authorization", "Bearer " + key}
}

// paging finds the fields of a query that ask for a page.
func (p *Panel) paging(source []byte) {
	field := func(word *regexp.Regexp) string {
		if m := word.FindSubmatch(source); m != nil {
			return string(m[1])
		}
		return ""
	}
	p.Size = field(sizeField)
	for _, kind := range []struct {
		paging string
		word   *regexp.Regexp
	}{{"page", pageField}, {"offset", skipField}, {"token", afterField}} {
		if p.Page = field(kind.word); p.Page != "" {
			p.Paging = kind.paging
			return
		}
	}
	p.Paging, p.Size = "none", ""
}
