package suites

import (
	"syncproof/internal/contract"
	"syncproof/internal/schema"
)

func statusSuite() Suite {
	return Suite{Area: "status", Title: "Account status", Rules: []Rule{stat01(), stat02(), stat03(), stat04(), stat05()}}
}

func stat01() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "STAT-01", Level: contract.Must, Basis: contract.Documented, Hazard: contract.Corrupt,
			Title:  `the status of every account is exactly "Active" or "Suspended"`,
			Quote:  `The remote accounts status. (WHMCS\Service\Status::ACTIVE or WHMCS\Service\Status::SUSPENDED)`,
			Source: sources(docServerSync, docSync),
			Why:    "The status is compared with the service's and written to it on sync. What WHMCS makes of any other value is not documented, so a paying customer's service may end in a state nobody chose.",
			Fix:    "Map every state the panel knows to WHMCS\\Service\\Status::ACTIVE or ::SUSPENDED, and report a failure for a state the module does not know.",
			Good:   "'status' => match ($row['state']) { 'live' => Status::ACTIVE, 'locked' => Status::SUSPENDED },",
			Bad:    "'status' => $row['state'], // \"active\", \"stopped\", 1 …",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedRows},
		Claims: func(v schema.Violation) bool {
			return v.At(contract.FieldStatus) && (v.Keyword == schema.Enum || v.Keyword == schema.Type)
		},
	}
}
