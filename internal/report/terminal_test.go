package report

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"syncproof/internal/contract"
)

func TestTerminalBeginsAndEndsWithTheVerdict(t *testing.T) {
	for _, s := range samples() {
		lines := strings.Split(strings.TrimSuffix(string(terminalBytes(t, s, TerminalOptions{Width: 4000})), "\n"), "\n")
		verdict := newView(s.judgement).verdictWords()
		for _, line := range []string{lines[0], lines[len(lines)-1]} {
			if !strings.HasPrefix(line, verdict+"  ") || !strings.HasPrefix(line, string(s.judgement.Verdict)) {
				t.Errorf("%s: %q does not say %s", s.name, line, verdict)
			}
		}
		if !strings.Contains(lines[len(lines)-1], "exit code ") {
			t.Errorf("%s: the last line does not explain the exit code: %q", s.name, lines[len(lines)-1])
		}
	}
}

// No rule that failed, was not tested, was waived or could not be decided may
// be left out, and no rule at all when the report is verbose.
func TestTerminalLeavesNoRuleOut(t *testing.T) {
	for _, s := range samples() {
		v := newView(s.judgement)
		shown := string(terminalBytes(t, s, TerminalOptions{}))
		verbose := string(terminalBytes(t, s, TerminalOptions{Verbose: true}))
		grouped := 0
		for _, f := range v.failures() {
			grouped += f.follows
		}
		for _, c := range v.orphans {
			grouped += len(c.rules)
		}
		if grouped != v.followOns() {
			t.Errorf("%s: %d of %d follow-on failures are shown", s.name, grouped, v.followOns())
		}
		for _, r := range s.judgement.Results {
			if !strings.Contains(verbose, r.Rule.ID) {
				t.Errorf("%s: %s is missing from the verbose report", s.name, r.Rule.ID)
			}
			if r.Outcome == contract.Pass || r.Outcome == contract.NotApplicable || isFollowOn(r) {
				continue
			}
			if !strings.Contains(shown, r.Rule.ID) {
				t.Errorf("%s: %s (%s) is missing", s.name, r.Rule.ID, r.Outcome)
			}
		}
	}
}

func TestTerminalHasNoColourUnlessAsked(t *testing.T) {
	sequence := regexp.MustCompile("\x1b\\[[0-9;]*m")
	for _, s := range samples() {
		plain := string(terminalBytes(t, s, TerminalOptions{Verbose: true}))
		if strings.Contains(plain, "\x1b") {
			t.Errorf("%s: escape sequences without colour", s.name)
		}
		colored := string(terminalBytes(t, s, TerminalOptions{Verbose: true, Color: true}))
		if bare := sequence.ReplaceAllString(colored, ""); trimLines(bare) != plain {
			t.Errorf("%s: colour changes the text:\n%s", s.name, bare)
		}
		if colored == plain {
			t.Errorf("%s: no colour although asked", s.name)
		}
	}
}

func trimLines(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

func TestTerminalShowsNothingThatHides(t *testing.T) {
	for _, opt := range []TerminalOptions{{}, {Verbose: true}, {Quiet: true}, {Out: hostileText()}} {
		for i, r := range string(terminalBytes(t, sample{"hostile", hostile()}, opt)) {
			if r != '\n' && !shows(r) {
				t.Fatalf("%+v: %U at byte %d", opt, r, i)
			}
		}
	}
}

func TestTerminalExitMeaning(t *testing.T) {
	for _, tt := range []struct {
		verdict contract.Verdict
		opt     TerminalOptions
		want    string
	}{
		{contract.Conformant, TerminalOptions{}, "exit code 0: "},
		{contract.NotConformant, TerminalOptions{}, "exit code 1: "},
		{contract.NotConformant, TerminalOptions{AllowIncomplete: true}, "exit code 1: "},
		{contract.Error, TerminalOptions{}, "exit code 3: "},
		{contract.Incomplete, TerminalOptions{}, "exit code 4, or 0 with --allow-incomplete: "},
		{contract.Incomplete, TerminalOptions{AllowIncomplete: true}, "exit code 0, as --allow-incomplete asks: "},
		{contract.Conformant, TerminalOptions{Interrupted: true}, "exit code 130: "},
		{contract.NotConformant, TerminalOptions{Interrupted: true}, "exit code 130: "},
	} {
		j := allPass()
		j.Verdict = tt.verdict
		if got := newView(j).exitWords(tt.opt); !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s with %+v: %q", tt.verdict, tt.opt, got)
		}
	}
}

func TestSummaries(t *testing.T) {
	must := rule("A-01", "a", contract.Must, contract.Terminate, "one")
	should := rule("A-02", "a", contract.Should, contract.Crash, "two")
	place := contract.Finding{At: "here"}
	cannot := func(r contract.Rule) contract.Result {
		return contract.Result{Rule: r, Outcome: contract.NotTestable, Reason: "no"}
	}
	stale := contract.Result{Rule: should, Outcome: contract.StaleWaiver}
	for _, tt := range []struct {
		results []contract.Result
		strict  bool
		trouble []string
		want    string
	}{
		{results: []contract.Result{passed(must), passed(should)}, want: "every applicable MUST rule was tested and kept"},
		{results: []contract.Result{passed(must), passed(should)}, strict: true, want: "every applicable MUST and SHOULD rule was tested and kept"},
		{results: []contract.Result{passed(must), failing(should, place)}, want: "every applicable MUST rule was tested and kept; 1 recommendation is not followed"},
		{results: []contract.Result{passed(must), failing(should, place)}, strict: true, want: "1 SHOULD rule is broken"},
		{results: []contract.Result{failing(must, place), failing(should, place)}, want: "1 MUST rule and 1 SHOULD rule are broken"},
		{results: []contract.Result{failing(must, place), following(should, "A-01", "x")}, want: "1 MUST rule is broken, and 1 rule could not be met because of another"},
		{results: []contract.Result{following(must, "B-01", "x")}, want: "1 rule could not be met because of another"},
		{results: []contract.Result{passed(must), stale}, want: "1 waiver is stale"},
		{results: []contract.Result{failing(must, place), stale}, want: "1 MUST rule is broken; 1 waiver is stale"},
		{results: []contract.Result{cannot(must), cannot(should)}, want: "no MUST rule failed, but 1 rule could not be tested"},
		{results: []contract.Result{cannot(must), cannot(should)}, strict: true, want: "no MUST and SHOULD rule failed, but 2 rules could not be tested"},
		{results: nil, want: "no rule was tested, so nothing is proven about the module"},
		{results: []contract.Result{cannot(must)}, trouble: []string{"gone"}, want: "the module could not be driven, so nothing is proven about it"},
		{results: []contract.Result{passed(must), cannot(should)}, trouble: []string{"gone"}, want: "the module could not be driven through all calls, so there is no verdict on it"},
		{results: []contract.Result{{Rule: must, Outcome: contract.HarnessError}}, want: "syncproof itself could not decide 1 rule; that is not the module's fault"},
	} {
		j := contract.Judgement{Results: tt.results, Strict: tt.strict, Trouble: tt.trouble, Verdict: contract.Decide(tt.results, tt.strict)}
		if len(tt.trouble) > 0 {
			j.Verdict = contract.Error
		}
		if got := newView(j).summary(); got != tt.want {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
}

func TestFindingsAreAlignedUnlessPlacesAreWide(t *testing.T) {
	narrow := failing(rule("A-01", "a", contract.Must, contract.Crash, "one"),
		contract.Finding{At: "a", Want: "1", Got: "2"}, contract.Finding{At: "accounts[10]", Got: "x", Note: "odd"},
		contract.Finding{At: "only a place"})
	wide := failing(rule("A-02", "a", contract.Must, contract.Crash, "two"),
		contract.Finding{At: strings.Repeat("w", 50), Want: "1", Got: "2"})
	got := string(terminalBytes(t, sample{"", contract.Judgement{Results: []contract.Result{narrow, wide}}}, TerminalOptions{}))
	for _, want := range []string{
		"      a             want  1\n                    got   2\n",
		"      accounts[10]  got   x\n                    note  odd\n",
		"      only a place\n",
		fmt.Sprintf("      %s\n        want  1\n        got   2\n", strings.Repeat("w", 50)),
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no\n%s\nin\n%s", want, got)
		}
	}
}
