package suites_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
	"syncproof/suites"
)

// verdict is one rule judged on one changed run. Without findings, an outcome
// or a rule that it follows, the rule passes.
type verdict struct {
	name string
	rule string
	// endpoint starts from a target that answers with JSON only.
	endpoint bool
	// faults adds the sessions in which the control panel fails.
	faults bool
	// from makes the run to change, nil for the usual one.
	from   func(testing.TB) *transcripttest.Run
	change func(*transcripttest.Run)
	// findings are exactly those reported; none may be given where follows is.
	findings []contract.Finding
	// follows names the rule whose failure made this one fail.
	follows string
	outcome contract.Outcome
	// reason is why the rule was not judged.
	reason string
	// supply is exactly what would have it judged, "" where any text will do.
	supply string
}

func (v verdict) want() contract.Outcome {
	switch {
	case v.outcome != "":
		return v.outcome
	case len(v.findings) > 0 || v.follows != "":
		return contract.Fail
	}
	return contract.Pass
}

func (v verdict) run(tb testing.TB) *transcript.Transcript {
	tb.Helper()
	run := transcripttest.Calm(tb)
	if v.faults {
		run = transcripttest.Conformant(tb)
	}
	if v.endpoint {
		run = transcripttest.Endpoint(tb)
	}
	if v.from != nil {
		run = v.from(tb)
	}
	if v.change != nil {
		v.change(run)
	}
	return run.Transcript()
}

// recorded are the transcripts of tables, by the name of the test. Judging only
// reads them, so that tests which are run again, with -count or for one mutant
// after the other, need not record them anew, which takes most of their time.
var recorded sync.Map

func recordedOnce(t *testing.T, record func(testing.TB) *transcript.Transcript) *transcript.Transcript {
	t.Helper()
	if kept, found := recorded.Load(t.Name()); found {
		return kept.(*transcript.Transcript)
	}
	tr := record(t)
	recorded.Store(t.Name(), tr)
	return tr
}

func judgeOne(t *testing.T, id string, tr *transcript.Transcript) contract.Result {
	t.Helper()
	rules := suites.Rules()
	i := slices.IndexFunc(rules, func(r suites.Rule) bool { return r.ID == id })
	if i < 0 {
		t.Fatalf("there is no rule %s", id)
	}
	judge, err := suites.NewJudge(rules[i:i+1], tr)
	if err != nil {
		t.Fatal(err)
	}
	return judge.Close(0)
}

func testVerdicts(t *testing.T, verdicts []verdict) {
	t.Helper()
	for _, v := range verdicts {
		t.Run(v.rule+" "+v.name, func(t *testing.T) {
			got := judgeOne(t, v.rule, recordedOnce(t, v.run))
			if got.Outcome != v.want() || got.Follows != v.follows {
				t.Errorf("outcome %q following %q, want %q following %q", got.Outcome, got.Follows, v.want(), v.follows)
			}
			whole := func(f contract.Finding) bool { return f.At == "the whole rule" }
			if len(got.Findings) > 1 && slices.ContainsFunc(got.Findings, whole) {
				t.Errorf("findings beside the reason why the whole rule follows: %+v", got.Findings)
			}
			if v.follows == "" || v.findings != nil {
				if diff := cmp.Diff(v.findings, got.Findings); diff != "" {
					t.Errorf("findings (-want +got):\n%s", diff)
				}
			}
			if diff := cmp.Diff(v.reason, got.Reason); diff != "" {
				t.Errorf("reason (-want +got):\n%s", diff)
			}
			if got.Outcome == contract.NotTestable && (got.Supply == "" || v.supply != "" && got.Supply != v.supply) {
				t.Errorf("to supply: %q, want %q", got.Supply, v.supply)
			}
		})
	}
}

// session returns a change of one session.
func session(id string, change func(*transcripttest.Session)) func(*transcripttest.Run) {
	return func(r *transcripttest.Run) { change(r.Session(id)) }
}

// call returns a change of one call.
func call(id string, change func(*transcripttest.Call)) func(*transcripttest.Run) {
	return func(r *transcripttest.Run) { change(r.Call(id)) }
}

// ends makes a call end in one of the transcript's endings.
func ends(id, ending string) func(*transcripttest.Run) {
	return call(id, func(c *transcripttest.Call) { c.Ends(ending) })
}

// metadata makes every call of MetaData() return the same changed settings.
func metadata(change transcripttest.Array) func(*transcripttest.Run) {
	return func(r *transcripttest.Run) {
		for _, id := range []string{transcript.CallMetaData, transcript.CallMetaDataWeb} {
			r.Call(id).Returns(transcripttest.MetaData(change))
		}
	}
}

// functions replaces what the module defines.
func functions(names ...string) func(*transcripttest.Run) {
	return func(r *transcripttest.Run) {
		r.EachLoad(func(l *transcript.Load) {
			l.Functions = nil
			for i, name := range names {
				l.Functions = append(l.Functions, transcript.Symbol{Name: name, File: "acme.php", Line: 10 + i})
			}
		})
	}
}

// both makes several changes.
func both(changes ...func(*transcripttest.Run)) func(*transcripttest.Run) {
	return func(r *transcripttest.Run) {
		for _, change := range changes {
			change(r)
		}
	}
}
