package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"

	"syncproof/internal/contract"
)

type output struct {
	ending string
	write  func(io.Writer, contract.Judgement) error
}

func outputs() []output {
	return []output{
		{"md", Markdown}, {"sarif", SARIF}, {"annotations", Annotations}, {"codequality.json", CodeQuality}, {"tap", TAP}, {"svg", Badge},
	}
}

func written(t testing.TB, o output, j contract.Judgement) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := o.write(&b, j); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestGoldenOutputs(t *testing.T) {
	for _, s := range samples() {
		switch s.name {
		case "hazards", "hostile", "waivers", "trouble", "untested", "pass":
			for _, o := range outputs() {
				golden(t, s.name+"."+o.ending, written(t, o, s.judgement))
			}
		}
	}
}

func TestOutputsAreDeterministicAndPlain(t *testing.T) {
	for _, s := range samples() {
		for _, o := range outputs() {
			got := written(t, o, s.judgement)
			if !bytes.Equal(got, written(t, o, s.judgement)) {
				t.Errorf("%s.%s differs the second time", s.name, o.ending)
			}
			for _, r := range string(got) {
				if r != '\n' && r != '\uFE0F' && !shows(r) {
					t.Errorf("%s.%s holds %U", s.name, o.ending, r)
				}
			}
		}
	}
}

// huge is a judgement in which every report would be endless.
func huge() contract.Judgement {
	long := strings.Repeat("<`|\u202E", 10_000)
	var results []contract.Result
	for i := range 150 {
		r := failing(rule("BIG-"+strconv.Itoa(i), "big", contract.Levels()[i%3], contract.Hazards()[i%7], "too much"))
		for range 1000 {
			r.Findings = append(r.Findings, contract.Finding{Call: "list", At: long, Want: long, Got: long, Note: long, File: long, Line: i})
		}
		r.Count = 100_000
		results = append(results, r)
	}
	return judged(results...)
}

func TestOutputsStaySmall(t *testing.T) {
	j := huge()
	for ending, most := range map[string]int{"md": MaxMarkdown, "sarif": 40 << 20, "annotations": 256 << 10, "codequality.json": 40 << 20, "tap": 4 << 20, "svg": 2 << 10} {
		for _, o := range outputs() {
			if o.ending != ending {
				continue
			}
			if got := len(written(t, o, j)); got > most {
				t.Errorf("%s has %d bytes, want at most %d", ending, got, most)
			}
		}
	}
}

// A real parser finds hostile text in code spans only.
func TestMarkdownInjectsNothing(t *testing.T) {
	hostiles := []string{
		"`` ` ```", "[x](javascript:alert(1))", "![x](https://evil.example/x.png)", "<img src=x onerror=alert(1)>", "@everyone #1 https://evil.example",
		"\n\n# heading\n\n| a | b |\n|---|---|", "</code></li>", "**bold** ~~x~~", "\x1b[31m\u202E", "```\nfence", "a`", "`b", "&lt;script&gt;",
	}
	var results []contract.Result
	for i, h := range hostiles {
		results = append(results,
			failing(rule("X-"+strconv.Itoa(i), "x", contract.Must, contract.Leak, "t"), contract.Finding{Call: h, At: h, Want: h, Got: h, Note: h, File: h, Line: 1}),
			contract.Result{Rule: rule("Y-"+strconv.Itoa(i), "y", contract.Must, contract.Leak, "t"), Outcome: contract.NotTestable, Reason: h, Supply: h})
	}
	j := judged(results...)
	j.Target.Module, j.Rerun, j.Scope, j.Trouble = strings.Join(hostiles, ""), strings.Join(hostiles, ""), hostiles, hostiles
	source := written(t, output{write: Markdown}, j)
	document := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(source))
	spans := 0
	err := ast.Walk(document, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.CodeSpan:
			spans++
			return ast.WalkSkipChildren, nil
		case *ast.Document, *ast.Heading, *ast.Paragraph, *ast.List, *ast.ListItem, *ast.TextBlock, *ast.Blockquote, *ast.Emphasis:
			return ast.WalkContinue, nil
		case *ast.Text:
			if s := string(n.Segment.Value(source)); strings.Contains(s, "evil") || strings.Contains(s, "alert") || strings.Contains(s, "everyone") {
				t.Errorf("hostile text outside of a code span: %q", s)
			}
			return ast.WalkContinue, nil
		}
		return ast.WalkStop, errors.New("the report has a " + n.Kind().String())
	})
	if err != nil {
		t.Error(err)
	}
	if want := 13 * 6; spans < want {
		t.Errorf("%d code spans, want at least %d", spans, want)
	}
}

var command = regexp.MustCompile(`^::(error|warning|notice) (file=[^,:\n]*,(line=[0-9]+,)?)?title=[^,:\n]*::[^\n]*$`)

func TestAnnotationsAreCommands(t *testing.T) {
	for _, s := range append(samples(), sample{"huge", huge()}) {
		counts := map[string]int{}
		for _, line := range strings.Split(strings.TrimSuffix(string(written(t, output{write: Annotations}, s.judgement)), "\n"), "\n") {
			if line == "" {
				continue
			}
			m := command.FindStringSubmatch(line)
			if m == nil {
				t.Errorf("%s: not one command: %q", s.name, line)
				continue
			}
			counts[m[1]]++
		}
		for word, n := range counts {
			if n > maxAnnotations {
				t.Errorf("%s: %d of %s", s.name, n, word)
			}
		}
	}
	got := string(written(t, output{write: Annotations}, judged(
		failing(rule("A-01", "a", contract.Must, contract.Terminate, "title: one, two"),
			contract.Finding{At: "100%\n::stop-commands::x", Got: "\r\n::error::forged", File: "a,b:c.php", Line: 3}))))
	want := `::error file=modules/servers/acme/a%2Cb%3Ac.php,line=3,title=A-01 title%3A one%2C two::This module can get customers terminated.%0A` +
		`100%25\n::stop-commands::x, got \r\n::error::forged%0AFix: `
	if !strings.HasPrefix(got, want) {
		t.Errorf("got\n%s\nwant it to begin with\n%s", got, want)
	}
}

func TestCodeQualityIsAsGitLabDocumentsIt(t *testing.T) {
	for _, s := range samples() {
		decoder := json.NewDecoder(bytes.NewReader(written(t, output{write: CodeQuality}, s.judgement)))
		decoder.DisallowUnknownFields()
		var list []codeIssue
		if err := decoder.Decode(&list); err != nil || list == nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		prints := map[string]bool{}
		for _, x := range list {
			if x.Description == "" || x.CheckName == "" || x.Location.Path == "" || strings.HasPrefix(x.Location.Path, "/") ||
				strings.HasPrefix(x.Location.Path, "./") || x.Location.Lines.Begin < 1 || prints[x.Fingerprint] {
				t.Errorf("%s: %+v", s.name, x)
			}
			prints[x.Fingerprint] = true
		}
	}
}

func TestBadgeIsAnImage(t *testing.T) {
	for _, s := range samples() {
		decoder := xml.NewDecoder(bytes.NewReader(written(t, output{write: Badge}, s.judgement)))
		for {
			token, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", s.name, err)
			}
			if e, ok := token.(xml.StartElement); ok && !strings.Contains(" svg title rect g text ", " "+e.Name.Local+" ") {
				t.Errorf("%s: <%s>", s.name, e.Name.Local)
			}
		}
	}
	for verdict, want := range map[contract.Verdict]string{contract.Conformant: "conformant", contract.NotConformant: "not conformant", contract.Incomplete: "incomplete", contract.Error: "error", "<x>": "error"} {
		if got := string(written(t, output{write: Badge}, contract.Judgement{Verdict: verdict})); !strings.Contains(got, "<title>ListAccounts: "+want+"</title>") {
			t.Errorf("%s: %s", verdict, got)
		}
	}
}
