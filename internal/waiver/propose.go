package waiver

import (
	"errors"
	"fmt"
	"slices"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
)

// Propose completes a waiver for what a rule's result shows: it pins it to the
// messages of the failures in its scope, unless any is wanted. It refuses where
// there is no failure to accept; the error is for the user.
func Propose(w contract.Waiver, r contract.Result, t *transcript.Transcript, anyMessage bool) (contract.Waiver, error) {
	if err := refuse(r); err != nil {
		return w, err
	}
	unkept := r.Count - len(r.Findings)
	if anyMessage && w.Scope == contract.ScopeRule {
		return w, nil
	}
	if unkept > 0 && w.Scope == contract.ScopeRule {
		return w, fmt.Errorf("%s fails in %d places, of which %d are kept, so the waiver cannot name them all; "+
			"--any-message makes one for whatever this rule finds", w.Rule, r.Count, len(r.Findings))
	}
	found := false
	for _, f := range r.Findings {
		if !slices.ContainsFunc(spots(f, t), func(s spot) bool { return holds(w.Scope, s) }) {
			continue
		}
		found = true
		if m := message(f); !anyMessage && !slices.Contains(w.Messages, m) {
			w.Messages = append(w.Messages, m)
		}
	}
	if !found {
		return w, fmt.Errorf("%s does not fail within %s", w.Rule, w.Scope)
	}
	return w, nil
}

// refuse says why a result cannot be waived.
func refuse(r contract.Result) error {
	id := r.Rule.ID
	switch r.Outcome {
	case contract.Fail:
		return nil
	case contract.Pass:
		return fmt.Errorf("%s passed, so there is nothing to waive", id)
	case contract.Waived:
		return fmt.Errorf("%s is waived already, %s", id, r.Reason)
	case contract.StaleWaiver:
		return fmt.Errorf("%s passed, and a waiver for it is stale: %s", id, r.Reason)
	case contract.NotTestable:
		return fmt.Errorf("%s was not tested (%s). A waiver accepts a failure that was seen; --allow-incomplete accepts rules that were not tested", id, r.Reason)
	case contract.NotApplicable:
		return fmt.Errorf("%s does not apply to this module (%s), so there is nothing to waive", id, r.Reason)
	default:
		return errors.New("syncproof itself could not decide " + id + "; that is no failure of the module")
	}
}
