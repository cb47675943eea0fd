package suites

import (
	"regexp"
	"slices"
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/schema"
	"syncproof/internal/transcript"
)

func addressSuite() Suite {
	return Suite{Area: "address", Title: "IP address, email, domain and username", Rules: []Rule{
		ip01(), ip02(), ip03(), mail01(), mail02(), mail03(), dom01(), dom02(), dom03(), user01(),
	}}
}

func ip01() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "IP-01", Level: contract.Should, Basis: contract.Documented, Hazard: contract.Corrupt,
			Title:  "the primary IP is empty or a valid address",
			Quote:  "The remote accounts primary IP Address.",
			Source: sources(docServerSync, docSync),
			Why:    "The value is compared with the service's primary IP address, and syncing writes it there. WHMCS documents an IPv4 address only; whether it takes IPv6 is not documented, so an IPv6 address passes here.",
			Fix:    "Return the address as the panel gives it, without white space or words. Return '' for an account without one.",
			Good:   "'primaryip' => filter_var($row['ip'], FILTER_VALIDATE_IP) ?: '',",
			Bad:    "'primaryip' => $row['ip'] ?: 'N/A',",
			Since:  "0.1.0",
		},
		Needs:  []contract.Need{contract.NeedRows},
		Fleets: []string{"addresses"},
		Spares: isHeldAddress,
		Claims: func(v schema.Violation) bool {
			text, _ := scalarText(v.Value)
			return v.At(contract.FieldPrimaryIP) && v.Keyword == schema.Format && schema.IsSingle(text)
		},
	}
}

func ip02() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "IP-02", Level: contract.Must, Basis: contract.Documented, Hazard: contract.Corrupt,
			Title:  "the primary IP is a single address without port, prefix length or host name",
			Quote:  "The remote accounts primary IP Address.",
			Source: sources(docServerSync, docSync),
			Why:    "A list, a port, a prefix length or a host name never equals the address of a service. Every sync shows a difference, and syncing writes the wrong text to the service.",
			Fix:    "Pick the account's primary address, and cut off what follows it.",
			Good:   "'primaryip' => strtok($row['addresses'][0] ?? '', '/') ?: '', // 192.0.2.10/24",
			Bad:    "'primaryip' => implode(', ', $row['addresses']),",
			Since:  "0.1.0",
		},
		Needs:  []contract.Need{contract.NeedRows},
		Fleets: []string{"addresses"},
		Claims: func(v schema.Violation) bool {
			if !v.At(contract.FieldPrimaryIP) {
				return false
			}
			text, _ := scalarText(v.Value)
			return v.Keyword == schema.Format && !schema.IsSingle(text) ||
				v.Keyword == schema.Type && len(phpvalue.Pairs(v.Value)) > 0
		},
	}
}

func ip03() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "IP-03", Level: contract.Must, Basis: contract.Evidence, Hazard: contract.Crash,
			Title:  "an account without an IPv4 address causes no warning and no null",
			Source: sources(docServerSync, phpArrays),
			Why:    "Taking the first address of an account that has none gives null and a warning, or on PHP 8 a TypeError that ends the whole sync.",
			Fix:    "Check that there is an address before you take it: $ips[0] ?? ''.",
			Good:   "'primaryip' => (string) ($row['ipv4'][0] ?? ''),",
			Bad:    "'primaryip' => $row['ipv4'][0],",
			Since:  "0.1.0",
		},
		Needs:   []contract.Need{contract.NeedRows},
		Fleets:  []string{"addresses"},
		Refused: lacksIPv4,
		Row:     checkNoAddress,
	}
}

// checkNoAddress can only tell from accounts that have no IPv4 address, so it
// passes nobody whose list has none of them.
func checkNoAddress(c *Case) RowCheck {
	c.unseen("every account in the list has an IPv4 address, so an account without one was not seen",
		"name a server that has an account without an IPv4 address")
	warnedOfAddress(c)
	text := refuse(`an IP address, or "" for an account without one`)
	return func(a contract.Account) {
		value, there := a.Fields[contract.FieldPrimaryIP]
		switch address, isText := value.(string); {
		case !there:
		case isNoAddress(value):
			c.seen()
			c.refuseRow(a, contract.FieldPrimaryIP, value, text, "")
		case isText && hasNoIPv4(address):
			c.seen()
		}
	}
}

// isNoAddress recognises what PHP gives for the first entry of an empty list:
// null from an index, false from reset() and current(), and the list itself.
func isNoAddress(v any) bool {
	list, isList := v.([]any)
	return v == nil || v == false || isList && len(list) == 0
}

// hasNoIPv4 holds for the empty string, a word for it, and an IPv6 address.
func hasNoIPv4(text string) bool {
	if strings.Contains(text, ".") {
		return false
	}
	return isNoValue(text) || schema.IsAddress(text)
}

// warnedOfAddress looks for warnings that name an address as what is missing. A
// warning about an index alone does not say what was read; OUT-02 has them all.
func warnedOfAddress(c *Case) {
	missing := regexp.MustCompile(`(?i)^undefined (?:array key|index|property)\b.*?\b((?:primary|main|dedicated|shared|public|account)?_?ip(?:_?v?4|s|_?addr(?:ess(?:es)?)?)?)"?$`)
	lacking := c.fleet != nil && lacksIPv4(*c.fleet)
	usual := c.T.Call(transcript.CallList).Warnings
	for _, w := range c.listCall().Warnings {
		// What only a list with such an account brings about is about it.
		because := lacking && !slices.ContainsFunc(usual, func(u transcript.Warning) bool {
			return u.Message == w.Message && u.File == w.File && u.Line == w.Line
		})
		if w.Silenced || !because && !missing.MatchString(w.Message) {
			continue
		}
		c.seen()
		c.ExpectIn(contract.Finding{
			Call: c.listCall().ID, Note: c.odd, At: c.FunctionName("ListAccounts"), File: w.File, Line: w.Line,
		}, w.Message, refuse("no warning for an account without an address"))
	}
}
