package suites

import "syncproof/internal/contract"

func env07() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "ENV-07", Level: contract.Must, Basis: contract.Documented, Hazard: contract.Misleading,
			Title:  "an error never comes without success => false",
			Quote:  quoteFailure,
			Source: sources(docServerSync),
			Why:    "Other module functions report failure with an error alone; this one says so with success. WHMCS does not document what an answer without success means.",
			Fix:    "Add 'success' => false to every answer that has an 'error'.",
			Good:   "return ['success' => false, 'error' => 'The panel refused the API key.'];",
			Bad:    "return ['error' => 'The panel refused the API key.'];",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedEnvelope},
		Check: checkNoErrorAlone,
	}
}

func env08() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "ENV-08", Level: contract.Must, Basis: contract.Documented, Hazard: contract.Crash,
			Title:  "ListAccounts() returns neither null, a string or an object, nor the list alone",
			Quote:  quoteSuccess,
			Source: sources(docServerSync),
			Why:    "WHMCS expects an array with success and accounts or error. What it does with anything else is not documented.",
			Fix:    "Return the documented array on every path, also after a failed request and in every catch block.",
			Good:   "return ['success' => true, 'accounts' => $accounts];",
			Bad:    "return $accounts;",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedAnswer},
		Check: checkAnswerIsArray,
	}
}

func env09() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "ENV-09", Level: contract.Must, Basis: contract.Inferred, Hazard: contract.Crash,
			Title:  "ListAccounts() returns: it throws nothing, and PHP survives it",
			Quote:  "If an error condition is critical in nature and the continued execution of a requested action is either detrimental or not possible, the system will display a friendly, styled error page and log the event.",
			Source: sources(docServerSync, docErrors, phpThrowable),
			Why:    "WHMCS's sample catches what happens inside and returns it as an error. What WHMCS does with an exception from ListAccounts() is not documented; a critical error replaces the administrator's page.",
			Fix:    "Wrap the whole body in try and catch \\Throwable: TypeError and other errors of PHP are no Exception. Set time limits on requests, and read long lists page by page.",
			Good:   "try {\n    // …\n} catch (\\Throwable $e) {\n    return ['success' => false, 'error' => $e->getMessage()];\n}",
			Bad:    "try {\n    // …\n} catch (Exception $e) { // a TypeError passes by\n    return ['success' => false, 'error' => $e->getMessage()];\n}",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedAnswer},
		Wants: fleetNeeds(plainFleets()),
		Check: checkReturns,
	}
}

func env10() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "ENV-10", Level: contract.May, Basis: contract.Undocumented, Hazard: contract.NoHazard,
			Title:  "the returned array has no keys besides success, accounts and error",
			Source: sources(docServerSync),
			Why:    "WHMCS documents three keys. What it does with others is not documented.",
			Fix:    "Leave out what WHMCS does not ask for; log it instead.",
			Good:   "return ['success' => true, 'accounts' => $accounts];",
			Bad:    "return ['success' => true, 'accounts' => $accounts, 'total' => 120, 'debug' => $raw];",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedEnvelope},
		Check: checkOtherKeys,
	}
}
