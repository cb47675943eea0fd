package suites

import (
	"testing"

	"syncproof/internal/contract"
)

// The words by which keys and values are recognised stand here once more: one
// that is lost is a hint that nobody gets, and of those for nothing a rule's.
func TestKeysThatStandForOthers(t *testing.T) {
	for missing, keys := range map[string][]string{
		contract.FieldEmail:            {"emailaddress", "mail", "useremail", "owneremail", "contactemail", "clientemail", "contact"},
		contract.FieldUsername:         {"user", "login", "account", "accountname", "loginname", "uname", "owner"},
		contract.FieldDomain:           {"domainname", "maindomain", "primarydomain", "hostname", "host", "fqdn", "site"},
		contract.FieldUniqueIdentifier: {"uniqueid", "identifier", "uid", "uuid", "guid", "id", "accountid", "serviceid", "remoteid"},
		contract.FieldProduct:          {"package", "plan", "packagename", "planname", "productname", "packageid", "planid", "productid"},
		contract.FieldPrimaryIP:        {"ip", "ipaddress", "dedicatedip", "mainip", "ipv4", "ipaddr", "address"},
		contract.FieldCreated:          {"createdat", "creationdate", "regdate", "datecreated", "createdate", "startdate", "createdon", "registrationdate", "setupdate"},
		contract.FieldStatus:           {"suspended", "domainstatus", "state", "accountstatus", "active", "issuspended", "enabled"},
	} {
		for _, key := range keys {
			if got := nearKey(missing, contract.Account{Fields: map[string]any{"aaaa": "x", "name": "x", key: "x"}}); got != key {
				t.Errorf("%s for %s: %q", key, missing, got)
			}
		}
	}
	if got := synonyms("name"); got != nil {
		t.Errorf("name: %q", got)
	}
}

func TestWordsThatAreNoStatus(t *testing.T) {
	const (
		flag  = "a flag is no status: choose between Status::ACTIVE and Status::SUSPENDED"
		only  = "WHMCS documents the two states only; leave an account out only when it is gone from the server"
		alike = `only case or white space differs; use the constants of WHMCS\Service\Status`
	)
	for want, words := range map[string][]string{
		alike: {"active", "suspended"},
		only:  {"terminated", "pending", "cancelled", "canceled", "fraud", "completed", "deleted"},
		flag:  {"1", "0", "yes", "no", "true", "false", "on", "off", "enabled", "disabled", "inactive"},
		"an upstream state is missing from the module's mapping":      {"", " "},
		"a constant's name is not its value; write it without quotes": {"Status::ACTIVE"},
		"the upstream's own word has to be mapped to one of the two":  {"live", "locked"},
	} {
		for _, word := range words {
			if got := statusHint(word); got != want {
				t.Errorf("%q: %q, want %q", word, got, want)
			}
		}
	}
}

func TestWordsForNothing(t *testing.T) {
	for _, word := range []string{
		"", "-", "--", "---", ".", "?", "0", "false", "n/a", "na", "n.a.", "nil", "none", "null", "unknown", "undefined", "empty", "unset", "not set", "notset", "not available", "not provided", "no email", "noemail", "no-email", "no_email", "no mail", "nomail", "no-mail", "no ip", "noip", "missing",
		" None ", "(none)", "[null]", "<unknown>", "N/A",
	} {
		if !isNoValue(word) {
			t.Errorf("%q stands for something", word)
		}
	}
	for _, word := range []string{"x", "noreply", "1", "nowhere", "--x", "true", "no email address"} {
		if isNoValue(word) {
			t.Errorf("%q stands for nothing", word)
		}
	}
}
