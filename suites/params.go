package suites

import (
	"regexp"
	"slices"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

func paramsSuite() Suite {
	return Suite{Area: "params", Title: "Parameters", Rules: []Rule{
		par01(), par02(), par03(), par04(), par05(), par06(), par07(), par08(),
	}}
}

func par01() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "PAR-01", Level: contract.Must, Basis: contract.Inferred, Hazard: contract.Crash,
			Title:  "ListAccounts() works with the parameters of a server alone",
			Quote:  "The function receives the id, ip, hostname, username/hash, & password variables.",
			Source: sources(docMetrics, docUsage, docParameters),
			Why:    "A sync is about a server, not about a service, so the keys of a service have nothing to hold. WHMCS documents no exact list of keys for ListAccounts(); for other calls about a server it shows ten, all beginning with \"server\". A key that is missing is null in PHP, and null breaks or misleads what uses it.",
			Fix:    "Read serverhostname, serverusername, serverpassword, serveraccesshash, serversecure and the other server keys only. Share no code with CreateAccount() that reads the service.",
			Good:   "$api = new AcmeApi($params['serverhostname'], $params['serverpassword']);",
			Bad:    "$api = new AcmeApi($params['serverhostname'], $params['configoption2']);",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedSync, contract.NeedCall, contract.NeedWarnings},
		Check: checkServerParameters,
	}
}

func par07() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "PAR-07", Level: contract.Should, Basis: contract.Documented, Hazard: contract.Terminate,
			Title:  "without any parameters ListAccounts() reports a failure and asks no server",
			Quote:  "$result = call_user_func($this->moduleName . '_' . $function, array());",
			Source: sources(sampleTest, docSync),
			Why:    "WHMCS's own sample test calls module functions with an empty array. A server entry without address or credentials is the same case: \"not configured\" answered with an empty list means that every service looks as if it did not exist on the server.",
			Fix:    "Check the address and the credentials first, and return a failure that says what is missing.",
			Good:   "if (empty($params['serverhostname'])) {\n    return ['success' => false, 'error' => 'The server has no host name.'];\n}",
			Bad:    "if (empty($params['serverhostname'])) {\n    return ['success' => true, 'accounts' => []];\n}",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedSync, contract.NeedEmpty},
		Check: checkWithoutParameters,
	}
}

// undefinedKey reads PHP 8's and PHP 7's words for a key that is not there.
var undefinedKey = regexp.MustCompile(`^Undefined (?:array key|index):? "?([A-Za-z_][A-Za-z0-9_]*)"?$`)

// serviceKey returns the parameter of a service that a diagnostic says is not
// there. Names that control panels use in their answers as well are left out,
// because PHP does not say which array it was; see ambiguousKey.
func serviceKey(message string) (string, bool) {
	match := undefinedKey.FindStringSubmatch(message)
	if match == nil {
		return "", false
	}
	return match[1], optionField.MatchString(match[1]) || slices.Contains(serviceKeys(), match[1])
}

// serviceKeys are the documented parameters of a service that nothing but WHMCS
// names so.
func serviceKeys() []string {
	return []string{"serviceid", "producttype", "moduletype", "clientsdetails", "customfields", "configoptions"}
}

// sharedKeys are those that panels use as well.
func sharedKeys() []string {
	return []string{"domain", "username", "password", "userid", "pid", "model"}
}

func checkServerParameters(c *Case) {
	call := c.listCall()
	for _, w := range call.Warnings {
		if key, ok := serviceKey(w.Message); ok && !w.Silenced {
			c.Fail(missingParameter(call, key, w.File, w.Line))
		}
	}
	if thrown := call.Throwable; thrown != nil {
		if key, ok := serviceKey(thrown.Message); ok {
			c.Fail(missingParameter(call, key, thrown.File, thrown.Line))
		}
	}
	c.followGate(askAnswer(c.T))
	if answer, _ := returnedMap(c.T, call.ID); answer["success"] == false {
		c.followGate(listRefused(c.T, answer))
	}
}

func missingParameter(call *transcript.Call, key, file string, line int) contract.Finding {
	return contract.Finding{
		Call: call.ID, At: `$params["` + key + `"]`,
		Want: "server parameters only, such as $params[\"serverhostname\"]", Got: "the parameter " + key + " of a service",
		Note: "there is no service when a server is synced", File: file, Line: line,
	}
}

func checkWithoutParameters(c *Case) {
	call := c.T.Call(transcript.CallEmpty)
	if call.Ending != transcript.EndReturned {
		place := c.inFunction(call, "ListAccounts([])")
		place.Want, place.Got, place.Note = "success => false and an error", "it "+endingWords(call), endingNote(call)
		locate(&place, call)
		c.Fail(place)
		return
	}
	c.checkFailure(call)
	if call.Session.Sees.Network && call.Network > 0 {
		place := c.inFunction(call, "ListAccounts([])")
		place.Want, place.Got = "no use of the network", attempts(call.Network)
		c.Fail(place)
	}
}

// checkFailure asks for a well-formed failure.
func (c *Case) checkFailure(call *transcript.Call) {
	answer, isMap := phpvalue.Map(call.Value)
	if !isMap {
		c.ExpectIn(c.inFunction(call, "ListAccounts([])"), call.Value,
			satisfy("an array with success => false and an error", func(any) bool { return false }).showing(showAnswer))
		return
	}
	place := c.inFunction(call, `ListAccounts([])["success"]`)
	if answer["success"] == true {
		place.Note = "it answered with " + plural(int64(call.Len()), "account", "accounts") + " although it was not told which server to ask"
	}
	if !c.ExpectIn(place, lookup(answer, "success"), satisfy("false (bool)", func(actual any) bool { return actual == false })) {
		return
	}
	c.ExpectIn(c.inFunction(call, `ListAccounts([])["error"]`), lookup(answer, "error"), beFilledText())
}

// ambiguousKey adds to a warning about a key that both WHMCS and control panels
// use, for the reader who sees the line.
func ambiguousKey(message string) string {
	match := undefinedKey.FindStringSubmatch(message)
	if match == nil || !slices.Contains(sharedKeys(), match[1]) {
		return ""
	}
	return "if this line reads $params: only the parameters of the server are there, and there is no service"
}
