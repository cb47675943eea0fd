package report_test

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/judge"
	"syncproof/internal/report"
	"syncproof/internal/transcript"
	tt "syncproof/internal/transcript/transcripttest"
	"syncproof/suites"
)

// hostileValues are what a module could return to take a page over.
func hostileValues() []string {
	return []string{
		`</script><script>window.pwned = 1</script>`,
		`"><img src=x onerror="window.pwned = 2">`,
		`'><svg onload=window.pwned=3>`,
		`javascript:window.pwned=4`,
		`</style><style>body{display:none}</style>`,
		`<!-- --><base href="https://evil.example/"><link rel=stylesheet href="https://evil.example/x.css">`,
		`<meta http-equiv=refresh content="0;url=https://evil.example/">`,
		"\u202Egnp.exe\u202C \u2066x\u2069", "\x00\x1b[31m\u200B", `{{.Policy}} ${7*7}`, "\xff\xfe",
		strings.Repeat("<b>long</b>", 2_000),
	}
}

// storedHostile is a run over a conversation with a module that returns hostile
// values under some faults and nothing right under others.
func storedHostile(tb testing.TB) *transcript.Transcript {
	r := tt.Talking(tb)
	values := hostileValues()
	var rows tt.List
	for i, v := range values {
		rows = append(rows, tt.Account("x"+strconv.Itoa(i)+".example", tt.Array{"username": tt.Text(v), "product": tt.Text(v)}))
	}
	bad := tt.Success(rows...)
	r.PointsAt(2, func(s *tt.Session) {
		if len(s.Calls) > 0 {
			s.Calls[0].Returns(bad)
		}
		for i := range s.Exchanges {
			s.Exchanges[i].ReplyBody = tt.Printed(strings.Join(values[:9], "\n"))
			s.Exchanges[i].URL = "javascript:alert(1)//" + values[1]
			s.Exchanges[i].Problem = values[0]
		}
	})
	r.Point("refused@2").Calls[0].Throws(transcript.Throwable{Class: values[1], Message: values[0], File: values[2], Line: 3})
	r.Point("html-login@3").Calls[0].Returns(tt.Array{"success": false, "error": values[0]})
	r.Point("http-500@3").Calls[0].Returns(tt.Accounts())
	r.MetaData().Returns(tt.Array{"DisplayName": values[0], values[1]: values[1]})
	return r.Transcript()
}

func judgedFrom(tb testing.TB, recorded *transcript.Transcript) (contract.Judgement, report.Evidence) {
	tb.Helper()
	j, err := judge.Run(recorded, suites.Rules(), judge.Options{Tool: "syncproof 0.1.0", Transcript: "transcript.ndjson"})
	if err != nil {
		tb.Fatal(err)
	}
	e := report.Gather(recorded, j)
	e.Strikes = suites.Strikes(recorded)
	return j, e
}

// hostileReport is a page with everything a page can have.
func hostileReport(tb testing.TB) []byte {
	tb.Helper()
	j, e := judgedFrom(tb, storedHostile(tb))
	values := hostileValues()
	j.Target.Ref, j.Target.Module, j.Rerun = values[0], "acme"+values[1], "syncproof run "+values[1]
	j.Environment["os"] = values[0]
	j.Scope = append(j.Scope, values...)
	e.Sizes = []report.Size{
		{Accounts: 10, Seconds: 0.02, Memory: 4 << 20, Calls: 3}, {Accounts: 100, Seconds: 0.15, Memory: 5 << 20, Calls: 1},
		{Accounts: 1000, Seconds: 1.4, Memory: 11 << 20, Calls: 1}, {Accounts: 10_000, Seconds: 16.5, Memory: 80 << 20, Calls: 1},
	}
	other := j
	other.Verdict, other.Results = contract.Conformant, append([]contract.Result{}, j.Results...)
	for i := range other.Results {
		other.Results[i].Outcome, other.Results[i].Findings = contract.Pass, nil
	}
	columns := []report.Column{{Name: "php8.1" + values[1], Judgement: j}, {Name: "php8.3", Judgement: other}}
	return htmlOf(tb, j, report.HTMLOptions{Evidence: e, Columns: columns})
}

func htmlOf(tb testing.TB, j contract.Judgement, opt report.HTMLOptions) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := report.HTML(&b, j, opt); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}
