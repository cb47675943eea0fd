package suites

import (
	"maps"
	"slices"
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/schema"
)

// hint adds to a violation of the account schema what its two values do not
// say: the key or value that was probably meant, or what a value really is.
func hint(v schema.Violation, a contract.Account) string {
	switch v.Keyword {
	case schema.Required:
		return missingHint(v.Detail, a)
	case schema.Additional:
		return extraHint(v.Detail, a)
	case schema.Type:
		if v.At(contract.FieldStatus) {
			return statusHint(v.Value)
		}
		return typeHint(v)
	case schema.Enum:
		return statusHint(v.Value)
	case schema.Format:
		return formatHint(v)
	}
	return ""
}

// missingHint names the key that stands where a documented one belongs.
func missingHint(key string, a contract.Account) string {
	if list, _ := a.Value.([]any); len(list) > 0 {
		return "the entry is a plain list; give each value its key"
	}
	if near := nearKey(key, a); near != "" {
		return "the entry has " + phpvalue.Quote(near) + " instead"
	}
	return ""
}

// extraHint names the documented key that an undocumented one stands for.
func extraHint(extra string, a contract.Account) string {
	for _, key := range contract.Fields() {
		if _, there := a.Fields[key]; !there && nearKey(key, a) == extra {
			return "WHMCS documents the key " + phpvalue.Quote(key)
		}
	}
	return ""
}

// nearKey returns the undocumented key of the entry that is most likely meant
// for a missing one: by spelling, by meaning, or within two letters.
func nearKey(missing string, a contract.Account) string {
	var extras []string
	for _, key := range slices.Sorted(maps.Keys(a.Fields)) {
		if !slices.Contains(contract.Fields(), key) {
			extras = append(extras, key)
		}
	}
	for _, key := range extras {
		if folded(key) == folded(missing) {
			return key
		}
	}
	for _, word := range synonyms(missing) {
		for _, key := range extras {
			if folded(key) == word {
				return key
			}
		}
	}
	for _, key := range extras {
		if sortedLetters(folded(key)) == sortedLetters(folded(missing)) {
			return key
		}
	}
	return nearest(missing, extras, nearEdits(missing))
}

// sortedLetters is equal for words that differ in the order of letters only.
func sortedLetters(word string) string {
	letters := []byte(word)
	slices.Sort(letters)
	return string(letters)
}

// nearEdits keeps short keys apart: "email" is two letters from "detail".
func nearEdits(key string) int {
	if len(key) < 8 {
		return 1
	}
	return 2
}

// folded is a key without case and separators.
func folded(key string) string {
	return strings.NewReplacer("_", "", "-", "", " ", "", ".", "").Replace(strings.ToLower(key))
}

// synonyms are words that modules and panels use for a documented key, folded,
// the likeliest first.
func synonyms(key string) []string {
	switch key {
	case contract.FieldEmail:
		return []string{"emailaddress", "mail", "useremail", "owneremail", "contactemail", "clientemail", "contact"}
	case contract.FieldUsername:
		return []string{"user", "login", "account", "accountname", "loginname", "uname", "owner"}
	case contract.FieldDomain:
		return []string{"domainname", "maindomain", "primarydomain", "hostname", "host", "fqdn", "site"}
	case contract.FieldUniqueIdentifier:
		return []string{"uniqueid", "identifier", "uid", "uuid", "guid", "id", "accountid", "serviceid", "remoteid"}
	case contract.FieldProduct:
		return []string{"package", "plan", "packagename", "planname", "productname", "packageid", "planid", "productid"}
	case contract.FieldPrimaryIP:
		return []string{"ip", "ipaddress", "dedicatedip", "mainip", "ipv4", "ipaddr", "address"}
	case contract.FieldCreated:
		return []string{
			"createdat", "creationdate", "regdate", "datecreated", "createdate", "startdate", "createdon",
			"registrationdate", "setupdate",
		}
	case contract.FieldStatus:
		return []string{"suspended", "domainstatus", "state", "accountstatus", "active", "issuspended", "enabled"}
	}
	return nil
}

// typeHint says how a value of another type usually comes about.
func typeHint(v schema.Violation) string {
	if len(v.Path) == 0 {
		if phpvalue.KindOf(v.Value) == phpvalue.KindObject {
			return "cast the object: (array) $account, or build the array key by key"
		}
		return ""
	}
	switch {
	case phpvalue.IsInt(v.Value):
		return "cast it with (string); PHP makes ints of numeric array keys, and json_decode() of bare numbers"
	case phpvalue.IsFloat(v.Value):
		return "cast it with (string)"
	case phpvalue.KindOf(v.Value) == phpvalue.KindObject && v.At(contract.FieldCreated):
		return "format it: ->format('Y-m-d H:i:s')"
	case phpvalue.KindOf(v.Value) == phpvalue.KindObject:
		return "take its text, or (string) where it has one"
	case v.Value == nil && v.At(contract.FieldUniqueIdentifier):
		return "WHMCS recommends the domain name where the server has no identifier"
	case v.Value == nil && !v.At(contract.FieldProduct):
		return "an unknown value is the empty string"
	}
	return ""
}
