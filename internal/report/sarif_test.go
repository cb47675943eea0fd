package report

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xeipuuv/gojsonschema"

	"syncproof/internal/contract"
)

func TestSARIFSatisfiesItsSchema(t *testing.T) {
	raw, err := os.ReadFile("testdata/schemas/sarif-2.1.0.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	schema, err := gojsonschema.NewSchema(gojsonschema.NewBytesLoader(raw))
	if err != nil {
		t.Fatal(err)
	}
	problems := func(document []byte) string {
		result, err := schema.Validate(gojsonschema.NewBytesLoader(document))
		if err != nil {
			return err.Error()
		}
		var all []string
		for _, e := range result.Errors() {
			all = append(all, e.String())
		}
		return strings.Join(all, "\n")
	}
	for _, s := range samples() {
		document := written(t, output{write: SARIF}, s.judgement)
		if why := problems(document); why != "" {
			t.Errorf("%s: %s", s.name, why)
		}
	}
	broken := bytes.Replace(written(t, output{write: SARIF}, everyHazard()), []byte(`"level": "error"`), []byte(`"level": "broken"`), 1)
	if problems(broken) == "" {
		t.Error("the schema takes anything")
	}
}

// sarifPlaces are what code scanning makes of a report.
type sarifPlaces struct {
	Runs []struct {
		Results []struct {
			RuleID       string            `json:"ruleId"`
			Level        string            `json:"level"`
			Prints       map[string]string `json:"partialFingerprints"`
			Suppressions []struct {
				Justification string `json:"justification"`
			} `json:"suppressions"`
			Locations []struct {
				Physical struct {
					Artifact struct {
						URI string `json:"uri"`
					} `json:"artifactLocation"`
					Region struct {
						Line int `json:"startLine"`
					} `json:"region"`
				} `json:"physicalLocation"`
			} `json:"locations"`
		} `json:"results"`
	} `json:"runs"`
}

func places(t *testing.T, j contract.Judgement) sarifPlaces {
	t.Helper()
	var p sarifPlaces
	if err := json.Unmarshal(written(t, output{write: SARIF}, j), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestSARIFNamesPlaces(t *testing.T) {
	finding := contract.Finding{At: "accounts[3].status", Want: "Active", Got: "On", File: `lib\a b:c%.php`, Line: 7}
	other := finding
	other.At = "accounts[4].status"
	j := judged(failing(rule("STAT-01", "status", contract.Must, contract.Corrupt, "status is one of two"), finding, other))
	for ref, want := range map[string]string{
		"./modules/servers/acme":        "modules/servers/acme/lib/a%20b:c%25.php",
		"modules/servers/acme/acme.php": "modules/servers/acme/lib/a%20b:c%25.php",
		"/home/vendor/secret/acme":      "lib/a%20b:c%25.php",
		`C:\Users\vendor\acme`:          "lib/a%20b:c%25.php",
		"../elsewhere/acme":             "lib/a%20b:c%25.php",
		".":                             "lib/a%20b:c%25.php",
		"javascript:x/acme":             "./javascript:x/acme/lib/a%20b:c%25.php",
	} {
		j.Target.Ref = ref
		results := places(t, j).Runs[0].Results
		place := results[0].Locations[0].Physical
		if place.Artifact.URI != want || place.Region.Line != 7 {
			t.Errorf("%s: %s:%d, want %s:7", ref, place.Artifact.URI, place.Region.Line, want)
		}
		if a, b := results[0].Prints["syncproof/v1"], results[1].Prints["syncproof/v1"]; a == "" || a == b {
			t.Errorf("fingerprints are %q and %q", a, b)
		}
	}
	j.Target.Ref = "acme"
	before := places(t, j).Runs[0].Results[0].Prints
	j.Results[0].Findings[0].Line = 99
	if diff := cmp.Diff(before, places(t, j).Runs[0].Results[0].Prints); diff != "" {
		t.Errorf("a line that moved changes the fingerprint:\n%s", diff)
	}
	j.Results[0].Findings[0].File = ""
	if got := places(t, j).Runs[0].Results[0].Locations[0].Physical.Artifact.URI; got != "acme/acme.php" {
		t.Errorf("a place without a file is in %q", got)
	}
}

func TestSARIFSuppressesWhatIsWaived(t *testing.T) {
	got := places(t, waivers()).Runs[0].Results
	if len(got) != 2 || got[0].RuleID != "IP-01" || len(got[0].Suppressions) != 0 || got[1].RuleID != "MAIL-01" || len(got[1].Suppressions) != 1 ||
		!strings.Contains(got[1].Suppressions[0].Justification, "no e-mail") {
		t.Errorf("%+v", got)
	}
}
