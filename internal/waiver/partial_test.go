package waiver_test

import (
	"testing"

	"syncproof/internal/transcript"
	"syncproof/internal/waiver"
)

// The reason is shown where a waiver is refused.
func TestPartial(t *testing.T) {
	for want, change := range map[string]func(*transcript.Transcript){
		"":                                func(*transcript.Transcript) {},
		"broke off before its end":        func(tr *transcript.Transcript) { tr.End = nil },
		"was interrupted":                 func(tr *transcript.Transcript) { tr.End.Interrupted, tr.End.Stopped = true, true },
		"is only a part of one (--shard)": func(tr *transcript.Transcript) { tr.Header.Shard = &transcript.Shard{Of: 3, Parts: []int{1, 3}} },
		"stopped at the first failure (--fail-fast)":       func(tr *transcript.Transcript) { tr.End.Stopped = true },
		"tested only some of the rules (--only or --skip)": func(tr *transcript.Transcript) { tr.Header.Rules = []string{"STAT-01"} },
		"played only some of the faults (--fault)":         func(tr *transcript.Transcript) { tr.Header.Faults = []string{"refused"} },
		"could not make all its calls (PHP does not start)": func(tr *transcript.Transcript) {
			tr.Sessions[1].Troubles = []transcript.Trouble{{Kind: transcript.TroubleUnsupported, Message: "no"}, {Kind: "no-php", Message: "PHP does not start"}}
		},
	} {
		if got := waiver.Partial(run(change)); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
