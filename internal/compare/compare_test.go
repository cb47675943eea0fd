package compare_test

import (
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/compare"
	"syncproof/internal/contract"
)

func result(id string, outcome contract.Outcome, got ...string) contract.Result {
	r := contract.Result{
		Rule:    contract.Rule{ID: id, Level: contract.Must, Hazard: contract.Terminate, Title: "title of " + id},
		Outcome: outcome,
	}
	for _, g := range got {
		r.Findings = append(r.Findings, contract.Finding{At: "ListAccounts()", Want: "a list", Got: g})
		r.Count++
	}
	if outcome == contract.NotTestable {
		r.Reason = "no server"
	}
	return r
}

func judged(verdict contract.Verdict, results ...contract.Result) contract.Judgement {
	return contract.Judgement{
		Version: 1, Tool: "syncproof 0.1.0", Verdict: verdict, Started: "2026-03-01T10:00:00Z",
		Target: contract.TargetRef{Module: "acme"}, Results: results,
	}
}

// Every pair of outcomes, and what is made of it.
func TestChanges(t *testing.T) {
	const (
		pass, fail, stale    = contract.Pass, contract.Fail, contract.StaleWaiver
		waived, na, untested = contract.Waived, contract.NotApplicable, contract.NotTestable
		broken               = contract.HarnessError
		absent               = contract.Outcome("")
	)
	want := map[contract.Outcome]map[contract.Outcome]compare.Change{
		pass:     {fail: compare.New, stale: compare.New, waived: compare.Waived, untested: compare.Untested, broken: compare.Untested, absent: compare.Untested},
		na:       {fail: compare.New, stale: compare.New, waived: compare.Waived, untested: compare.Untested, broken: compare.Untested, absent: compare.Untested},
		fail:     {pass: compare.Fixed, na: compare.Fixed, stale: compare.Changed, waived: compare.Waived, untested: compare.Untested, broken: compare.Untested, absent: compare.Untested},
		stale:    {pass: compare.Fixed, na: compare.Fixed, fail: compare.Changed, waived: compare.Waived, untested: compare.Untested, broken: compare.Untested, absent: compare.Untested},
		waived:   {pass: compare.Fixed, na: compare.Fixed, fail: compare.New, stale: compare.New, untested: compare.Untested, broken: compare.Untested, absent: compare.Untested},
		untested: {pass: compare.Tested, na: compare.Tested, fail: compare.New, stale: compare.New, waived: compare.Waived},
		broken:   {pass: compare.Tested, na: compare.Tested, fail: compare.New, stale: compare.New, waived: compare.Waived},
		absent:   {pass: compare.Tested, na: compare.Tested, fail: compare.New, stale: compare.New, waived: compare.Waived},
	}
	judgement := func(o contract.Outcome) contract.Judgement {
		switch o {
		case absent:
			return judged(contract.Incomplete)
		case fail, waived:
			return judged(contract.Incomplete, result("X-01", o, "null"))
		case stale:
			r := result("X-01", o)
			r.Reason = "take it out"
			return judged(contract.Incomplete, r)
		default:
			return judged(contract.Incomplete, result("X-01", o))
		}
	}
	for before, row := range want {
		for after := range want {
			d := compare.Of("a", judgement(before), "b", judgement(after))
			got := compare.Change("")
			if len(d.Entries) == 1 {
				got = d.Entries[0].Change
			}
			if got != row[after] || len(d.Entries) > 1 {
				t.Errorf("%q to %q: %q, want %q", before, after, got, row[after])
			}
		}
	}
}

func sample() compare.Difference {
	before := judged(contract.NotConformant,
		result("A-01", contract.Pass), result("B-01", contract.Fail, "null", "1"), result("C-01", contract.Fail, "x"),
		result("D-01", contract.Pass), result("E-01", contract.Fail, "same"), result("F-01", contract.NotTestable))
	after := judged(contract.NotConformant,
		result("A-01", contract.Fail, "<b>|`@x`\x1b[31m\nline"), result("B-01", contract.Fail, "null", "2"), result("C-01", contract.Pass),
		result("D-01", contract.NotTestable), result("E-01", contract.Fail, "same"), result("F-01", contract.Pass))
	after.Results[1].Count = 30
	after.Tool = "syncproof 0.2.0"
	return compare.Of("main", before, "branch", after)
}

func TestText(t *testing.T) {
	const want = `DIFF  1 new, 1 changed, 1 now untested, 1 fixed, 1 newly tested

  old  main: NOT CONFORMANT  acme  2026-03-01T10:00:00Z
  new  branch: NOT CONFORMANT  acme  2026-03-01T10:00:00Z
  note these were judged by two versions, syncproof 0.1.0 and syncproof 0.2.0, which may know other rules

NEW       A-01  MUST  title of A-01
          pass -> fail
          + ListAccounts(): want a list, got <b>|` + "`@x`" + `\x1B[31m\nline

CHANGED   B-01  MUST  title of B-01
          fail -> fail
          - ListAccounts(): want a list, got 1
          + ListAccounts(): want a list, got 2
          +28 places that are counted only

UNTESTED  D-01  MUST  title of D-01
          pass -> not tested
          + no server

FIXED     C-01  MUST  title of C-01
          fail -> pass
          - ListAccounts(): want a list, got x

TESTED    F-01  MUST  title of F-01
          not tested -> pass
          - no server
`
	written(t, want, compare.Text)
}

func TestMarkdown(t *testing.T) {
	const want = `### syncproof: 1 new, 1 changed, 1 now untested, 1 fixed, 1 newly tested

- old: main: NOT CONFORMANT  acme  2026-03-01T10:00:00Z
- new: branch: NOT CONFORMANT  acme  2026-03-01T10:00:00Z
- note: these were judged by two versions, syncproof 0.1.0 and syncproof 0.2.0, which may know other rules

| | rule | level | what | before | now |
| --- | --- | --- | --- | --- | --- |
| new | A-01 | MUST | title of A-01<br>+ ListAccounts(): want a list, got &lt;b&gt;\|\` + "`&#64;x\\`" + `\\x1B\[31m\\nline | pass | fail |
| changed | B-01 | MUST | title of B-01<br>- ListAccounts(): want a list, got 1<br>+ ListAccounts(): want a list, got 2<br>+28 places that are counted only | fail | fail |
| untested | D-01 | MUST | title of D-01<br>+ no server | pass | not tested |
| fixed | C-01 | MUST | title of C-01<br>- ListAccounts(): want a list, got x | fail | pass |
| tested | F-01 | MUST | title of F-01<br>- no server | not tested | pass |
`
	written(t, want, compare.Markdown)
}

func TestJSON(t *testing.T) {
	d := sample()
	d.Entries = d.Entries[:1]
	var b strings.Builder
	if err := compare.JSON(&b, d); err != nil {
		t.Fatal(err)
	}
	const want = `{
  "version": 1,
  "old": {
    "name": "main",
    "module": "acme",
    "verdict": "NOT CONFORMANT",
    "started": "2026-03-01T10:00:00Z",
    "tool": "syncproof 0.1.0"
  },
  "new": {
    "name": "branch",
    "module": "acme",
    "verdict": "NOT CONFORMANT",
    "started": "2026-03-01T10:00:00Z",
    "tool": "syncproof 0.2.0"
  },
  "counts": {
    "changed": 1,
    "fixed": 1,
    "new": 1,
    "tested": 1,
    "untested": 1,
    "waived": 0
  },
  "entries": [
    {
      "change": "new",
      "rule": "A-01",
      "level": "MUST",
      "hazard": "terminate",
      "title": "title of A-01",
      "old": "pass",
      "new": "fail",
      "come": [
        "ListAccounts(): want a list, got <b>|` + "`@x`" + `\\x1B[31m\nline"
      ]
    }
  ]
}
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("JSON differs (-want +got):\n%s", diff)
	}
}

func TestNothingChanged(t *testing.T) {
	j := judged(contract.Conformant, result("A-01", contract.Pass))
	other := j
	other.Target.Module = "other"
	var b strings.Builder
	if err := compare.Text(&b, compare.Of("a", j, "b", other)); err != nil {
		t.Fatal(err)
	}
	const want = `DIFF  no rule ended differently

  old  a: CONFORMANT  acme  2026-03-01T10:00:00Z
  new  b: CONFORMANT  other  2026-03-01T10:00:00Z
  note these are runs of two modules, acme and other
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("text differs (-want +got):\n%s", diff)
	}
}

func written(t *testing.T, want string, write func(io.Writer, compare.Difference) error) {
	t.Helper()
	var b strings.Builder
	if err := write(&b, sample()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("output differs (-want +got):\n%s", diff)
	}
}
