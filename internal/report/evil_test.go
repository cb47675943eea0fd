package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"golang.org/x/net/html"

	"syncproof/internal/contract"
)

// evils are what a module, a panel or a file could be named or say to be taken
// for something else by whatever reads a report.
func evils() []string {
	long := strings.Repeat("w", 37)
	return []string{
		"::error::forged", "  ::error file=x::forged", "a ::stop-commands::x", long + " ::add-mask::e", long + long + long + "::set-output name=a::b",
		strings.Repeat(":", 300), "x\n::error::forged", "x\r::error::forged", "x\u2028::error::forged", "x\u0085::error::forged",
		"##[error]forged", "a ##[add-mask]e", "###[group]x", "##vso[task.setvariable variable=a]b", "##teamcity[testFailed name='x']",
		"\x1b[2J\x1b[1;1H\x1b[32mCONFORMANT", "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\", "\x1b]0;title\x07", "\u009b31m", "\x1bc", "\x1b[?1049h",
		"\x1b]52;c;ZXZpbA==\x07", "\x1bP$q\x1b\\", "\rCONFORMANT", "\bx\b", "\x00", "\x7f", "\a",
		"\u202Egnp.php\u202C", "\u2066a\u2069", "\u200B\u200D\uFEFF", "\u3164", "e" + strings.Repeat("\u0301", 50), "\uFE0F\U000E0041",
		"]]>", "<![CDATA[x]]>", "&#0;&#x1b;&bogus;", "\"/><failure/>", "'><testcase name='x'/>", "<!DOCTYPE x [<!ENTITY a \"b\">]>", "\uFFFE\uFFFF",
		"<script>window.pwned=1</script>", "</script>", "</style>", "javascript:alert(1)", "<img src=x onerror=alert(1)>", "{{.}}", "${7*7}",
		"`` ` ```", "[x](javascript:alert(1))", "![x](https://evil.example/x.png)", "| a | b |", "@everyone", "<details>",
		"ok 1 - forged", "not ok 2", "# SKIP", "\\# TODO", "...\nok 2", "---\nx: y", "Bail out!", "1..0", "*alias", "!!python/object:x {}", "%YAML 9",
		"../../../../etc/passwd", "..\\..\\x", "/etc/passwd", "C:\\Windows\\x", "CON", "NUL.php", "-rf", "--help", "a\x00b.php", "file:///etc/passwd", "~", "a b;c|d&e$(f)",
		"=cmd|' /C calc'!A0", "\xff\xfe", "\xed\xa0\x80", "\xc0\xaf", "%0A::error::x", "%25", "a,b:c", strings.Repeat("A", 5000),
	}
}

// evilWriters are all that write a report.
func evilWriters() map[string]func(w io.Writer, j contract.Judgement, evil string) error {
	terminal := func(opt TerminalOptions) func(io.Writer, contract.Judgement, string) error {
		return func(w io.Writer, j contract.Judgement, evil string) error {
			opt.Out = evil
			return Terminal(w, j, opt)
		}
	}
	all := map[string]func(io.Writer, contract.Judgement, string) error{
		"terminal": terminal(TerminalOptions{Verbose: true}), "quiet": terminal(TerminalOptions{Quiet: true}),
		"narrow": terminal(TerminalOptions{Verbose: true, Width: 40}), "wide": terminal(TerminalOptions{Verbose: true, Width: 200}),
		"matrix": func(w io.Writer, j contract.Judgement, evil string) error {
			return Matrix(w, []Column{{Name: evil, Judgement: j}, {Name: "php8.3", Judgement: allPass()}})
		},
		"modules": func(w io.Writer, j contract.Judgement, evil string) error {
			return Modules(w, []Module{{Name: evil, Ref: evil, Judgement: &j, Results: evil}, {Name: evil, Trouble: evil}, {Name: evil, Skipped: evil}})
		},
		"xml": func(w io.Writer, j contract.Judgement, evil string) error {
			return JUnit(w, j, JUnitOptions{FileLine: true, Folder: evil})
		},
		"modules.xml": func(w io.Writer, j contract.Judgement, evil string) error {
			return JUnitOfModules(w, []Module{{Name: evil, Ref: evil, Judgement: &j, Results: evil}, {Name: evil, Trouble: evil}}, JUnitOptions{})
		},
		"json": func(w io.Writer, j contract.Judgement, _ string) error { return JSON(w, j) },
		"html": func(w io.Writer, j contract.Judgement, evil string) error {
			return HTML(w, j, HTMLOptions{Columns: []Column{{Name: evil, Judgement: j}, {Name: "php8.3", Judgement: allPass()}}})
		},
	}
	for _, o := range outputs() {
		all[o.ending] = func(w io.Writer, j contract.Judgement, _ string) error { return o.write(w, j) }
	}
	return all
}

// commandLines finds what a CI system would act upon in what a job prints.
var commandLines = regexp.MustCompile(`(?m)^\s*::|##\[|##vso\[|##teamcity\[`)

func TestEvilText(t *testing.T) {
	readers := map[string]func(t *testing.T, raw []byte, plain []byte){
		"xml": sameXML, "modules.xml": sameXML, "svg": sameXML, "json": soundJSON, "sarif": soundJSON, "codequality.json": soundJSON,
		"html": sameHTML, "tap": soundTAP,
	}
	for name, write := range evilWriters() {
		t.Run(name, func(t *testing.T) {
			plain := evilReport(t, write, "harmless")
			for _, evil := range evils() {
				raw := evilReport(t, write, evil)
				if name != "html" {
					harmlessBut(t, name, raw)
				}
				if found := commandLines.Find(raw); found != nil && name != "annotations" && name != "html" {
					t.Errorf("%q gives a command: %q", evil, found)
				}
				if reader := readers[name]; reader != nil {
					reader(t, raw, plain)
				}
				if t.Failed() {
					t.Fatalf("with %q", evil)
				}
			}
		})
	}
}

func evilReport(t *testing.T, write func(io.Writer, contract.Judgement, string) error, evil string) []byte {
	t.Helper()
	j := spread(evil, 3, 1.5)
	j.Verdict = contract.NotConformant
	for i := range j.Results {
		// A rule's sources are ours, one a line.
		j.Results[i].Rule.Source = "https://docs.whmcs.com/"
	}
	var b bytes.Buffer
	if err := write(&b, j, evil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// harmlessBut allows the emoji variation selector of the Markdown headings.
func harmlessBut(t *testing.T, name string, raw []byte) {
	t.Helper()
	if name == "md" {
		raw = bytes.ReplaceAll(raw, []byte("\uFE0F"), nil)
	}
	harmless(t, name, raw)
}

// sameXML checks that a document has the elements and attributes of another.
func sameXML(t *testing.T, raw, plain []byte) {
	t.Helper()
	if got, want := xmlShape(t, raw), xmlShape(t, plain); got != want {
		t.Errorf("the document is\n%s\nwant\n%s", got, want)
	}
}

func xmlShape(t *testing.T, raw []byte) string {
	t.Helper()
	var b strings.Builder
	for decoder := xml.NewDecoder(bytes.NewReader(raw)); ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		switch x := token.(type) {
		case xml.StartElement:
			fmt.Fprintf(&b, "<%s", x.Name.Local)
			for _, a := range x.Attr {
				b.WriteString(" " + a.Name.Local)
			}
			b.WriteString(">")
		case xml.EndElement:
			b.WriteString("/")
		case xml.Directive, xml.Comment:
			t.Errorf("the document holds %v", x)
		}
	}
}

func soundJSON(t *testing.T, raw, _ []byte) {
	t.Helper()
	var document any
	if err := json.Unmarshal(raw, &document); err != nil {
		t.Error(err)
	}
}

// sameHTML checks that a page has the elements of another, in the same places.
func sameHTML(t *testing.T, raw, plain []byte) {
	t.Helper()
	if got, want := htmlShape(t, raw), htmlShape(t, plain); got != want {
		t.Errorf("the page is\n%s", firstDifference(got, want))
	}
	for _, sign := range []string{"\x1b", "\u202E", "\u2066", "\u200B", "\x00", "\xff"} {
		if bytes.Contains(raw, []byte(sign)) {
			t.Errorf("the page holds %q", sign)
		}
	}
}

func htmlShape(t *testing.T, raw []byte) string {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		b.WriteString("\n" + n.Data)
		for _, a := range n.Attr {
			b.WriteString(" " + a.Key)
			if a.Key == "href" && !strings.HasPrefix(a.Val, "#") && !strings.HasPrefix(a.Val, "https://") {
				t.Errorf("a link leads to %q", a.Val)
			}
		}
	}
	return b.String()
}

var tapPoint = regexp.MustCompile(`^(not )?ok [0-9]+ - ([^#\\]|\\[\\#])*( # (SKIP|TODO) ([^#\\]|\\[\\#])*)?$`)

// soundTAP checks that there are only test points and YAML that can be read.
func soundTAP(t *testing.T, raw, plain []byte) {
	t.Helper()
	points := 0
	var diagnosis []string
	for i, line := range strings.Split(strings.TrimSuffix(string(raw), "\n"), "\n") {
		switch {
		case i == 0 && line == "TAP version 14", i == 1 && strings.HasPrefix(line, "1.."):
		case tapPoint.MatchString(line):
			points++
		case line == "  ...":
			var fields map[string]any
			if err := yaml.Unmarshal([]byte(strings.Join(diagnosis, "\n")), &fields); err != nil {
				t.Errorf("%v in %q", err, diagnosis)
			}
			diagnosis = nil
		case line == "  ---":
		case strings.HasPrefix(line, "  "):
			diagnosis = append(diagnosis, line)
		default:
			t.Errorf("line %d is %q", i+1, line)
		}
	}
	if want := bytes.Count(plain, []byte("ok ")) - bytes.Count(plain, []byte("book ")); points != want {
		t.Errorf("%d points, want %d", points, want)
	}
}

func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("%q where %q should be, after %q", a[i], b[i], a[max(0, i-3):i])
		}
	}
	return fmt.Sprintf("%d elements long, not %d", len(a), len(b))
}
