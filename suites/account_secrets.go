package suites

import (
	"regexp"
	"slices"
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

func acc05() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "ACC-05", Level: contract.Must, Basis: contract.Evidence, Hazard: contract.Leak,
			Title:  "an account holds no password, token or key",
			Source: sources(docServerSync, leakedSecrets),
			Why: "The list is shown to every administrator who may open the sync page, and what is shown is logged, cached and copied into tickets. " +
				"WHMCS documents no field for a secret.",
			Fix:   "Return the eight documented keys only, and none of the panel's passwords and tokens, nor the server's own, in any of them.",
			Good:  "['username' => $row['login'] /* … */]",
			Bad:   "['username' => $row['login'], 'password' => $row['password'] /* … */]",
			Since: "0.1.0",
		},
		Needs:  []contract.Need{contract.NeedRows},
		Fleets: plainFleets(),
		Row:    checkSecrets,
	}
}

// secretKeys are names under which modules return secrets.
const secretKeys = `(?i)^(?:(?:user|login|ftp|db|root|account|panel|client|access|api|auth|session|private)?[_-]?(?:pass|passwd|password|pwd|secret|token|apikey|accesskey|accesshash|privatekey)|(?:api|access|auth|private)[_-](?:key|hash))$`

func checkSecrets(c *Case) RowCheck {
	named := regexp.MustCompile(secretKeys)
	none := refuse("no password, token or key").showing(phpvalue.TypeName)
	planted := plantedSecrets(c)
	return func(a contract.Account) {
		if !mayHoldSecret(a) {
			return
		}
		for _, p := range phpvalue.Pairs(a.Value) {
			key := p.Name()
			text, _ := scalarText(p.Value)
			switch held := strings.Join(texts(p.Value), "\n"); {
			case named.MatchString(key) && strings.TrimSpace(text) != "":
				c.refuseRow(a, key, p.Value, none, "")
			case len(marksIn(held)) > 0:
				c.refuseRow(a, key, p.Value, none, "it holds the server's "+strings.Join(marksIn(held), ", "))
			case strings.Contains(held, transcript.PlantedPrefix) && slices.ContainsFunc(planted, func(secret string) bool { return strings.Contains(held, secret) }):
				c.refuseRow(a, key, p.Value, none, "it holds the account's password on the panel")
			}
		}
	}
}

// mayHoldSecret spares nearly every row a closer look.
func mayHoldSecret(a contract.Account) bool {
	for key, value := range a.Fields {
		text, isText := value.(string)
		if !isText || strings.Contains(text, "[redacted:") || strings.Contains(text, transcript.PlantedPrefix) || !isField(key) {
			return true
		}
	}
	return false
}

func isField(key string) bool {
	switch key {
	case contract.FieldEmail, contract.FieldUsername, contract.FieldDomain, contract.FieldUniqueIdentifier,
		contract.FieldProduct, contract.FieldPrimaryIP, contract.FieldCreated, contract.FieldStatus:
		return true
	}
	return false
}

// plantedSecrets are the passwords of the accounts whose rows are looked at.
func plantedSecrets(c *Case) []string {
	f := c.fleet
	if f == nil {
		held, _ := c.T.Fleet(c.T.Session(transcript.SessionList))
		f = &held
	}
	var secrets []string
	for _, h := range f.Accounts {
		secrets = append(secrets, transcript.PlantedPassword(h.ID))
	}
	return secrets
}
