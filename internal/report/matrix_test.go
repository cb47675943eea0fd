package report_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/contract"
	"syncproof/internal/report"
)

// column is a run under one PHP version with an outcome for each of three rules.
func column(name, php string, v contract.Verdict, outcomes ...contract.Result) report.Column {
	titles := []string{"it loads", "it returns", "it is quiet"}
	levels := []contract.Level{contract.Must, contract.Must, contract.Should}
	for i, id := range []string{"LOAD-01", "ENV-09", "OUT-03"} {
		outcomes[i].Rule = contract.Rule{ID: id, Level: levels[i], Title: titles[i]}
	}
	return report.Column{Name: name, Judgement: contract.Judgement{
		Verdict: v, Environment: map[string]string{"php": php}, Results: outcomes,
	}}
}

func TestMatrix(t *testing.T) {
	pass, fail := contract.Result{Outcome: contract.Pass}, contract.Result{Outcome: contract.Fail}
	follows := contract.Result{Outcome: contract.Fail, Follows: "LOAD-01"}
	untested := contract.Result{Outcome: contract.NotTestable}
	tests := map[string]struct {
		columns []report.Column
		want    string
	}{
		"one version fails": {
			[]report.Column{
				column("php7.4", "7.4.33", contract.Conformant, pass, pass, pass),
				column("php8.5", "8.5.10", contract.NotConformant, pass, fail, fail),
			},
			`PHP VERSIONS
                      php7.4      php8.5
  version             7.4.33      8.5.10
  verdict             CONFORMANT  NOT CONFORMANT
  ENV-09  MUST        pass        FAIL
  OUT-03  SHOULD      pass        FAIL

  ENV-09 fails only under php8.5 (8.5.10): it returns
  OUT-03 fails only under php8.5 (8.5.10): it is quiet
`,
		},
		"all alike": {
			[]report.Column{
				column("php", "8.2.36", contract.NotConformant, pass, fail, untested),
				column("php-2", "", contract.NotConformant, pass, fail, untested),
			},
			`PHP VERSIONS
                      php             php-2
  version             8.2.36          unknown
  verdict             NOT CONFORMANT  NOT CONFORMANT
  ENV-09  MUST        FAIL            FAIL

  No rule fails under one PHP and passes under another.
`,
		},
		"one cannot be driven": {
			[]report.Column{
				column("php", "8.2.36", contract.Conformant, pass, pass, pass),
				column("php9", "", contract.Error, untested, untested, untested),
			},
			`PHP VERSIONS
                      php         php9
  version             8.2.36      unknown
  verdict             CONFORMANT  ERROR

  No rule fails under one PHP and passes under another.
`,
		},
		"one does not load it": {
			[]report.Column{
				column("php7.4", "7.4.33", contract.NotConformant, fail, follows, untested),
				column("php8.2", "8.2.36", contract.Conformant, pass, pass, pass),
			},
			`PHP VERSIONS
                      php7.4          php8.2
  version             7.4.33          8.2.36
  verdict             NOT CONFORMANT  CONFORMANT
  LOAD-01  MUST       FAIL            pass
  ENV-09  MUST        (fail)          pass
  OUT-03  SHOULD      not tested      pass

  LOAD-01 fails only under php7.4 (7.4.33): it loads
`,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			if err := report.Matrix(&out, tt.columns); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, out.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestComparedColumnsSayUnderWhichVersionsARuleFails(t *testing.T) {
	pass, fail := contract.Result{Outcome: contract.Pass}, contract.Result{Outcome: contract.Fail}
	follows := contract.Result{Outcome: contract.Fail, Follows: "LOAD-01"}
	columns := []report.Column{
		column("php7.4", "7.4.33", contract.NotConformant, pass, fail, follows),
		column("php8.2", "8.2.36", contract.NotConformant, fail, fail, pass),
		column("php8.5", "8.5.10", contract.NotConformant, fail, fail, fail),
	}
	var got [][]string
	for _, c := range report.Compared(columns) {
		for _, r := range c.Judgement.Results {
			got = append(got, r.OnlyUnder)
		}
	}
	newer := []string{"php8.2 (8.2.36)", "php8.5 (8.5.10)"}
	want := [][]string{nil, nil, nil, newer, nil, nil, newer, nil, {"php8.5 (8.5.10)"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var junit strings.Builder
	if err := report.JUnit(&junit, report.Compared(columns)[1].Judgement, report.JUnitOptions{}); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(junit.String(), "fails only under php8.2 (8.2.36) and php8.5 (8.5.10)"); n != 1 {
		t.Errorf("the JUnit report says so %d times:\n%s", n, junit.String())
	}
	if columns[1].Judgement.Results[0].OnlyUnder != nil {
		t.Error("the columns given were changed")
	}
}
