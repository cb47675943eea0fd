package suites

import "syncproof/internal/contract"

func errorsSuite() Suite {
	return Suite{Area: "errors", Title: "Error texts", Rules: []Rule{err01(), err02(), err03(), err04()}}
}

// quoteMessage is what WHMCS asks of the error texts of other functions.
const quoteMessage = "Should the function fail, the return should be a user understandable error message, as it will display to staff users."

// everyRefusal is the evidence of error texts: how the module answers faults.
func everyRefusal() []contract.Need {
	return []contract.Need{contract.NeedCall, contract.NeedEveryFault}
}

func err01() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "ERR-01", Level: contract.Should, Basis: contract.Inferred, Hazard: contract.Misleading,
			Title:  "the error is a short text that a person can read",
			Quote:  quoteMessage,
			Source: sources(docCore, docServerSync),
			Why:    "The error is all that the administrator learns. A number, the name of a class or a page of data does not say what to do.",
			Fix:    "Say in a sentence what was tried and what went wrong, and put the details into the module log.",
			Good:   "return ['success' => false, 'error' => 'The panel refused the API key (HTTP status 401).'];",
			Bad:    "return ['success' => false, 'error' => get_class($e)];",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedSync},
		Wants: everyRefusal(),
		Check: checkErrorReadable,
	}
}

func err02() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "ERR-02", Level: contract.Must, Basis: contract.Evidence, Hazard: contract.Leak,
			Title:  "no secret of the server shows in an error, in output or in the list, in any encoding",
			Source: sources(errorTexts),
			Why:    "Errors are shown on the screen and copied into tickets. Whoever reads the password or key there can do to the panel what WHMCS can, and panels do repeat in their errors what they were sent.",
			Fix:    "Build the error from your own words. Where the panel's text is passed on, take every secret out of it first, also as it was encoded for the request.",
			Good:   "$secrets = [$params['serverpassword'], $params['serveraccesshash'], base64_encode($user . ':' . $params['serverpassword'])];\n$error = str_replace(array_filter($secrets), '***', $error);",
			Bad:    "return ['success' => false, 'error' => 'Request failed: ' . $url]; // …?key=SECRET",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedSync},
		Wants: everyRefusal(),
		Check: checkNoSecrets,
	}
}

func err03() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "ERR-03", Level: contract.Should, Basis: contract.Evidence, Hazard: contract.Misleading,
			Title:  "the error holds no HTML, stack trace, file path or whole answer of the panel",
			Source: sources(errorTexts),
			Why:    "Markup of another system becomes part of the administrator's page, and paths and traces tell strangers how the server is built. Neither says what went wrong.",
			Fix:    "Put the panel's answer and the trace into the module log, and say in the error what they mean.",
			Good:   "return ['success' => false, 'error' => 'The panel answered with a web page instead of data.'];",
			Bad:    "return ['success' => false, 'error' => $body];",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedSync},
		Wants: everyRefusal(),
		Check: checkErrorClean,
	}
}

func err04() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "ERR-04", Level: contract.Should, Basis: contract.Evidence, Hazard: contract.Misleading,
			Title:  "different faults give different errors",
			Quote:  quoteMessage,
			Source: sources(docCore, docServerSync),
			Why:    "A panel that cannot be reached, one that refuses the credentials and one that answers with a web page need different repairs: a firewall, a key, an address. One text for all sends the administrator to the wrong place.",
			Fix:    "Report what curl said, the HTTP status, and whether the answer could be read, each in its own words.",
			Good:   "$error = $body === false ? 'The panel cannot be reached: ' . curl_error($ch) : \"The panel answered with HTTP status $status.\";",
			Bad:    "return ['success' => false, 'error' => 'An error occurred.'];",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedSync},
		Wants: everyRefusal(),
		Check: checkErrorsDiffer,
	}
}
