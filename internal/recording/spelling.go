package recording

import (
	"bytes"
	"crypto/md5"  //nolint:gosec // panels use it, so it is looked for
	"crypto/sha1" //nolint:gosec // as above
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"slices"
	"strings"
	"unicode/utf8"
)

// spelling is a way in which clients and panels write a text.
type spelling struct {
	name  string
	write func(string) string
}

// spellings are those in which a text is replaced as it stands; base64 is found
// by undoing it.
func spellings() []spelling {
	all := []spelling{{"", func(s string) string { return s }}}
	for _, leave := range []string{"-_.", "-_.~", "-_.!~*'()", "-_.!~*'();/?:@&=+$,", "-_.~$&+=:@"} {
		for _, blank := range []string{"+", "%20"} {
			for _, digits := range []string{"0123456789ABCDEF", "0123456789abcdef"} {
				all = append(all, spelling{"url-encoded", func(s string) string { return percent(s, leave, blank, digits) }})
			}
		}
	}
	for _, quotes := range [][2]string{{"&#34;", "&#39;"}, {"&quot;", "&#039;"}, {"&quot;", "&apos;"}, {`"`, "'"}} {
		all = append(all, spelling{"html-escaped", func(s string) string {
			return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, quotes[0], "'", quotes[1]).Replace(s)
		}})
	}
	inJSON := []spelling{}
	for _, escapeHTML := range []bool{false, true} {
		for _, slash := range []string{"/", `\/`} {
			for _, plain := range []bool{false, true} {
				inJSON = append(inJSON, spelling{"json-escaped", func(s string) string {
					return jsonText(s, escapeHTML, slash, plain)
				}})
			}
		}
	}
	all = append(all, inJSON...)
	for _, j := range inJSON {
		all = append(all, spelling{"json-escaped and url-encoded", func(s string) string {
			return percent(j.write(s), "-_.", "+", "0123456789ABCDEF")
		}})
	}
	return append(all,
		spelling{"hex", func(s string) string { return hex.EncodeToString([]byte(s)) }},
		spelling{"hex", func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(s))) }},
		spelling{"reversed", func(s string) string { b := []byte(s); slices.Reverse(b); return string(b) }},
	)
}

// percent writes a text into an address. Clients differ in what they leave as it
// is, in how they write a blank and in the case of the digits.
func percent(s, leave, blank, digits string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		switch {
		case c == ' ':
			b.WriteString(blank)
		case c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || strings.IndexByte(leave, c) >= 0:
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(digits[c>>4])
			b.WriteByte(digits[c&15])
		}
	}
	return b.String()
}

// jsonText is a text inside a JSON string. PHP escapes slashes and all that is
// not ASCII unless it is told not to.
func jsonText(s string, escapeHTML bool, slash string, ascii bool) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(escapeHTML)
	if err := e.Encode(s); err != nil {
		return s
	}
	text := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(b.String()), `"`), `"`)
	text = strings.ReplaceAll(text, "/", slash)
	if ascii {
		text = asciiOnly(text)
	}
	return text
}

func asciiOnly(text string) string {
	var b strings.Builder
	unit := func(u rune) { b.WriteString(`\u` + hex.EncodeToString([]byte{byte(u >> 8), byte(u)})) }
	for _, r := range text {
		switch {
		case r < utf8.RuneSelf:
			b.WriteRune(r)
		case r < 0x10000:
			unit(r)
		default:
			unit(0xD800 + (r-0x10000)>>10)
			unit(0xDC00 + (r-0x10000)&0x3FF)
		}
	}
	return b.String()
}

// digests are what clients send in place of a secret: it alone or with the user
// name, hashed.
func digests() []spelling {
	hashes := []spelling{
		{"md5", func(s string) string { h := md5.Sum([]byte(s)); return string(h[:]) }},   //nolint:gosec // see above
		{"sha1", func(s string) string { h := sha1.Sum([]byte(s)); return string(h[:]) }}, //nolint:gosec // see above
		{"sha256", func(s string) string { h := sha256.Sum256([]byte(s)); return string(h[:]) }},
		{"sha512", func(s string) string { h := sha512.Sum512([]byte(s)); return string(h[:]) }},
	}
	var all []spelling
	for _, h := range hashes {
		for _, w := range []spelling{
			{"in hex", func(s string) string { return hex.EncodeToString([]byte(s)) }},
			{"in hex", func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(s))) }},
			{"in base64", func(s string) string { return base64.RawStdEncoding.EncodeToString([]byte(s)) }},
			{"in base64", func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }},
		} {
			all = append(all, spelling{h.name + " " + w.name, func(s string) string { return w.write(h.write(s)) }})
		}
	}
	return all
}

// hashed are the texts clients hash: a secret alone and with the user name.
func hashed(user, value string) []string {
	if user == "" {
		return []string{value}
	}
	return []string{value, user + ":" + value, value + ":" + user, user + value, value + user}
}

// meant are the texts that stand for one secret: clients leave out blanks around
// it, and the line breaks of an access hash.
func meant(value string) []string {
	all := []string{value}
	add := func(s string) {
		if !slices.Contains(all, s) && len(s) >= minSecret {
			all = append(all, s)
		}
	}
	add(strings.TrimSpace(value))
	add(strings.NewReplacer("\r", "", "\n", "").Replace(value))
	add(strings.Join(strings.Fields(value), ""))
	add(html.UnescapeString(value))
	return all
}
