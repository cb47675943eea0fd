package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/contract"
)

func someModules() []Module {
	good, bad := conformantWaived(), voidWaivers()
	return []Module{
		{Name: "acme", Ref: "modules/servers/acme", Judgement: &good, Results: "syncproof-results/acme"},
		{Name: "legacy", Ref: "modules/servers/legacy", Skipped: "nothing in it mentions ListAccounts"},
		{Name: "crude", Ref: "modules/servers/crude", Judgement: &bad, Results: "syncproof-results/crude"},
		{Name: "two\x1b[32m", Ref: "modules/servers/two", Trouble: "several modules\nwere found"},
	}
}

func TestModules(t *testing.T) {
	const want = `MODULES
  module           verdict                   failed  untested  waived  results
  acme             CONFORMANT with 1 waiver       0         0       1  syncproof-results/acme
  legacy           skipped                                             nothing in it mentions ListAccounts
  crude            NOT CONFORMANT                 2         0       0  syncproof-results/crude
  two\u{001B}[32m  ERROR                                               several modules\nwere found

  4 modules: 1 not conformant, 1 could not be tested, 1 conformant, 1 skipped
`
	var b strings.Builder
	if err := Modules(&b, someModules()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("table differs (-want +got):\n%s", diff)
	}
}

// One file holds every module's suites under names of their own, and an error for
// the module that could not be tested.
func TestJUnitOfModules(t *testing.T) {
	var b bytes.Buffer
	if err := JUnitOfModules(&b, someModules(), JUnitOptions{}); err != nil {
		t.Fatal(err)
	}
	var suites []string
	for _, line := range strings.Split(b.String(), "\n") {
		if name, rest, ok := strings.Cut(strings.TrimPrefix(line, `  <testsuite name="`), `"`); ok && strings.HasPrefix(line, "  <testsuite ") {
			counts, _, _ := strings.Cut(strings.TrimSpace(rest), " time=")
			suites = append(suites, name+" "+counts)
		}
	}
	want := []string{
		`acme.load tests="1" failures="0" errors="0" skipped="0"`, `acme.status tests="1" failures="0" errors="0" skipped="1"`,
		`crude.load tests="1" failures="0" errors="0" skipped="0"`, `crude.status tests="1" failures="1" errors="0" skipped="0"`,
		`crude.address tests="1" failures="1" errors="0" skipped="0"`,
		`two__32m.run tests="1" failures="0" errors="1" skipped="0"`,
	}
	if diff := cmp.Diff(want, suites); diff != "" {
		t.Errorf("suites differ (-want +got):\n%s", diff)
	}
	if strings.Count(b.String(), "<testsuites>") != 1 {
		t.Error("there is not one root")
	}
}

func TestModulesCountsWhatWasNotTested(t *testing.T) {
	incomplete := judged(contract.Result{Rule: rule("LOAD-01", "load", contract.Must, contract.Crash, "x"), Outcome: contract.NotTestable, Reason: "x"})
	var b strings.Builder
	if err := Modules(&b, []Module{{Name: "acme", Judgement: &incomplete, Results: "r"}}); err != nil {
		t.Fatal(err)
	}
	const want = "MODULES\n  module  verdict     failed  untested  waived  results\n  acme    INCOMPLETE       0         1       0  r\n\n  1 module: 1 incomplete\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("table differs (-want +got):\n%s", diff)
	}
}
