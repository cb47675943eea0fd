package report

import (
	"bytes"
	"strings"
)

// xmlWriter writes indented XML. Every value goes through an escaper that makes
// any string legal: encoding/xml would replace what XML forbids by U+FFFD, and
// the offending byte is what a failure report is about.
type xmlWriter struct {
	out   bytes.Buffer
	depth int
}

type attr struct{ name, value string }

func (x *xmlWriter) start(name string, attrs []attr) {
	x.out.WriteString(strings.Repeat("  ", x.depth))
	x.out.WriteByte('<')
	x.out.WriteString(name)
	for _, a := range attrs {
		x.out.WriteString(" " + a.name + `="`)
		x.out.WriteString(escapeXML(visible(a.value)))
		x.out.WriteByte('"')
	}
}

// open begins an element that holds other elements.
func (x *xmlWriter) open(name string, attrs ...attr) {
	x.start(name, attrs)
	x.out.WriteString(">\n")
	x.depth++
}

func (x *xmlWriter) close(name string) {
	x.depth--
	x.out.WriteString(strings.Repeat("  ", x.depth) + "</" + name + ">\n")
}

// empty writes an element without content.
func (x *xmlWriter) empty(name string, attrs ...attr) {
	x.start(name, attrs)
	x.out.WriteString("/>\n")
}

// text writes an element that holds text. The text is not indented: consumers
// show it as it stands.
func (x *xmlWriter) text(name, body string, attrs ...attr) {
	x.start(name, attrs)
	x.out.WriteByte('>')
	lines := strings.Split(visibleLines(body), "\n")
	for i := range lines {
		lines[i] = inert(lines[i])
	}
	x.out.WriteString(escapeXML(strings.Join(lines, "\n")))
	x.out.WriteString("</" + name + ">\n")
}

// escapeXML expects text without characters that XML forbids. Escaping '>' as
// well keeps "]]>" legal.
func escapeXML(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&apos;").Replace(s)
}
