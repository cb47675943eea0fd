package infer

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// yamlText writes a text as a YAML value, behind its key: as a block where that
// can be read, else in quotes.
func yamlText(text string, indent int) string {
	if !blockable(text) {
		return quoted(text)
	}
	pad := "\n" + strings.Repeat(" ", indent)
	var b strings.Builder
	b.WriteString("|-")
	for line := range strings.SplitSeq(text, "\n") {
		b.WriteString(pad + line)
	}
	return b.String()
}

// blockable says that a text stays what it is in a block.
func blockable(text string) bool {
	if text == "" || strings.HasPrefix(text, " ") || strings.HasPrefix(text, "#") || len(text) < 60 && !strings.Contains(text, "\n") {
		return false
	}
	for line := range strings.SplitSeq(text, "\n") {
		if line == "" || strings.HasSuffix(line, " ") {
			return false
		}
	}
	return !strings.ContainsFunc(text, func(r rune) bool {
		return r != '\n' && r != ' ' && !unicode.IsGraphic(r) || r == 0x2028 || r == 0x2029 || r == 0xfeff
	})
}

// quoted writes a text in double quotes, with the escapes that YAML and JSON share.
func quoted(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case r < 0x10000 && (!unicode.IsGraphic(r) || r == 0xfeff):
			fmt.Fprintf(&b, `\u%04x`, r)
		case !unicode.IsGraphic(r):
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

var plainYAML = regexp.MustCompile(`^[A-Za-z/][A-Za-z0-9_./-]*(:[A-Za-z0-9_.-]+|\{[a-z]+\}[A-Za-z0-9_./-]*)?$`)

// plainOr writes a text without quotes where it is certain to be read as text.
func plainOr(text string) string {
	if plainYAML.MatchString(text) && !slices.Contains([]string{"true", "false", "yes", "no", "on", "off", "null", "y", "n"}, strings.ToLower(text)) {
		return text
	}
	return quoted(text)
}

// scalar writes a state's word: numbers and yes or no as they are in JSON.
func scalar(text string) string {
	if n, err := strconv.Atoi(text); err == nil && strconv.Itoa(n) == text {
		return text
	}
	return plainOr(text)
}

// literal is text in a template. A brace at its end would open an action together
// with what may follow.
func literal(text string) string {
	text = strings.ReplaceAll(text, "{{", `{{"{{"}}`)
	if before, ok := strings.CutSuffix(text, "{"); ok {
		return before + `{{"{"}}`
	}
	return text
}

// comment writes a remark into the profile.
func comment(b *strings.Builder, indent int, mark, format string, args ...any) {
	fmt.Fprintf(b, "%s# %s: %s\n", strings.Repeat(" ", indent), mark, remark(fmt.Sprintf(format, args...)))
}

// remark keeps a comment on its line.
func remark(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || !unicode.IsGraphic(r) || r == 0xfeff || r == 0x2028 || r == 0x2029 {
			return '?'
		}
		return r
	}, text)
}
