package suites

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"unicode/utf8"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/schema"
)

func identitySuite() Suite {
	return Suite{Area: "identity", Title: "Unique identifiers", Rules: []Rule{uid01(), uid02(), uid03(), uid04(), uid05(), uid06()}}
}

func uid01() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "UID-01", Level: contract.Must, Basis: contract.Documented, Hazard: contract.Terminate,
			Title:  "every account has an identifier that is not empty",
			Quote:  "If one is not provided by the remote server, we recommend setting this to the domain name.",
			Source: docServerSync,
			Why:    "An account without an identifier matches no service. Its service then looks as if it did not exist on the server, and syncing such a service terminates it.",
			Fix:    "Fill uniqueIdentifier for every account. Fall back to the domain name where the panel has no identifier, as WHMCS recommends.",
			Good:   "'uniqueIdentifier' => (string) $row['id'] !== '' ? (string) $row['id'] : $row['domain'],",
			Bad:    "'uniqueIdentifier' => $row['external_id'] ?? '',",
			Since:  "0.1.0",
		},
		Needs:  []contract.Need{contract.NeedRows},
		Fleets: plainAnd("states", "duplicates", "case"),
		Claims: func(v schema.Violation) bool {
			return v.At(contract.FieldUniqueIdentifier) && (v.Keyword == schema.Format || isNothing(v))
		},
	}
}

// isNothing holds for a value of another type that stands for "none".
func isNothing(v schema.Violation) bool {
	return v.Keyword == schema.Type && (v.Value == nil || v.Value == false)
}

func uid02() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "UID-02", Level: contract.Must, Basis: contract.Inferred, Hazard: contract.Duplicate,
			Title:  "no two accounts have the same identifier, even when case is ignored",
			Quote:  "Implementing this functionality into a provisioning module enables WHMCS to compare a list of accounts returned by a remote system against service records stored within WHMCS, and provides admin users with the ability to perform import and sync operations.",
			Source: sources(docServerSync, docSync),
			Why:    "Two rows then claim one service: the wrong one is written to it, or the account is imported a second time. Whether WHMCS distinguishes case when it matches is not documented.",
			Fix:    "Use a value that is unique on the server, such as the panel's own account id. Remove accounts that a paged or joined upstream answer delivers twice.",
			Good:   "$accounts[$row['id']] ??= acme_account($row);\nreturn ['success' => true, 'accounts' => array_values($accounts)];",
			Bad:    "'uniqueIdentifier' => $row['customer'], // a customer can have two accounts",
			Since:  "0.1.0",
		},
		Needs:  []contract.Need{contract.NeedRows},
		Fleets: plainAnd("duplicates", "case"),
		Row:    checkUnique,
	}
}

// digest stands for a text of any length. It is cryptographic so that no two
// identifiers ever count as one.
type digest [16]byte

// digestOf takes several texts as one, each after its length, so that no other
// division of the same letters gives the same digest.
func digestOf(texts ...string) digest {
	buffer := make([]byte, 0, 256)
	for _, text := range texts {
		buffer = binary.AppendUvarint(buffer, uint64(len(text)))
		buffer = append(buffer, text...)
	}
	sum := sha256.Sum256(buffer)
	return digest(sum[:len(digest{})])
}

// checkUnique keeps a digest and a row number of each identifier, not the rows:
// there may be a million.
func checkUnique(c *Case) RowCheck {
	var seen seenTable
	return func(a contract.Account) {
		id, _ := scalarText(a.Fields[contract.FieldUniqueIdentifier])
		if !schema.IsFilled(id) {
			return
		}
		exact := digestOf(id)
		loose := exact
		// ToLower would make one letter of all bytes that are no UTF-8.
		if lower := strings.ToLower(id); lower != id && utf8.ValidString(id) {
			loose = digestOf(lower)
		}
		earlier, same, twice := seen.first(loose, exact, a.Row)
		if !twice {
			return
		}
		c.failRow(a, contract.FieldUniqueIdentifier, func() contract.Finding {
			note := c.rowAt(earlier) + " has the same identifier"
			if !same {
				note += " but for case"
			}
			return contract.Finding{
				Want: "an identifier that no other account has", Got: phpvalue.Show(a.Fields[contract.FieldUniqueIdentifier]), Note: note,
			}
		})
	}
}

// rowAt names an account by its row. It reads the list again: only a few places
// are ever named.
func (c *Case) rowAt(row int) string {
	for a := range c.listCall().From(row) {
		return rowPlace(a, "")
	}
	return rowPlace(contract.Account{Row: row}, "")
}

func uid03() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "UID-03", Level: contract.Must, Basis: contract.Documented, Hazard: contract.Terminate,
			Title:  "the identifier equals the field that the metadata names",
			Quote:  "For use with Server Sync and Usage Metrics, define the field in the return that matches the unique identifier.",
			Source: sources(docMetaData, docServerSync),
			Why:    "WHMCS compares the identifier with that field of its services. Where they differ nothing matches: every service looks as if it did not exist on the server, and syncing such a service terminates it.",
			Fix:    "Return the same value under uniqueIdentifier and under the field that ListAccountsUniqueIdentifierField names, or name the field that really holds the identifier: domain, username or customfield.<name>.",
			Good:   "'ListAccountsUniqueIdentifierField' => 'username',\n'username' => $login, 'uniqueIdentifier' => $login,",
			Bad:    "'ListAccountsUniqueIdentifierField' => 'domain',\n'domain' => $domain, 'uniqueIdentifier' => $id,",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedMetaData, contract.NeedRows},
		Row:   checkNamedField,
	}
}

func checkNamedField(c *Case) RowCheck {
	field := identifierField(c.T)
	switch {
	case strings.HasPrefix(field, "customfield."):
		c.NotApplicable("the identifier is compared with a custom field of the service, which is not part of the list")
		return ignoreRow
	case field != contract.FieldDomain && field != contract.FieldUsername:
		return c.follow("META-02", "the metadata names no field that WHMCS supports as the identifier ("+
			showOrMissing(declared(c.T, keyIdentifierField))+")")
	}
	return func(a contract.Account) {
		id, ok := scalarText(a.Fields[contract.FieldUniqueIdentifier])
		named, there := scalarText(a.Fields[field])
		if !ok || !there || id == named {
			return
		}
		note := ""
		if strings.EqualFold(id, named) {
			note = "they differ in case only"
		}
		value := a.Fields[contract.FieldUniqueIdentifier]
		c.refuseRow(a, contract.FieldUniqueIdentifier, value, beFieldOf(field, named), note)
	}
}

// accountWords names an account for a person by the first field that can.
func accountWords(a contract.Account) string {
	for _, field := range []string{contract.FieldUsername, contract.FieldDomain, contract.FieldEmail} {
		if text, _ := a.Text(field); schema.IsFilled(text) {
			return "the " + field + " " + phpvalue.Quote(text)
		}
	}
	return "the same fields"
}
