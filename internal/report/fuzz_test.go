package report

import (
	"strings"
	"testing"
	"unicode/utf8"

	"syncproof/internal/contract"
)

// spread puts one foreign text into every place a judgement has.
func spread(text string, line int, seconds float64) contract.Judgement {
	f := contract.Finding{Call: text, At: text, Want: text, Got: text, Note: text, File: text, Line: line}
	var results []contract.Result
	for i, outcome := range contract.Outcomes() {
		r := rule("FZ-0"+string(rune('1'+i)), "area", contract.Must, contract.Hazards()[i], "rule "+string(outcome))
		r.Why, r.Fix, r.Source, r.Quote = text, text, text, text
		results = append(results, contract.Result{
			Rule: r, Outcome: outcome, Findings: []contract.Finding{f}, Count: line, Reason: text, Supply: text,
		})
	}
	results = append(results, following(rule("FZ-09", "area", contract.May, contract.Leak, "follows"), text, text))
	j := judged(results...)
	j.Tool, j.Started, j.Seconds = text, text, seconds
	j.Target = contract.TargetRef{Kind: text, Ref: text, Module: text}
	j.Scope, j.Trouble = []string{text, text}, []string{text}
	j.Calls = []contract.CallRef{{ID: text, Function: text, Purpose: text, Ending: text, Seconds: seconds}}
	j.Rerun, j.Transcript = text, text
	j.Environment = map[string]string{text: text}
	return j
}

func FuzzReports(f *testing.F) {
	for _, seed := range []string{
		"", "plain", hostileText(), "]]>", "<!-- --><![CDATA[x]]>&#0;&#xFFFE;", "a\x00b", "\uFFFE\uFFFF", "\xed\xa0\x80\xc3",
		"\u202E\u2066\u200B", "\n\r\t\v\f\u0085\u2028", "../..\\x.php", strings.Repeat("long ", 1500), strings.Repeat("\x1b", 900), "\"'", "\U0010FFFF",
	} {
		f.Add(seed, 3, 1.5)
	}
	f.Add("x", -9, -1.0)
	f.Add("y", 1<<40, 1e300)
	f.Fuzz(func(t *testing.T, text string, line int, seconds float64) {
		if seconds != seconds || seconds-seconds != 0 {
			t.Skip("no transcript can hold NAN or INF")
		}
		s := sample{"fuzz", spread(text, line, seconds)}
		for _, opt := range []JUnitOptions{{}, {FileLine: true, Folder: text}} {
			checkXML(t, s, junitBytes(t, s, opt), opt)
		}
		for _, opt := range []TerminalOptions{{Verbose: true, Out: text}, {Quiet: true}, {Width: line}} {
			harmless(t, "terminal", terminalBytes(t, s, opt))
		}
		harmless(t, "JSON", jsonBytes(t, s))
	})
}

func checkXML(t *testing.T, s sample, raw []byte, opt JUnitOptions) {
	t.Helper()
	harmless(t, "JUnit", raw)
	root := parseXML(t, raw)
	if problems := ours().check(root); len(problems) > 0 {
		t.Errorf("with %+v: %q", opt, problems)
	}
	cases := 0
	for _, suite := range root.named("testsuite") {
		cases += len(suite.named("testcase"))
	}
	if want := len(s.judgement.Results) + 1; cases != want {
		t.Errorf("%d test cases, want %d", cases, want)
	}
}

// harmless allows only characters that show, and line breaks. That is stricter
// than XML, which forbids most control characters but not all.
func harmless(t *testing.T, what string, raw []byte) {
	t.Helper()
	if !utf8.Valid(raw) {
		t.Errorf("%s: not UTF-8", what)
	}
	for i, r := range string(raw) {
		if r != '\n' && !shows(r) {
			t.Fatalf("%s: %U at byte %d", what, r, i)
		}
	}
}
