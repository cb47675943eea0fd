package suites

import (
	"iter"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream/fault"
)

// refusal is an error text the module gave.
type refusal struct {
	call *transcript.Call
	text string
	// echoed says that the panel had put the whole request into its error.
	echoed bool
	// replies are the answers of the panel that the module had got.
	replies []string
}

// refusals are the errors of every call that said success => false with a text.
// Other kinds of error are ENV-04's.
func refusals(t *transcript.Transcript) []refusal {
	var all []refusal
	known := catalogue()
	for _, call := range listings(t) {
		answer, _ := phpvalue.Map(call.Value)
		text := plainText(answer["error"])
		if answer["success"] != false || strings.TrimSpace(text) == "" {
			continue
		}
		r := refusal{call: call, text: text}
		if underFault(call) {
			r.echoed = known[call.Session.Upstream.Fault].Play.Act == fault.Echo
		}
		for _, x := range call.Session.Exchanges {
			r.replies = append(r.replies, plainText(x.ReplyBody.Text))
		}
		all = append(all, r)
	}
	return all
}

// longestError is how many characters an error may have. It leaves room for
// what curl says about a connection, address included.
const longestError = 500

var (
	className  = regexp.MustCompile(`^\\?(?:\w+\\)*\w*(?:Exception|Error)$`)
	bareNumber = regexp.MustCompile(`^[-+#:.\s\d]+$`)
)

// checkErrorReadable looks at errors in the module's own words: under an echo
// fault most of the text may be the panel's.
func checkErrorReadable(c *Case) {
	want := "a sentence of at most " + plural(longestError, "character", "characters")
	c.judgeErrors(want, func(r refusal) string {
		text := strings.TrimSpace(r.text)
		letters := strings.ContainsFunc(text, unicode.IsLetter)
		switch {
		case r.echoed:
			return ""
		case utf8.RuneCountInString(text) > longestError:
			return "it has " + plural(int64(utf8.RuneCountInString(text)), "character", "characters")
		case !utf8.ValidString(text):
			return "it is not valid UTF-8"
		case className.MatchString(text):
			return "it is only the name of a class"
		case bareNumber.MatchString(text):
			return "it is only a number"
		case !letters:
			return "it has no words"
		}
		return ""
	})
}

var (
	markup    = regexp.MustCompile(`(?i)<!doctype|</?(?:html|head|title|body|h[1-6]|p|div|span|form|input|br|b|i|a|center|hr|pre|script|style|table|tr|td|ul|li|font)(?:\s[^<>]*)?/?>`)
	trace     = regexp.MustCompile(`Stack trace:|#\d+ \S+\(\d+\): `)
	address   = regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://[^\s"'<>]+`)
	unixPath  = regexp.MustCompile(`(?:^|[\s"'(=:])(?:<(?:whmcs|temp|home|syncproof)>|/(?:var|home|usr|srv|opt|tmp|etc|root|www|mnt|data|Users))/[\w./-]+`)
	dosPath   = regexp.MustCompile(`(?:^|[\s"'(=])[A-Za-z]:\\[\w\\. -]+`)
	phpSource = regexp.MustCompile(`\.php(?:\(\d+\)|:\d+| on line \d+)`)
)

func checkErrorClean(c *Case) {
	c.judgeErrors("the module's own words", func(r refusal) string {
		bare := address.ReplaceAllString(r.text, "")
		switch {
		case markup.MatchString(r.text):
			return "it holds HTML"
		case trace.MatchString(bare):
			return "it holds a stack trace"
		case unixPath.MatchString(bare), dosPath.MatchString(bare), phpSource.MatchString(bare):
			return "it holds the path of a file"
		case slices.ContainsFunc(r.replies, r.repeats):
			return "it holds the panel's whole answer"
		}
		return ""
	})
}

// repeats holds when the error has the whole of a reply in it. A few words that
// are the same prove nothing.
func (r refusal) repeats(reply string) bool {
	const fewest = 20
	reply = strings.TrimSpace(reply)
	return len(reply) >= fewest && strings.Contains(r.text, reply)
}

// judgeErrors reports what is wrong with the errors, each complaint once: the
// errors of all faults mostly come from one line of code.
func (c *Case) judgeErrors(want string, wrong func(refusal) string) {
	seen := once{}
	texts := refusals(c.T)
	for _, r := range texts {
		why := wrong(r)
		if why == "" || !seen.first(why) {
			continue
		}
		place := c.inFunction(r.call, callAt(r.call)+`["error"]`)
		place.Want, place.Got, place.Note = want, phpvalue.Quote(r.text), why
		c.Fail(place)
	}
	c.errorsAreJudged(len(texts) > 0, "no call of ListAccounts() ended in success => false with an error, so there is no text to look at")
}

// errorsAreJudged closes a case without findings when the errors it looks at
// were not given, or not all faults could be played.
func (c *Case) errorsAreJudged(given bool, otherwise string) {
	c.followGate(askFaults(everyFault, c.T))
	c.followGate(unusable(c.T, everyFault))
	if !given {
		c.followGate(notTestable(otherwise, "let the module report a failure, with an error, when the panel fails (area faults)"))
	}
}

// checkErrorsDiffer compares the errors of three faults that need different
// repairs, over the same scheme.
func checkErrorsDiffer(c *Case) {
	byScheme := map[string]map[string]played{}
	for _, p := range usable(c.T, everyFault) {
		if _, ok := p.refused(); !ok {
			continue
		}
		if byScheme[p.Upstream.Scheme] == nil {
			byScheme[p.Upstream.Scheme] = map[string]played{}
		}
		byScheme[p.Upstream.Scheme][p.fault.ID] = p
	}
	seen, compared := once{}, false
	for _, scheme := range []string{"https", "http"} {
		told := byScheme[scheme]
		for _, pair := range [][2]string{{"refused", "http-401"}, {"refused", "html-login"}, {"http-401", "html-login"}} {
			a, okA := told[pair[0]]
			b, okB := told[pair[1]]
			if !okA || !okB {
				continue
			}
			compared = true
			text, _ := a.refused()
			other, _ := b.refused()
			if strings.TrimSpace(text) != strings.TrimSpace(other) || !seen.first(text, pair[0], pair[1]) {
				continue
			}
			place := c.inFunction(b.call, b.at(scheme))
			place.Want = "another error than under the fault " + a.fault.ID + " (" + a.fault.Title + ")"
			place.Got = phpvalue.Quote(text)
			c.Fail(place)
		}
	}
	c.errorsAreJudged(compared, "the module did not report at least two of the faults refused, http-401 and html-login as failures, so there was nothing to compare")
}

// checkNoSecrets looks for the marks the transcript has in place of secrets.
func checkNoSecrets(c *Case) {
	seen := once{}
	report := func(call *transcript.Call, at, shows string, marks []string) {
		for _, m := range marks {
			if !seen.first(shows, m) {
				continue
			}
			place := c.inFunction(call, at)
			place.Want, place.Got = "no secret of the server", shows+" shows "+m
			c.Fail(place)
		}
	}
	tested := false
	for _, call := range ordinaryCalls(c.T) {
		if call.Function != "ListAccounts" {
			continue
		}
		tested = true
		at := callAt(call)
		report(call, at, "the answer", marksWithin(withoutList(call.Value)))
		for a := range listedOnce(call) {
			report(call, at, "an account", marksWithin(a.Value))
		}
		report(call, at, "output", marksIn(plainText(call.Output.Text)))
		if call.Session.Exit != nil {
			report(call, at, "output", marksIn(plainText(call.Session.Exit.Stdout.Text)))
		}
		report(call, at, "a header", marksIn(strings.Join(call.Headers, "\n")))
		for _, w := range call.Warnings {
			if !w.Silenced {
				report(call, at, "a PHP warning", marksIn(w.Message))
			}
		}
		if call.Throwable != nil {
			report(call, at, "the message of the "+call.Throwable.Class, marksIn(call.Throwable.Message))
		}
	}
	if tested {
		c.followGate(askFaults(everyFault, c.T))
		c.followGate(unusable(c.T, everyFault))
	}
	c.listIsJudged()
}

// withoutList is an answer without the list, whose entries were recorded one by
// one.
func withoutList(value any) any {
	answer, isMap := phpvalue.Map(value)
	if !isMap {
		return value
	}
	rest := map[string]any{}
	for k, v := range answer {
		if phpvalue.KindOf(v) != phpvalue.KindAccounts {
			rest[k] = v
		}
	}
	return rest
}

// listedOnce are the accounts of a call, except where the same list was asked
// for again: a long one is not read three times.
func listedOnce(call *transcript.Call) iter.Seq[contract.Account] {
	if call.ID != transcript.CallList && !underFault(call) {
		return func(func(contract.Account) bool) {}
	}
	return call.Accounts()
}
