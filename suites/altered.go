package suites

import (
	"syncproof/internal/contract"
)

// alteredRule completes a rule about good answers of the panel that were changed.
func alteredRule(r contract.Rule, need contract.Need, check func(*Case)) Rule {
	r.Level, r.Basis, r.Hazard, r.Since = contract.Must, contract.Inferred, contract.Terminate, "0.1.0"
	from := []string{docSync, docServerSync}
	if r.Source != "" {
		from = append(from, r.Source)
	}
	r.Quote, r.Source = missingRows, sources(from...)
	return Rule{Rule: r, Needs: []contract.Need{contract.NeedSync, need}, Check: check}
}

func flt13() Rule {
	r := alteredRule(contract.Rule{
		ID: "FLT-13", Title: "a list that is shorter than the total the panel states is a failure",
		Why: "The total is the only thing in a panel's answers that tells whether the list is whole. A module that does not compare it " +
			"cannot notice that accounts are missing, whatever the reason; WHMCS takes them for terminated.",
		Fix:  "Compare the number of rows with the total when the list was read, and return a failure when they differ.",
		Good: "if (count($rows) !== $reply['total']) {\n    throw new RuntimeException('The panel announced ' . $reply['total'] . ' accounts and sent ' . count($rows) . '.');\n}",
		Bad:  "do {\n    $reply = $this->page(++$page);\n    $rows = array_merge($rows, $reply['accounts']);\n} while ($reply['accounts'] !== []); // the total is never looked at",
	}, contract.NeedPages, checkTotal)
	r.Level = contract.Should
	return r
}

func flt14() Rule {
	return alteredRule(contract.Rule{
		ID: "FLT-14", Title: "a panel that sends the first page again and again gives the whole list or a failure, and the call ends",
		Why: "Panels ignore parameters they do not know, as after an update that renames one. A module that asks until a page is empty then asks " +
			"for ever; one that counts rows lists some accounts several times and others not at all, and those WHMCS takes for terminated.",
		Fix:  "Check that a page is the one that was asked for, that no account comes twice, and limit the time of the whole call.",
		Good: "foreach ($reply['accounts'] as $row) {\n    if (isset($rows[$row['id']])) {\n        throw new RuntimeException('The panel sent an account twice.');\n    }\n    $rows[$row['id']] = $row;\n}",
		Bad:  "for ($page = 1; $batch = $this->page($page); $page++) {\n    $rows = array_merge($rows, $batch); // never ends\n}",
	}, contract.NeedPages, func(c *Case) { checkPages(c, "FLT-14") })
}

func flt21() Rule {
	return alteredRule(contract.Rule{
		ID: "FLT-21", Title: "an account that moves to the next page while the list is read is listed once, or the call fails",
		Why: "When an account is made while a module reads page by page, all others move on by one, and the last row of one page is the first of the " +
			"next. What WHMCS does with two rows of the same identifier is not documented; and where one row came twice, another may have been skipped.",
		Fix:  "Keep the rows by identifier, and begin again or return a failure when one comes twice.",
		Good: "if (isset($rows[$row['id']])) {\n    throw new RuntimeException('The list changed while it was read. Try again.');\n}",
		Bad:  "$rows = array_merge($rows, $reply['accounts']); // the same account twice",
	}, contract.NeedPages, func(c *Case) { checkPages(c, "FLT-21") })
}

func flt16() Rule {
	r := alteredRule(contract.Rule{
		ID: "FLT-16", Title: "a malformed record among good ones is kept or makes the call fail; its account is never left out", Source: phpJSONDecode,
		Why: "An account whose record lacks a value, or holds an odd one, exists nevertheless. Left out of the list, it is terminated when the server is synced; " +
			"nobody is told why.",
		Fix:  "Return a failure that names the account, or list it with what is known. Do not skip rows that cannot be read.",
		Good: "foreach ($rows as $row) {\n    if (!is_string($row['email'] ?? null)) {\n        throw new RuntimeException('Account ' . $row['id'] . ' came without its e-mail address.');\n    }\n}",
		Bad:  "foreach ($rows as $row) {\n    if (empty($row['email'])) {\n        continue; // one service less\n    }\n}",
	}, contract.NeedLeaves, checkLeaves)
	r.Wants = fleetNeeds(plainFleets())
	return r
}
