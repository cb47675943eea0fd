package setup_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// shownOf names the files to compare: an archive without all of them wants just
// those it has, so that not every pipeline is stored for every module.
func shownOf(wanted map[string]string, made map[string][]byte) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(made)) {
		if _, ok := wanted[name]; ok {
			names = append(names, name)
		}
	}
	return names
}

func sorted(files []txtar.File) []txtar.File {
	slices.SortFunc(files, func(a, b txtar.File) int { return strings.Compare(a.Name, b.Name) })
	return files
}

// checkPipeline looks for what makes a pipeline one, and for brackets that are
// closed where they were opened.
func checkPipeline(t *testing.T, name string, content []byte) {
	t.Helper()
	text := string(content)
	if strings.HasPrefix(name, "syncproof") {
		return
	}
	for _, part := range []string{"junit", "doctor", "SYNCPROOF_SOURCE", "go build"} {
		if !strings.Contains(text, part) {
			t.Errorf("%s has no %s", name, part)
		}
	}
	var open []rune
	for _, r := range text {
		switch r {
		case '{', '[', '(':
			open = append(open, r)
		case '}', ']', ')':
			if len(open) == 0 || strings.IndexRune("{[(", open[len(open)-1]) != strings.IndexRune("}])", r) {
				t.Fatalf("%s: %c closes nothing", name, r)
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		t.Errorf("%s: %q is not closed", name, string(open))
	}
}
