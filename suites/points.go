package suites

import (
	"syncproof/internal/contract"
)

func pointsSuite() Suite {
	return Suite{Area: "conversation", Title: "Failures in the middle of a conversation", Rules: []Rule{
		flt10(), flt11(), flt12(), flt13(), flt14(), flt15(), flt16(), flt20(), flt21(), flt22(),
	}}
}

// pointRule completes a rule about a conversation with a panel that works but
// for one request.
func pointRule(r contract.Rule) Rule {
	r.Level, r.Basis, r.Hazard, r.Since = contract.Must, contract.Inferred, contract.Terminate, "0.1.0"
	r.Quote, r.Why = missingRows, r.Why+" "+whyFaults
	r.Source = sources(docSync, docServerSync, r.Source)
	return Rule{
		Rule:  r,
		Needs: []contract.Need{contract.NeedSync, contract.NeedPoints},
		Check: func(c *Case) { c.checkPoints(r.ID) },
	}
}

func flt10() Rule {
	return pointRule(contract.Rule{
		ID: "FLT-10", Title: "an answer with an error page behind it gives the whole list or a failure", Source: phpJSONDecode,
		Why:  "PHP panels print warnings and error pages behind what they had already sent. What a module saves out of such an answer can lack accounts.",
		Fix:  "Decode the whole answer, and return a failure when that does not work. Do not cut a piece out of it.",
		Good: "$data = json_decode($body, true, 512, JSON_THROW_ON_ERROR);",
		Bad:  "$data = json_decode(substr($body, 0, strrpos($body, '}') + 1), true) ?: [];",
	})
}

func flt11() Rule {
	return pointRule(contract.Rule{
		ID: "FLT-11", Title: "a request that fails after others went well gives the whole list or a failure", Source: phpJSONDecode,
		Why:  "The second page of a list, or the list after the login, fails as well as the first request does. What was read until then is not the list.",
		Fix:  "Check every answer alike, and give up, or try again, at the first that is no good. Compare the number of rows with the panel's total.",
		Good: "do {\n    $page = $this->page($number++); // throws when anything is wrong with it\n    $rows = array_merge($rows, $page['accounts']);\n} while (count($rows) < $page['total']);",
		Bad:  "while ($page = $this->page($number++)) { // ends quietly when a page fails\n    $rows = array_merge($rows, $page['accounts']);\n}",
	})
}

func flt15() Rule {
	return pointRule(contract.Rule{
		ID: "FLT-15", Title: "when the details of one account cannot be read, the account is not left out and not emptied", Source: phpJSONDecode,
		Why:  "An account whose details fail exists nevertheless.",
		Fix:  "Return a failure for the whole list, or try again, when the request for one account fails.",
		Good: "foreach ($ids as $id) {\n    $accounts[] = $this->account($id); // throws when the panel fails\n}",
		Bad:  "foreach ($ids as $id) {\n    if (!$details = $this->account($id)) {\n        continue; // one service less\n    }\n}",
	})
}

func flt22() Rule {
	r := pointRule(contract.Rule{
		ID: "FLT-22", Title: "a wrong label, compression or a byte order mark gives the whole list or a failure",
		Source: sources(httpEncoding, jsonBOM),
		Why:    "Proxies, updates and other settings of a panel change what an answer says of itself while the accounts in it stay the same.",
		Fix:    "Let the client undo the compression (CURLOPT_ENCODING => ''), and return a failure when decoding does not work.",
		Good:   "curl_setopt($ch, CURLOPT_ENCODING, '');",
		Bad:    "$data = json_decode($body, true) ?: []; // a byte order mark makes it null",
	})
	r.Level = contract.Should
	return r
}

func flt20() Rule {
	r := pointRule(contract.Rule{
		ID: "FLT-20", Title: "a call after one that failed gives the whole list again",
		Source: phpStatic,
		Why:    "A client or a token that is kept in a static variable stays broken for the next call in the same process, as when an administrator tries again or a task lists several servers.",
		Fix:    "Keep nothing between calls, or throw away what belongs to a call that failed.",
		Good:   "$api = new AcmeApi($params); // for every call",
		Bad:    "static $failed = false;\nif ($failed) {\n    return ['success' => true, 'accounts' => []];\n}",
	})
	r.Needs = []contract.Need{contract.NeedSync, contract.NeedConversation, contract.NeedRecovery}
	r.Check = checkRecovery
	return r
}
