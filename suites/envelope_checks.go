package suites

import (
	"fmt"
	"maps"
	"slices"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/schema"
	"syncproof/internal/transcript"
)

// listAt is a key of what ListAccounts() returned, as a finding names it.
func listAt(key string) string { return `ListAccounts()["` + key + `"]` }

// listCall is the call that counts; the caller's needs make sure of it.
func (c *Case) listCall() *transcript.Call {
	if c.reading != nil {
		return c.reading
	}
	return c.T.Call(transcript.CallList)
}

// envelope is what ListAccounts() returned when it has string keys.
func (c *Case) envelope() (map[string]any, bool) {
	return returnedMap(c.T, transcript.CallList)
}

// inFunction places a finding of a call at the function that was called.
func (c *Case) inFunction(call *transcript.Call, at string) contract.Finding {
	f := c.Function(call.Function)
	return contract.Finding{Call: call.ID, At: at, File: f.File, Line: f.Line}
}

// envelopeViolations has the schema judge what ListAccounts() returned.
func (c *Case) envelopeViolations() []schema.Violation {
	envelope, err := schema.Envelope()
	if err != nil {
		panic(fmt.Errorf("preparing the envelope schema: %w", err)) //nolint:forbidigo // reported as a harness error of the rule
	}
	violations, err := envelope.ValidatePHP(c.listCall().Value)
	if err != nil {
		panic(fmt.Errorf("checking ListAccounts() against the envelope schema: %w", err)) //nolint:forbidigo // as above
	}
	return violations
}

// claimEnvelope reports the schema's violations that are this rule's.
func (c *Case) claimEnvelope(claims func(schema.Violation) bool, note string) {
	for _, v := range c.envelopeViolations() {
		if claims(v) {
			f := c.inFunction(c.listCall(), listAt(v.Field()))
			f.Want, f.Got, f.Note = v.Want(), v.Got(), note
			c.Fail(f)
		}
	}
}

func bareList() gate {
	return following("ENV-08", "ListAccounts() returned a bare list, so it has neither success nor error")
}

func checkSuccess(c *Case) {
	envelope, isMap := c.envelope()
	if !isMap {
		c.followGate(bareList())
		return
	}
	note := ""
	if success := lookup(envelope, "success"); !isMissing(success) {
		note = "PHP's own bool is written true or false, without quotes"
	} else if near := nearest("success", slices.Sorted(maps.Keys(envelope)), 2); near != "" {
		note = "the key " + phpvalue.Quote(near) + " is there; it was probably meant"
	}
	c.claimEnvelope(func(v schema.Violation) bool { return v.At("success") }, note)
}

func checkAccountsArray(c *Case) {
	envelope, _ := c.envelope()
	note := ""
	if isMissing(lookup(envelope, "accounts")) {
		for _, key := range slices.Sorted(maps.Keys(envelope)) {
			if phpvalue.IsArray(envelope[key]) {
				note = "the key " + phpvalue.Quote(key) + " holds an array; it was probably meant"
			}
		}
	}
	c.claimEnvelope(func(v schema.Violation) bool { return v.At("accounts") }, note)
}

func checkAccountsKeys(c *Case) {
	envelope, _ := c.envelope()
	mark, _ := envelope["accounts"].(map[string]any)
	if mark["list"] == true {
		return
	}
	place := c.inFunction(c.listCall(), listAt("accounts"))
	place.Want, place.Got = "the keys 0, 1, 2 and so on", "other keys"
	for a := range c.listCall().Accounts() {
		if a.Key != "" {
			place.Got = "the key " + phpvalue.Quote(a.Key) + " at position " + fmt.Sprint(a.Row)
			break
		}
	}
	c.Fail(place)
}

func checkNoErrorOnSuccess(c *Case) {
	envelope, isMap := c.envelope()
	switch success := lookup(envelope, "success"); {
	case !isMap:
		c.followGate(bareList())
	case success == false:
		c.followGate(listRefused(c.T, envelope))
	case success != true:
		c.followGate(following("ENV-01", "ListAccounts() did not say success => true or false"))
	default:
		// An empty error says that there was none.
		c.ExpectIn(c.inFunction(c.listCall(), listAt("error")), lookup(envelope, "error"),
			satisfy("no error beside success => true", isFalsy))
	}
}

func checkNoErrorAlone(c *Case) {
	envelope, isMap := c.envelope()
	if !isMap {
		c.followGate(bareList())
		return
	}
	if isFalsy(lookup(envelope, "error")) || !isMissing(lookup(envelope, "success")) {
		return
	}
	place := c.inFunction(c.listCall(), "ListAccounts()")
	place.Want = "success => false beside the error"
	place.Got = "error => " + phpvalue.Show(envelope["error"]) + " and no success"
	c.Fail(place)
}

func checkAnswerIsArray(c *Case) {
	call := c.listCall()
	c.ExpectIn(c.inFunction(call, "ListAccounts()"), call.Value,
		satisfy("an array with success and accounts or error", func(actual any) bool {
			list, _ := actual.([]any)
			return phpvalue.IsArray(actual) && len(list) == 0
		}).showing(showAnswer))
}

// showAnswer calls a list of accounts what it is.
func showAnswer(actual any) string {
	if list, _ := actual.([]any); len(list) > 0 {
		return "a bare list with " + plural(int64(len(list)), "entry", "entries")
	}
	return phpvalue.Show(actual)
}

func checkReturns(c *Case) {
	c.checkListReturns(c.listCall())
	c.checkReturnsUnderFaults()
}

func (c *Case) checkListReturns(call *transcript.Call) {
	if call.Ending != transcript.EndReturned {
		place := c.inFunction(call, "ListAccounts()")
		place.Want, place.Got = "it returns, also when something goes wrong", "it "+endingWords(call)
		place.Note = endingNote(call)
		locate(&place, call)
		c.Fail(place)
		return
	}
	c.checkEnd(call)
}

// checkEnd looks at what the module left to run after its function returned:
// shutdown functions and destructors. PHP ends with 255 after an error it could
// not continue from.
func (c *Case) checkEnd(call *transcript.Call) {
	s := call.Session
	if !s.Sees.Ending || s.Shutdown == nil {
		return
	}
	place := contract.Finding{Call: call.ID, At: "after ListAccounts() returned", Want: "PHP ends in good order"}
	place.Note = "a shutdown function or a destructor of the module failed"
	switch fatal := s.Shutdown.Fatal; {
	case fatal != nil:
		place.Got, place.File, place.Line = "a fatal error: "+phpvalue.Quote(fatal.Message), fatal.File, fatal.Line
	case s.Exit.Status == phpFailed:
		place.Got = "PHP ended with an error (status 255)"
	default:
		return
	}
	c.Fail(place)
}

// phpFailed is PHP's exit status after a fatal error.
const phpFailed = 255

// endingNote explains an ending beyond its words.
func endingNote(call *transcript.Call) string {
	switch call.Ending {
	case transcript.EndThrew:
		return throwableNote(call.Throwable)
	case transcript.EndTimedOut:
		if call.Session.Exit.Limit > 0 {
			return "it was stopped after " + seconds(call.Session.Exit.Limit)
		}
	case transcript.EndFatal:
		if call.Fatal.Time {
			return "PHP's own time limit was reached"
		}
		return "PHP cannot go on after a fatal error, so no catch block sees it"
	case transcript.EndOutOfMemory:
		return "PHP cannot go on without memory, so no catch block sees it"
	case transcript.EndCrashed:
		return "this is often endless recursion"
	}
	return ""
}

func throwableNote(t *transcript.Throwable) string {
	var parts []string
	if slices.Contains(t.Is, "Error") || t.Class == "Error" {
		parts = append(parts, t.Class+" is an error of PHP: catch (Exception $e) does not catch it, catch (\\Throwable $e) does")
	}
	if t.Previous != "" {
		parts = append(parts, "it was caused by "+t.Previous)
	}
	return sentence(parts...)
}

func checkOtherKeys(c *Case) {
	if _, isMap := c.envelope(); !isMap {
		c.followGate(bareList())
		return
	}
	// The schema refuses an error beside success => true as well; that is ENV-05's.
	c.claimEnvelope(func(v schema.Violation) bool { return v.Keyword == schema.Additional && !v.At("error") }, "")
}
