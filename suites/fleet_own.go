package suites

import (
	"slices"
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/schema"
	"syncproof/internal/transcript"
)

// spared says that a violation in a list of odd accounts is the panel's own.
func (c *Case) spared(v schema.Violation) bool {
	text, ok := scalarText(v.Value)
	return ok && c.fleet != nil && c.rule.Spares != nil && c.rule.Spares(c, text)
}

// verbatim says that a text in a list of odd accounts is exactly what the panel
// holds: passing on what a panel says is no fault of the module.
func (c *Case) verbatim(text string) bool {
	return c.fleet != nil && slices.ContainsFunc(c.fleet.Accounts, func(h transcript.Held) bool {
		return slices.Contains(heldTexts(h), text)
	})
}

// heldTexts are all names and addresses the panel holds of an account.
func heldTexts(h transcript.Held) []string {
	texts := append([]string{h.ID, h.Username, h.Domain, h.Email}, h.Aliases...)
	for _, plan := range h.Plans {
		texts = append(texts, plan.ID, plan.Name)
	}
	return texts
}

func isHeldAddress(c *Case, text string) bool {
	return slices.ContainsFunc(c.fleet.Accounts, func(h transcript.Held) bool { return slices.Contains(h.IPv4, text) || slices.Contains(h.IPv6, text) })
}

func isHeldEmail(c *Case, text string) bool {
	return slices.ContainsFunc(c.fleet.Accounts, func(h transcript.Held) bool { return strings.EqualFold(h.Email, text) })
}

// isHeldName takes a domain as the panel's own when it is no host name at all. A
// dot behind one is for the module to cut off: WHMCS never has it.
func isHeldName(c *Case, text string) bool {
	return text != "" && !schema.IsHost(strings.TrimSuffix(text, ".")) &&
		slices.ContainsFunc(c.fleet.Accounts, func(h transcript.Held) bool { return strings.EqualFold(h.Domain, text) })
}

// refusedClearly says that a call reported a failure with a reason, which is
// always right for accounts that cannot be listed.
func refusedClearly(call *transcript.Call) bool {
	answer, _ := returnedAnswer(call)
	return answer["success"] == false && beFilledText().ok(answer["error"])
}

func lacksIPv4(f transcript.Fleet) bool {
	return slices.ContainsFunc(f.Accounts, func(h transcript.Held) bool { return len(h.IPv4) == 0 })
}

func lacksEmail(f transcript.Fleet) bool {
	return slices.ContainsFunc(f.Accounts, func(h transcript.Held) bool { return h.Email == "" })
}

// plainAnd are the fleets of plainFleets and others.
func plainAnd(names ...string) []string { return append(plainFleets(), names...) }

func lacksPlan(f transcript.Fleet) bool {
	return slices.ContainsFunc(f.Accounts, func(h transcript.Held) bool { return len(h.Plans) == 0 })
}

// mayLackPlan says that the vendor declares empty products for accounts without a
// plan.
func mayLackPlan(c *Case, text string) bool {
	return text == "" && c.T.Header.Policies.NoPlan == contract.PolicyEmpty && lacksPlan(*c.fleet)
}

// holdTo fails a call for accounts of which one lacks something when it does not
// what the vendor declares about that under a key of the policies.
func (c *Case) holdTo(f fleetCall, key, declared string) {
	place := c.inFleet(f)
	switch {
	case declared == contract.PolicyFail && answeredList(f.call):
		place.Want = "success => false with an error"
	case declared == contract.PolicyEmpty && refusedClearly(f.call):
		place.Want = "success => true with all " + plural(int64(len(f.fleet.Accounts)), "account", "accounts")
	default:
		return
	}
	place.Got, place.Note = answerWords(f.call), "syncproof.yaml declares policies: {"+key+": "+declared+"}"
	c.Fail(place)
}

func emailAsDeclared(c *Case, f fleetCall) {
	if lacksEmail(f.fleet) {
		c.holdTo(f, "empty_email", c.T.Header.Policies.EmptyEmail)
	}
}

func planAsDeclared(c *Case, f fleetCall) {
	if lacksPlan(f.fleet) {
		c.holdTo(f, "no_plan", c.T.Header.Policies.NoPlan)
	}
}
