package suites

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

// keyIdentifierLabel is the third of the documented ListAccounts settings.
const keyIdentifierLabel = "ListAccountsUniqueIdentifierDisplayName"

func listAccountsKeys() []string {
	return []string{keyProductField, keyIdentifierLabel, keyIdentifierField}
}

// metaAt is a setting as a finding names it.
func metaAt(key string) string { return `MetaData()["` + key + `"]` }

// settings are what MetaData() returned; the caller's needs make sure of it.
func (c *Case) settings() map[string]any {
	meta, _ := returnedMap(c.T, transcript.CallMetaData)
	return meta
}

// setting places a finding at one setting, and at the function that returns it.
func (c *Case) setting(key, note string) contract.Finding {
	f := c.inFunction(c.T.Call(transcript.CallMetaData), metaAt(key))
	f.Note = note
	return f
}

func checkMetaData(c *Case) {
	call := c.T.Call(transcript.CallMetaData)
	place := c.inFunction(call, c.FunctionName("MetaData"))
	if call.Ending != transcript.EndReturned {
		place.Want, place.Got = "it returns an array of settings", "it "+endingWords(call)
		locate(&place, call)
		c.Fail(place)
		return
	}
	c.ExpectIn(place, call.Value, satisfy("an array with the names of settings as keys", func(actual any) bool {
		_, ok := phpvalue.Map(actual)
		return ok
	}))
}

func checkIdentifierField(c *Case) {
	meta := c.settings()
	if g := askSync(c.T); !g.open {
		if !metricsOnly(c.T) || isMissing(lookup(meta, keyIdentifierField)) {
			c.followGate(g)
			return
		}
	}
	value := lookup(meta, keyIdentifierField)
	place := c.setting(keyIdentifierField, identifierHint(value, meta))
	c.ExpectIn(place, value, satisfyText(`"domain", "username" or "customfield.<name>"`, func(text string) bool {
		return text == "domain" || text == "username" || strings.HasPrefix(text, customField)
	}))
}

const customField = "customfield."

// identifierHint says what is probably wrong with an identifier field.
func identifierHint(value any, meta map[string]any) string {
	if isMissing(value) {
		return meantBy(keyIdentifierField, meta)
	}
	text, _ := value.(string)
	lower := strings.ToLower(strings.TrimSpace(text))
	switch {
	case lower == "domain" || lower == "username" || strings.HasPrefix(lower, customField):
		return "write it in lower case and without spaces around it"
	case lower == "customfield" || lower == "customfields" || strings.HasPrefix(lower, "customfields."):
		return "a custom field is named as customfield. and its name, such as customfield.Service ID"
	case slices.Contains([]string{"dedicatedip", "serviceid", "id", "hostname"}, lower):
		return lower + " is a field of a service, but not one that WHMCS documents here; keep the panel's identifier in a custom field or use the domain"
	case slices.Contains([]string{"tenant_id", "tenantid", "uniqueidentifier", "uuid", "accountid", "account_id", "vmid"}, lower):
		return "this is the panel's name for it; WHMCS needs the service field that holds the same value, such as a custom field"
	case lower == "email":
		return "an email address belongs to a client, who may have several services"
	}
	return ""
}

// meantBy names a key of the array that was probably meant to be the wanted one.
func meantBy(wanted string, array map[string]any) string {
	var others []string
	for _, key := range slices.Sorted(maps.Keys(array)) {
		if !slices.Contains(listAccountsKeys(), key) {
			others = append(others, key)
		}
	}
	if near := nearest(wanted, others, 4); near != "" {
		return "the key " + phpvalue.Quote(near) + " is there; it was probably meant"
	}
	return ""
}

func checkCustomField(c *Case) {
	name, ok := strings.CutPrefix(identifierField(c.T), customField)
	if !ok {
		c.NotApplicable("the identifier is not a custom field")
		return
	}
	place := c.setting(keyIdentifierField, "")
	c.ExpectIn(place, identifierField(c.T), satisfy("customfield. and the field's name, without spaces around it or control characters", func(any) bool {
		return name != "" && strings.TrimSpace(name) == name && !strings.ContainsFunc(name, unicode.IsControl)
	}))
}

var optionField = regexp.MustCompile(`^configoption([1-9]|1[0-9]|2[0-4])$`)

func checkProductField(c *Case) {
	meta := c.settings()
	value := lookup(meta, keyProductField)
	place := c.setting(keyProductField, productHint(value, meta))
	c.ExpectIn(place, value, satisfyText(`"configoption1" to "configoption24"`, optionField.MatchString))
}

// productHint says what is probably wrong with a product field.
func productHint(value any, meta map[string]any) string {
	if isMissing(value) {
		return meantBy(keyProductField, meta)
	}
	const byName = "name the option by its position in ConfigOptions(), not by its name"
	text, _ := value.(string)
	number, isOption := strings.CutPrefix(strings.ToLower(strings.TrimSpace(text)), "configoption")
	if !isOption {
		if phpvalue.IsInt(value) || optionField.MatchString("configoption"+text) {
			return "write the word configoption before the number"
		}
		return byName
	}
	switch {
	case strings.HasPrefix(number, "s"):
		return "configoptions are the configurable options of a product; the module's own are configoption1 to configoption24"
	case strings.Trim(number, "0") == "":
		return "options are counted from 1"
	case strings.HasPrefix(number, "0"):
		return "write the number without leading zeros"
	case optionField.MatchString("configoption" + number):
		return "write it in lower case and without spaces around it"
	case strings.Trim(number, "0123456789") == "":
		return "a module has at most 24 options"
	}
	return byName
}

func checkProductOption(c *Case) {
	call := c.T.Call(transcript.CallOptions)
	place := c.inFunction(call, c.FunctionName("ConfigOptions"))
	if !phpvalue.IsArray(call.Value) {
		place.Want, place.Got = "it returns an array of options", "it "+endingWords(call)
		locate(&place, call)
		c.Fail(place)
		return
	}
	field, _ := c.settings()[keyProductField].(string)
	match := optionField.FindStringSubmatch(field)
	if match == nil {
		c.followGate(following("META-04", "MetaData() names no option that could exist"))
		return
	}
	index, count := atoi(match[1]), optionCount(call.Value)
	if index > count {
		place.Want = "at least " + plural(int64(index), "option", "options") + ", because " + metaAt(keyProductField) + " is " + phpvalue.Quote(field)
		place.Got = plural(int64(count), "option", "options")
		c.Fail(place)
	}
}

// optionCount counts the entries of a returned array of any shape.
func optionCount(v any) int {
	if list, ok := v.([]any); ok {
		return len(list)
	}
	options, _ := phpvalue.Map(v)
	return len(options)
}
