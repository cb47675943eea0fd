package suites

import "syncproof/internal/contract"

func outputSuite() Suite {
	return Suite{Area: "output", Title: "Output and side effects", Rules: []Rule{out01(), out02(), out03(), out04(), out05()}}
}

func out01() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "OUT-01", Level: contract.Must, Basis: contract.Inferred, Hazard: contract.Crash,
			Title:  "module functions print nothing and send no headers",
			Quote:  "This prevents accidental whitespace or new lines being added after the PHP closing tag which may cause unwanted side effects including \"header already sent\" errors, XHTML/XML validation issues, and other problems.",
			Source: sources(docStyle, docErrors),
			Why:    "What a function prints or sends becomes part of WHMCS's answer to the administrator's browser, and corrupts it.",
			Fix:    "Return values only. Take out echo, print_r and var_dump, and log with logModuleCall().",
			Good:   "logModuleCall('acme', __FUNCTION__, $request, $response, $decoded, [$params['serverpassword']]);",
			Bad:    "print_r($response);",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedOutput},
		Wants: []contract.Need{contract.NeedCall, contract.NeedOptionsCall, contract.NeedRepeat, contract.NeedLocale},
		Check: checkOutput,
	}
}

func out02() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "OUT-02", Level: contract.Must, Basis: contract.Inferred, Hazard: contract.Corrupt,
			Title:  "the module causes no PHP warnings or notices",
			Quote:  "The WHMCS application will suppress all non-critical warnings and notices and attempt to complete all requested actions in its default configuration.",
			Source: sources(docErrors),
			Why:    "WHMCS hides warnings unless Display Errors is on, and carries on. A warning usually means that a value was not there and something empty took its place in the list.",
			Fix:    "Check that a key exists before it is read, and return a failure when a reply lacks what the list needs. Develop with error_reporting(E_ALL).",
			Good:   "if (!isset($row['plan'])) {\n    throw new \\RuntimeException('The panel returned an account without a plan.');\n}",
			Bad:    "'product' => $row['plan'], // Undefined array key \"plan\"",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedWarnings},
		Wants: append(fleetNeeds(plainFleets()),
			contract.NeedMetaDataCall, contract.NeedOptionsCall, contract.NeedCall, contract.NeedRepeat, contract.NeedLocale),
		Check: checkWarnings,
	}
}

func out03() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "OUT-03", Level: contract.Should, Basis: contract.Evidence, Hazard: contract.NoHazard,
			Title:  "the module causes no PHP deprecations",
			Source: sources(phpDeprecated),
			Why:    "What PHP calls deprecated stops working in a later version of PHP, and WHMCS moves to newer versions.",
			Fix:    "Change the line as PHP's message says; the migration guide of that PHP version names the replacement.",
			Good:   "$parts = explode(',', $row['domains'] ?? '');",
			Bad:    "$parts = explode(',', null); // Passing null is deprecated",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedWarnings},
		Wants: []contract.Need{contract.NeedMetaDataCall, contract.NeedOptionsCall, contract.NeedCall, contract.NeedRepeat, contract.NeedLocale},
		Check: checkDeprecations,
	}
}

func out04() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "OUT-04", Level: contract.Must, Basis: contract.Evidence, Hazard: contract.Crash,
			Title:  "module functions never call exit or die",
			Source: sources(phpExit),
			Why:    "exit ends the whole request, WHMCS included: the administrator sees an empty or broken page and no reason.",
			Fix:    "Return a failure instead, and take exit and die out of the libraries the module ships.",
			Good:   "return ['success' => false, 'error' => 'The panel refused the API key.'];",
			Bad:    "die('Invalid API key');",
			Since:  "0.1.0",
		},
		Wants: []contract.Need{contract.NeedSync, contract.NeedMetaDataCall, contract.NeedMetaDataWeb, contract.NeedOptionsCall, contract.NeedCall, contract.NeedRepeat, contract.NeedLocale},
		Check: checkExit,
	}
}

func out05() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "OUT-05", Level: contract.Should, Basis: contract.Evidence, Hazard: contract.Crash,
			Title:  "the module leaves PHP's settings, handlers and output buffers as it found them",
			Source: sources(phpIni),
			Why:    "WHMCS goes on in the same PHP process. A changed time zone, locale, error handler or buffer changes what WHMCS itself does afterwards, such as how it writes dates.",
			Fix:    "Use objects that carry their own time zone or format. Where a setting must change, restore it in a finally block.",
			Good:   "$created = (new \\DateTimeImmutable($row['created'], new \\DateTimeZone('UTC')))->format('Y-m-d H:i:s');",
			Bad:    "date_default_timezone_set('UTC');\nerror_reporting(0);",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedState},
		Wants: []contract.Need{contract.NeedLoad, contract.NeedCall},
		Check: checkState,
	}
}
