package docs_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/docs"
)

func page(lines ...string) string {
	return strings.ReplaceAll(strings.Join(lines, "\n"), "'''", "```")
}

func TestBlocksOfAPage(t *testing.T) {
	got, err := docs.Blocks(page(
		"# A page",
		"<!-- run: acme panel exit=4 -->",
		"'''console",
		"$ export X=y",
		"$ syncproof run a \\",
		"    --only b",
		"CONFORMANT  …",
		"",
		"  indented",
		"'''",
		"'''yaml",
		"target: x",
		"'''",
		"<!-- not run: needs Docker -->",
		"'''",
		"syncproof run --command 'docker run x'",
		"'''",
		"<!-- run: -->",
		"'''sh",
		"# a comment",
		"syncproof rules",
		"syncproof faults    # all of them",
		"'''",
	))
	if err != nil {
		t.Fatal(err)
	}
	want := []docs.Block{
		{Line: 3, Run: true, Words: []string{"acme", "panel"}, Exit: "4", Commands: []docs.Command{
			{Line: "export X=y"},
			{Line: "syncproof run a --only b", Output: []string{"CONFORMANT  …", "  indented"}},
		}},
		{Line: 15, Reason: "needs Docker"},
		{Line: 19, Run: true, Exit: "0", Commands: []docs.Command{{Line: "syncproof rules"}, {Line: "syncproof faults"}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("blocks (-want +got):\n%s", diff)
	}
}

func TestBlocksWithoutAMarkAreRefused(t *testing.T) {
	for _, text := range []string{
		page("'''console", "$ ls", "'''"),
		page("<!-- run: -->", "", "'''sh", "ls", "'''"),
		page("'''", "syncproof run acme", "'''"),
		page("'''text", "$ bin/syncproof run acme", "'''"),
	} {
		if _, err := docs.Blocks(text); !errors.Is(err, docs.ErrUnmarked) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := docs.Blocks(page("<!-- not run: -->", "'''sh", "ls", "'''")); err == nil {
		t.Error("a block that is not run gives no reason, and nothing is said")
	}
}

func FuzzBlocks(f *testing.F) {
	f.Add(page("<!-- run: x -->", "'''console", "$ a \\", "'''"))
	f.Add("```\n```\n```console\n")
	f.Fuzz(func(t *testing.T, text string) {
		blocks, err := docs.Blocks(text)
		for _, b := range blocks {
			if err == nil && b.Run && len(b.Commands) == 0 {
				t.Errorf("%q: a block without commands is run", text)
			}
		}
	})
}
