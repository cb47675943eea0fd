package suites

import (
	"syncproof/internal/contract"
)

func faultsSuite() Suite {
	return Suite{Area: "faults", Title: "Failures of the control panel", Rules: []Rule{
		faultRule("FLT-01", contract.Must, "a panel that cannot be reached is a failure",
			"Check curl_errno() (or catch the client's exception) after every request, and return a failure.",
			"$body = curl_exec($ch);\nif ($body === false) {\n    return ['success' => false, 'error' => 'The panel cannot be reached: ' . curl_error($ch)];\n}",
			"$rows = json_decode((string) curl_exec($ch), true) ?: [];"),
		faultRule("FLT-02", contract.Must, "a panel that never answers is a failure, in good time",
			"Set a limit for connecting and one for the whole request: neither curl nor Guzzle has one by default.",
			"curl_setopt($ch, CURLOPT_CONNECTTIMEOUT, 5);\ncurl_setopt($ch, CURLOPT_TIMEOUT, 20);",
			"$body = curl_exec(curl_init($url)); // waits for ever"),
		faultRule("FLT-03", contract.Must, "refused credentials (400, 401, 403) are a failure",
			"Check the HTTP status before reading the body.",
			"if (curl_getinfo($ch, CURLINFO_RESPONSE_CODE) !== 200) {\n    return ['success' => false, 'error' => 'The panel refused the request.'];\n}",
			"$data = json_decode($body, true); // whatever the status was"),
		faultRule("FLT-04", contract.Must, "an HTTP error of the panel (404, 408, 429, 5xx) is a failure",
			"Check the HTTP status before reading the body. Retry a bounded number of times if you like.",
			"if ($status !== 200) {\n    return ['success' => false, 'error' => \"The panel answered with HTTP status $status.\"];\n}",
			"$data = json_decode($body, true); // whatever the status was"),
		faultRule("FLT-05", contract.Must, "an HTML page in place of an answer is a failure",
			"Check that decoding gave what you asked for, and return a failure otherwise.",
			"$data = json_decode($body, true);\nif (!is_array($data)) {\n    return ['success' => false, 'error' => 'The panel did not answer with JSON.'];\n}",
			"$data = json_decode($body, true) ?? []; // a login page becomes an empty list"),
		faultRule("FLT-06", contract.Must, "an empty answer is a failure",
			"Treat an empty body as what it is: no answer.",
			"if ($body === '') {\n    return ['success' => false, 'error' => 'The panel gave an empty answer.'];\n}",
			"foreach (explode(\"\\n\", $body) as $line) { /* … */ }"),
		faultRule("FLT-07", contract.Must, "an answer that breaks off or cannot be read is a failure",
			"Check json_last_error(), or use JSON_THROW_ON_ERROR, and return a failure.",
			"$data = json_decode($body, true, 512, JSON_THROW_ON_ERROR);",
			"$data = (array) json_decode($body, true);"),
		faultRule("FLT-08", contract.Must, "an error object of the panel is a failure, also with status 200",
			"Look for the panel's own word of success before looking for the list.",
			"if (($data['status'] ?? '') !== 'ok') {\n    return ['success' => false, 'error' => $data['message'] ?? 'The panel reported an error.'];\n}",
			"foreach ($data['accounts'] ?? [] as $row) { /* … */ }"),
		faultRule("FLT-09", contract.Must, "an answer without the list, or with something else in its place, is a failure",
			"Check that the list is there and is an array. Only an empty array is an empty panel.",
			"if (!is_array($data['accounts'] ?? null)) {\n    return ['success' => false, 'error' => 'The panel\\'s answer has no list of accounts.'];\n}",
			"foreach ($data['accounts'] ?? [] as $row) { /* … */ }"),
		redirectRule(), certificateRule(),
		faultRule("FLT-19", contract.Must, "a connection that breaks in the middle of an answer is a failure",
			"Check curl_errno() even when there is a body: half an answer is none.",
			"$body = curl_exec($ch);\nif (curl_errno($ch) !== 0) {\n    return ['success' => false, 'error' => curl_error($ch)];\n}",
			"curl_exec($ch); // the write callback collected what came"),
	}}
}

// whyFaults is what all faults have in common.
const whyFaults = "A failure that is presented as a list, an empty one above all, says that the server has none of the other accounts. " +
	"WHMCS documents that syncing a service that does not exist on the server terminates it."

func faultRule(id string, level contract.Level, title, fix, good, bad string) Rule {
	return Rule{
		Rule: contract.Rule{
			ID: id, Level: level, Basis: contract.Inferred, Hazard: contract.Terminate,
			Title: title, Quote: missingRows, Source: sources(docSync, docServerSync),
			Why: whyFaults, Fix: fix, Good: good, Bad: bad, Since: "0.1.0",
		},
		Needs: []contract.Need{contract.NeedSync, contract.NeedFaults(id)},
		Check: func(c *Case) { c.checkFaults(id) },
	}
}

func redirectRule() Rule {
	r := faultRule("FLT-17", contract.Should, "a redirect is not followed with credentials, and a login page is not read as data",
		"Do not follow redirects of an API: leave CURLOPT_FOLLOWLOCATION off and treat 301 and 302 as failures.",
		"curl_setopt($ch, CURLOPT_FOLLOWLOCATION, false);",
		"curl_setopt($ch, CURLOPT_FOLLOWLOCATION, true);\ncurl_setopt($ch, CURLOPT_UNRESTRICTED_AUTH, true);")
	r.Basis, r.Quote = contract.Evidence, ""
	r.Check = func(c *Case) {
		c.checkFaults("FLT-17")
		c.checkStrangers()
	}
	return r
}

func certificateRule() Rule {
	r := faultRule("FLT-18", contract.Should, "a bad certificate is refused by default",
		"Leave CURLOPT_SSL_VERIFYPEER and CURLOPT_SSL_VERIFYHOST at their defaults; offer a setting for private certificates.",
		"curl_setopt($ch, CURLOPT_SSL_VERIFYPEER, true);",
		"curl_setopt($ch, CURLOPT_SSL_VERIFYPEER, false);\ncurl_setopt($ch, CURLOPT_SSL_VERIFYHOST, 0);")
	r.Basis, r.Quote, r.Hazard = contract.Evidence, "", contract.Leak
	r.Why = "Whoever stands between WHMCS and the panel gets the server's credentials and decides which accounts exist."
	r.Check = (*Case).checkCertificates
	return r
}
