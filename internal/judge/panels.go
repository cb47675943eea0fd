package judge

import (
	"fmt"
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/suites"
)

// panelLines say how far it was known which accounts the list should have.
func panelLines(t *transcript.Transcript, rules []suites.Rule) []string {
	known := truthRules(rules)
	switch {
	case len(known) == 0:
		return nil
	case t.Header.Panel == "":
		return []string{"Which accounts the panel really holds was not known, so " + strings.Join(known, ", ") +
			" could not be applied: that takes a panel profile (--panel)."}
	}
	sizes, odd := 0, 0
	for _, s := range t.Sessions {
		switch {
		case s.Upstream == nil || !strings.HasPrefix(s.ID, transcript.FleetPrefix):
		case s.Upstream.Fleet == transcript.FleetAccounts:
			sizes++
		default:
			odd++
		}
	}
	return []string{fmt.Sprintf("The panel was played from its profile, with %s of accounts, and with %s among ordinary ones.",
		counted(sizes, "number", "numbers"), counted(odd, "odd account", "odd accounts"))}
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// truthRules are the rules that cannot be applied without a played panel.
func truthRules(rules []suites.Rule) []string {
	var ids []string
	for _, r := range rules {
		if r.NeedsPanel() {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// policyLines show what the vendor declares where WHMCS documents nothing.
func policyLines(p contract.Policies) []string {
	var said []string
	say := func(key, policy, what, field string) {
		switch policy {
		case contract.PolicyFail:
			said = append(said, what+" makes the list fail ("+key+")")
		case contract.PolicyEmpty:
			said = append(said, what+" has an empty "+field+" ("+key+")")
		}
	}
	say("unknown_date", p.UnknownDate, "an account without a creation date", "created")
	say("empty_email", p.EmptyEmail, "an account without an e-mail address", "email")
	say("no_plan", p.NoPlan, "an account without a plan", "product")
	if len(p.OmittedStates) > 0 {
		said = append(said, "accounts in these states are left out of the list: "+strings.Join(p.OmittedStates, ", ")+" (omitted_states)")
	}
	if said == nil {
		return nil
	}
	return []string{"The vendor declares: " + strings.Join(said, "; ") + ". WHMCS documents nothing about it."}
}
