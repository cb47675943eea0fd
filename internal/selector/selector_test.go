package selector_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/contract"
	"syncproof/internal/selector"
)

func rules() []contract.Rule {
	rule := func(id, area string, level contract.Level, hazard contract.Hazard) contract.Rule {
		return contract.Rule{ID: id, Area: area, Level: level, Hazard: hazard}
	}
	return []contract.Rule{
		rule("LOAD-01", "load", contract.Must, contract.Crash),
		rule("LOAD-02", "load", contract.Should, contract.NoHazard),
		rule("META-02", "meta", contract.Must, contract.Terminate),
		rule("META-03", "meta", contract.Should, contract.Misleading),
		rule("META-12", "meta", contract.Should, contract.Misleading),
		rule("ENV-01", "envelope", contract.Must, contract.Terminate),
	}
}

func TestSelect(t *testing.T) {
	tests := []struct {
		name       string
		only, skip []string
		want       []string
	}{
		{"everything", nil, nil, []string{"LOAD-01", "LOAD-02", "META-02", "META-03", "META-12", "ENV-01"}},
		{"an id", []string{"META-02"}, nil, []string{"META-02"}},
		{"an id in another case", []string{"meta-02"}, nil, []string{"META-02"}},
		{"an area", []string{"envelope"}, nil, []string{"ENV-01"}},
		{"the letters ids begin with", []string{"env"}, nil, []string{"ENV-01"}},
		{"a level", []string{"must"}, nil, []string{"LOAD-01", "META-02", "ENV-01"}},
		{"a hazard", []string{"Terminate"}, nil, []string{"META-02", "ENV-01"}},
		{"the hazard none", []string{"none"}, nil, []string{"LOAD-02"}},
		{"a pattern", []string{"META-*"}, nil, []string{"META-02", "META-03", "META-12"}},
		{"a pattern in another case", []string{"meta-?2"}, nil, []string{"META-02", "META-12"}},
		{"a pattern with stars inside", []string{"*a*-*2"}, nil, []string{"LOAD-02", "META-02", "META-12"}},
		{"a pattern for all", []string{"**"}, nil, []string{"LOAD-01", "LOAD-02", "META-02", "META-03", "META-12", "ENV-01"}},
		{"commas, with blanks", []string{"ENV-01, load ,"}, nil, []string{"LOAD-01", "LOAD-02", "ENV-01"}},
		{"repeated", []string{"ENV-01", "load"}, nil, []string{"LOAD-01", "LOAD-02", "ENV-01"}},
		{"the same rule twice", []string{"META-02,meta-02", "META-02"}, nil, []string{"META-02"}},
		{"skip", nil, []string{"meta", "should"}, []string{"LOAD-01", "ENV-01"}},
		{"only and skip", []string{"must"}, []string{"load"}, []string{"META-02", "ENV-01"}},
		{"skip what only did not choose", []string{"load"}, []string{"meta"}, []string{"LOAD-01", "LOAD-02"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			chosen, err := selector.Select(rules(), tt.only, tt.skip)
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, r := range chosen {
				ids = append(ids, r.ID)
			}
			if diff := cmp.Diff(tt.want, ids); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSelectErrors(t *testing.T) {
	const empty = "a choice of rules is empty: name a rule such as META-02, an area such as load, a level such as must, or a hazard such as terminate"
	tests := []struct {
		name       string
		only, skip []string
		want       string
	}{
		{"a mistyped id", []string{"META-2"}, nil,
			`"META-2" matches no rule's id, area, level or hazard; did you mean "META-02", "META-12" or "meta"?`},
		{"a mistyped area", nil, []string{"laod"},
			`"laod" matches no rule's id, area, level or hazard; did you mean "load"?`},
		{"a mistyped hazard after a good word", []string{"load,terminat"}, nil,
			`"terminat" matches no rule's id, area, level or hazard; did you mean "terminate"?`},
		{"nothing near", []string{"xyzzy"}, nil,
			`"xyzzy" matches no rule's id, area, level or hazard ("syncproof rules" lists them all)`},
		{"part of an id", []string{"META-"}, nil,
			`"META-" matches no rule's id, area, level or hazard; did you mean "meta", "META-02" or "META-03"?`},
		{"a pattern", []string{"FLT-*"}, nil,
			`"FLT-*" matches no rule's id ("syncproof rules" lists them all)`},
		{"brackets are no pattern", []string{"META-0[23]"}, nil,
			`"META-0[23]" matches no rule's id, area, level or hazard; did you mean "META-02" or "META-03"?`},
		{"a level no rule has", []string{"may"}, nil, `"may" matches no rule: none has that level`},
		{"a hazard no rule has", nil, []string{"Leak"}, `"Leak" matches no rule: none has that hazard`},
		{"empty", []string{""}, nil, empty},
		{"only commas", nil, []string{"load", " , "}, empty},
		{"control characters are shown escaped", []string{"\x1b[2Jxyzzy\n"}, nil,
			`"\x1B[2Jxyzzy" matches no rule's id, area, level or hazard ("syncproof rules" lists them all)`},
		{"all chosen are skipped", []string{"load", "ENV-01"}, []string{"load,env"},
			"no rule is left to test: --skip load,env takes away every rule that --only load,ENV-01 chooses"},
		{"all are skipped", nil, []string{"must", "should"},
			"no rule is left to test: --skip must,should takes away every rule there is"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			chosen, err := selector.Select(rules(), tt.only, tt.skip)
			if err == nil {
				t.Fatalf("no error, chose %d rules", len(chosen))
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Whatever is typed, the choice is never empty, never reordered and never holds
// a rule that was skipped.
func FuzzSelect(f *testing.F) {
	f.Add("META-*", "must")
	f.Add("", "load,ENV-01")
	f.Add("********************?", "*a*")
	f.Add("\xff", "é")
	f.Fuzz(func(t *testing.T, only, skip string) {
		var onlys, skips []string
		if only != "" {
			onlys = []string{only}
		}
		if skip != "" {
			skips = []string{skip}
		}
		chosen, err := selector.Select(rules(), onlys, skips)
		if err != nil {
			if strings.TrimSpace(err.Error()) == "" || chosen != nil {
				t.Errorf("error %q with %d rules", err, len(chosen))
			}
			return
		}
		if len(chosen) == 0 {
			t.Fatal("nothing chosen and no error")
		}
		rest := rules()
		for _, c := range chosen {
			at := -1
			for i, r := range rest {
				if r.ID == c.ID {
					at = i
				}
			}
			if at < 0 {
				t.Fatalf("%s is out of order or twice", c.ID)
			}
			rest = rest[at+1:]
		}
	})
}
