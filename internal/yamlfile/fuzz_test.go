package yamlfile_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"syncproof/internal/yamlfile"
)

// silent shows nothing of a file.
type silent struct{}

func (silent) Line(string, int) int             { return -1 }
func (silent) Form(string, int) int             { return -1 }
func (silent) Key(yamlfile.Entry) (string, int) { return "a key", -1 }

// Whatever a file holds, it is read into nodes that stand in it, or refused with
// a place in it and in our words.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"", menu, "a: &a [*a]\n", "<<: {}\n", "--- \n...\n", "a: 1\n---\na: 2\n", "a:\n  b: [c,\n", "a: \"\\q\"\n", "a: [b, '-n']\n", "\xEF\xBB\xBFa: [A]\r\n",
		"? x\n", "x: !!binary |\n  AA==\n", "a:\n  b: |\n    c\n   d\n", "a: 'b\n", "{a: 1, a: 2}\n", "%YAML 1.2\n---\n", "a: >-\n  b\n#", "a:\n\tb: c", "- - - - x\n",
		"a: 1e400\n", "a: -0x\n", "{\"a\": \"b\"}", "\"\": x\n", "0: {}\n", "a: {0: {1: 2}, b: ::1}\n", "a: [[]]\nb: ~\n", "a:\n b:\n  c:\n", "a: \"\\u0000\"\n", "a: \u2028\n",
		"é: ü\n", "a: .nan\n", "[", "{{{{", "a: @\n", "a: `b`\n", "- a: 1\n  a: 2\n", "a\rb: \r", "a: |2-\n   b\n", "\xff", "a: \x7f", "[a]: b\n", "{a: b}: c\n", "a: {b, c: }\n",
		strings.Repeat("[", 500), strings.Repeat("- ", 500), strings.Repeat("a: ", 500), strings.Repeat(" ", 120) + "a: @",
	} {
		f.Add([]byte(seed), false)
		f.Add([]byte(seed), true)
	}
	f.Fuzz(func(t *testing.T, raw []byte, ofTemplates bool) {
		o := options()
		o.Templates = ofTemplates
		lines := 1 + strings.Count(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(raw)), "\n")
		started := time.Now()
		file, err := yamlfile.Read("f.yaml", raw, o)
		if took := time.Since(started); took > 20*time.Second {
			t.Errorf("took %v", took)
		}
		if err != nil {
			for _, problem := range problems(t, err) {
				checkProblem(t, problem, lines)
			}
		} else if file.Root != nil {
			checkNode(t, file.Root, lines)
			if _, err := json.Marshal(file.Root.Plain()); err != nil {
				t.Errorf("the values are no values: %v", err)
			}
		}

		o.Discretion = silent{}
		_, again := yamlfile.Read("f.yaml", raw, o)
		if (err == nil) != (again == nil) {
			t.Fatalf("discretion changes what can be read: %v, %v", err, again)
		}
		if again == nil {
			return
		}
		for _, problem := range problems(t, again) {
			if problem.Excerpt != "" {
				t.Errorf("is shown:\n%s", problem.Excerpt)
			}
		}
	})
}

// problems takes what Read returned apart.
func problems(t *testing.T, err error) []*yamlfile.Error {
	t.Helper()
	all := []error{err}
	var several interface{ Unwrap() []error }
	if errors.As(err, &several) {
		all = several.Unwrap()
	}
	var list []*yamlfile.Error
	for _, err := range all {
		var problem *yamlfile.Error
		if !errors.As(err, &problem) {
			t.Fatalf("not an *Error: %v", err)
		}
		list = append(list, problem)
	}
	return list
}

func checkProblem(t *testing.T, p *yamlfile.Error, lines int) {
	t.Helper()
	if p.File != "f.yaml" || p.Message == "" || strings.Contains(p.Message, "\n") || !utf8.ValidString(p.Message) {
		t.Errorf("a problem without file or message: %#v", p)
	}
	if p.Line < 0 || p.Line > lines+1 || (p.Line == 0) != (p.Column == 0) {
		t.Errorf("stands at %d:%d of %d lines", p.Line, p.Column, lines)
	}
	if p.Excerpt == "" {
		return
	}
	text, mark, two := strings.Cut(p.Excerpt, "\n")
	if !two || !strings.HasSuffix(mark, "^") || strings.Contains(mark, "\n") || utf8.RuneCountInString(mark) > utf8.RuneCountInString(text)+1 {
		t.Errorf("not a line with a mark:\n%s", p.Excerpt)
	}
}

func checkNode(t *testing.T, n *yamlfile.Node, lines int) {
	t.Helper()
	if n.Place.File != "f.yaml" || n.Place.Line < 1 || n.Place.Line > lines || n.Place.Column < 1 {
		t.Errorf("%s stands at %s:%d:%d of %d lines", n.Show(), n.Place.File, n.Place.Line, n.Place.Column, lines)
	}
	if n.Show() == "" || strings.Contains(n.Show(), "\n") {
		t.Errorf("shown as %q", n.Show())
	}
	names := map[string]bool{}
	for _, e := range n.Keys {
		if names[e.Name] {
			t.Errorf("the key %q is there twice", e.Name)
		}
		names[e.Name] = true
		checkNode(t, e.Node, lines)
	}
	for _, item := range n.Items {
		checkNode(t, item, lines)
	}
}
