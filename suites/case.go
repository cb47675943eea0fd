package suites

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/onsi/gomega/types"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

// Case is one rule being judged on one transcript. Checks report through it.
type Case struct {
	// T is the evidence.
	T      *transcript.Transcript
	rule   Rule
	result contract.Result
	// lacks is what calls lacked of WHMCS, lack the one that kept a finding from
	// being noted.
	lacks map[string]lack
	// reading is the call whose rows are looked at.
	reading *transcript.Call
	// odd says what is odd about them, "" for the list that counts.
	odd string
	// fleet are the accounts that list was made of, nil where that is not known.
	fleet *transcript.Fleet
	lack  lack
}

// NewCase begins the judging of a rule.
func NewCase(rule Rule, t *transcript.Transcript) *Case {
	return &Case{T: t, rule: rule, result: contract.Result{Rule: rule.Rule, Outcome: contract.Pass}}
}

// Fail notes one place where the rule is broken.
func (c *Case) Fail(f contract.Finding) {
	if c.missed(f) {
		return
	}
	c.result.Outcome = contract.Fail
	c.result.Count++
	if len(c.result.Findings) < contract.MaxFindings {
		c.result.Findings = append(c.result.Findings, f)
	}
}

// NotApplicable says that the module does not declare what the rule is about.
// It has no effect once a failure was noted.
func (c *Case) NotApplicable(reason string) {
	c.settle(contract.NotApplicable, reason, "")
}

// NotTestable says that the evidence could not be had, and what would supply
// it. It has no effect once a failure was noted.
func (c *Case) NotTestable(reason, supply string) {
	c.settle(contract.NotTestable, reason, supply)
}

func (c *Case) settle(outcome contract.Outcome, reason, supply string) {
	if c.result.Outcome != contract.Fail {
		c.result.Outcome, c.result.Reason, c.result.Supply = outcome, reason, supply
	}
}

// Expect asserts that the value at a place in a call satisfies a matcher, and
// notes a failure in the vendor's words when it does not. Unlike a test's
// assertion it goes on afterwards, so that one run shows every place.
func (c *Case) Expect(call, at string, actual any, matcher types.GomegaMatcher) bool {
	return c.ExpectIn(contract.Finding{Call: call, At: at}, actual, matcher)
}

// ExpectIn is Expect with the place given as a finding, for failures that carry
// a note or a source line.
func (c *Case) ExpectIn(place contract.Finding, actual any, matcher types.GomegaMatcher) bool {
	satisfied, err := matcher.Match(actual)
	switch {
	case err != nil:
		describe(&place, actual, matcher, err.Error())
	case !satisfied:
		describe(&place, actual, matcher, matcher.FailureMessage(actual))
	default:
		return true
	}
	c.Fail(place)
	return false
}

// wanter is implemented by our matchers: what they want, in the vendor's words.
type wanter interface{ Want() string }

// gotter is implemented by matchers that show something other than the value.
type gotter interface{ Got(actual any) string }

func describe(f *contract.Finding, actual any, matcher types.GomegaMatcher, message string) {
	w, ok := matcher.(wanter)
	if !ok {
		f.Note = join(message, f.Note)
		return
	}
	f.Want = w.Want()
	f.Got = phpvalue.Show(actual)
	if g, ok := matcher.(gotter); ok {
		f.Got = g.Got(actual)
	}
}

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "; " + b
}

// Result closes the case.
func (c *Case) Result() contract.Result { return c.result }

// Function returns where the module defines the function with that suffix, for
// findings that point at it; zero values when that is not known.
func (c *Case) Function(suffix string) transcript.Symbol {
	if f := c.T.Loaded().Function(c.T.Header.Target.Module, suffix); f != nil {
		return *f
	}
	return transcript.Symbol{}
}

// FunctionName is the full name WHMCS calls, such as acme_ListAccounts().
func (c *Case) FunctionName(suffix string) string {
	return c.T.Header.Target.Module + "_" + suffix + "()"
}

// rowPlace names a field of one account, such as accounts[3].status, or
// accounts["acme"].status when the list is not numbered from 0.
func rowPlace(a contract.Account, field string) string {
	at := "accounts[" + strconv.Itoa(a.Row) + "]"
	if a.Key != "" {
		at = "accounts[" + phpvalue.Quote(a.Key) + "]"
		if _, err := strconv.Atoi(a.Key); err == nil {
			at = "accounts[" + a.Key + "]"
		}
	}
	switch {
	case field == "":
		return at
	case isPlainKey(field):
		return at + "." + field
	default:
		return at + "[" + phpvalue.Quote(field) + "]"
	}
}

// isPlainKey holds for keys that can be shown as they are. Any text can be a
// key, control characters and megabytes included.
func isPlainKey(key string) bool {
	const longest = 60
	return len(key) <= longest && !strings.ContainsFunc(key, func(r rune) bool {
		return r > unicode.MaxASCII || r != '_' && r != '-' && r != '.' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}
