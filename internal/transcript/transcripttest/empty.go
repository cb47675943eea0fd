package transcripttest

import (
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/scenario"
	"syncproof/internal/transcript"
)

// WithEmptyPanel is a run in which the module also listed a server without
// accounts, of which there was a recording.
func WithEmptyPanel(tb testing.TB) *Run {
	tb.Helper()
	plan := scenario.Plan([]contract.Need{contract.NeedRows, contract.NeedEmptyPanel}, scenario.Run{Params: params(), EmptyParams: params()})
	r := conformant(tb, plan)
	s := r.Session(transcript.SessionEmptyPanel)
	s.Exchanges = s.Exchanges[:1]
	s.Exchanges[0].ReplyBody = Printed(`{"total":0,"accounts":[]}`)
	s.Calls[0].Returns(Array{"success": true, "accounts": List{}})
	return r
}
