package suites

import (
	"syncproof/internal/contract"
)

func faultsSuite() Suite {
	return Suite{Area: "faults", Title: "Failures of the control panel", Rules: []Rule{
		flt01(), flt02(), flt03(), flt04(), flt05(), flt06(), flt07(), flt08(), flt09(), flt17(), flt18(), flt19(),
	}}
}

// whyFaults is what all faults have in common.
const whyFaults = "A failure that is presented as a list, an empty one above all, says that the server has none of the other accounts. " +
	"WHMCS documents that syncing a service that does not exist on the server terminates it."

// faultRule completes a rule that wants the faults named after it reported as
// failures.
func faultRule(r contract.Rule) Rule {
	r.Level, r.Basis, r.Hazard, r.Since = contract.Must, contract.Inferred, contract.Terminate, "0.1.0"
	r.Quote, r.Why = missingRows, whyFaults
	r.Source = sources(docSync, docServerSync, r.Source)
	return Rule{
		Rule:  r,
		Needs: []contract.Need{contract.NeedSync, contract.NeedFaults(r.ID)},
		Check: func(c *Case) { c.checkFaults(r.ID) },
	}
}

func flt01() Rule {
	return faultRule(contract.Rule{
		ID: "FLT-01", Title: "a panel that cannot be reached is a failure", Source: phpCurlExec,
		Fix:  "Check curl_errno(), or catch the client's exception, after every request, and return a failure.",
		Good: "$body = curl_exec($ch);\nif ($body === false) {\n    return ['success' => false, 'error' => 'The panel cannot be reached: ' . curl_error($ch)];\n}",
		Bad:  "$rows = json_decode((string) curl_exec($ch), true) ?: [];",
	})
}

func flt02() Rule {
	return faultRule(contract.Rule{
		ID: "FLT-02", Title: "a panel that never answers is a failure, in good time", Source: sources(curlTimeout, guzzleOptions),
		Fix:  "Set a limit for connecting and one for the whole request: neither curl nor Guzzle limits the whole request unless told to.",
		Good: "curl_setopt($ch, CURLOPT_CONNECTTIMEOUT, 5);\ncurl_setopt($ch, CURLOPT_TIMEOUT, 20);",
		Bad:  "$body = curl_exec(curl_init($url)); // waits for ever",
	})
}

func flt03() Rule {
	return faultRule(contract.Rule{
		ID: "FLT-03", Title: "a refused request (status 400, 401 or 403) is a failure", Source: httpStatus,
		Fix:  "Check the HTTP status before reading the body.",
		Good: "if (curl_getinfo($ch, CURLINFO_RESPONSE_CODE) !== 200) {\n    return ['success' => false, 'error' => 'The panel refused the request.'];\n}",
		Bad:  "$data = json_decode($body, true); // whatever the status was",
	})
}

func flt04() Rule {
	return faultRule(contract.Rule{
		ID: "FLT-04", Title: "an HTTP error of the panel (status 404, 408, 429 or 5xx) is a failure", Source: httpStatus,
		Fix:  "Check the HTTP status before reading the body. Trying again is fine a limited number of times.",
		Good: "if ($status !== 200) {\n    return ['success' => false, 'error' => \"The panel answered with HTTP status $status.\"];\n}",
		Bad:  "$rows = json_decode($body, true)['accounts'] ?? []; // an error page has none",
	})
}

func flt05() Rule {
	return faultRule(contract.Rule{
		ID: "FLT-05", Title: "an HTML page in place of an answer is a failure", Source: phpJSONDecode,
		Fix:  "Check that decoding gave what you asked for, and return a failure otherwise.",
		Good: "$data = json_decode($body, true);\nif (!is_array($data)) {\n    return ['success' => false, 'error' => 'The panel did not answer with JSON.'];\n}",
		Bad:  "$data = json_decode($body, true) ?? []; // a login page becomes an empty list",
	})
}

func flt06() Rule {
	return faultRule(contract.Rule{
		ID: "FLT-06", Title: "an empty answer is a failure", Source: httpStatus,
		Fix:  "Treat an empty body as what it is: no answer.",
		Good: "if (trim($body) === '') {\n    return ['success' => false, 'error' => 'The panel gave an empty answer.'];\n}",
		Bad:  "foreach (array_filter(explode(\"\\n\", $body)) as $line) { /* an empty body is an empty list */ }",
	})
}

func flt07() Rule {
	return faultRule(contract.Rule{
		ID: "FLT-07", Title: "an answer that breaks off or cannot be read is a failure", Source: phpJSONDecode,
		Fix:  "Check json_last_error(), or use JSON_THROW_ON_ERROR inside a try block, and return a failure.",
		Good: "$data = json_decode($body, true, 512, JSON_THROW_ON_ERROR);",
		Bad:  "$data = (array) json_decode($body, true); // null becomes an empty list",
	})
}

func flt08() Rule {
	return faultRule(contract.Rule{
		ID: "FLT-08", Title: "an error of the panel is a failure, also with status 200", Source: httpStatus,
		Fix:  "Look for the panel's own word of success before looking for the list.",
		Good: "if (($data['status'] ?? '') !== 'ok') {\n    return ['success' => false, 'error' => 'The panel reported an error.'];\n}",
		Bad:  "foreach ($data['accounts'] ?? [] as $row) { /* an error has no accounts */ }",
	})
}

func flt09() Rule {
	return faultRule(contract.Rule{
		ID: "FLT-09", Title: "an answer without the list, or with something else in its place, is a failure", Source: phpJSONDecode,
		Fix:  "Check that the list is there and is an array. Only an empty array is an empty panel.",
		Good: "if (!is_array($data['accounts'] ?? null)) {\n    return ['success' => false, 'error' => 'The panel\\'s answer has no list of accounts.'];\n}",
		Bad:  "$rows = $data['accounts'] ?? []; // whatever the panel answered",
	})
}

func flt17() Rule {
	r := faultRule(contract.Rule{
		ID: "FLT-17", Title: "a redirect is not followed with credentials, and a login page is not read as data",
		Source: curlRedirects,
		Fix:    "Do not follow redirects of an API: leave CURLOPT_FOLLOWLOCATION off and treat every 3xx status as a failure.",
		Good:   "curl_setopt($ch, CURLOPT_FOLLOWLOCATION, false);",
		Bad:    "curl_setopt($ch, CURLOPT_FOLLOWLOCATION, true);\ncurl_setopt($ch, CURLOPT_UNRESTRICTED_AUTH, true);",
	})
	r.Level = contract.Should
	r.Why += " And whoever runs the host that a redirect names gets what is sent along."
	r.Check = (*Case).checkRedirects
	return r
}

func flt18() Rule {
	r := faultRule(contract.Rule{
		ID: "FLT-18", Title: "a bad certificate is refused by default",
		Fix:  "Leave CURLOPT_SSL_VERIFYPEER and CURLOPT_SSL_VERIFYHOST at their defaults, and offer a setting for panels with a private certificate.",
		Good: "curl_setopt($ch, CURLOPT_SSL_VERIFYPEER, true);",
		Bad:  "curl_setopt($ch, CURLOPT_SSL_VERIFYPEER, false);\ncurl_setopt($ch, CURLOPT_SSL_VERIFYHOST, 0);",
	})
	r.Level, r.Basis, r.Hazard, r.Quote = contract.Should, contract.Evidence, contract.Leak, ""
	r.Source = sources(curlVerify)
	r.Why = "Whoever stands between WHMCS and the panel gets the server's credentials, and decides which accounts exist."
	r.Check = (*Case).checkCertificates
	return r
}

func flt19() Rule {
	return faultRule(contract.Rule{
		ID: "FLT-19", Title: "a connection that breaks in the middle of an answer is a failure", Source: phpCurlExec,
		Fix:  "Check curl_errno() even when there is a body: half an answer is none.",
		Good: "$body = curl_exec($ch);\nif (curl_errno($ch) !== 0) {\n    return ['success' => false, 'error' => curl_error($ch)];\n}",
		Bad:  "curl_exec($ch);\n$rows = parse($received); // what the write callback collected until then",
	})
}
