package suites_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	tt "syncproof/internal/transcript/transcripttest"
)

// loaded adds the call of a loader to the run.
func loaded(run *tt.Run, option string) *tt.Call {
	options := run.Session(transcript.SessionOptions)
	loader := *options.Calls[0]
	loader.ID = transcript.CallLoader + ":" + option
	loader.Info.Function = "acme_LoadPlans"
	options.Calls = append(options.Calls, &loader)
	return &loader
}

// ordered is a PHP array whose order the recorder kept.
func ordered(pairs ...any) any {
	entries := tt.List{}
	for i := 0; i < len(pairs); i += 2 {
		entries = append(entries, tt.List{pairs[i], pairs[i+1]})
	}
	return tt.Array{"$php": "array", "entries": entries}
}

func plans(definition any) any { return tt.Array{"Plan": definition} }

func dropdown(options any) tt.Array { return tt.Array{"Type": "dropdown", "Options": options} }

func byLoader() tt.Array { return tt.Array{"Type": "text", "Loader": "LoadPlans"} }

func TestValuesOfTheProductOption(t *testing.T) {
	const server = "name a server whose plans the loader can read"
	space := func(values string) string { return `want a value of the option "Plan": ` + values }
	for _, tc := range []struct {
		name    string
		field   any
		options any
		loader  any
		product any
		outcome contract.Outcome
		reason  string
		supply  string
		follows string
		want    []string
	}{
		{name: "text of choices", options: plans(dropdown("Starter, Pro,Max")), product: "Pro", outcome: contract.Pass},
		{name: "text of choices, with its space", options: plans(dropdown("Starter, Pro,Max")), product: " Pro", outcome: contract.Pass},
		{name: "none of the text's choices", options: plans(dropdown("Starter, Pro,Max")), product: "pro", outcome: contract.Fail, want: []string{
			`accounts[0].product | ` + space(`"Starter", "Pro", "Max"`) + ` | got "pro" (string) | only case or white space sets it apart from "Pro"`,
		}},
		{name: "radio", options: plans(tt.Array{"Type": "Radio", "Options": "a,b"}), product: "c", outcome: contract.Fail, want: []string{
			`accounts[0].product | ` + space(`"a", "b"`) + ` | got "c" (string)`,
		}},
		{name: "list, by text", options: plans(dropdown(tt.List{"Starter", "Pro"})), product: "Pro", outcome: contract.Pass},
		{name: "list, by position", options: plans(dropdown(tt.List{"Starter", "Pro"})), product: "1", outcome: contract.Pass},
		{name: "neither in the list", options: plans(dropdown(tt.List{"Starter", "Pro"})), product: "2", outcome: contract.Fail, want: []string{
			`accounts[0].product | ` + space(`"Starter", "Pro"`) + ` | got "2" (string)`,
		}},
		{name: "int keys", options: plans(dropdown(ordered(7, "Starter", 9, "Pro"))), product: "9", outcome: contract.Pass},
		{name: "label of an int key", options: plans(dropdown(ordered(7, "Starter", 9, "Pro"))), product: "Pro", outcome: contract.Fail, want: []string{
			`accounts[0].product | ` + space(`"7", "9"`) + ` | got "Pro" (string) | that is the label of the option's value "9"`,
		}},
		{name: "int that is a key", options: plans(dropdown(ordered(7, "Starter"))), product: 7, outcome: contract.Pass},
		{name: "many choices", options: plans(dropdown("a,b,c,d,e,f,g,h,i,j")), product: "k", outcome: contract.Fail, want: []string{
			`accounts[0].product | ` + space(`"a", "b", "c", "d", "e", "f", "g", "h", and 2 more`) + ` | got "k" (string)`,
		}},
		{
			name: "second option", field: "configoption2",
			options: ordered("Quota", tt.Array{"Type": "text"}, "Plan", dropdown("a,b")), product: "c", outcome: contract.Fail, want: []string{
				`accounts[0].product | ` + space(`"a", "b"`) + ` | got "c" (string)`,
			},
		},
		{
			name: "first option, free text", field: "configoption1",
			options: ordered("Quota", tt.Array{"Type": "text"}, "Plan", dropdown("a,b")), product: "c",
			outcome: contract.NotApplicable, reason: `the option "Quota" is a free text, which can hold any product`,
		},
		{
			name: "order not recorded", options: tt.Array{"Quota": tt.Array{"Type": "text"}, "Plan": dropdown("a,b")}, product: "c",
			outcome: contract.NotTestable, reason: "the order of the options did not survive the way to syncproof, so configoption1 cannot be told",
			supply: "point syncproof at the module's folder, or put bridge.php in front of it (syncproof bridge)",
		},
		{name: "list of options", options: tt.List{dropdown("a,b")}, product: "a", outcome: contract.Pass},
		{
			name: "no type", options: plans(tt.Array{"Size": "25"}), product: "x",
			outcome: contract.NotApplicable, reason: `the option "Plan" is a free text, which can hold any product`,
		},
		{
			name: "checkbox", options: plans(tt.Array{"Type": "yesno"}), product: "x", outcome: contract.NotTestable,
			reason: `the option "Plan" is a checkbox, and which values WHMCS stores for one is not documented`,
			supply: "name a text or dropdown option in ListAccountsProductField",
		},
		{
			name: "dropdown without choices", options: plans(tt.Array{"Type": "dropdown"}), product: "x", outcome: contract.NotTestable,
			reason: `the option "Plan" offers no values to compare with`, supply: "give the option its choices under Options",
		},
		{
			name: "option that is no array", options: plans("dropdown"), product: "x", outcome: contract.NotTestable,
			reason: `the option "Plan" is not described by an array`, supply: "describe the option by an array with a Type",
		},
		{
			name: "no such option", field: "configoption3", options: plans(dropdown("a")), product: "a", outcome: contract.Fail, follows: "META-05",
			want: []string{"the whole rule | the metadata names configoption3, but ConfigOptions() returned 1 option"},
		},
		{
			name: "no field named", field: tt.Absent(), options: plans(dropdown("a")), product: "a", outcome: contract.Fail, follows: "META-04",
			want: []string{"the whole rule | the metadata names no configuration option for the product (no such key)"},
		},
		{
			name: "no option named", field: "configoption25", options: plans(dropdown("a")), product: "a", outcome: contract.Fail, follows: "META-04",
			want: []string{`the whole rule | the metadata names no configuration option for the product ("configoption25" (string))`},
		},
		{name: "key of the loader", options: plans(byLoader()), loader: tt.Array{"p1": "Starter"}, product: "p1", outcome: contract.Pass},
		{name: "label of the loader", options: plans(byLoader()), loader: tt.Array{"p1": "Starter"}, product: "Starter", outcome: contract.Fail, want: []string{
			`accounts[0].product | ` + space(`"p1"`) + ` | got "Starter" (string) | that is the label of the option's value "p1"`,
		}},
		{name: "list of the loader", options: plans(byLoader()), loader: tt.List{"Starter"}, product: "Starter", outcome: contract.Pass},
		{
			name: "loader that was not called", options: plans(byLoader()), product: "p1", outcome: contract.NotTestable,
			reason: `the loader of the option "Plan" ("LoadPlans" (string)) was not called`, supply: server,
		},
		{
			name: "loader that threw", options: plans(byLoader()), loader: transcript.EndThrew, product: "p1", outcome: contract.NotTestable,
			reason: `the loader of the option "Plan" threw RuntimeException: "boom"`, supply: server,
		},
		{
			name: "loader without choices", options: plans(byLoader()), loader: tt.List{}, product: "p1", outcome: contract.NotTestable,
			reason: `the loader of the option "Plan" returned no choices ([] (array))`, supply: server,
		},
		{
			name: "loader that returned no array", options: plans(byLoader()), loader: false, product: "p1", outcome: contract.NotTestable,
			reason: `the loader of the option "Plan" returned no choices (false (bool))`, supply: server,
		},
		{name: "dropdown with a loader", options: plans(tt.Array{"Type": "dropdown", "Options": "a", "Loader": "LoadPlans"}), loader: tt.Array{"b": "B"}, product: "a", outcome: contract.Pass},
		{name: "empty product is another rule's", options: plans(dropdown("a")), product: "", outcome: contract.Pass},
		{name: "missing product is another rule's", options: plans(dropdown("a")), product: tt.Absent(), outcome: contract.Pass},
	} {
		t.Run(tc.name, func(t *testing.T) {
			run := listing(t, account(tt.Array{"product": tc.product}))
			if tc.field != nil {
				run.MetaData().Returns(tt.MetaData(tt.Array{"ListAccountsProductField": tc.field}))
			}
			run.Options().Returns(tc.options)
			switch loader := tc.loader.(type) {
			case nil:
			case string:
				loaded(run, "Plan").Ends(loader)
			default:
				loaded(run, "Plan").Returns(loader)
			}
			got := ruled(t, run.Transcript(), "PROD-02")
			if got.Outcome != tc.outcome || got.Reason != tc.reason || got.Supply != tc.supply || got.Follows != tc.follows {
				t.Errorf("came out as %s following %q\nreason %q\nsupply %q", got.Outcome, got.Follows, got.Reason, got.Supply)
			}
			var lines []string
			for _, f := range got.Findings {
				lines = append(lines, line(f))
			}
			if diff := cmp.Diff(tc.want, lines); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}
