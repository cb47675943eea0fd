package suites

import (
	"syncproof/internal/contract"
	"syncproof/internal/transcript"
)

func log03() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "LOG-03", Level: contract.Should, Basis: contract.Evidence, Hazard: contract.Crash,
			Title:  "ListAccounts() works when logModuleCall() and logActivity() are missing or throw",
			Source: sources(docLogs, phpThrowable),
			Why:    "Writing to the log uses the database, and a database can be full, locked, or refuse bytes that are no text. A list must not fail because nobody could write down how it came about, and an exception must not end the administration page.",
			Fix:    "Call the log in one place, inside a try block of its own that catches \\Throwable; that also holds where the function does not exist, as in tests.",
			Good:   "try {\n    logModuleCall('acme', 'ListAccounts', $request, $body, '', $secrets);\n} catch (\\Throwable $e) {\n    // The log must not decide the result.\n}",
			Bad:    "logModuleCall('acme', 'ListAccounts', $request, $body, '', $secrets);",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedSync, contract.NeedHelpers},
		Wants: []contract.Need{contract.NeedCall, contract.NeedRepeat},
		Check: checkHelpers,
	}
}

// checkHelpers compares calls whose log is broken with those whose log works.
func checkHelpers(c *Case) {
	usual, known := variantOf(c.T, transcript.SessionServerTLS)
	missing := known
	for _, s := range []struct{ blind, list, when string }{
		{transcript.SessionBrokenLog, transcript.SessionBrokenLogList, "while logModuleCall() and logActivity() throw"},
		{transcript.SessionNoLog, transcript.SessionNoLogList, "while logModuleCall() and logActivity() are missing"},
	} {
		if c.failed() {
			// Both mostly come from one line of code.
			return
		}
		v, g := variantOf(c.T, s.blind)
		switch {
		case !g.open:
			missing = g
		case known.open && usual.refused() && !v.refused():
			place := c.broken(v.call, "ListAccounts() "+s.when)
			place.Want, place.Got = "success => false with an error, as with a log that works", outcomeWords(v.call)
			c.Fail(place)
			continue
		}
		c.compareLists(s.list, s.when)
	}
	c.followGate(missing)
}
