package compare_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"syncproof/internal/compare"
	"syncproof/internal/contract"
)

// A failure that reads differently has changed, however little: by what is only
// counted, by a message that is there twice, by a waiver.
func TestWhatDiffers(t *testing.T) {
	counted := func(r contract.Result, count int) contract.Result { r.Count = count; return r }
	because := func(r contract.Result, reason string, void ...string) contract.Result {
		r.Reason, r.Void = reason, void
		return r
	}
	failed, waived := result("A-01", contract.Fail, "x"), result("A-01", contract.Waived, "x")
	stale := result("A-01", contract.StaleWaiver, "x")
	const message = "ListAccounts(): want a list, got "
	for name, tc := range map[string]struct {
		was, now contract.Result
		want     []compare.Entry
	}{
		"one more that is counted only": {failed, counted(failed, 2), []compare.Entry{{Change: compare.Changed, More: 1}}},
		"one less that is counted only": {counted(failed, 2), failed, []compare.Entry{{Change: compare.Changed, More: -1}}},
		"more than are counted":         {failed, counted(failed, 0), nil},
		"the same":                      {failed, failed, nil},
		"twice the same":                {result("A-01", contract.Fail, "x"), result("A-01", contract.Fail, "y", "y"), []compare.Entry{{Change: compare.Changed, Gone: []string{message + "x"}, Come: []string{message + "y"}}}},
		"waived alike":                  {waived, waived, nil},
		"waived, another failure":       {waived, result("A-01", contract.Waived, "y"), []compare.Entry{{Change: compare.Changed, Gone: []string{message + "x"}, Come: []string{message + "y"}}}},
		"why a failure failed":          {because(failed, "a"), because(failed, "b"), nil},
		"why a waiver is stale":         {because(stale, "a"), because(stale, "b"), []compare.Entry{{Change: compare.Changed, Gone: []string{"a"}, Come: []string{"b"}}}},
		"why a waiver covers nothing":   {failed, because(failed, "", "expired"), []compare.Entry{{Change: compare.Changed, Come: []string{"expired"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			got := compare.Of("a", judged(contract.Incomplete, tc.was), "b", judged(contract.Incomplete, tc.now)).Entries
			for i := range tc.want {
				e := &tc.want[i]
				e.Rule, e.Level, e.Hazard, e.Title, e.Old, e.New = "A-01", contract.Must, contract.Terminate, "title of A-01", tc.was.Outcome, tc.now.Outcome
			}
			if diff := cmp.Diff(tc.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("entries (-want +got):\n%s", diff)
			}
		})
	}
}

// Long messages and many of them are cut, and say so.
func TestLongDifferences(t *testing.T) {
	gots := []string{strings.Repeat("é", 268), strings.Repeat("é", 267), "3\r", "4", "5&6", "6", "7"}
	before, after := judged(contract.Incomplete), judged(contract.Incomplete, result("A-01", contract.Fail, gots...))
	d := compare.Of("a", before, "b", after)
	var text, markdown strings.Builder
	if err := errors.Join(compare.Text(&text, d), compare.Markdown(&markdown, d)); err != nil {
		t.Fatal(err)
	}
	const message = "          + ListAccounts(): want a list, got "
	want := "DIFF  1 new\n\n  old  a: INCOMPLETE  acme  2026-03-01T10:00:00Z\n  new  b: INCOMPLETE  acme  2026-03-01T10:00:00Z\n\n" +
		"NEW       A-01  MUST  title of A-01\n          no part in the run -> fail\n" +
		message + strings.Repeat("é", 267) + "…\n" + message + strings.Repeat("é", 267) + "\n" + message + "3\\r\n" + message + "4\n" + message + "5&6\n" +
		"          + … and 2 more\n"
	if diff := cmp.Diff(want, text.String()); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
	if !strings.Contains(markdown.String(), "got 5&amp;6<br>+ … and 2 more | no part in the run | fail |") || strings.Contains(markdown.String(), "note:") {
		t.Errorf("got %s", markdown.String())
	}
	broken := compare.Of("a", judged(contract.Incomplete, result("A-01", contract.NotApplicable)), "b", judged(contract.Incomplete, result("A-01", contract.HarnessError)))
	text.Reset()
	if err := compare.Text(&text, broken); err != nil || !strings.Contains(text.String(), "not applicable -> harness error\n") {
		t.Errorf("got %s, %v", text.String(), err)
	}
}

func TestMarkdownOfNothing(t *testing.T) {
	j := judged(contract.Conformant, result("A-01", contract.Pass))
	var b strings.Builder
	if err := compare.Markdown(&b, compare.Of("a", j, "b", j)); err != nil {
		t.Fatal(err)
	}
	const want = "### syncproof: no rule ended differently\n\n- old: a: CONFORMANT  acme  2026-03-01T10:00:00Z\n- new: b: CONFORMANT  acme  2026-03-01T10:00:00Z\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("markdown (-want +got):\n%s", diff)
	}
}
