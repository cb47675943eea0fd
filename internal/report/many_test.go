package report_test

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/judge"
	"syncproof/internal/report"
	"syncproof/internal/transcript"
	"syncproof/suites"
)

// manyWrong is a run that listed n accounts, of which each is wrong in two ways,
// and its judgement.
func manyWrong(tb testing.TB, n int) (*transcript.Transcript, contract.Judgement) {
	tb.Helper()
	file, err := transcript.Create(tb.TempDir(), transcript.FileOptions{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = file.Close() })
	recorder := transcript.NewRecorder(file, nil)
	record := func(event, session, call string, body any) {
		e := transcript.Event{Envelope: transcript.Envelope{Event: event, Session: session, Call: call}, Body: body}
		if err := recorder.Record(e); err != nil {
			tb.Fatal(err)
		}
	}
	const id = transcript.SessionList
	record(transcript.EventRun, "", "", &transcript.Header{
		Version: transcript.FormatVersion, Target: transcript.Target{Kind: transcript.TargetPHP, Module: "acme"}, Plan: []string{id}, Live: true,
	})
	record(transcript.EventSession, id, "", &transcript.SessionInfo{Sees: transcript.Sees{Load: true, Types: true}})
	record(transcript.EventLoaded, id, "", &transcript.Load{OK: true, Functions: []transcript.Symbol{{Name: "acme_ListAccounts"}}})
	record(transcript.EventCall, id, id, &transcript.CallInfo{Function: "ListAccounts", Params: map[string]any{}})
	for i := range n {
		record(transcript.EventAccount, id, id, &transcript.AccountLine{Key: i, Value: fmt.Appendf(nil,
			`{"email":"none","username":"cust%d","domain":"customer%d.example.com","uniqueIdentifier":"customer%d.example.com",`+
				`"product":"business","primaryip":"192.0.2.1","created":"2019-07-02 13:15:00","status":"active"}`, i, i, i)})
	}
	record(transcript.EventReturned, id, id, &transcript.Returned{Value: map[string]any{
		"success": true, "accounts": map[string]any{"$php": "accounts", "count": n, "list": true},
	}})
	record(transcript.EventExit, id, "", &transcript.Exit{})
	record(transcript.EventEnd, "", "", &transcript.End{})
	t := recorder.Transcript()
	j, err := judge.Run(t, suites.Rules(), judge.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return t, j
}

// every writes each report there is, and returns how long each got.
func every(tb testing.TB, t *transcript.Transcript, j contract.Judgement) map[string]int {
	tb.Helper()
	sizes := map[string]int{}
	for name, write := range map[string]func(io.Writer) error{
		"terminal": func(w io.Writer) error { return report.Terminal(w, j, report.TerminalOptions{}) },
		"json":     func(w io.Writer) error { return report.JSON(w, j) },
		"junit":    func(w io.Writer) error { return report.JUnit(w, j, report.JUnitOptions{}) },
		"html": func(w io.Writer) error {
			return report.HTML(w, j, report.HTMLOptions{Evidence: report.Gather(t, j)})
		},
		"markdown":     func(w io.Writer) error { return report.Markdown(w, j) },
		"sarif":        func(w io.Writer) error { return report.SARIF(w, j) },
		"tap":          func(w io.Writer) error { return report.TAP(w, j) },
		"code quality": func(w io.Writer) error { return report.CodeQuality(w, j) },
		"annotations":  func(w io.Writer) error { return report.Annotations(w, j) },
		"badge":        func(w io.Writer) error { return report.Badge(w, j) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			tb.Fatalf("%s: %v", name, err)
		}
		sizes[name] = b.Len()
	}
	return sizes
}

func violations(j contract.Judgement) (n int) {
	for _, r := range j.Results {
		n += r.Count
	}
	return n
}

// However many accounts are wrong, every report has a bounded size: that of a
// thousand times as many violations differs by no more than the digits of numbers.
func TestReportsOfManyViolationsAreBounded(t *testing.T) {
	few, fewJudged := manyWrong(t, 50)
	many, manyJudged := manyWrong(t, 50_000)
	if n := violations(manyJudged); n < 100_000 {
		t.Fatalf("there are %d violations, want 100,000", n)
	}
	usual := every(t, few, fewJudged)
	for name, size := range every(t, many, manyJudged) {
		if size > usual[name]+usual[name]/50+1000 {
			t.Errorf("%s takes %d bytes, and %d for 100 violations", name, size, usual[name])
		}
		if size > 1<<20 {
			t.Errorf("%s takes %d bytes, want at most a mebibyte", name, size)
		}
	}
}

// BenchmarkReports writes all reports of a run with 100,000 violations.
func BenchmarkReports(b *testing.B) {
	t, j := manyWrong(b, 50_000)
	b.ResetTimer()
	for b.Loop() {
		every(b, t, j)
	}
}
