package suites_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
	"syncproof/suites"
)

// listAreas are the areas whose rules judge the entries of the list.
func listAreas() []string {
	return []string{"account", "identity", "status", "created", "product", "address"}
}

// listRules are the rules of those areas.
func listRules() []suites.Rule {
	return slices.DeleteFunc(suites.Rules(), func(r suites.Rule) bool { return !slices.Contains(listAreas(), r.Area) })
}

// ruled judges one rule.
func ruled(tb testing.TB, t *transcript.Transcript, id string) contract.Result {
	tb.Helper()
	for _, r := range listRules() {
		if r.ID == id {
			return judged(tb, t, []suites.Rule{r})[0]
		}
	}
	tb.Fatalf("there is no rule %s", id)
	return contract.Result{}
}

func judged(tb testing.TB, t *transcript.Transcript, rules []suites.Rule) []contract.Result {
	tb.Helper()
	j, err := suites.NewJudge(rules, t)
	if err != nil {
		tb.Fatal(err)
	}
	results := make([]contract.Result, j.Len())
	for i := range results {
		results[i] = j.Close(i)
	}
	return results
}

// failures writes every finding of every rule about the list, one a line: the
// rule, the place, what was wanted, what was got, and the note.
func failures(tb testing.TB, t *transcript.Transcript) []string {
	tb.Helper()
	lines := []string{}
	for _, r := range judged(tb, t, listRules()) {
		for _, f := range r.Findings {
			lines = append(lines, r.Rule.ID+" "+line(f))
		}
	}
	return lines
}

func line(f contract.Finding) string {
	parts := []string{f.At}
	if f.Want != "" {
		parts = append(parts, "want "+f.Want, "got "+f.Got)
	}
	if f.Note != "" {
		parts = append(parts, f.Note)
	}
	return strings.Join(parts, " | ")
}

// listing is a run in which every call of ListAccounts() returns these entries.
func listing(tb testing.TB, entries ...any) *transcripttest.Run {
	tb.Helper()
	run := transcripttest.Calm(tb)
	run.EachList(transcripttest.Success(entries...))
	return run
}

// account is the conformant account with changes.
func account(changes ...transcripttest.Array) transcripttest.Array {
	return transcripttest.Account("one.example", changes...)
}

// entryCase is a list of one entry and every failure that it causes.
type entryCase struct {
	name  string
	entry any
	want  []string
}

func checkEntries(t *testing.T, cases []entryCase) {
	t.Helper()
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, failures(t, recordedOnce(t, func(tb testing.TB) *transcript.Transcript { return listing(tb, tc.entry).Transcript() }))); diff != "" {
				t.Errorf("failures (-want +got):\n%s", diff)
			}
		})
	}
}
