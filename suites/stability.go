package suites

import (
	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

func stabilitySuite() Suite {
	return Suite{Area: "stability", Title: "Same answer every time", Rules: []Rule{det01(), det02()}}
}

func det01() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "DET-01", Level: contract.Must, Basis: contract.Inferred, Hazard: contract.Corrupt,
			Title:  "the same server gives the same accounts in every call",
			Quote:  "Review the displayed report.",
			Source: sources(docSync),
			Why:    "An administrator reviews the report and then syncs. Values that change by themselves show as differences every time, and syncing writes them to the services. An account that comes and goes can be terminated.",
			Fix:    "Take every value from the panel. Keep nothing between calls in static variables, and let nothing depend on the time of the call.",
			Good:   "$accounts = [];\nforeach ($api->accounts() as $row) {",
			Bad:    "static $accounts = []; // the second call adds to the first one's list\nforeach ($api->accounts() as $row) {",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedAnswer, contract.NeedRepeat},
		Check: checkSameAnswer,
	}
}

func det02() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "DET-02", Level: contract.Should, Basis: contract.Evidence, Hazard: contract.Misleading,
			Title:  "the order of the accounts is stable, and the locale changes nothing",
			Source: sources(docSync, phpLocale),
			Why:    "A list in another order is hard to compare with the last one. Under another locale PHP can write numbers and dates differently, so the same account shows as different on another installation.",
			Fix:    "Sort the list by its identifier before returning it, and format numbers and dates without the locale: number_format(), DateTimeImmutable::format().",
			Good:   "usort($accounts, fn ($a, $b) => strcmp($a['uniqueIdentifier'], $b['uniqueIdentifier']));",
			Bad:    "shuffle($accounts);\n$row['created'] = strftime('%d %B %Y', $time);",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedList, contract.NeedRepeat},
		Wants: []contract.Need{contract.NeedLocale},
		Check: checkOrderAndLocale,
	}
}

func checkSameAnswer(c *Case) {
	first := c.listCall()
	again := c.T.Call(transcript.CallRepeat1)
	second := c.T.Call(transcript.CallRepeat2)
	c.compareCalls(first, again, againWords(again))
	if second != nil && again.Ending == transcript.EndReturned {
		c.compareCalls(first, second, againWords(second))
	}
	if answer, _ := returnedMap(c.T, first.ID); answer["success"] == false {
		c.followGate(listRefused(c.T, answer))
	}
	if !again.Session.Sees.Process {
		c.followGate(notTestable("the calls gave the same accounts, but each was made in a PHP process of its own, so what the module keeps from one call to the next could not be seen",
			"put bridge.php in front of the module (syncproof bridge), or point syncproof at the module's folder"))
	}
}

// againWords says which call an answer comes from.
func againWords(call *transcript.Call) string {
	switch {
	case call.ID == transcript.CallRepeat2 && call.Session.Sees.Process:
		return "in a second call in one PHP process"
	case call.ID == transcript.CallRepeat2:
		return "when it was called a third time"
	case call.ID == transcript.CallLocale:
		return "under the locale " + localeOf(call.Session)
	case call.Session.Sees.Process:
		return "when it was called again in a fresh PHP process"
	default:
		return "when it was called again"
	}
}

func localeOf(s *transcript.Session) string {
	if s.Boot != nil && s.Boot.Locale != "" {
		return s.Boot.Locale
	}
	return s.Locale
}

// compareCalls reports where a repeated call answers otherwise than the first.
// The texts of two failures may differ: they tell times and ports.
func (c *Case) compareCalls(first, again *transcript.Call, when string) {
	if again.Ending != transcript.EndReturned {
		place := c.inFunction(again, "ListAccounts()")
		place.Want, place.Got, place.Note = "it returns as it did the first time", "it "+endingWords(again), when
		locate(&place, again)
		c.Fail(place)
		return
	}
	a, isMap := phpvalue.Map(first.Value)
	b, isMapToo := phpvalue.Map(again.Value)
	if !isMap || !isMapToo {
		c.ExpectIn(c.sameAs(again, "ListAccounts()", when), again.Value, equal(first.Value))
		return
	}
	if !c.ExpectIn(c.sameAs(again, listAt("success"), when), lookup(b, "success"), equal(lookup(a, "success"))) {
		return
	}
	if a["success"] == false {
		return
	}
	for d := range differences(first, again) {
		place := c.sameAs(again, d.at, when)
		place.Want, place.Got = d.first, d.again
		c.Fail(place)
	}
}

func (c *Case) sameAs(call *transcript.Call, at, when string) contract.Finding {
	return contract.Finding{Call: call.ID, At: at, Note: when}
}

func checkOrderAndLocale(c *Case) {
	first := c.listCall()
	for _, call := range repeats(c.T) {
		c.compareOrder(first, call, againWords(call))
	}
	locale := c.T.Call(transcript.CallLocale)
	if locale == nil || locale.Ending == transcript.EndOpen || !undisturbed(locale.Session) {
		c.followGate(askCall(c.T, transcript.CallLocale))
		return
	}
	if !locale.Session.Sees.Locale {
		c.followGate(notTestable("the list could not be asked for under another locale: PHP found none but C",
			"install another locale, such as de_DE.UTF-8 (on Debian: locales-all); a target that is not a PHP module may not offer this"))
		return
	}
	c.followGate(askCall(c.T, transcript.CallLocale))
	if !c.failed() {
		c.compareLocale(first, locale)
	}
}

// compareLocale leaves out what differs between two ordinary calls as well:
// then it is not the locale.
func (c *Case) compareLocale(first, locale *transcript.Call) {
	when := againWords(locale)
	if !answeredList(locale) {
		place := c.inFunction(locale, "ListAccounts()")
		place.Want, place.Got, place.Note = "the same list as under the locale C", "it "+endingWords(locale), when
		locate(&place, locale)
		c.Fail(place)
		return
	}
	c.failSteady(first, locale, when)
	c.compareOrder(first, locale, when)
}

// failSteady reports where a list differs from the first one, but for what
// differs between two ordinary calls as well.
func (c *Case) failSteady(first, other *transcript.Call, when string) {
	unstable, moving := map[string]bool{}, false
	for _, call := range repeats(c.T) {
		for d := range differences(first, call) {
			unstable[d.at] = true
			moving = moving || d.whole
		}
	}
	for d := range differences(first, other) {
		// Where accounts come and go, they do so under other identifiers each time.
		if !unstable[d.at] && (!moving || !d.whole) {
			place := c.sameAs(other, d.at, when)
			place.Want, place.Got = d.first, d.again
			c.Fail(place)
		}
	}
}

// compareOrder reports the first account that stands elsewhere, among those
// that both calls list.
func (c *Case) compareOrder(first, again *transcript.Call, when string) {
	if first.SameAccounts(again) {
		return
	}
	a, b := order(first), order(again)
	a, b = common(a, b), common(b, a)
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			place := c.sameAs(again, listAt("accounts"), when)
			place.Want = "the order of the first call: " + phpvalue.Quote(a[i]) + " as number " + ordinal(i)
			place.Got = phpvalue.Quote(b[i])
			c.Fail(place)
			return
		}
	}
}
