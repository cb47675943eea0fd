package report_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/contract"
	"syncproof/internal/report"
	"syncproof/internal/transcript"
	tt "syncproof/internal/transcript/transcripttest"
)

// listOf is an answer with n accounts.
func listOf(n int) tt.Array {
	rows := tt.List{}
	for range n {
		rows = append(rows, tt.Account("one.example"))
	}
	return tt.Array{"success": true, "accounts": rows}
}

func costing(c *tt.Call, n int, seconds float64, memory int64) {
	c.Returns(listOf(n))
	c.Effects.Seconds, c.Effects.Memory = seconds, memory
}

// Sizes come from whole lists only, and there are none unless they differ widely.
func TestSizes(t *testing.T) {
	gather := func(change func(*tt.Run)) []report.Size {
		r := tt.Talking(t)
		for _, id := range []string{
			transcript.CallList, transcript.CallRepeat1, transcript.CallRepeat2, transcript.CallLocale,
			transcript.CallConversation, transcript.CallReplay, transcript.CallRecovered,
		} {
			costing(r.Call(id), 10, 0.5, 1<<20)
		}
		// What a fault made of the list costs nothing that counts.
		costing(r.Point("html-login@2").Calls[0], 1000, 99, 99<<20)
		change(r)
		return report.Gather(r.Transcript(), contract.Judgement{}).Sizes
	}
	if got := gather(func(*tt.Run) {}); got != nil {
		t.Errorf("one size gave %+v", got)
	}
	if got := gather(func(r *tt.Run) { costing(r.Call(transcript.CallRepeat1), 19, 1, 1) }); got != nil {
		t.Errorf("sizes close together gave %+v", got)
	}
	got := gather(func(r *tt.Run) {
		costing(r.Call(transcript.CallRepeat1), 200, 3, 7<<20)
		costing(r.Call(transcript.CallRepeat2), 200, 2, 8<<20)
	})
	if len(got) < 2 {
		t.Fatalf("got %+v", got)
	}
	if diff := cmp.Diff(report.Size{Accounts: 200, Seconds: 3, Memory: 8 << 20, Calls: 2}, got[len(got)-1]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What a module returned is shown as PHP writes it, and cut.
func TestReturnedValues(t *testing.T) {
	for name, tc := range map[string]struct {
		ends func(*tt.Call)
		want string
	}{
		"a failure": {
			func(c *tt.Call) { c.Returns(tt.Array{"success": false, "error": "no \"x\"\n"}) },
			"[\n    \"error\" => \"no \\\"x\\\"\\n\",\n    \"success\" => false,\n]",
		},
		"null":          {func(c *tt.Call) { c.Returns(nil) }, "null"},
		"a float":       {func(c *tt.Call) { c.Returns(json.Number("1.50")) }, "1.50"},
		"empty":         {func(c *tt.Call) { c.Returns(tt.List{}) }, "[]"},
		"an object":     {func(c *tt.Call) { c.Returns(tt.Object(`Acme\X`)) }, "Acme"},
		"many accounts": {func(c *tt.Call) { c.Returns(listOf(5000)) }, "// … and 4997 entries more"},
		"many keys":     {func(c *tt.Call) { c.Returns(manyKeys()) }, "// … and 84 entries more"},
		"a throwable": {
			func(c *tt.Call) { c.Throws(transcript.Throwable{Class: "Error", Message: "boom"}) },
			`(no value: the call threw Error: "boom")`,
		},
		"exit":      {func(c *tt.Call) { c.Exits(0, "bye") }, "(no value: the call called exit or die)\n(it printed \"bye\")"},
		"no answer": {func(c *tt.Call) { c.Ends(transcript.EndTimedOut) }, "(no value: the call did not answer in time and was stopped)"},
	} {
		t.Run(name, func(t *testing.T) {
			r := tt.Conformant(t)
			tc.ends(r.List())
			j := contract.Judgement{Results: []contract.Result{
				{Outcome: contract.Fail, Count: 1, Findings: []contract.Finding{{Call: transcript.CallList, At: "x"}}},
			}}
			got := report.Gather(r.Transcript(), j).Calls[transcript.CallList].Returned
			if !strings.Contains(got, tc.want) || len(got) > 8<<10 {
				t.Errorf("got\n%s\nwant\n%s", got, tc.want)
			}
		})
	}
}

func manyKeys() tt.Array {
	all := tt.Array{}
	for i := range 100 {
		all[strings.Repeat("k", i+1)] = i
	}
	return all
}
