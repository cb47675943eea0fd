package suites

import (
	"fmt"

	"syncproof/internal/contract"
	"syncproof/internal/schema"
	"syncproof/internal/transcript"
)

// Judge holds the cases of one run: each rule with its evidence gathered, ready
// to be closed one by one.
type Judge struct {
	cases []*Case
	gates []gate
}

// NewJudge gathers what the rules need: it asks each rule's needs and streams
// the recorded list once past every rule that looks at rows.
func NewJudge(rules []Rule, t *transcript.Transcript) (*Judge, error) {
	j := &Judge{cases: make([]*Case, len(rules)), gates: make([]gate, len(rules))}
	missing := lacks(t)
	for i, r := range rules {
		j.cases[i] = NewCase(r, t)
		j.cases[i].lacks = missing
		j.gates[i] = gateFor(r, t)
	}
	if err := j.streamRows(t); err != nil {
		return nil, err
	}
	return j, nil
}

// Len is the number of rules.
func (j *Judge) Len() int { return len(j.cases) }

// Close decides rule i and returns its result.
func (j *Judge) Close(i int) contract.Result {
	c := j.cases[i]
	// The rule that owns a missing precondition decides it itself.
	if g := j.gates[i]; !g.open && g.follows != c.rule.ID {
		g.apply(c)
		c.settleLack()
		return c.Result()
	}
	if c.rule.Check != nil {
		c.rule.Check(c)
	}
	c.settleLack()
	return c.Result()
}

// streamRows shows each account of the list that counts to every open rule.
func (j *Judge) streamRows(t *transcript.Transcript) error {
	var looks []look
	for i, c := range j.cases {
		if j.gates[i].open && (c.rule.Row != nil || c.rule.Claims != nil) {
			looks = append(looks, c.look())
		}
	}
	if len(looks) == 0 {
		return nil
	}
	account, err := schema.Account(identifierField(t))
	if err != nil {
		return fmt.Errorf("preparing the account schema: %w", err)
	}
	if call := t.Call(transcript.CallList); call != nil {
		if err := stream(call, account, looks); err != nil {
			return err
		}
	}
	return j.streamFleets(t, account)
}

// look is how the case's rule looks at one more list.
func (c *Case) look() look {
	if c.rule.Row != nil {
		return look{c: c, check: c.rule.Row(c)}
	}
	return look{c: c, claims: c.rule.Claims}
}

// streamFleets shows the lists of odd accounts to the rules that look at them.
func (j *Judge) streamFleets(t *transcript.Transcript, account *schema.Schema) error {
	for i, c := range j.cases {
		if !j.gates[i].open {
			continue
		}
		for _, f := range fleetsOf(t, c.rule.Fleets...) {
			if f.made() && c.rule.Refused != nil && refusedClearly(f.call) && c.rule.Refused(f.fleet) {
				c.seen()
			}
			if f.made() && c.rule.Declared != nil {
				c.rule.Declared(c, f)
			}
			if !f.made() || !answeredList(f.call) {
				continue
			}
			if err := c.streamFleet(f, account); err != nil {
				return err
			}
		}
	}
	return nil
}

// streamFleet has the rule look at one more list. That it saw what it looks for in
// an earlier one still counts.
func (c *Case) streamFleet(f fleetCall, account *schema.Schema) error {
	before := c.result.Outcome
	c.reading, c.odd, c.fleet = f.call, "the panel's account: "+f.fleet.Title, &f.fleet
	defer func() { c.reading, c.odd, c.fleet = nil, "", nil }()
	err := stream(f.call, account, []look{c.look()})
	if before == contract.Pass && c.result.Outcome != contract.Fail {
		c.result.Outcome, c.result.Reason, c.result.Supply = before, "", ""
	}
	return err
}

func schemaError(a contract.Account, err error) error {
	return fmt.Errorf("checking %s against the account schema: %w", rowPlace(a, ""), err)
}

// rescue turns a panic of a row check, or of what it calls, into an error: in a
// goroutine nobody else could.
func rescue(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("syncproof failed while reading the accounts list: %v; this is a defect of syncproof", r)
	}
}
