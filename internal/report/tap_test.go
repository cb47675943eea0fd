package report

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/contract"
)

// tapReader is Perl's own TAP::Parser, told to say what it read.
const tapReader = `use strict; use warnings; use TAP::Parser; use JSON::PP;
local $/; my $tap = <STDIN>;
my $p = TAP::Parser->new({tap => $tap});
my ($yaml, @points) = (0);
while (my $r = $p->next) {
  push @points, $r->description if $r->is_test;
  $yaml++ if $r->is_yaml;
}
print encode_json({errors => [$p->parse_errors], planned => 0 + ($p->tests_planned // 0), run => 0 + $p->tests_run, yaml => $yaml,
  failed => [map { 0 + $_ } $p->failed], skipped => 0 + $p->skipped, todo => 0 + $p->todo});`

type tapSeen struct {
	Errors  []string `json:"errors"`
	Planned int      `json:"planned"`
	Run     int      `json:"run"`
	YAML    int      `json:"yaml"`
	Failed  []int    `json:"failed"`
	Skipped int      `json:"skipped"`
	Todo    int      `json:"todo"`
}

func readTAP(t *testing.T, tap []byte) tapSeen {
	t.Helper()
	perl := exec.Command("perl", "-e", tapReader)
	// Debian's Perl reads versions up to 13, of which 14 is a superset in words
	// only where it nests tests, which is not done here.
	perl.Stdin = strings.NewReader(strings.Replace(string(tap), "TAP version 14\n", "TAP version 13\n", 1))
	out, err := perl.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var seen tapSeen
	if err := json.Unmarshal(out, &seen); err != nil {
		t.Fatal(err)
	}
	return seen
}

func needPerl(t *testing.T) {
	t.Helper()
	if err := exec.Command("perl", "-MTAP::Parser", "-MJSON::PP", "-e", "1").Run(); err != nil {
		const advice = "Perl's TAP::Parser is not installed (Debian: perl)"
		if os.Getenv("SYNCPROOF_REQUIRE_TOOLS") == "1" {
			t.Fatal(advice)
		}
		t.Skip(advice)
	}
}

func TestTAPIsReadByAParser(t *testing.T) {
	needPerl(t)
	for _, s := range append(samples(), sample{"huge", huge()}) {
		want := tapSeen{Errors: []string{}, Failed: []int{}}
		for i, r := range s.judgement.Results {
			switch r.Outcome {
			case contract.Pass:
			case contract.NotApplicable, contract.NotTestable:
				want.Skipped++
			case contract.Waived:
				want.Todo++
				want.YAML++
			default:
				want.Failed = append(want.Failed, i+1)
				want.YAML++
			}
		}
		want.Planned = len(s.judgement.Results)
		if len(s.judgement.Trouble) > 0 || want.Planned == 0 {
			want.Planned++
			want.YAML++
			want.Failed = append(want.Failed, want.Planned)
		}
		want.Run = want.Planned
		if diff := cmp.Diff(want, readTAP(t, written(t, output{write: TAP}, s.judgement))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", s.name, diff)
		}
	}
	if got := readTAP(t, []byte("TAP version 14\n1..2\nok 1 - one\n")); len(got.Errors) == 0 {
		t.Error("the parser takes anything")
	}
}
