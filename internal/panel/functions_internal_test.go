package panel

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"text/template"
	"time"
)

// Whoever adds a function to the templates looks here: none may read a file or a
// variable, reach an address, start a program or wait, and what one makes of small
// values must be small.
func TestTheFunctionsOfTemplatesAreKnown(t *testing.T) {
	want := []string{
		"add", "call", "comma", "date", "flag", "flag_text", "form", "from", "html", "join", "js", "json", "lower", "null", "number", "or_else",
		"print", "printf", "println", tick, "upper", "urlquery", "xml",
	}
	got := slices.Sorted(maps.Keys(newTemplates(time.UTC).functions(&run{})))
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the functions are %v, want %v", got, want)
	}
}

// The functions that package template brings along and that are not taken away
// say nothing of the machine, whatever they are given.
func TestFunctionsSayNothingOfTheMachine(t *testing.T) {
	const canary = "canary-5fQz81Lm"
	t.Setenv("SYNCPROOF_CANARY", canary)
	file := t.TempDir() + "/file"
	if err := os.WriteFile(file, []byte(canary), 0o600); err != nil {
		t.Fatal(err)
	}
	ours := newTemplates(time.UTC).functions(&run{ctx: t.Context()})
	all := append(slices.Sorted(maps.Keys(ours)), "and", "index", "slice", "len", "not", "or", "eq", "ge", "gt", "le", "lt", "ne")
	for _, name := range all {
		if name == tick {
			continue
		}
		for _, args := range []string{"", " .a", " .a .b", " .b .a", " .a .b .c", " .c .a .b", " 1 .a", " .a 1"} {
			for _, a := range []string{file, "SYNCPROOF_CANARY", "$SYNCPROOF_CANARY", "${SYNCPROOF_CANARY}", "file://" + file, "`env`", "@" + file} {
				made, err := template.New("").Funcs(ours).Parse("{{" + name + args + "}}")
				if err != nil {
					continue
				}
				var out limited
				data := map[string]any{"a": a, "b": "2024-01-02T03:04:05Z", "c": true}
				_ = made.Execute(&out, data)
				if strings.Contains(strings.ToLower(out.String()), strings.ToLower(canary)) {
					t.Errorf("%s%s of %q says %q", name, args, a, out.String())
				}
			}
		}
	}
}
