package suites

import (
	"syncproof/internal/contract"
	"syncproof/internal/transcript"
)

// Strikes says what came of every fault that was played, in the order of the
// plan, judged as the rules about faults judge it.
func Strikes(t *transcript.Transcript) []contract.Strike {
	strikes := []contract.Strike{}
	missing := lacks(t)
	for _, p := range faultsPlayed(t, everyFault) {
		strikes = append(strikes, contract.Strike{
			Fault: p.fault.ID, Title: p.fault.Title, Blind: true, Effect: blindEffect(t, p, missing),
		})
	}
	talk := t.Conversation()
	if talk == nil {
		return strikes
	}
	j := pointJudge{Case: &Case{T: t, lacks: missing}, good: t.Call(transcript.CallConversation), moving: movingFields(t)}
	for _, p := range points(t) {
		strikes = append(strikes, contract.Strike{
			Fault: p.fault.ID, Title: p.fault.Title, At: p.Upstream.At, Effect: j.effect(p),
		})
	}
	return strikes
}

// blindEffect takes no broken answer for the module's fault where it lacked
// something of WHMCS, as the rules do not.
func blindEffect(t *transcript.Transcript, p played, missing map[string]lack) contract.Effect {
	if _, lacking := missing[p.ID]; lacking || !p.ready(t).open {
		return contract.Unjudged
	}
	if _, _, broken := (&Case{T: t}).judgeFault(p); broken {
		return brokenEffect(p.call)
	}
	if !p.struck {
		return contract.Unjudged
	}
	return contract.Reported
}

func (j pointJudge) effect(p point) contract.Effect {
	_, lacking := j.lacks[p.ID]
	switch {
	case lacking || !p.made() || !p.struck():
		return contract.Unjudged
	case !j.right(p):
		return brokenEffect(p.call)
	case answeredList(p.call):
		return contract.Whole
	}
	return contract.Reported
}

// brokenEffect tells what claims to be a list from what is no answer.
func brokenEffect(call *transcript.Call) contract.Effect {
	if answer, isMap := returnedAnswer(call); isMap && answer["success"] == true {
		return contract.Untrue
	}
	return contract.NoAnswer
}
