package suites

import (
	"syncproof/internal/contract"
	"syncproof/internal/schema"
)

func accountSuite() Suite {
	return Suite{Area: "account", Title: "Account shape, types and encoding", Rules: []Rule{
		acc01(), acc02(), acc03(), acc04(), acc05(), acc06(), acc07(), acc08(),
	}}
}

func acc01() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "ACC-01", Level: contract.Must, Basis: contract.Documented, Hazard: contract.Crash,
			Title:  "each entry of the accounts list is an array",
			Quote:  "WHMCS expects the following parameters returned for each account:",
			Source: docServerSync,
			Why:    "WHMCS documents an array with eight keys for each account. What it does with an object, a string or null in its place is not documented; PHP itself ends with an Error when an object is read as an array.",
			Fix:    "Build an array for each account, key by key. Decode JSON with json_decode($body, true), and do not pass the panel's own objects on.",
			Good:   "$accounts[] = ['email' => $row->email, 'username' => $row->login /* … */];",
			Bad:    "$accounts[] = $row; // the stdClass that json_decode() made",
			Since:  "0.1.0",
		},
		Needs:  []contract.Need{contract.NeedRows},
		Claims: func(v schema.Violation) bool { return v.Keyword == schema.Type && len(v.Path) == 0 },
	}
}

func acc02() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "ACC-02", Level: contract.Must, Basis: contract.Documented, Hazard: contract.Corrupt,
			Title:  "each account has all eight documented keys, spelled exactly",
			Quote:  "WHMCS expects the following parameters returned for each account:",
			Source: docServerSync,
			Why:    "A key that is missing or misspelt is compared as if it were empty. Good services then show differences that do not exist, and syncing them overwrites good data.",
			Fix:    "Return email, username, domain, uniqueIdentifier, product, primaryip, created and status for every account, with exactly this spelling; PHP array keys distinguish case. Give the empty string where the panel knows no value.",
			Good:   "['username' => $row['login'], 'product' => $row['plan_id'], 'primaryip' => $row['ip'] ?? '' /* … */]",
			Bad:    "['userName' => $row['login'], 'package' => $row['plan_id'], 'ip' => $row['ip'] /* … */]",
			Since:  "0.1.0",
		},
		Needs:  []contract.Need{contract.NeedRows},
		Claims: func(v schema.Violation) bool { return v.Keyword == schema.Required },
	}
}

func acc03() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "ACC-03", Level: contract.Must, Basis: contract.Documented, Hazard: contract.Corrupt,
			Title:  "all eight values of an account are PHP strings",
			Quote:  "WHMCS expects the following parameters returned for each account:",
			Source: docServerSync,
			Why:    "WHMCS documents every value as a string. How it compares, shows or stores an int, null or an object is not documented, so a matching service can look different, or not match at all.",
			Fix:    "Cast every value: (string) $row['id']. Format dates with ->format('Y-m-d H:i:s'). Turn null into ''.",
			Good:   "'uniqueIdentifier' => (string) $row['id'], 'created' => $date->format('Y-m-d H:i:s'),",
			Bad:    "'uniqueIdentifier' => $row['id'], 'created' => $date, // an int and a Carbon object",
			Since:  "0.1.0",
		},
		Needs:  []contract.Need{contract.NeedRows},
		Fleets: plainAnd("states", "duplicates", "case"),
		Claims: func(v schema.Violation) bool { return v.Keyword == schema.Type && len(v.Path) == 1 },
	}
}

func acc04() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "ACC-04", Level: contract.Should, Basis: contract.Undocumented, Hazard: contract.NoHazard,
			Title:  "an account has no keys that WHMCS does not document",
			Source: docServerSync,
			Why:    "What WHMCS does with further keys is not documented. They are most often a documented key under another name, or data that has no place in the administrator's report. The key name is tolerated, since many modules return it.",
			Fix:    "Return the eight documented keys only.",
			Good:   "$accounts[] = ['email' => $row['email'], 'username' => $row['login'] /* … and the six others */];",
			Bad:    "$accounts[] = $row + ['product' => $row['plan']]; // whatever the panel says",
			Since:  "0.1.0",
		},
		Needs:  []contract.Need{contract.NeedRows},
		Claims: func(v schema.Violation) bool { return v.Keyword == schema.Additional },
	}
}
