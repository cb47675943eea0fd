package mutate

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// hooks are put into package testing: before the first text stands the second.
// They say which test runs, so that it can be told which rows of a table reach a
// mutant, and let a process run tests again and again. The end of a test is noted
// before its parent is told of it: afterwards the next row may have begun, and what
// that one reaches would be taken for another's.
func hooks() [][2]string {
	return [][2]string{
		{
			"\tt.resetRaces()\n\tfn(t)\n",
			"\tif MutantTest != nil { defer MutantTest(t)() }; ",
		},
		{
			"\t\ttestRan, testOk := runTests(",
			"\t\tif MutantServe != nil { MutantServe(func(tests string) bool { *match = tests; numFailed.Store(0); " +
				"_, ok := runTests(m.deps.ModulePath(), m.deps.ImportPath(), m.deps.MatchString, m.tests, deadline); return ok }); return }; ",
		},
		{
			"// before runs before all testing.\n",
			"var MutantTest func(*T) func()\nvar MutantServe func(func(tests string) bool)\n\n",
		},
	}
}

// observed adds to the overlay a package testing with the hooks.
func observed(ctx context.Context, root, scratch string, replace map[string]string) error {
	goroot, err := goTool(ctx, root, "env", "GOROOT")
	if err != nil {
		return err
	}
	path := filepath.Join(strings.TrimSpace(string(goroot)), "src", "testing", "testing.go")
	raw, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("reading how tests are run: %w", err)
	}
	text := string(raw)
	for _, hook := range hooks() {
		if strings.Count(text, hook[0]) != 1 {
			return fmt.Errorf("this version of Go runs tests in another way: %s has no %q", path, hook[0])
		}
		text = strings.Replace(text, hook[0], hook[1]+hook[0], 1)
	}
	replace[path] = filepath.Join(scratch, "testing.go")
	if err := os.WriteFile(replace[path], []byte(text), 0o600); err != nil {
		return fmt.Errorf("writing how tests are run: %w", err)
	}
	return nil
}
