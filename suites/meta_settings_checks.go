package suites

import (
	"maps"
	"slices"
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

func checkIdentifierLabel(c *Case) {
	label := lookup(c.settings(), keyIdentifierLabel)
	field := identifierField(c.T)
	if isMissing(label) {
		if field == contract.FieldDomain || field == "" {
			return
		}
		place := c.setting(keyIdentifierLabel, "the default is \"Domain\", but the identifier is "+phpvalue.Quote(field))
		c.ExpectIn(place, label, beFilledText())
		return
	}
	if !c.ExpectIn(c.setting(keyIdentifierLabel, ""), label, beFilledText()) {
		return
	}
	c.ExpectIn(c.setting(keyIdentifierLabel, ""), label, satisfyText("a label that fits the identifier "+phpvalue.Quote(field), func(text string) bool {
		named := strings.ToLower(strings.TrimSpace(text))
		other := named == contract.FieldDomain || named == contract.FieldUsername
		// A custom field can be called Username, too.
		return !other || field == "" || strings.TrimPrefix(strings.ToLower(field), customField) == named
	}))
}

func checkUnknownKeys(c *Case) {
	meta := c.settings()
	for _, key := range slices.Sorted(maps.Keys(meta)) {
		lower := strings.ToLower(key)
		if slices.Contains(listAccountsKeys(), key) || !strings.HasPrefix(lower, "listaccount") {
			continue
		}
		note := ""
		if near := nearest(key, listAccountsKeys(), 8); near != "" && isMissing(lookup(meta, near)) {
			note = "did you mean " + near + "?"
		}
		f := c.setting(key, note)
		f.Want, f.Got = "one of the documented keys "+strings.Join(listAccountsKeys(), ", "), key
		c.Fail(f)
	}
}

func checkMetaDataIsConstant(c *Case) {
	first, second := c.T.Call(transcript.CallMetaData), c.T.Call(transcript.CallMetaDataWeb)
	c.checkQuiet(first)
	other := askCall(c.T, transcript.CallMetaDataWeb)
	if other.open {
		c.checkQuiet(second)
	}
	if first.Ending != transcript.EndReturned {
		c.followGate(following("META-01", "MetaData() "+endingWords(first)))
		return
	}
	if other.open && second.Ending != transcript.EndExited {
		c.compareSettings(first, second)
	}
	c.followGate(other)
	c.followGate(askSees(contract.NeedOutput, c.T))
}

// checkQuiet reports what a call of MetaData() printed or sent, and exit.
func (c *Case) checkQuiet(call *transcript.Call) {
	place := c.inFunction(call, c.FunctionName("MetaData"))
	fail := func(want, got string) {
		place.Want, place.Got = want, got
		c.Fail(place)
	}
	if call.Ending == transcript.EndExited {
		fail("it returns", "it called exit or die"+andPrinted(call.Output))
		return
	}
	if call.Output.Bytes > 0 {
		fail("no output", printed(call.Output))
	}
	for _, h := range call.Headers {
		fail("no headers", "the header "+phpvalue.Quote(h))
	}
	if out := call.Session.Exit.Stdout; out.Bytes > 0 && call.Session.Sees.Output && call.Ending == transcript.EndReturned {
		fail("nothing written to standard output", printed(out))
	}
}

func andPrinted(o transcript.Output) string {
	if o.Bytes == 0 {
		return ""
	}
	return " and printed " + printed(o)
}

// compareSettings reports settings that differ between two web requests.
func (c *Case) compareSettings(first, second *transcript.Call) {
	const note = "between two web requests with other request data"
	if second.Ending != transcript.EndReturned {
		place := c.inFunction(second, c.FunctionName("MetaData"))
		place.Want, place.Got, place.Note = "the same settings in every request", "it "+endingWords(second), note
		locate(&place, second)
		c.Fail(place)
		return
	}
	a, isArray := phpvalue.Map(first.Value)
	b, isArrayToo := phpvalue.Map(second.Value)
	if !isArray || !isArrayToo {
		place := c.inFunction(second, c.FunctionName("MetaData"))
		place.Note = note
		c.ExpectIn(place, second.Value, equal(first.Value))
		return
	}
	keys := maps.Clone(a)
	maps.Copy(keys, b)
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		place := c.inFunction(second, metaAt(key))
		place.Note = note
		c.ExpectIn(place, lookup(b, key), equal(lookup(a, key)))
	}
}

func checkRequiresServer(c *Case) {
	value := lookup(c.settings(), "RequiresServer")
	if isMissing(value) || value == nil {
		return
	}
	c.ExpectIn(c.setting("RequiresServer", ""), value, satisfy("true, or no such key", func(actual any) bool { return !isFalsy(actual) }))
}

// checkTogether compares which of the settings and the function are there. The
// settings' own rules say which of them are wrong.
func checkTogether(c *Case) {
	meta := c.settings()
	var present []string
	for _, key := range listAccountsKeys() {
		if !isMissing(lookup(meta, key)) {
			present = append(present, key)
		}
	}
	place := c.inFunction(c.T.Call(transcript.CallMetaData), c.FunctionName("MetaData"))
	switch {
	case declaresSync(c.T) && len(present) == 0:
		place.Want, place.Got = "the ListAccounts settings", "none of them, but a function "+c.FunctionName("ListAccounts")
		c.Fail(place)
	case declaresSync(c.T):
	case len(present) == 0:
		c.NotApplicable("the module has neither the settings nor the function")
	case !metricsOnly(c.T):
		place.Want = "a function " + c.FunctionName("ListAccounts") + " beside the ListAccounts settings"
		place.Got = strings.Join(present, ", ") + " without it"
		c.Fail(place)
	}
}

func checkAPIVersion(c *Case) {
	value := lookup(c.settings(), "APIVersion")
	if isMissing(value) {
		return
	}
	c.ExpectIn(c.setting("APIVersion", ""), value, satisfy(`"1.1", or no such key`, func(actual any) bool {
		n, isNumber := number(actual)
		return actual == "1.1" || isNumber && n == 1.1
	}))
}
