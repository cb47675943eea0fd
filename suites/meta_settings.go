package suites

import "syncproof/internal/contract"

func meta07() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "META-07", Level: contract.Should, Basis: contract.Evidence, Hazard: contract.Misleading,
			Title:  "MetaData() has no ListAccounts key that WHMCS does not document",
			Source: sources(docMetaData),
			Why:    "WHMCS documents three keys. A misspelt or invented one has no documented effect, while the setting it was meant to be keeps its default or stays unset.",
			Fix:    "Correct the key's spelling, upper and lower case included, or remove it.",
			Good:   "'ListAccountsUniqueIdentifierField' => 'domain',",
			Bad:    "'ListAccountsUniqueIdentiferField' => 'domain',\n'ListAccountsSupported' => true,",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedMetaData},
		Check: checkUnknownKeys,
	}
}

func meta08() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "META-08", Level: contract.Must, Basis: contract.Evidence, Hazard: contract.Crash,
			Title:  "MetaData() prints nothing, does not exit, and answers the same in every request",
			Source: sources(docMetaData, phpExit),
			Why:    "WHMCS asks for the settings on its own pages. Output corrupts such a page, exit ends it, and settings that depend on the request change the matching of accounts from one page to the next.",
			Fix:    "Return a constant array and read neither $_GET, $_POST, $_SERVER nor the session in MetaData().",
			Good:   "function acme_MetaData()\n{\n    return ['DisplayName' => 'Acme', 'APIVersion' => '1.1'];\n}",
			Bad:    "function acme_MetaData()\n{\n    if (isset($_POST['acme_check'])) {\n        echo 'OK';\n        exit;\n    }\n    return ['DisplayName' => 'Acme'];\n}",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedMetaDataCall},
		Wants: []contract.Need{contract.NeedMetaDataWeb},
		Check: checkMetaDataIsConstant,
	}
}

func meta09() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "META-09", Level: contract.Must, Basis: contract.Inferred, Hazard: contract.Misleading,
			Title:  "RequiresServer is not false in a module that lists accounts",
			Quote:  "A lot of modules these days don't require servers be configured so setting this to false prevents users from creating servers assigned to it.",
			Source: sources(docMetaData, docSync),
			Why:    "Accounts are synced from a server entry. With RequiresServer false nobody can create one for this module, so the list can never be asked for.",
			Fix:    "Set RequiresServer to true, or leave it out.",
			Good:   "'RequiresServer' => true,",
			Bad:    "'RequiresServer' => false,",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedSync, contract.NeedMetaData},
		Check: checkRequiresServer,
	}
}

func meta10() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "META-10", Level: contract.Should, Basis: contract.Documented, Hazard: contract.Misleading,
			Title:  "the ListAccounts settings and the ListAccounts() function appear together",
			Quote:  "To allow WHMCS to import accounts from a remote system, meta data fields, and a new function must be included in the module files.",
			Source: sources(docServerSync, docMetrics),
			Why:    "The settings do nothing without the function, and without the settings WHMCS has no documented way to match what the function returns. A module that only names its identifier for a MetricProvider is fine.",
			Fix:    "Add what is missing, or remove the settings of a feature the module does not have.",
			Good:   "'ListAccountsUniqueIdentifierField' => 'domain', // in MetaData(), and below it\nfunction acme_ListAccounts(array $params)",
			Bad:    "'ListAccountsProductField' => 'configoption1', // but no acme_ListAccounts()",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedMetaData},
		Wants: []contract.Need{contract.NeedSync, contract.NeedCall},
		Check: checkTogether,
	}
}

func meta11() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "META-11", Level: contract.Should, Basis: contract.Documented, Hazard: contract.NoHazard,
			Title:  "APIVersion is 1.1",
			Quote:  "Use 1.1 unless you have a need specific to use 1.0",
			Source: sources(docMetaData),
			Why:    "WHMCS recommends 1.1 and takes it as the default. What differs in 1.0 is not documented.",
			Fix:    "Set APIVersion to '1.1' or leave it out. If the module needs 1.0, waive this rule and say why.",
			Good:   "'APIVersion' => '1.1',",
			Bad:    "'APIVersion' => '1.0',",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedMetaData},
		Check: checkAPIVersion,
	}
}
