package judge_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/contract"
	"syncproof/internal/judge"
	"syncproof/internal/transcript"
	"syncproof/suites"
)

const stored = `{"event":"run","version":1,"started":"2026-01-02T03:04:05Z","target":{"kind":"php","ref":"acme","module":"acme"},"plan":["list"],"live":true}
{"event":"session","session":"list","purpose":"list the accounts","network":"open","sees":{"load":true}}
{"event":"call","session":"list","call":"list","function":"ListAccounts","params":{}}
{"event":"account","session":"list","call":"list","key":0,"value":{"username":"alice"}}
{"event":"returned","session":"list","call":"list","value":{"success":true,"accounts":{"$php":"accounts","count":1,"list":true}},"output":{"bytes":0},"seconds":0.5}
{"event":"exit","session":"list","status":0,"stdout":{"bytes":0},"stderr":{"bytes":0},"seconds":0.6}
`

const ended = `{"event":"end","seconds":0.7}` + "\n"

func read(t *testing.T, text string) *transcript.Transcript {
	t.Helper()
	tr, err := transcript.Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func rule(id string, level contract.Level, check func(*suites.Case)) suites.Rule {
	return suites.Rule{
		Rule:  contract.Rule{ID: id, Area: "test", Level: level, Hazard: contract.NoHazard, Title: "title of " + id},
		Check: check,
	}
}

func passes(*suites.Case) {}

func TestRunCarriesEveryOutcome(t *testing.T) {
	rules := []suites.Rule{
		rule("A-01", contract.Must, passes),
		rule("A-02", contract.Must, func(c *suites.Case) { c.Fail(contract.Finding{At: "here", Want: "1", Got: "2"}) }),
		rule("A-03", contract.Should, func(c *suites.Case) { c.NotApplicable("not declared") }),
		rule("A-04", contract.Must, func(c *suites.Case) { c.NotTestable("no evidence", "supply it") }),
		rule("A-05", contract.Must, func(*suites.Case) { panic("a defect of ours") }),
		{
			Rule: contract.Rule{ID: "A-06", Level: contract.Must, Title: "rows"},
			Row: func(c *suites.Case) suites.RowCheck {
				return func(contract.Account) { c.Fail(contract.Finding{At: "row"}) }
			},
		},
	}
	j, err := judge.Run(read(t, stored+ended), rules, judge.Options{Tool: "syncproof test", Transcript: "t.ndjson"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range j.Results {
		got = append(got, r.Rule.ID+" "+string(r.Outcome)+" "+r.Reason)
	}
	want := []string{
		"A-01 pass ", "A-02 fail ", "A-03 not-applicable not declared", "A-04 not-testable no evidence",
		"A-05 harness-error the check of this rule failed: a defect of ours", "A-06 fail ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if j.Verdict != contract.NotConformant {
		t.Errorf("verdict = %s", j.Verdict)
	}
	wantCounts := contract.Counts{Total: 6, Pass: 1, Fail: 2, NotApplicable: 1, NotTestable: 1, HarnessError: 1}
	if diff := cmp.Diff(wantCounts, j.Counts); diff != "" {
		t.Error(diff)
	}
}

func TestVerdicts(t *testing.T) {
	fails := func(c *suites.Case) { c.Fail(contract.Finding{At: "x"}) }
	untested := func(c *suites.Case) { c.NotTestable("why", "what") }
	absent := func(c *suites.Case) { c.NotApplicable("why") }
	trouble := `{"event":"session","session":"list","sees":{}}` + "\n" + `{"event":"trouble","session":"list","kind":"start","message":"refused"}` + "\n"
	unsupported := strings.Replace(trouble, `"start"`, `"unsupported"`, 1)
	head := stored[:strings.IndexByte(stored, '\n')+1]
	must, should, may := contract.Must, contract.Should, contract.May
	cases := map[string]struct {
		text   string
		strict bool
		rules  []suites.Rule
		want   contract.Verdict
	}{
		"all pass":                     {stored + ended, false, []suites.Rule{rule("A", must, passes)}, contract.Conformant},
		"a MUST fails":                 {stored + ended, false, []suites.Rule{rule("A", must, passes), rule("B", must, fails)}, contract.NotConformant},
		"a SHOULD fails":               {stored + ended, false, []suites.Rule{rule("A", must, passes), rule("B", should, fails)}, contract.Conformant},
		"a SHOULD fails, strict":       {stored + ended, true, []suites.Rule{rule("A", must, passes), rule("B", should, fails)}, contract.NotConformant},
		"a MAY fails, strict":          {stored + ended, true, []suites.Rule{rule("A", must, passes), rule("B", may, fails)}, contract.Conformant},
		"a MUST is untested":           {stored + ended, false, []suites.Rule{rule("A", must, passes), rule("B", must, untested)}, contract.Incomplete},
		"a SHOULD is untested":         {stored + ended, false, []suites.Rule{rule("A", must, passes), rule("B", should, untested)}, contract.Conformant},
		"untested, strict":             {stored + ended, true, []suites.Rule{rule("A", must, passes), rule("B", should, untested)}, contract.Incomplete},
		"failed and untested":          {stored + ended, false, []suites.Rule{rule("A", must, fails), rule("B", must, untested)}, contract.NotConformant},
		"nothing applies":              {stored + ended, false, []suites.Rule{rule("A", must, absent)}, contract.Incomplete},
		"nothing judged":               {stored + ended, false, nil, contract.Incomplete},
		"our defect":                   {stored + ended, false, []suites.Rule{rule("A", must, passes), rule("B", may, func(*suites.Case) { panic(1) })}, contract.Error},
		"cut off":                      {stored, false, []suites.Rule{rule("A", must, passes)}, contract.Incomplete},
		"interrupted":                  {stored + `{"event":"end","interrupted":true,"seconds":1}` + "\n", false, []suites.Rule{rule("A", must, passes)}, contract.Incomplete},
		"stopped at the first failure": {stored + `{"event":"end","stopped":true,"seconds":1}` + "\n", false, []suites.Rule{rule("A", must, passes)}, contract.Incomplete},
		"a part is missing":            {strings.Replace(stored, `"live":true`, `"live":true,"shard":{"of":2,"parts":[2]}`, 1) + ended, false, []suites.Rule{rule("A", must, passes)}, contract.Incomplete},
		"no part is missing":           {strings.Replace(stored, `"live":true`, `"live":true,"shard":{"of":2,"parts":[1,2]}`, 1) + ended, false, []suites.Rule{rule("A", must, passes)}, contract.Conformant},
		"our defect, cut off":          {stored, false, []suites.Rule{rule("A", must, passes), rule("B", may, func(*suites.Case) { panic(1) })}, contract.Error},
		"not driven outside a session": {stored + `{"event":"trouble","kind":"start","message":"refused"}` + "\n" + ended, false, []suites.Rule{rule("A", must, passes)}, contract.Error},
		"not driven, and cut off":      {head + trouble, false, []suites.Rule{rule("A", must, passes)}, contract.Error},
		"not driven":                   {head + trouble + ended, false, []suites.Rule{rule("A", must, untested)}, contract.Error},
		"not driven, yet a MUST fails": {head + trouble + ended, false, []suites.Rule{rule("A", must, fails)}, contract.NotConformant},
		"a session is not offered":     {head + unsupported + ended, false, []suites.Rule{rule("A", must, untested)}, contract.Incomplete},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			j, err := judge.Run(read(t, c.text), c.rules, judge.Options{Strict: c.strict})
			if err != nil {
				t.Fatal(err)
			}
			if j.Verdict != c.want {
				t.Errorf("verdict = %s, want %s", j.Verdict, c.want)
			}
		})
	}
}

// A row check that panics costs the judgement, not the process.
func TestAPanickingRowIsReported(t *testing.T) {
	rules := []suites.Rule{{
		Rule: contract.Rule{ID: "A-01", Title: "rows"},
		Row:  func(*suites.Case) suites.RowCheck { return func(contract.Account) { panic("ours") } },
	}}
	_, err := judge.Run(read(t, stored+ended), rules, judge.Options{})
	const want = "syncproof failed while reading the accounts list: ours; this is a defect of syncproof"
	if err == nil || err.Error() != want {
		t.Errorf("error = %v", err)
	}
}

func TestFailureText(t *testing.T) {
	got := judge.FailureText(contract.Result{
		Rule:  contract.Rule{ID: "STAT-01", Level: contract.Must, Title: "status is one of two values", Why: "bad things", Fix: "map it"},
		Count: 4,
		Findings: []contract.Finding{
			{At: "accounts[3].status", Want: `"Active" or "Suspended"`, Got: `"active" (string)`, Note: "wrong case", File: "acme.php", Line: 7},
			{At: "accounts[4].status", Got: "a \x1b[31mred\x1b[0m word"},
		},
	})
	const want = `STAT-01 MUST: status is one of two values
  accounts[3].status want "Active" or "Suspended", got "active" (string) (wrong case) acme.php:7
  accounts[4].status got a \x1B[31mred\x1B[0m word
  and 2 more
  why  bad things
  fix  map it
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A waiver in force makes a failure one that is accepted, and an expired one does not.
func TestWaiversCount(t *testing.T) {
	fails := []suites.Rule{rule("A", contract.Must, passes), rule("B", contract.Must, func(c *suites.Case) { c.Fail(contract.Finding{At: "x"}) })}
	waivers := []contract.Waiver{{Rule: "B", Scope: contract.ScopeRule, Owner: "jane", Reason: "known", Expires: "2026-01-31"}}
	for day, want := range map[string]contract.Verdict{"2026-01-31": contract.Conformant, "2026-02-01": contract.NotConformant} {
		today, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		j, err := judge.Run(read(t, stored+ended), fails, judge.Options{Waivers: waivers, Today: today})
		if err != nil {
			t.Fatal(err)
		}
		if j.Verdict != want {
			t.Errorf("on %s: %s, want %s", day, j.Verdict, want)
		}
	}
}

// A long list that cannot be read back from the disk is no list that is shorter.
func TestALostTranscriptIsAnError(t *testing.T) {
	const n = 20000
	var text strings.Builder
	for line := range strings.Lines(stored + ended) {
		switch {
		case strings.HasPrefix(line, `{"event":"account"`):
			for i := range n {
				fmt.Fprintf(&text, `{"event":"account","session":"list","call":"list","key":%d,"value":{"username":"alice-%d"}}`+"\n", i, i)
			}
		default:
			text.WriteString(strings.Replace(line, `"count":1`, fmt.Sprintf(`"count":%d`, n), 1))
		}
	}
	path := filepath.Join(t.TempDir(), "t.ndjson")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	opened, err := transcript.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = opened.Close() }()
	seen := 0
	rows := rule("A", contract.Must, nil)
	rows.Row = func(*suites.Case) suites.RowCheck { return func(contract.Account) { seen++ } }
	if j, err := judge.Run(opened.Transcript, []suites.Rule{rows}, judge.Options{}); err != nil || j.Verdict != contract.Conformant || seen != n {
		t.Fatalf("as long as it is there: %s of %d rows, %v", j.Verdict, seen, err)
	}
	if err := os.Truncate(path, 1000); err != nil {
		t.Fatal(err)
	}
	if j, err := judge.Run(opened.Transcript, []suites.Rule{rows}, judge.Options{}); err == nil {
		t.Errorf("when it is gone: %s of %d rows", j.Verdict, seen-n)
	}
}
