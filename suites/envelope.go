package suites

import "syncproof/internal/contract"

func envelopeSuite() Suite {
	return Suite{Area: "envelope", Title: "The returned envelope", Rules: []Rule{
		env01(), env02(), env03(), env04(), env05(), env06(), env07(), env08(), env09(), env10(), env11(),
	}}
}

// Sentences of WHMCS's sample that several rules rest on.
const (
	quoteSuccess = "When returning the accounts, ensure that you return a success as a boolean and accounts as an array."
	quoteFailure = "return [\n    'success'  => false, // Boolean value\n    'error' => $e->getMessage(),\n];"
)

func env01() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "ENV-01", Level: contract.Must, Basis: contract.Documented, Hazard: contract.Misleading,
			Title:  "ListAccounts() returns an array with success as true or false",
			Quote:  quoteSuccess,
			Source: sources(docServerSync),
			Why:    "success tells a list from a failure. WHMCS does not document what happens when it is missing or is 1, \"true\" or null; a failure may be taken for a list, or a list for a failure.",
			Fix:    "Return 'success' => true or 'success' => false on every path, as PHP's own bool.",
			Good:   "return ['success' => true, 'accounts' => $accounts];",
			Bad:    "return ['success' => 'true', 'accounts' => $accounts];",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedEnvelope},
		Check: checkSuccess,
	}
}

func env02() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "ENV-02", Level: contract.Must, Basis: contract.Documented, Hazard: contract.Terminate,
			Title:  "success => true comes with accounts as an array",
			Quote:  quoteSuccess,
			Source: sources(docServerSync, docSync),
			Why:    "A missing list may be read as a server without accounts. Every service would then look as if it did not exist on the server, and syncing such a service terminates it.",
			Fix:    "Return the list under 'accounts', and [] only when the server really has no accounts. Return a failure when the list could not be had.",
			Good:   "return ['success' => true, 'accounts' => $accounts];",
			Bad:    "return ['success' => true, 'data' => $accounts];",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedList},
		Check: checkAccountsArray,
	}
}

func env03() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "ENV-03", Level: contract.Should, Basis: contract.Inferred, Hazard: contract.Terminate,
			Title:  "accounts is a list: its keys are 0, 1, 2 and so on",
			Quote:  "$accounts[] = [",
			Source: sources(docServerSync, phpArrays),
			Why:    "Two accounts under one key overwrite each other while the list is built, and PHP turns keys such as \"42\" into numbers. The lost account looks as if it did not exist on the server.",
			Fix:    "Add each account with $accounts[] = …, or return array_values($accounts).",
			Good:   "$accounts[] = ['uniqueIdentifier' => $row['domain'], /* … */];",
			Bad:    "$accounts[$row['customer']] = ['uniqueIdentifier' => $row['domain'], /* … */];",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedList},
		Check: checkAccountsKeys,
	}
}

func env04() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "ENV-04", Level: contract.Must, Basis: contract.Documented, Hazard: contract.Misleading,
			Title:  "success => false comes with an error, a text that is not empty",
			Quote:  quoteFailure,
			Source: sources(docServerSync),
			Why:    "The error is all that the administrator has to go by. Without one they see that no list came, and not whether to look at the firewall, the key or the panel.",
			Fix:    "Give every failure a text of its own, and cast what you pass on: (string) $e->getMessage() can still be empty.",
			Good:   "return ['success' => false, 'error' => $e->getMessage() ?: 'The panel could not be asked (' . get_class($e) . ').'];",
			Bad:    "return ['success' => false, 'error' => $response['message'] ?? null];",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedSync},
		Wants: []contract.Need{contract.NeedCall, contract.NeedEmpty, contract.NeedEveryFault},
		Check: checkErrorOnFailure,
	}
}

func env05() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "ENV-05", Level: contract.Must, Basis: contract.Inferred, Hazard: contract.Terminate,
			Title:  "success => true never comes with an error",
			Quote:  missingRows,
			Source: sources(docSync, docServerSync),
			Why:    "A failure that says success => true is read as the list it comes with. Every service that is not in that list looks as if it did not exist on the server, and syncing such a service terminates it.",
			Fix:    "Return 'success' => false together with 'error', and no list, whenever anything went wrong.",
			Good:   "return ['success' => false, 'error' => $e->getMessage()];",
			Bad:    "return ['success' => true, 'error' => $e->getMessage(), 'accounts' => []];",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedEnvelope},
		Check: checkNoErrorOnSuccess,
	}
}

func env06() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "ENV-06", Level: contract.Must, Basis: contract.Inferred, Hazard: contract.Terminate,
			Title:  "success => false comes without accounts",
			Quote:  missingRows,
			Source: sources(docSync, docServerSync),
			Why:    "What was read before a failure is not the whole list. WHMCS does not document that it ignores such a list, and whatever is missing from it looks as if it did not exist on the server.",
			Fix:    "On failure return 'success' and 'error' only, and drop what was read so far.",
			Good:   "return ['success' => false, 'error' => 'Page 2 of the list could not be read.'];",
			Bad:    "return ['success' => false, 'error' => $message, 'accounts' => $pageOne];",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedSync},
		Wants: []contract.Need{contract.NeedCall, contract.NeedEmpty},
		Check: checkNoAccountsOnFailure,
	}
}
