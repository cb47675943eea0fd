package yamlfile_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/yamlfile"
)

func options() yamlfile.Options {
	return yamlfile.Options{
		Kind: "a menu", MaxSize: 1 << 20, TooLarge: "the menu is larger than 1 MiB",
		MaxMarks: 60_000, MaxTokens: 20_000, MaxLineTokens: 400,
	}
}

func templates() yamlfile.Options {
	o := options()
	o.Templates = true
	return o
}

// What is wrong with a file's form is told in the same words whatever the file is.
func TestFormsThatAreRefused(t *testing.T) {
	const quotes = "If the text itself begins with "
	tests := []struct{ name, text, want string }{
		{"a key twice", "soup: 1\nfish: x\nsoup: 2\n",
			`menu.yaml:3:1: the key "soup" stands here a second time, first in line 1; remove one of them
   3 | soup: 2
     | ^`},
		{"a key twice in braces", "fish: {a: 1, a: 2}\n",
			`menu.yaml:1:14: the key "a" stands here a second time, first in line 1; remove one of them
   1 | fish: {a: 1, a: 2}
     |              ^`},
		{"two keys twice", "b: 1\na: 1\na: 2\nb: 2\n",
			`menu.yaml:3:1: the key "a" stands here a second time, first in line 2; remove one of them
   3 | a: 2
     | ^
menu.yaml:4:1: the key "b" stands here a second time, first in line 1; remove one of them
   4 | b: 2
     | ^`},
		{"two documents", "soup: 1\n---\nsoup: 2\n",
			`menu.yaml:2:1: a second document begins here; the file may hold only one
   2 | ---
     | ^`},
		{"a tab as indent", "soup:\n\tsalt: x\n",
			`menu.yaml:2:1: this is not valid YAML: a tab cannot indent a line; use spaces
   2 |  salt: x
     | ^`},
		{"a bracket without end", "soup: [A,\n",
			`menu.yaml:1:7: this is not valid YAML: a closing ] is missing, or there is one too many
   1 | soup: [A,
     |       ^`},
		{"a brace without end", "soup: {salt: 1\n",
			`menu.yaml:1:7: this is not valid YAML: a closing } is missing, or there is one too many
   1 | soup: {salt: 1
     |       ^`},
		{"a quote without end", "soup: \"x\n",
			`menu.yaml:1:7: this is not valid YAML: a closing quote is missing
   1 | soup: "x
     |       ^`},
		{"a Windows path in double quotes", "soup: \"C:\\php\\php.exe\"\n",
			`menu.yaml:1:11: this is not valid YAML: in double quotes a backslash must be doubled; single quotes take it as it is
   1 | soup: "C:\php\php.exe"
     |           ^`},
		{"an at sign", "soup: @x\n",
			"menu.yaml:1:7: this is not valid YAML: text cannot begin with @ or `; put it in quotes\n   1 | soup: @x\n     |       ^"},
		{"a colon in text", "soup: hot: x\n",
			`menu.yaml:1:7: this is not valid YAML: there cannot be a key here; check the indentation, and put text that holds a colon and a space in quotes
   1 | soup: hot: x
     |       ^`},
		{"text after quotes", "soup: 'x' y\n",
			`menu.yaml:1:11: this is not valid YAML: check the indentation, quotes and brackets of this line and the one before
   1 | soup: 'x' y
     |           ^`},
		{"an alias", "soup: &t x\nfish: *t\n",
			`menu.yaml:1:7: anchors (&name), aliases (*name) and merges (<<) are not used here; write the value out. ` + quotes + `that character, put it in quotes
   1 | soup: &t x
     |       ^`},
		{"a merge", "<<: {a: b}\n",
			`menu.yaml:1:1: anchors (&name), aliases (*name) and merges (<<) are not used here; write the value out. ` + quotes + `that character, put it in quotes
   1 | <<: {a: b}
     | ^`},
		{"a star that is meant as text", "soup: {salt: *}\n",
			`menu.yaml:1:14: anchors (&name), aliases (*name) and merges (<<) are not used here; write the value out. ` + quotes + `that character, put it in quotes
   1 | soup: {salt: *}
     |              ^`},
		{"a tag", "soup: {salt: !!str 12}\n",
			`menu.yaml:1:14: tags (!name) are not used here. ` + quotes + `!, put it in quotes
   1 | soup: {salt: !!str 12}
     |              ^`},
		{"a marked key", "? soup\n: x\n",
			`menu.yaml:1:1: keys marked with ? are not used here; write key: value
   1 | ? soup
     | ^`},
		{"a directive", "%YAML 1.2\n---\nsoup: x\n",
			`menu.yaml:1:1: directives (%NAME) are not used here. ` + quotes + `%, put it in quotes
   1 | %YAML 1.2
     | ^`},
		{"infinity", "soup: {salt: .inf}\n",
			`menu.yaml:1:14: this value cannot be used here; if it is text, put it in quotes
   1 | soup: {salt: .inf}
     |              ^`},
		{"Latin-1", "soup: m\xF3dulo\n",
			`menu.yaml:1:8: this is not UTF-8 text; save the file as UTF-8
   1 | soup: m` + "\uFFFD" + `dulo
     |        ^`},
		{"a control character", "soup: x\nfish: a\x1b[2Jb\n",
			`menu.yaml:2:8: the control character U+001B cannot stand here; remove it
   2 | fish: a.[2Jb
     |        ^`},
		{"brackets in brackets", "soup: " + strings.Repeat("[", 21) + strings.Repeat("]", 21) + "\n",
			`menu.yaml:1:27: this nests deeper than 20 levels
   1 | soup: [[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]
     |                           ^`},
		{"dashes behind dashes", strings.Repeat("- ", 21) + "x\n",
			`menu.yaml:1:41: this nests deeper than 20 levels
   1 | - - - - - - - - - - - - - - - - - - - - - x
     |                                         ^`},
		{"a key far to the right", "soup:\n" + strings.Repeat(" ", 100) + "salt: x\n",
			"menu.yaml:2:101: the line is indented by more than 100 columns\n   2 | …" + strings.Repeat(" ", 49) + "salt: x\n     | " + strings.Repeat(" ", 50) + "^"},
		{"a file that is too large", strings.Repeat("#", 1<<20+1), "menu.yaml: the menu is larger than 1 MiB"},
		{"much on a line", "soup: [" + strings.Repeat("a,", 300) + "a]\n",
			"menu.yaml:1:405: the line has far more on it than a menu needs; give each value a line of its own\n   1 | …" +
				strings.Repeat("a,", 50) + " …\n     | " + strings.Repeat(" ", 50) + "^"},
		{"many marks", strings.Repeat("a?\n", 60_001),
			"menu.yaml:60001:2: the file is far longer than a menu can be; this is probably another file\n60001 | a?\n      |  ^"},
		{"many keys", strings.Repeat("a: b\n", 6_667),
			"menu.yaml:6667:4: the file is far longer than a menu can be; this is probably another file\n6667 | a: b\n     |    ^"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := yamlfile.Read("menu.yaml", []byte(tt.text), options())
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("message differs (-want +got):\n%s", diff)
			}
		})
	}
}

// Where values can be templates, messages say how to write those, and a text may
// be indented as far as its writer likes.
func TestFormsOfTemplates(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"a brace without end", "soup: {salt: 1\n",
			`this is not valid YAML: a closing } is missing, or there is one too many; put text with braces, such as a template, in quotes or in a block after |`},
		{"much on a line", "soup: [" + strings.Repeat("a,", 300) + "a]\n",
			`the line has far more on it than a menu needs; give each value a line of its own, and write templates as a block after |`},
		{"a bracket far to the right", "soup:\n" + strings.Repeat(" ", 100) + "[salt]\n", "the line is indented by more than 100 columns"},
		{"a text far to the right", "soup:\n" + strings.Repeat(" ", 100) + "salt\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := yamlfile.Read("menu.yaml", []byte(tt.text), templates())
			var problem *yamlfile.Error
			switch {
			case tt.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case tt.want != "" && !errors.As(err, &problem):
				t.Fatalf("not an *Error: %v", err)
			case tt.want != "" && problem.Message != tt.want:
				t.Errorf("got  %s\nwant %s", problem.Message, tt.want)
			}
		})
	}
}

func TestLongLinesAreCut(t *testing.T) {
	_, err := yamlfile.Read("menu.yaml", []byte("soup: {salt: "+strings.Repeat("h", 300)+", ip: x, ip: "+strings.Repeat("ü", 500_000)+"}\n"), options())
	want := `menu.yaml:1:323: the key "ip" stands here a second time, first in line 1; remove one of them
   1 | …` + strings.Repeat("h", 40) + ", ip: x, ip: " + strings.Repeat("ü", 47) + ` …
     | ` + strings.Repeat(" ", 50) + "^"
	if err == nil {
		t.Fatal("no error")
	}
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Error(diff)
	}
}

// discreet shows lines up to their first colon and the blank behind it, keys by
// their first letter, and nothing of a file that is not understood but lines of x.
type discreet struct{}

func (discreet) Line(text string, _ int) int { return strings.Index(text, ":") + 2 }

func (discreet) Form(text string, column int) int {
	if strings.HasPrefix(text, "x") {
		return column
	}
	return -1
}

func (discreet) Key(e yamlfile.Entry) (string, int) { return e.Name[:1] + "…", e.Place.Column }

func TestDiscretion(t *testing.T) {
	o := options()
	o.Discretion = discreet{}
	for text, want := range map[string]string{
		"secret: 1\nsecret: 2\n": "f.yaml:2:1: the key s… stands here a second time, first in line 1; remove one of them\n   2 | s …\n     | ^",
		"secret: .inf\n":         "f.yaml:1:9: this value cannot be used here; if it is text, put it in quotes\n   1 | secret: …\n     |         ^",
		"x: [.inf, secret]\n":    "f.yaml:1:5: this value cannot be used here; if it is text, put it in quotes",
		"secret: @\n":            "f.yaml:1:9: this is not valid YAML: text cannot begin with @ or `; put it in quotes",
		"x: @secret\n":           "f.yaml:1:4: this is not valid YAML: text cannot begin with @ or `; put it in quotes\n   1 | x: …\n     |    ^",
		"x: {a: @secret}\n":      "f.yaml:1:8: this is not valid YAML: text cannot begin with @ or `; put it in quotes",
		"x\x01: secret\n":        "f.yaml:1:2: the control character U+0001 cannot stand here; remove it\n   1 | x. …\n     |  ^",
	} {
		_, err := yamlfile.Read("f.yaml", []byte(text), o)
		if err == nil {
			t.Errorf("%q: no error", text)
		} else if diff := cmp.Diff(want, err.Error()); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

// Files made to keep a YAML parser busy, or to make it recurse without end, are
// refused quickly, whatever fills them up to the size limit.
func TestHostileFiles(t *testing.T) {
	fill := func(s string) string { return strings.Repeat(s, options().MaxSize/len(s)) }
	var bomb strings.Builder
	bomb.WriteString("a: &a [x, x, x, x, x, x, x, x, x]\n")
	for c := 'b'; c <= 'z'; c++ {
		bomb.WriteString(string(c) + ": &" + string(c) + " [" + strings.TrimSuffix(strings.Repeat("*"+string(c-1)+", ", 9), ", ") + "]\n")
	}
	var deep strings.Builder
	for i := range 1000 {
		deep.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	tests := map[string]string{
		"alias bomb": bomb.String(), "deep": deep.String(), "deep dashes": strings.Repeat("- ", 1000), "deep flow": strings.Repeat("[", 1000) + strings.Repeat("]", 1000),
	}
	for _, s := range []string{"[", "{", "- ", "\"", "? ", "&a ", "*a ", "!t ", "a: [", "{a: ", "---\n", "%", "<<: ", "a:\n", "@", "`", "a: b\n", "- a\n", ": ", "''", "-\n"} {
		tests[s] = fill(s)
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			started := time.Now()
			_, err := yamlfile.Read("f.yaml", []byte(text), options())
			var problem *yamlfile.Error
			if !errors.As(err, &problem) {
				t.Fatalf("not an *Error: %v", err)
			}
			if took := time.Since(started); took > 20*time.Second {
				t.Errorf("took %v", took)
			}
			if len(err.Error()) > 2000 {
				t.Errorf("a message of %d bytes", len(err.Error()))
			}
		})
	}
	// These are valid YAML of a kind, so that reading them has to be quick as well.
	for _, s := range []string{"|\n", ">\n a\n", ", ", "a,", "# [\n", "\n"} {
		started := time.Now()
		_, err := yamlfile.Read("f.yaml", []byte(fill(s)), options())
		if took := time.Since(started); took > 20*time.Second {
			t.Errorf("%q took %v, %v", s, took, err)
		}
	}
}

func TestErrorsNameWhatTheyAreAbout(t *testing.T) {
	cause := errors.New("cause")
	for _, tt := range []struct {
		err  yamlfile.Error
		want string
	}{
		{yamlfile.Error{Message: "--port is wrong"}, "--port is wrong"},
		{yamlfile.Error{File: "f", Message: "is missing"}, "f: is missing"},
		{yamlfile.Error{File: "f", Line: 2, Column: 3, Message: "is wrong", Excerpt: "   2 | x\n     | ^"}, "f:2:3: is wrong\n   2 | x\n     | ^"},
	} {
		tt.err.Err = cause
		if got := tt.err.Error(); got != tt.want || !errors.Is(&tt.err, cause) {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestJoin(t *testing.T) {
	at := func(line, column int, message string) *yamlfile.Error {
		return &yamlfile.Error{File: "f", Line: line, Column: column, Message: message}
	}
	if err := yamlfile.Join(nil); err != nil {
		t.Errorf("nothing gives %v", err)
	}
	one := at(1, 1, "a")
	if err := yamlfile.Join([]*yamlfile.Error{one, at(1, 1, "a")}); !errors.Is(err, one) || err.Error() != "f:1:1: a" {
		t.Errorf("the same twice gives %v", err)
	}
	err := yamlfile.Join([]*yamlfile.Error{at(2, 1, "d"), at(1, 2, "c"), at(1, 1, "b"), at(1, 1, "a"), at(2, 1, "d")})
	if want := "f:1:1: b\nf:1:1: a\nf:1:2: c\nf:2:1: d"; fmt.Sprint(err) != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
