package suites

import (
	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

func meta12() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "META-12", Level: contract.Should, Basis: contract.Inferred, Hazard: contract.Misleading,
			Title:  "usage() names accounts by the identifier of the list",
			Quote:  "For use with Server Sync and Usage Metrics, define the field in the return that matches the unique identifier.",
			Source: sources(docMetrics, docMetaData),
			Why: "WHMCS finds the service whose usage it is by the field that ListAccountsUniqueIdentifierField names, the same as for Server Sync. Usage " +
				"under any other name is booked on nobody, and not billed.",
			Fix:   "Let usage() of the MetricProvider return the metrics of each account under the value that ListAccounts() returns as uniqueIdentifier.",
			Good:  "foreach ($rows as $row) {\n    $usage[(string) $row['id']] = $this->metricsOf($row);\n}",
			Bad:   "foreach ($rows as $row) {\n    $usage[$row['login']] = $this->metricsOf($row); // while the identifier is the id\n}",
			Since: "0.1.0",
		},
		Needs: []contract.Need{contract.NeedMetaData, contract.NeedSync, contract.NeedUsage},
		Check: checkTenants,
	}
}

// checkTenants fails tenants that are accounts under another name than in the
// list. One that is no account at all is not the list's concern: a panel can
// meter more than it hosts.
func checkTenants(c *Case) {
	call, list := c.T.Call(transcript.CallUsage), c.T.Call(transcript.CallUsageOf)
	if call == nil {
		c.NotApplicable("MetricProvider() gave nothing whose usage() could be called: it " + serviceWords(c.T.Call(transcript.CallProvider)))
		return
	}
	tenants, isList := call.Value.([]any)
	switch {
	case call.Ending != transcript.EndReturned || !isList:
		c.NotApplicable("usage() named no accounts: it " + serviceWords(call))
		return
	case list == nil || !answeredList(list):
		c.NotTestable("ListAccounts() gave no list beside usage()", "see what ListAccounts() said in the call "+transcript.CallUsageOf)
		return
	case len(tenants) == 0:
		c.NotApplicable("usage() named no accounts")
		return
	}
	known, listed := map[string]bool{}, map[string]contract.Account{}
	for a := range list.Accounts() {
		id, _ := scalarText(a.Fields[contract.FieldUniqueIdentifier])
		known[id] = true
		for _, field := range []string{contract.FieldUsername, contract.FieldDomain, contract.FieldUniqueIdentifier} {
			if text, _ := scalarText(a.Fields[field]); text != "" {
				listed[foldName(text)] = a
			}
		}
	}
	met := false
	for _, tenant := range tenants {
		name, _ := scalarText(tenant)
		if known[name] {
			met = true
			continue
		}
		row, found := listed[foldName(name)]
		if !found {
			continue
		}
		id, _ := scalarText(row.Fields[contract.FieldUniqueIdentifier])
		place := contract.Finding{Call: call.ID, At: "a key of usage(), for the account " + rowPlace(row, "")}
		place.Want, place.Got = phpvalue.Quote(id)+", the account's identifier in the list", phpvalue.Quote(name)
		c.Fail(place)
	}
	if !met && !c.failed() {
		name, _ := scalarText(tenants[0])
		place := contract.Finding{Call: call.ID, At: "the keys of usage()"}
		place.Want, place.Got = "identifiers of the list", "none of them, but "+phpvalue.Quote(name)+" and the like"
		c.Fail(place)
	}
}
