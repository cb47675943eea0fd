package suites_test

import (
	"fmt"
	"runtime"
	"testing"

	"syncproof/internal/transcript"
	"syncproof/suites"
)

// longList is a stored run whose module listed n ordinary accounts, with every
// wrong-th of them wrong in three ways.
func longList(tb testing.TB, n, wrong int) transcript.Opened {
	tb.Helper()
	file, err := transcript.Create(tb.TempDir(), transcript.FileOptions{})
	if err != nil {
		tb.Fatal(err)
	}
	recorder := transcript.NewRecorder(file, nil)
	record := func(event, session string, body any) {
		e := transcript.Event{Envelope: transcript.Envelope{Event: event, Session: session, Call: session}, Body: body}
		if event == transcript.EventRun || event == transcript.EventSession || event == transcript.EventExit || event == transcript.EventLoaded {
			e.Call = ""
		}
		if err := recorder.Record(e); err != nil {
			tb.Fatal(err)
		}
	}
	record(transcript.EventRun, "", &transcript.Header{
		Version: transcript.FormatVersion, Target: transcript.Target{Kind: transcript.TargetPHP, Module: "acme"},
		Plan: []string{transcript.SessionMetaData, transcript.SessionList}, Live: true,
	})
	begin := func(session, function string) {
		record(transcript.EventSession, session, &transcript.SessionInfo{Sees: transcript.Sees{Load: true, Types: true}})
		record(transcript.EventLoaded, session, &transcript.Load{OK: true, Functions: []transcript.Symbol{{Name: "acme_MetaData"}, {Name: "acme_ListAccounts"}}})
		record(transcript.EventCall, session, &transcript.CallInfo{Function: function, Params: map[string]any{}})
	}
	begin(transcript.SessionMetaData, "MetaData")
	record(transcript.EventReturned, transcript.SessionMetaData, &transcript.Returned{Value: map[string]any{
		"ListAccountsUniqueIdentifierField": "domain", "ListAccountsProductField": "configoption1",
	}})
	record(transcript.EventExit, transcript.SessionMetaData, &transcript.Exit{})
	begin(transcript.SessionList, "ListAccounts")
	for i := range n {
		status, created, email := "Active", "2019-07-02 13:15:00", fmt.Sprintf("customer%d@example.net", i)
		if wrong > 0 && i%wrong == 0 {
			status, created, email = "active", "0000-00-00 00:00:00", "none"
		}
		record(transcript.EventAccount, transcript.SessionList, &transcript.AccountLine{Key: i, Value: fmt.Appendf(nil,
			`{"email":%q,"username":"cust%d","domain":"customer%d.example.com","uniqueIdentifier":"customer%d.example.com",`+
				`"product":"business-%d","primaryip":"192.0.2.%d","created":%q,"status":%q}`, email, i, i, i, i%7, i%250+1, created, status)})
	}
	record(transcript.EventReturned, transcript.SessionList, &transcript.Returned{Value: map[string]any{
		"success": true, "accounts": map[string]any{"$php": "accounts", "count": n, "list": true},
	}})
	record(transcript.EventExit, transcript.SessionList, &transcript.Exit{})
	record(transcript.EventEnd, "", &transcript.End{})
	if err := file.Close(); err != nil {
		tb.Fatal(err)
	}
	opened, err := transcript.Open(file.Name())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = opened.Close() })
	return opened
}

// rowRules are those that look at each account.
func rowRules() []suites.Rule {
	var rules []suites.Rule
	for _, r := range suites.Rules() {
		if r.Row != nil || r.Claims != nil {
			rules = append(rules, r)
		}
	}
	return rules
}

func judgeRows(tb testing.TB, t *transcript.Transcript) (failures int) {
	tb.Helper()
	rules := rowRules()
	judge, err := suites.NewJudge(rules, t)
	if err != nil || t.Err() != nil {
		tb.Fatal(err, t.Err())
	}
	for i := range rules {
		failures += judge.Close(i).Count
	}
	return failures
}

// The time for each account must be the same for short and for long lists.
func BenchmarkLongList(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			t := longList(b, n, 0)
			b.ResetTimer()
			for b.Loop() {
				judgeRows(b, t.Transcript)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/account")
		})
	}
}

// Judging a list holds on to no memory of its length but for what uniqueness takes.
func TestLongListsAreNotKept(t *testing.T) {
	const long = 50_000
	recorded := longList(t, long, 0)
	before := live()
	judge, err := suites.NewJudge(rowRules(), recorded.Transcript)
	if err != nil {
		t.Fatal(err)
	}
	// Two rules remember each identifier in some 25 bytes.
	if grown := live() - before; grown > long*100 {
		t.Errorf("judging %d accounts holds on to %d bytes", long, grown)
	}
	runtime.KeepAlive(judge)
}

func live() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// However many accounts are wrong, all are counted and few are kept, and two
// judgements of the same list have the same findings in the same order.
func TestManyFailuresAreBounded(t *testing.T) {
	recorded := longList(t, 20_000, 1)
	if got := judgeRows(t, recorded.Transcript); got < 60_000 {
		t.Errorf("%d failures are counted, want three for each of 20,000 accounts", got)
	}
	first := fmt.Sprint(results(t, recorded.Transcript))
	for range 3 {
		if again := fmt.Sprint(results(t, recorded.Transcript)); again != first {
			t.Fatal("judging the same list again gives other findings")
		}
	}
}

func results(tb testing.TB, t *transcript.Transcript) (all []any) {
	tb.Helper()
	rules := rowRules()
	judge, err := suites.NewJudge(rules, t)
	if err != nil {
		tb.Fatal(err)
	}
	for i := range rules {
		all = append(all, judge.Close(i))
	}
	return all
}
