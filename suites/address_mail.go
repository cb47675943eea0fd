package suites

import (
	"slices"
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/schema"
	"syncproof/internal/transcript"
)

func mail01() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "MAIL-01", Level: contract.Should, Basis: contract.Inferred, Hazard: contract.Duplicate,
			Title:  "an email address that is not empty is a single valid address",
			Quote:  "The remote accounts email address.",
			Source: sources(docServerSync, docClients),
			Why:    "Importing an account needs a client, and WHMCS's API for creating one requires an email address. What an import does with something that is no address is not documented.",
			Fix:    "Return one bare address without a name, or '' when the panel has none.",
			Good:   "'email' => filter_var($row['email'], FILTER_VALIDATE_EMAIL, FILTER_FLAG_EMAIL_UNICODE) ?: '',",
			Bad:    "'email' => implode(',', $row['contacts']),",
			Since:  "0.1.0",
		},
		Needs:  []contract.Need{contract.NeedRows},
		Fleets: []string{"mail"},
		Spares: isHeldEmail,
		Claims: func(v schema.Violation) bool { return v.At(contract.FieldEmail) && v.Keyword == schema.Format },
	}
}

func mail02() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "MAIL-02", Level: contract.Should, Basis: contract.Undocumented, Hazard: contract.Duplicate,
			Title:  "an account without an email address has the empty string",
			Source: docServerSync,
			Why:    "What WHMCS does with an empty address is not documented. A word or address made up in its place can reach strangers, or put the accounts of several customers under one client.",
			Fix:    "Return '' where the panel has no address.",
			Good:   "'email' => $row['email'] ?? '',",
			Bad:    "'email' => $row['email'] ?? 'none',",
			Since:  "0.1.0",
		},
		Needs:   []contract.Need{contract.NeedRows},
		Fleets:  []string{"mail"},
		Refused: lacksEmail, Declared: emailAsDeclared,
		Row: checkNoEmail,
	}
}

func checkNoEmail(c *Case) RowCheck {
	c.unseen("every account in the list has an email address, so an account without one was not seen",
		"name a server that has an account without an email address")
	plain := refuse(`an email address, or "" for an account without one`)
	return func(a contract.Account) {
		value, there := a.Fields[contract.FieldEmail]
		switch {
		case !there:
		case value == "":
			c.seen()
		case standsForNoEmail(value):
			c.seen()
			c.refuseRow(a, contract.FieldEmail, value, plain, "")
		}
	}
}

// standsForNoEmail recognises what stands where "" belongs.
func standsForNoEmail(v any) bool {
	text, ok := v.(string)
	if !ok {
		return v == nil || v == false
	}
	// Nearly every value is an address; only others are worth a closer look.
	return !strings.Contains(text, "@") && isNoValue(text)
}

func mail03() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "MAIL-03", Level: contract.Must, Basis: contract.Evidence, Hazard: contract.Duplicate,
			Title:  "no email address is a placeholder made up by the module",
			Source: docServerSync,
			Why:    "On import the address very probably selects or creates the client. A made-up one puts the accounts of different customers under one client, or creates clients that do not exist.",
			Fix:    "Return '' where the panel has no address. Do not build one from the username, the domain or a fixed text.",
			Good:   "'email' => $row['email'] ?? '',",
			Bad:    "'email' => $row['email'] ?? 'guest-' . $row['id'] . '@local.invalid',",
			Since:  "0.1.0",
		},
		Needs:  []contract.Need{contract.NeedRows},
		Fleets: []string{"mail"},
		Row:    checkMadeUp,
	}
}

// checkMadeUp fails only what cannot be a customer's address. One address on
// several accounts is no sign: a customer can have several.
func checkMadeUp(c *Case) RowCheck {
	own := refuse(`the customer's own email address, or ""`)
	unanswered := map[digest]digest{}
	return func(a contract.Account) {
		email, ok := a.Text(contract.FieldEmail)
		if !ok {
			return
		}
		local, domain, ok := schema.SplitEmail(strings.TrimSpace(email))
		if !ok || c.fleet != nil && isHeldEmail(c, email) {
			return
		}
		why := unreachable(domain)
		if why == "" && isUnanswered(local) {
			why = madeUpSender(a, email, domain, unanswered)
		}
		if why == "" && isNoValue(local) && isNoValue(firstLabel(domain)) {
			why = "it spells out that there is none"
		}
		if why == "" && c.fleet != nil {
			why = c.inventedFor(a, email)
		}
		if why != "" {
			c.refuseRow(a, contract.FieldEmail, email, own, why)
		}
	}
}

// inventedFor says that the panel has no address for the account of a row, and
// sent the one that stands there to nobody.
func (c *Case) inventedFor(a contract.Account, email string) string {
	p := pair(c.fleet.Accounts, c.reading)
	for row, of := range p.of {
		if p.rows[row].Row == a.Row && of != nobody && p.held[of].Email == "" && !c.sent(email) {
			return "the panel has no address for this account"
		}
	}
	return ""
}

// sent says that a text stands in a reply of the panel to the call whose rows are
// looked at.
func (c *Case) sent(text string) bool {
	return slices.ContainsFunc(c.reading.Session.Exchanges, func(x transcript.Exchange) bool {
		body, _ := x.ReplyBody.Text.(string)
		return strings.Contains(strings.ToLower(body), strings.ToLower(text)) || x.ReplyBody.Bytes > int64(len(body))
	})
}

// unreachable recognises domains that are reserved so that no mail ever gets
// there. The example domains and .test are not among them: test servers use them.
func unreachable(domain string) string {
	top := strings.ToLower(domain[strings.LastIndexByte(domain, '.')+1:])
	switch top {
	case "invalid", "localhost", "localdomain":
		return "no mail can ever be delivered to ." + top
	}
	return ""
}

// isUnanswered recognises the names of senders that take no mail.
func isUnanswered(local string) bool {
	switch strings.ToLower(local) {
	case "noreply", "no-reply", "no_reply", "no.reply", "donotreply", "do-not-reply", "do_not_reply", "do.not.reply":
		return true
	}
	return false
}

// madeUpSender fails such a name when it was put before the account's own
// domain, or stands on several accounts; one alone may be what the panel says.
func madeUpSender(a contract.Account, email, domain string, unanswered map[digest]digest) string {
	own, _ := a.Text(contract.FieldDomain)
	if strings.EqualFold(own, domain) {
		return "it is a sender that takes no mail, put before the account's domain"
	}
	id, ok := identifierOf(a)
	if !ok {
		return ""
	}
	address := digestOf(strings.ToLower(email))
	other, known := unanswered[address]
	if known && other != id {
		return "it is a sender that takes no mail, on several accounts"
	}
	unanswered[address] = id
	return ""
}

func firstLabel(domain string) string {
	label, _, _ := strings.Cut(domain, ".")
	return label
}
