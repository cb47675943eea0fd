package suites

import (
	"html"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/schema"
)

func acc06() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "ACC-06", Level: contract.Must, Basis: contract.Evidence, Hazard: contract.Crash,
			Title:  "all strings of an account are valid UTF-8",
			Source: phpJSON,
			Why:    "One byte that is not UTF-8 makes json_encode() return false for everything it stands in, so a single account can blank a whole response.",
			Fix:    "Convert what the panel sends when it is not UTF-8: mb_convert_encoding($text, 'UTF-8', 'ISO-8859-1'). Cut strings with mb_substr(), which does not split characters.",
			Good:   "'username' => mb_convert_encoding($row['login'], 'UTF-8', 'ISO-8859-1'),",
			Bad:    "'username' => substr($row['login'], 0, 8), // may end in half a character",
			Since:  "0.1.0",
		},
		Needs:  []contract.Need{contract.NeedRows},
		Fleets: []string{"text", "case", "domains", "mail"},
		Row:    checkEncoding,
	}
}

func checkEncoding(c *Case) RowCheck {
	valid := refuse("a string of valid UTF-8")
	return func(a contract.Account) {
		if !holdsBytes(a.Value) {
			return
		}
		for key, value := range undecodable(a.Value) {
			m, note := valid, encodingHint(value)
			if key == "" {
				note = "it is the name of a key"
			}
			if !slices.Contains(contract.Fields(), key) {
				// What stands under other keys may be secret.
				m = valid.showing(phpvalue.TypeName)
			}
			c.refuseRow(a, key, value, m, note)
		}
	}
}

// holdsBytes reports whether a string that is no valid UTF-8 stands anywhere in
// the value. It builds nothing, since nearly no account has one.
func holdsBytes(v any) bool {
	switch t := v.(type) {
	case []any:
		return slices.ContainsFunc(t, holdsBytes)
	case map[string]any:
		switch phpvalue.KindOf(t) {
		case phpvalue.KindBytes:
			return true
		case "", phpvalue.KindArray:
			for _, e := range t {
				if holdsBytes(e) {
					return true
				}
			}
		}
	}
	return false
}

// undecodable yields the strings of an account that are no valid UTF-8, with
// the key of the account under which each stands, "" for a key itself.
func undecodable(account any) func(yield func(string, any) bool) {
	return func(yield func(string, any) bool) {
		for _, p := range phpvalue.Pairs(account) {
			if phpvalue.KindOf(p.Key) == phpvalue.KindBytes && !yield("", p.Key) {
				return
			}
			for _, b := range byteStrings(p.Value, nil) {
				if !yield(p.Name(), b) {
					return
				}
			}
		}
	}
}

// byteStrings collects the strings that are no valid UTF-8 in a value of any
// shape.
func byteStrings(v any, found []any) []any {
	switch t := v.(type) {
	case []any:
		for _, e := range t {
			found = byteStrings(e, found)
		}
	case map[string]any:
		if phpvalue.KindOf(t) == phpvalue.KindBytes {
			return append(found, v)
		}
		for _, p := range phpvalue.Pairs(t) {
			found = byteStrings(p.Value, byteStrings(p.Key, found))
		}
	}
	return found
}

// encodingHint guesses how the bytes came about. A single odd byte at the end
// of a text in ASCII is more often a letter of ISO-8859-1 than half a character.
func encodingHint(v any) string {
	raw, _ := phpvalue.Bytes(v)
	for cut := 1; cut < utf8.UTFMax && cut <= len(raw); cut++ {
		head, tail := raw[:len(raw)-cut], raw[len(raw)-cut:]
		whole := utf8.FullRune(tail) || !utf8.Valid(head)
		if !whole && (cut > 1 || utf8.RuneCount(head) < len(head)) {
			return "it ends in the middle of a character: cut it with mb_substr()"
		}
	}
	return "it is probably ISO-8859-1 or Windows-1252; convert it with mb_convert_encoding()"
}

func acc07() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "ACC-07", Level: contract.Should, Basis: contract.Evidence, Hazard: contract.Corrupt,
			Title:  "identifier, domain, username, email and product hold plain text without surrounding white space",
			Source: docServerSync,
			Why:    "A value with a space, control character or HTML entity too many does not equal the value WHMCS stores, so the service looks different or missing. Whether WHMCS escapes markup in its report is not documented.",
			Fix:    "Pass the panel's values on as plain text: trim() them, and decode what the panel escaped with html_entity_decode($value, ENT_QUOTES | ENT_HTML5, 'UTF-8').",
			Good:   "'product' => trim(html_entity_decode($row['plan'], ENT_QUOTES | ENT_HTML5, 'UTF-8')),",
			Bad:    "'product' => htmlspecialchars($row['plan']), // \"R&amp;D\" instead of \"R&D\"",
			Since:  "0.1.0",
		},
		Needs:  []contract.Need{contract.NeedRows},
		Fleets: []string{"text", "ids"},
		Row:    checkPlainText,
	}
}

func checkPlainText(c *Case) RowCheck {
	fields := []string{
		contract.FieldUniqueIdentifier, contract.FieldDomain, contract.FieldUsername, contract.FieldEmail, contract.FieldProduct,
	}
	signs := newSigns()
	plain := refuse("plain text without white space around it")
	return func(a contract.Account) {
		for _, field := range fields {
			text, _ := a.Text(field)
			if isTame(text) {
				continue
			}
			if why := signs.in(text); why != "" && !c.verbatim(text) {
				c.refuseRow(a, field, text, plain, why)
			}
		}
	}
}

// isTame holds for nearly every value, at the price of a look at its bytes.
func isTame(text string) bool {
	for i := range len(text) {
		b := text[i]
		if b <= ' ' && (b != ' ' || i == 0 || i == len(text)-1) || b >= 0x7F || b == '<' || b == '&' {
			return false
		}
	}
	return true
}

// signs recognises what keeps a value from being plain text.
type signs struct {
	// tag is a tag or comment with its end. A lone <, as in "Plan <5 GB", is
	// text, and <john@example.net> is an address that MAIL-01 judges.
	tag *regexp.Regexp
	// entity is what may be one: a lone &, as in "R&D", is text.
	entity *regexp.Regexp
}

func newSigns() signs {
	return signs{
		tag:    regexp.MustCompile(`<(?:/?[A-Za-z][A-Za-z0-9-]*(?:[\s/][^<>]*)?|!--.*|\?.*)>`),
		entity: regexp.MustCompile(`&(?:#[xX]?[0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]+);`),
	}
}

// in says what of it is in the text, "" for nothing.
func (s signs) in(text string) string {
	switch {
	case strings.ContainsFunc(text, unicode.IsControl):
		return "it has a control character in it"
	case strings.ContainsFunc(text, schema.IsInvisible):
		return "it has an invisible character in it"
	case strings.TrimFunc(text, unicode.IsSpace) != text:
		return "there is white space around it"
	case s.tag.MatchString(text):
		return "it has markup in it"
	case strings.Contains(text, "&"):
		for _, candidate := range s.entity.FindAllString(text, -1) {
			if html.UnescapeString(candidate) != candidate {
				return "it has the HTML entity " + candidate + " in it"
			}
		}
	}
	return ""
}
