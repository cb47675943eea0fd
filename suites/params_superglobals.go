package suites

import (
	"regexp"
	"slices"
	"strconv"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
)

func par04() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "PAR-04", Level: contract.Should, Basis: contract.Evidence, Hazard: contract.Crash,
			Title:  "ListAccounts() does not need $_SERVER, $_REQUEST or $_SESSION to be filled",
			Source: sources(phpServerVars),
			Why:    "A list can be asked for by a cron job, a test or another tool as well as by the administration page. There PHP has no host name, no request and no session, and what reads them gets a warning and null.",
			Fix:    "Take everything from $params. Where something of the web request is useful but not needed, read it with ?? and a default.",
			Good:   "$agent = 'Acme module';",
			Bad:    "$agent = 'WHMCS at ' . $_SERVER['HTTP_HOST'];",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedSync, contract.NeedSuperglobals},
		Wants: []contract.Need{contract.NeedCall, contract.NeedRepeat},
		Check: checkSuperglobals,
	}
}

// checkSuperglobals compares calls outside a web request with those inside one.
func checkSuperglobals(c *Case) {
	usual, known := variantOf(c.T, transcript.SessionServerTLS)
	bare, g := variantOf(c.T, transcript.SessionBare)
	if g.open && known.open {
		c.compareBare(usual, bare)
	}
	if c.failed() {
		return
	}
	defer func() {
		c.followGate(g)
		c.followGate(known)
	}()
	c.compareLists(transcript.SessionBareList, "outside a web request")
}

// compareBare wants the same kind of outcome, and no new diagnostics about what
// the web request would have held.
func (c *Case) compareBare(usual, bare variant) {
	known := diagnostics(usual)
	for _, w := range diagnostics(bare) {
		name := requestVariable(w.Message)
		again := func(u transcript.Warning) bool { return u.Message == w.Message }
		if w.Silenced || name == "" || slices.ContainsFunc(known, again) {
			continue
		}
		c.Fail(contract.Finding{
			Call: bare.call.ID, At: "ListAccounts() outside a web request", Want: "no use of " + name, Got: w.Level + ": " + w.Message,
			File: w.File, Line: w.Line,
		})
	}
	if !usual.refused() || bare.refused() || c.failed() {
		return
	}
	place := c.broken(bare.call, "ListAccounts() outside a web request")
	place.Want, place.Got = "a failure, as within a web request", outcomeWords(bare.call)
	c.Fail(place)
}

// diagnostics are PHP's, of loading and of the call.
func diagnostics(v variant) []transcript.Warning {
	if v.Load == nil {
		return v.call.Warnings
	}
	return slices.Concat(v.Load.Warnings, v.call.Warnings)
}

// sessionVariable reads PHP's words for a superglobal that is not there.
var sessionVariable = regexp.MustCompile(`^Undefined (?:global )?variable:? \$?(_(?:SESSION|COOKIE|REQUEST|GET|POST))$`)

// requestVariable names what a diagnostic says is missing when it is part of a
// web request: a superglobal or a key that only a web request has.
func requestVariable(message string) string {
	if m := sessionVariable.FindStringSubmatch(message); m != nil {
		return "$" + m[1]
	}
	if m := undefinedKey.FindStringSubmatch(message); m != nil {
		if of := requestKeys()[m[1]]; of != "" {
			return of + "[" + strconv.Quote(m[1]) + "]"
		}
	}
	return ""
}

// requestKeys are the keys that the administration page has and a cron job does
// not, with the superglobal they are in.
func requestKeys() map[string]string {
	keys := map[string]string{
		"rp": "$_REQUEST", "WHMCSsession": "$_COOKIE",
		"adminid": "$_SESSION", "adminpw": "$_SESSION", "tkval": "$_SESSION", "Language": "$_SESSION",
	}
	for _, name := range []string{
		"REQUEST_METHOD", "QUERY_STRING", "HTTP_HOST", "SERVER_NAME", "REMOTE_ADDR", "REMOTE_PORT", "HTTP_ACCEPT_LANGUAGE",
		"REQUEST_URI", "SERVER_ADDR", "SERVER_PORT", "SERVER_PROTOCOL", "SERVER_SOFTWARE", "GATEWAY_INTERFACE", "REQUEST_SCHEME",
		"HTTPS", "HTTP_USER_AGENT", "HTTP_ACCEPT",
	} {
		keys[name] = "$_SERVER"
	}
	return keys
}

// compareLists reports where the list in a varied session differs from the one
// the module gave with its requests passing through syncproof in the same way,
// leaving out what differs between ordinary calls as well.
func (c *Case) compareLists(id, when string) {
	first := c.T.Call(transcript.CallConversation)
	v, g := variantOf(c.T, id)
	if !g.open || !answeredList(first) {
		return
	}
	if !answeredList(v.call) {
		place := c.broken(v.call, "ListAccounts() "+when)
		place.Want, place.Got = "the same list as otherwise", outcomeWords(v.call)
		c.Fail(place)
		return
	}
	// Accounts that came or went are differences in no field.
	moving := movingFields(c.T)
	for _, call := range append(repeats(c.T), c.listCall()) {
		if !answeredList(call) {
			continue
		}
		for d := range differences(first, call) {
			moving[d.field] = true
		}
	}
	for d := range differences(first, v.call) {
		if moving[d.field] {
			continue
		}
		place := c.sameAs(v.call, d.at, when)
		place.Want, place.Got = d.first, d.again
		c.Fail(place)
	}
}
