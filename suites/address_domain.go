package suites

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"syncproof/internal/contract"
	"syncproof/internal/schema"
)

func dom01() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "DOM-01", Level: contract.Must, Basis: contract.Documented, Hazard: contract.Terminate,
			Title:  "the domain is a bare host name, and not empty when it identifies the account",
			Quote:  "The remote accounts primary domain name.",
			Source: sources(docServerSync, docSync),
			Why:    "The domain is compared with the service's and is often what identifies the account. With a scheme, port, path or dot too many it matches nothing, the service looks as if it did not exist on the server, and syncing such a service terminates it.",
			Fix:    "Return the host name alone: example.com.",
			Good:   "'domain' => rtrim(strtolower(trim($row['domain'])), '.'),",
			Bad:    "'domain' => $row['site_url'], // https://example.com/",
			Since:  "0.1.0",
		},
		Needs:  []contract.Need{contract.NeedRows},
		Fleets: []string{"domains"},
		Spares: isHeldName,
		Claims: func(v schema.Violation) bool {
			return v.At(contract.FieldDomain) && (v.Keyword == schema.Format || v.Keyword == schema.MinLength)
		},
	}
}

func dom02() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "DOM-02", Level: contract.Should, Basis: contract.Documented, Hazard: contract.Duplicate,
			Title:  "an account is listed once, with its primary domain only",
			Quote:  "The remote accounts primary domain name.",
			Source: docServerSync,
			Why:    "Addon domains and aliases in the list are imported as services of their own, or make the domain match nothing.",
			Fix:    "Return one entry for each account, with the domain the panel calls primary. Leave out addon domains, aliases and subdomains.",
			Good:   "'domain' => $row['main_domain'],",
			Bad:    "'domain' => implode(', ', $row['domains']),",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedRows},
		Row:   checkPrimary,
	}
}

// checkPrimary fails a list of domains, and an account that comes back under
// another domain. Rows that share no more than a username may be services of
// one customer.
func checkPrimary(c *Case) RowCheck {
	one := refuse("the primary domain only")
	again := refuse("one entry for each account, with its primary domain")
	var seen seenTable
	return func(a contract.Account) {
		domain, _ := a.Text(contract.FieldDomain)
		if domain == "" {
			return
		}
		if isDomainList(domain) {
			c.refuseRow(a, contract.FieldDomain, domain, one, "")
			return
		}
		user, _ := a.Text(contract.FieldUsername)
		id, ok := identifierOf(a)
		if !ok || user == "" {
			return
		}
		// Folded into one digest, so that an entry stays small.
		account := digestOf(user, string(id[:]))
		named := digestOf(strings.ToLower(domain))
		earlier, same, twice := seen.first(account, named, a.Row)
		if twice && !same {
			c.refuseRow(a, contract.FieldDomain, domain, again,
				"row "+strconv.Itoa(earlier)+" of the list has the same identifier and username with another domain")
		}
	}
}

// isDomainList holds for two or more host names with something between them.
func isDomainList(text string) bool {
	if !strings.ContainsAny(text, ",;| \t\r\n") {
		return false
	}
	names := 0
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(",;|", r) || unicode.IsSpace(r) }) {
		if strings.Contains(part, ".") && schema.IsHost(part) {
			names++
		}
	}
	return names > 1
}

func dom03() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "DOM-03", Level: contract.Should, Basis: contract.Undocumented, Hazard: contract.Misleading,
			Title:  "domains are in lower case, and international ones all in one form",
			Source: docServerSync,
			Why:    "Whether WHMCS ignores case, or knows that münchen.example and xn--mnchen-3ya.example are one domain, is not documented. A domain written another way than in WHMCS may show as a difference or match nothing.",
			Fix:    "Return mb_strtolower($domain), and either idn_to_ascii() or idn_to_utf8() for every domain.",
			Good:   "'domain' => strtolower(idn_to_ascii($row['domain'])),",
			Bad:    "'domain' => $row['domain'], // Example.COM",
			Since:  "0.1.0",
		},
		Needs:  []contract.Need{contract.NeedRows},
		Fleets: []string{"domains"},
		Row:    checkDomainForm,
	}
}

func checkDomainForm(c *Case) RowCheck {
	var encoded, readable string
	return func(a contract.Account) {
		domain, _ := a.Text(contract.FieldDomain)
		if isTameDomain(domain) {
			return
		}
		lower := strings.ToLower(domain)
		if lower != domain {
			c.refuseRow(a, contract.FieldDomain, domain, refuse(quoted(lower)), "")
			return
		}
		isEncoded := strings.HasPrefix(domain, "xn--") || strings.Contains(domain, ".xn--")
		switch {
		case isEncoded && readable != "":
			c.refuseRow(a, contract.FieldDomain, domain, refuse("the same form as "+readable), "")
		case !isEncoded && encoded != "":
			c.refuseRow(a, contract.FieldDomain, domain, refuse("the same form as "+encoded), "")
		case isEncoded:
			encoded = rowPlace(a, contract.FieldDomain) + ", " + quoted(domain)
		default:
			readable = rowPlace(a, contract.FieldDomain) + ", " + quoted(domain)
		}
	}
}

// isTameDomain holds for a domain in lower-case ASCII that is not encoded.
func isTameDomain(domain string) bool {
	for i := range len(domain) {
		if b := domain[i]; b >= 'A' && b <= 'Z' || b >= utf8.RuneSelf {
			return false
		}
	}
	return !strings.Contains(domain, "xn--")
}

func user01() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "USER-01", Level: contract.Must, Basis: contract.Documented, Hazard: contract.Terminate,
			Title:  "the username is a string, and not empty when it identifies the account",
			Quote:  "The remote accounts username.",
			Source: sources(docServerSync, docMetaData),
			Why:    "When the metadata names the username as the identifier, an account without one matches no service. Its service then looks as if it did not exist on the server, and syncing such a service terminates it.",
			Fix:    "Return the panel's login name as a string, or name another field in ListAccountsUniqueIdentifierField.",
			Good:   "'username' => (string) $row['login'],",
			Bad:    "'ListAccountsUniqueIdentifierField' => 'username',\n'username' => '',",
			Since:  "0.1.0",
		},
		Needs:  []contract.Need{contract.NeedMetaData, contract.NeedRows},
		Fleets: plainFleets(),
		Claims: func(v schema.Violation) bool {
			return v.At(contract.FieldUsername) && (v.Keyword == schema.Format || v.Keyword == schema.Type)
		},
	}
}
