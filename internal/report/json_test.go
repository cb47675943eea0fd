package report

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/schema"
	"syncproof/schemas"
)

func judgementSchema(t *testing.T) *schema.Schema {
	t.Helper()
	raw, err := schemas.Read(schemas.Judgement)
	if err != nil {
		t.Fatal(err)
	}
	s, err := schema.Compile(schemas.Judgement, raw)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func validate(t *testing.T, s *schema.Schema, raw []byte) []string {
	t.Helper()
	value, err := phpvalue.Decode(raw)
	if err != nil {
		t.Fatalf("%v\n%s", err, raw)
	}
	found, err := s.Validate(value)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, v := range found {
		out = append(out, strings.Join(v.Path, ".")+": "+v.Text)
	}
	return out
}

func TestJSONSatisfiesItsSchema(t *testing.T) {
	s := judgementSchema(t)
	for _, sample := range samples() {
		if problems := validate(t, s, jsonBytes(t, sample)); len(problems) > 0 {
			t.Errorf("%s: %q", sample.name, problems)
		}
	}
	if problems := validate(t, s, jsonBytes(t, sample{"zero", contract.Judgement{Verdict: contract.Error}})); len(problems) > 0 {
		t.Errorf("a judgement without anything: %q", problems)
	}
}

func TestJSONSchemaRefuses(t *testing.T) {
	s, good := judgementSchema(t), string(jsonBytes(t, sample{"hazards", everyHazard()}))
	for name, change := range map[string][2]string{
		"other version":      {`"version": 1,`, `"version": 2,`},
		"unknown verdict":    {`"NOT CONFORMANT"`, `"FINE"`},
		"unknown hazard":     {`"hazard": "terminate"`, `"hazard": "bad"`},
		"renamed rule":       {`"id": "HAZ-01"`, `"id": "haz/1"`},
		"fail without place": {`"count": 20`, `"count": 0`},
		"untested unsaid":    {`"outcome": "fail"`, `"outcome": "not-testable"`},
		"passed with places": {`"outcome": "fail"`, `"outcome": "pass"`},
		"no tool":            {`"tool": "syncproof 1.0.0",`, ""},
		"line as text":       {`"line": 12`, `"line": "12"`},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		if bad == good {
			t.Errorf("%s: the test changes nothing", name)
			continue
		}
		if problems := validate(t, s, []byte(bad)); len(problems) == 0 {
			t.Errorf("%s: accepted", name)
		}
	}
}

// What is read back is the judgement, but for bytes JSON cannot hold.
func TestJSONLosesNothing(t *testing.T) {
	for _, s := range samples() {
		if s.name == "hostile" {
			continue
		}
		var got contract.Judgement
		if err := json.Unmarshal(jsonBytes(t, s), &got); err != nil {
			t.Fatal(err)
		}
		want := s.judgement
		if want.Calls == nil {
			want.Calls = []contract.CallRef{}
		}
		if want.Results == nil {
			want.Results = []contract.Result{}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", s.name, diff)
		}
	}
}

func TestJSONKeepsOddTextReadable(t *testing.T) {
	raw := jsonBytes(t, sample{"hostile", hostile()})
	for i, r := range string(raw) {
		if r != '\n' && !shows(r) {
			t.Fatalf("%U stands in the file at byte %d", r, i)
		}
	}
	var got contract.Judgement
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	want := strings.Replace(hostileText(), "\xe9", `\xE9`, 1)
	if diff := cmp.Diff(want, got.Results[0].Findings[0].Got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !strings.Contains(string(raw), "<b>&'") {
		t.Error("markup is escaped as if the file were HTML")
	}
}

func TestJSONEscapesCharactersBeyondTheBasicPlane(t *testing.T) {
	j := judged()
	j.Tool = "tag \U000E0041 emoji \U0001F600"
	raw := string(jsonBytes(t, sample{"", j}))
	if !strings.Contains(raw, `"tag \udb40\udc41 emoji 😀"`) {
		t.Errorf("got %s", raw)
	}
	var got contract.Judgement
	if err := json.Unmarshal([]byte(raw), &got); err != nil || got.Tool != j.Tool {
		t.Errorf("read back as %q, %v", got.Tool, err)
	}
}

type brokenDisk struct{}

var errFull = errors.New("no space left")

func (brokenDisk) Write([]byte) (int, error) { return 0, errFull }

func TestReportsSayWhenTheyCannotBeWritten(t *testing.T) {
	j := allPass()
	for name, err := range map[string]error{
		"terminal": Terminal(brokenDisk{}, j, TerminalOptions{}),
		"junit":    JUnit(brokenDisk{}, j, JUnitOptions{}),
		"json":     JSON(brokenDisk{}, j),
	} {
		if !errors.Is(err, errFull) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
