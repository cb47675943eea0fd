package setup

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"syncproof/internal/target/php"
)

// serverParam is a server parameter, as WHMCS documents them, read from an array.
var serverParam = regexp.MustCompile(`\[\s*['"](server(?:ip|hostname|username|password|accesshash|secure|httpprefix|port|id)?)['"]\s*\]`)

// sign is a word in the source and what it shows.
type sign struct {
	word  *regexp.Regexp
	shows string
}

func clients() []sign {
	return []sign{
		{regexp.MustCompile(`\bcurl_(?:init|exec)\s*\(`), "curl"},
		{regexp.MustCompile(`\bcurl_multi_exec\s*\(`), "curl_multi"},
		{regexp.MustCompile(`\bGuzzleHttp\\`), "Guzzle"},
		{regexp.MustCompile(`\bnew\s+\\?SoapClient\b|\bextends\s+\\?SoapClient\b`), "SoapClient"},
		{regexp.MustCompile(`\bfile_get_contents\s*\(\s*(?:['"]https?:|\$(?:url|endpoint|uri)\b)|\bstream_context_create\s*\(`), "PHP's http streams"},
		{regexp.MustCompile(`\b(?:p?fsockopen|stream_socket_client)\s*\(`), "sockets"},
	}
}

func extensions() []sign {
	return []sign{
		{regexp.MustCompile(`\bcurl_\w+\s*\(`), "curl"},
		{regexp.MustCompile(`\bmb_\w+\s*\(`), "mbstring"},
		{regexp.MustCompile(`\bsimplexml_\w+\s*\(|\bSimpleXMLElement\b|\bDOMDocument\b|\bXMLReader\b|\bXMLWriter\b`), "xml"},
		{regexp.MustCompile(`\bSoapClient\b`), "soap"},
		{regexp.MustCompile(`\bbc(?:add|comp|div|mod|mul|pow|sub)\s*\(`), "bcmath"},
		{regexp.MustCompile(`\bidn_to_\w+\s*\(|\b(?:IntlDateFormatter|NumberFormatter|Normalizer)\b`), "intl"},
		{regexp.MustCompile(`\bgmp_\w+\s*\(`), "gmp"},
		{regexp.MustCompile(`\bsocket_\w+\s*\(`), "sockets"},
		{regexp.MustCompile(`\bssh2_\w+\s*\(`), "ssh2"},
		{regexp.MustCompile(`\bWHMCS\\Database\\Capsule\b|\bCapsule::`), "pdo_sqlite"},
	}
}

func libraries() []sign {
	return []sign{
		{regexp.MustCompile(`\bGuzzleHttp\\`), "Guzzle"},
		{regexp.MustCompile(`\bCarbon\\`), "Carbon"},
		{regexp.MustCompile(`\bWHMCS\\Database\\Capsule\b|\bIlluminate\\`), "Illuminate"},
	}
}

// read fills in what the module's sources show.
func (f *Findings) read(sight php.Sight) {
	var all []byte
	for _, s := range sight.Sources {
		all = append(append(all, s.Text...), '\n')
	}
	for _, m := range serverParam.FindAllSubmatch(all, -1) {
		f.Params = append(f.Params, string(m[1]))
	}
	slices.Sort(f.Params)
	f.Params = slices.Compact(f.Params)
	f.Clients = shown(clients(), all)
	f.Extensions = shown(extensions(), all)
	slices.Sort(f.Extensions)
	if !vendored(sight.Folder) {
		f.Libraries = shown(libraries(), all)
	}
	f.MetaData = defines(all, sight.Name, "MetaData")
	f.Options = defines(all, sight.Name, "ConfigOptions")
	if m := sslPort.FindSubmatch(all); m != nil {
		f.Port = string(m[1])
	}
	f.ListAccounts = whereDefined(sight, "ListAccounts")
}

var sslPort = regexp.MustCompile(`['"]DefaultSSLPort['"]\s*=>\s*['"]?([1-9][0-9]{0,4})\b`)

func shown(signs []sign, source []byte) []string {
	var out []string
	for _, s := range signs {
		if s.word.Match(source) {
			out = append(out, s.shows)
		}
	}
	return out
}

// definition matches where a module's function begins.
func definition(module, function string) *regexp.Regexp {
	return regexp.MustCompile(`(?im)^[ \t]*function\s+&?\s*` + regexp.QuoteMeta(module+"_"+function) + `\s*\(`)
}

func defines(source []byte, module, function string) bool {
	return definition(module, function).Match(source)
}

// whereDefined is file:line of a module's function, "" when there is none.
func whereDefined(sight php.Sight, function string) string {
	word := definition(sight.Name, function)
	for _, s := range sight.Sources {
		if at := word.FindIndex(s.Text); at != nil {
			return place(s, at[0])
		}
	}
	return ""
}

// place is file:line of a position in a source.
func place(s php.Source, at int) string {
	return fmt.Sprintf("%s:%d", s.Path, 1+bytes.Count(s.Text[:at], []byte("\n")))
}

// reads reports whether the module reads a server parameter.
func (f Findings) reads(param string) bool { return slices.Contains(f.Params, param) }

// list joins words as a sentence does.
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
