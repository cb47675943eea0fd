package waiver_test

import (
	"io"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/waiver"
)

const today = "2026-06-15"

func day(t *testing.T) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, today)
	if err != nil {
		t.Fatal(err)
	}
	return d.Add(23*time.Hour + 59*time.Minute)
}

// run is a whole run: a list, its repetition, one fault played blindly and one
// at single requests.
func run(change func(*transcript.Transcript)) *transcript.Transcript {
	recorder := transcript.NewRecorder(io.Discard, nil)
	record := func(event, session, call string, body any) {
		e := transcript.Event{Envelope: transcript.Envelope{Event: event, Session: session, Call: call}, Body: body}
		if err := recorder.Record(e); err != nil {
			panic(err)
		}
	}
	record(transcript.EventRun, "", "", transcript.Header{Version: transcript.FormatVersion, Target: transcript.Target{Module: "acme"}, Plan: []string{}})
	add := func(id, fault string, calls ...string) {
		info := transcript.SessionInfo{Network: transcript.NetworkOpen}
		if fault != "" {
			info.Upstream = &transcript.Upstream{Fault: fault}
		}
		record(transcript.EventSession, id, "", info)
		for _, c := range calls {
			record(transcript.EventCall, id, c, transcript.CallInfo{Function: "ListAccounts"})
		}
	}
	add("list", "", "list")
	add("repeat", "", "repeat-1", "repeat-2")
	add("fault:html-login:https", "html-login", "fault:html-login:https")
	add("point:refused@2", "refused", "point:refused@2")
	add("point:empty@2", "empty", "point:empty@2")
	t := recorder.Transcript()
	t.Extension, t.End = &transcript.Extension{Leaves: &transcript.LeafCount{}}, &transcript.End{}
	if change != nil {
		change(t)
	}
	return t
}

func inList() contract.Finding {
	return contract.Finding{Call: "list", At: "accounts[3].status", Want: `"Active"`, Got: `"active" (string)`}
}

func inRepeat() contract.Finding {
	return contract.Finding{Call: "repeat-2", At: "accounts[4].status", Want: `"Active"`, Got: "null"}
}

func underLogin() contract.Finding {
	return contract.Finding{Call: "fault:html-login:https", At: "ListAccounts()", Note: "it says success => true"}
}

func atTwo() contract.Finding {
	return contract.Finding{Call: "point:refused@2", At: "ListAccounts() (refused@2)", Got: "4 accounts", Fault: "refused@2", Also: []string{"empty@2"}}
}

func rule() contract.Rule { return contract.Rule{ID: "STAT-01", Level: contract.Should} }

func failing(count int, findings ...contract.Finding) contract.Result {
	return contract.Result{Rule: rule(), Outcome: contract.Fail, Findings: findings, Count: count}
}

func waives(change func(*contract.Waiver)) contract.Waiver {
	w := contract.Waiver{Rule: "STAT-01", Scope: contract.ScopeRule, Owner: "jane", Reason: "fixed in 2.4", Expires: "2027-01-31"}
	if change != nil {
		change(&w)
	}
	return w
}

func scoped(scope string) contract.Waiver {
	return waives(func(w *contract.Waiver) { w.Scope = scope })
}

func saying(messages ...string) contract.Waiver {
	return waives(func(w *contract.Waiver) { w.Messages = messages })
}

func until(date string) contract.Waiver {
	return waives(func(w *contract.Waiver) { w.Expires = date })
}

type applyCase struct {
	name    string
	change  func(*transcript.Transcript)
	result  contract.Result
	waivers []contract.Waiver
	want    contract.Result
}

func TestApply(t *testing.T) {
	for _, tc := range append(append(coverCases(), voidCases()...), staleCases()...) {
		t.Run(tc.name, func(t *testing.T) {
			results := []contract.Result{tc.result}
			waiver.Apply(results, run(tc.change), tc.waivers, day(t))
			if diff := cmp.Diff(tc.want, results[0]); diff != "" {
				t.Errorf("result differs (-want +got):\n%s", diff)
			}
		})
	}
}

func covered(result contract.Result, reason string, by ...contract.Waiver) contract.Result {
	result.Outcome, result.Reason, result.Waivers, result.Waived = contract.Waived, reason, by, result.Count
	return result
}

func coverCases() []applyCase {
	const because = "until 2027-01-31 by jane: fixed in 2.4"
	pinned := saying(`accounts[3].status: want "Active", got "active" (string)`)
	loose := saying(`accounts[*].status: want "Active", got *`)
	list, repeat := scoped("session:list"), scoped("session:repeat")
	refused, empty := scoped("point:refused@2"), scoped("fault:empty")
	part := failing(1, inRepeat())
	part.Reason, part.Waivers, part.Waived = "1 of 2 places are waived ("+because+")", []contract.Waiver{pinned}, 1
	twice := failing(1, underLogin())
	twice.Reason = "2 of 3 places are waived (until 2027-01-31 (session:list) by jane: fixed in 2.4; until 2027-01-31 (session:repeat) by jane: fixed in 2.4)"
	twice.Waivers, twice.Waived = []contract.Waiver{list, repeat}, 2
	more := failing(2, inRepeat())
	more.Reason = "1 of 3 places are waived (" + because + "). 1 places are beyond the first 2, which are all that is kept, so that a " +
		"message or a scope cannot be held against them; only a waiver without either covers them"
	more.Waivers, more.Waived = []contract.Waiver{pinned}, 1
	many := failing(29, inRepeat())
	many.Reason = "1 of 30 places are waived (" + because + "). 28 places are beyond the first 2, which are all that is kept, so that a " +
		"message or a scope cannot be held against them; only a waiver without either covers them"
	many.Waivers, many.Waived = []contract.Waiver{pinned}, 1
	return []applyCase{
		{"another rule's waiver", nil, failing(1, inList()), []contract.Waiver{waives(func(w *contract.Waiver) { w.Rule = "STAT-02" })}, failing(1, inList())},
		{"another module's waiver", nil, failing(1, inList()), []contract.Waiver{waives(func(w *contract.Waiver) { w.Module = "other" })}, failing(1, inList())},
		{"the whole rule", nil, failing(1, inList()), []contract.Waiver{waives(nil)}, covered(failing(1, inList()), because, waives(nil))},
		{"places that are not kept", nil, failing(30, inList()), []contract.Waiver{waives(nil)}, covered(failing(30, inList()), because, waives(nil))},
		{"the last day", nil, failing(1, inList()), []contract.Waiver{until(today)}, covered(failing(1, inList()), "until 2026-06-15 by jane: fixed in 2.4", until(today))},
		{"the same message", nil, failing(1, inList()), []contract.Waiver{pinned}, covered(failing(1, inList()), because, pinned)},
		{"any characters", nil, failing(2, inList(), inRepeat()), []contract.Waiver{loose}, covered(failing(2, inList(), inRepeat()), because, loose)},
		{"faults that only the finding names", func(tr *transcript.Transcript) { tr.Sessions[3].Upstream.Fault = "" }, failing(1, atTwo()),
			[]contract.Waiver{scoped("fault:refused"), empty},
			covered(failing(1, atTwo()), "until 2027-01-31 (fault:refused) by jane: fixed in 2.4; until 2027-01-31 (fault:empty) by jane: fixed in 2.4", scoped("fault:refused"), empty)},
		{"in order", nil, failing(1, atTwo()), []contract.Waiver{saying("ListAccounts()*4*accounts")},
			covered(failing(1, atTwo()), because, saying("ListAccounts()*4*accounts"))},
		{"the beginning and the end of a message that is shorter", nil, failing(1, underLogin()), []contract.Waiver{saying("ListAccounts(): it says*says success => true")},
			void(failing(1, underLogin()), `the waiver of jane was made for another failure: the message is now "ListAccounts(): it says success => true"`)},
		{"out of order", nil, failing(1, underLogin()), []contract.Waiver{saying("*success*says*")},
			void(failing(1, underLogin()), `the waiver of jane was made for another failure: the message is now "ListAccounts(): it says success => true"`)},
		{"another beginning", nil, failing(1, underLogin()), []contract.Waiver{saying("Accounts()*")},
			void(failing(1, underLogin()), `the waiver of jane was made for another failure: the message is now "ListAccounts(): it says success => true"`)},
		{"nothing but what a star stands for", nil, failing(1, underLogin()), []contract.Waiver{saying("*ListAccounts(): it*true*")},
			covered(failing(1, underLogin()), because, saying("*ListAccounts(): it*true*"))},
		{"two of three, by two waivers", nil, failing(3, inList(), inRepeat(), underLogin()), []contract.Waiver{list, repeat}, twice},
		{"one more than is kept", nil, failing(3, inList(), inRepeat()), []contract.Waiver{pinned}, more},
		{"the whole rule, and one place", nil, failing(30, inList()), []contract.Waiver{waives(nil), pinned},
			covered(failing(30, inList()), because+"; "+because, waives(nil), pinned)},
		{"the whole rule where nothing is kept", nil, failing(30), []contract.Waiver{waives(nil)}, covered(failing(30), because, waives(nil))},
		{"one of two places", nil, failing(2, inList(), inRepeat()), []contract.Waiver{pinned}, part},
		{"one of many places", nil, failing(30, inList(), inRepeat()), []contract.Waiver{pinned}, many},
		{"two sessions", nil, failing(2, inList(), inRepeat()), []contract.Waiver{list, repeat},
			covered(failing(2, inList(), inRepeat()), "until 2027-01-31 (session:list) by jane: fixed in 2.4; until 2027-01-31 (session:repeat) by jane: fixed in 2.4", list, repeat)},
		{"a fault played blindly", nil, failing(1, underLogin()), []contract.Waiver{scoped("fault:html-login")},
			covered(failing(1, underLogin()), "until 2027-01-31 (fault:html-login) by jane: fixed in 2.4", scoped("fault:html-login"))},
		{"every fault with the same effect", nil, failing(1, atTwo()), []contract.Waiver{refused, empty},
			covered(failing(1, atTwo()), "until 2027-01-31 (point:refused@2) by jane: fixed in 2.4; until 2027-01-31 (fault:empty) by jane: fixed in 2.4", refused, empty)},
	}
}

func void(result contract.Result, why ...string) contract.Result {
	result.Void = why
	return result
}

func voidCases() []applyCase {
	onlySome := func(tr *transcript.Transcript) { tr.Header.Rules = []string{"STAT-01"} }
	// some is a run whose budget ended before all could be tried.
	some := func(tr *transcript.Transcript) {
		tr.Extension.Reason = "the budget ended"
		for _, id := range []string{"leaf:leaf-null@2:data.4.x", "page:page-lost@3"} {
			tr.Sessions = append(tr.Sessions, &transcript.Session{ID: id})
		}
	}
	stale := failing(1, inList())
	stale.Outcome, stale.Waivers, stale.Waived = contract.StaleWaiver, []contract.Waiver{waives(nil)}, 1
	stale.Reason = "waived until 2027-01-31 by jane: fixed in 2.4; but the waiver of jane expired on 2026-06-14; correct the module, or agree on another day"
	return []applyCase{
		{"the day after", nil, failing(1, inList()), []contract.Waiver{until("2026-06-14")},
			void(failing(1, inList()), "the waiver of jane expired on 2026-06-14; correct the module, or agree on another day")},
		{"expired in a run of some rules", onlySome, failing(1, inList()), []contract.Waiver{until("2026-06-14")},
			void(failing(1, inList()), "the waiver of jane expired on 2026-06-14; correct the module, or agree on another day")},
		{"expired beside one that counts", nil, failing(1, inList()), []contract.Waiver{until("2026-06-14"), waives(nil)}, stale},
		{"another message", nil, failing(1, inList()), []contract.Waiver{saying("accounts[3].status: want x")},
			void(failing(1, inList()), `the waiver of jane was made for another failure: the message is now "accounts[3].status: want \"Active\", got \"active\" (string)"`)},
		{"another session", nil, failing(1, inList()), []contract.Waiver{scoped("session:repeat")},
			void(failing(1, inList()), "the waiver (session:repeat) of jane matches nothing: the rule fails elsewhere only; take the waiver out")},
		{"another fault", nil, failing(1, inList()), []contract.Waiver{scoped("fault:html-login")},
			void(failing(1, inList()), "the waiver (fault:html-login) of jane matches nothing: the rule fails elsewhere only; take the waiver out")},
		{"one of two faults with the same effect", nil, failing(1, atTwo()), []contract.Waiver{scoped("point:refused@2")},
			void(failing(1, atTwo()), "the waiver (point:refused@2) of jane covers only part of a failure that is the same under other faults; waive those as well, or the whole rule")},
		{"another session in a run of some rules", onlySome, failing(1, inList()), []contract.Waiver{scoped("session:repeat")}, failing(1, inList())},
		{"a session that was not made", nil, failing(1, inList()), []contract.Waiver{scoped("session:locale")}, failing(1, inList())},
		{"a request there is not", nil, failing(1, inList()), []contract.Waiver{scoped("point:refused@7")},
			void(failing(1, inList()), "the waiver (point:refused@7) of jane matches nothing: the rule fails elsewhere only; take the waiver out")},
		{"a request within no budget", func(tr *transcript.Transcript) { tr.Extension.Reason = "the budget ended" },
			failing(1, inList()), []contract.Waiver{scoped("point:refused@7")}, failing(1, inList())},
		{"another request, of all that could be tried", nil, failing(1, atTwo()), []contract.Waiver{scoped("point:html-login@7")},
			void(failing(1, atTwo()), "the waiver (point:html-login@7) of jane matches nothing: the rule fails elsewhere only; take the waiver out")},
		{"a request that was tried, within a budget", some, failing(1, inList()), []contract.Waiver{scoped("point:refused@2")},
			void(failing(1, inList()), "the waiver (point:refused@2) of jane matches nothing: the rule fails elsewhere only; take the waiver out")},
		{"a value that was changed, within a budget", some, failing(1, inList()), []contract.Waiver{scoped("point:leaf-null@2:data.4.x")},
			void(failing(1, inList()), "the waiver (point:leaf-null@2:data.4.x) of jane matches nothing: the rule fails elsewhere only; take the waiver out")},
		{"a page that was lost, within a budget", some, failing(1, inList()), []contract.Waiver{scoped("point:page-lost@3")},
			void(failing(1, inList()), "the waiver (point:page-lost@3) of jane matches nothing: the rule fails elsewhere only; take the waiver out")},
		{"a fault that was played, within a budget", some, failing(1, inList()), []contract.Waiver{scoped("fault:html-login")},
			void(failing(1, inList()), "the waiver (fault:html-login) of jane matches nothing: the rule fails elsewhere only; take the waiver out")},
		{"a fault that was not, within a budget", some, failing(1, inList()), []contract.Waiver{scoped("fault:slow")}, failing(1, inList())},
		{"a fault named as a request, within a budget", some, failing(1, inList()), []contract.Waiver{scoped("point:html-login")}, failing(1, inList())},
		{"values within a budget", func(tr *transcript.Transcript) { tr.Extension.Leaves.Reason = "the budget ended" },
			failing(1, inList()), []contract.Waiver{scoped("point:refused@7")}, failing(1, inList())},
		{"no values", func(tr *transcript.Transcript) { tr.Extension.Leaves = nil },
			failing(1, inList()), []contract.Waiver{scoped("point:refused@7")}, failing(1, inList())},
		{"no conversation", func(tr *transcript.Transcript) { tr.Extension = nil },
			failing(1, inList()), []contract.Waiver{scoped("point:refused@7")}, failing(1, inList())},
		{"a fault in a session of another kind", func(tr *transcript.Transcript) { tr.Sessions[0].Upstream = &transcript.Upstream{} }, failing(1, inList()),
			[]contract.Waiver{scoped("fault:html-login")},
			void(failing(1, inList()), "the waiver (fault:html-login) of jane matches nothing: the rule fails elsewhere only; take the waiver out")},
		{"no such kind of scope", nil, failing(1, inList()), []contract.Waiver{scoped("request:2")},
			void(failing(1, inList()), "the waiver (request:2) of jane matches nothing: the rule fails elsewhere only; take the waiver out")},
		{"one place that is not kept may match", nil, failing(2, inList()), []contract.Waiver{scoped("session:repeat")}, failing(2, inList())},
		{"places that are not kept may match", nil, failing(30, inList()), []contract.Waiver{scoped("session:repeat")}, failing(30, inList())},
	}
}

func staleCases() []applyCase {
	pass := contract.Result{Rule: rule(), Outcome: contract.Pass}
	stale := func(reason string) contract.Result {
		return contract.Result{Rule: rule(), Outcome: contract.StaleWaiver, Reason: reason}
	}
	const isStale = "waived until 2027-01-31 by jane, but the rule passes now; take the waiver out"
	untested := contract.Result{Rule: rule(), Outcome: contract.NotTestable, Reason: "no server"}
	all := []contract.Waiver{waives(nil)}
	return []applyCase{
		{"a rule that passes", nil, pass, all, stale(isStale)},
		{"a rule that passes in a session", nil, pass, []contract.Waiver{scoped("session:list")},
			stale("waived until 2027-01-31 (session:list) by jane, but the rule passes there as everywhere else now; take the waiver out")},
		{"a session that was not made", nil, pass, []contract.Waiver{scoped("session:locale")}, pass},
		{"not tested", nil, untested, all, untested},
		{"a run that broke off", func(tr *transcript.Transcript) { tr.End = nil }, pass, all, pass},
		{"an interrupted run", func(tr *transcript.Transcript) { tr.End.Interrupted = true }, pass, all, pass},
		{"a run that stopped at the first failure", func(tr *transcript.Transcript) { tr.End.Stopped = true }, pass, all, pass},
		{"a part of a run", func(tr *transcript.Transcript) { tr.Header.Shard = &transcript.Shard{Of: 2, Parts: []int{2}} }, pass, all, pass},
		{"all parts of a run", func(tr *transcript.Transcript) { tr.Header.Shard = &transcript.Shard{Of: 2, Parts: []int{1, 2}} }, pass, all, stale(isStale)},
		{"trouble outside any session", func(tr *transcript.Transcript) {
			tr.Troubles = []transcript.Trouble{{Kind: "no-php", Message: "PHP does not start"}}
		}, pass, all, pass},
		{"this module's", nil, pass, []contract.Waiver{waives(func(w *contract.Waiver) { w.Module = "acme" })}, stale(isStale)},
		{"two waivers", nil, pass, []contract.Waiver{waives(nil), scoped("session:locale"), until("2026-01-01")},
			stale(isStale + "; waived until 2026-01-01 by jane, but the rule passes now; take the waiver out")},
		{"some rules", func(tr *transcript.Transcript) { tr.Header.Rules = []string{"STAT-01"} }, pass, all, pass},
		{"some faults", func(tr *transcript.Transcript) { tr.Header.Faults = []string{"refused"} }, pass, all, pass},
		{"trouble", func(tr *transcript.Transcript) {
			tr.Sessions[0].Troubles = []transcript.Trouble{{Kind: "no-php", Message: "PHP does not start"}}
		}, pass, all, pass},
		{"what this kind of target cannot do", func(tr *transcript.Transcript) {
			tr.Sessions[0].Troubles = []transcript.Trouble{{Kind: transcript.TroubleUnsupported}}
		}, pass, all, stale(isStale)},
	}
}

// A waiver that no longer counts makes a run red whatever its rule's level is.
func TestVoidWaiversDecideTheVerdict(t *testing.T) {
	results := []contract.Result{
		{Rule: contract.Rule{ID: "LOAD-01", Level: contract.Must}, Outcome: contract.Pass},
		failing(1, inList()),
	}
	if v := contract.Decide(results, false); v != contract.Conformant {
		t.Fatalf("without a waiver: %s", v)
	}
	waiver.Apply(results, run(nil), []contract.Waiver{until("2026-06-14")}, day(t))
	if v := contract.Decide(results, false); v != contract.NotConformant {
		t.Errorf("with an expired waiver: %s", v)
	}
}
