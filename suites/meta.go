package suites

import "syncproof/internal/contract"

func metaSuite() Suite {
	return Suite{Area: "meta", Title: "MetaData", Rules: []Rule{
		meta01(), meta02(), meta03(), meta04(), meta05(), meta06(), meta07(), meta08(), meta09(), meta10(), meta11(), meta12(),
	}}
}

func meta01() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "META-01", Level: contract.Must, Basis: contract.Documented, Hazard: contract.Crash,
			Title:  "<module>_MetaData() works without arguments and returns an array of settings",
			Quote:  "These parameters are defined by a function which is responsible for returning an associative array containing the defined meta data configuration parameters and their values.",
			Source: sources(docMetaData, sampleTest, docServerSync),
			Why:    "Without it no setting of the module is known, the identifier by which accounts are matched included. What WHMCS does when the function fails is not documented; it documents that critical errors replace the page.",
			Fix:    "Return a constant array of settings, without asking a server, a database or the request.",
			Good:   "function acme_MetaData()\n{\n    return ['DisplayName' => 'Acme', 'ListAccountsUniqueIdentifierField' => 'domain', 'ListAccountsProductField' => 'configoption1'];\n}",
			Bad:    "function acme_MetaData(array $params) { return AcmeSettings::load($params['serverid']); }",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedMetaDataCall},
		Check: checkMetaData,
	}
}

func meta02() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "META-02", Level: contract.Must, Basis: contract.Documented, Hazard: contract.Terminate,
			Title:  "ListAccountsUniqueIdentifierField is domain, username or customfield.<name>",
			Quote:  "The following values are supported: domain, username, customfield.yourFieldName.",
			Source: sources(docMetaData, docServerSync, docSync),
			Why:    "WHMCS pairs accounts with services by this field and documents neither a default nor any other value. If nothing matches, every service can look as if it did not exist on the server, and syncing such a service terminates it.",
			Fix:    "Name the service field that holds exactly what ListAccounts() returns as uniqueIdentifier. Keep an identifier of the panel in a custom field and name that.",
			Good:   "'ListAccountsUniqueIdentifierField' => 'customfield.Service ID',",
			Bad:    "'ListAccountsUniqueIdentifierField' => 'dedicatedip',",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedMetaData},
		Wants: []contract.Need{contract.NeedSync},
		Check: checkIdentifierField,
	}
}

func meta03() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "META-03", Level: contract.Must, Basis: contract.Documented, Hazard: contract.Terminate,
			Title:  "the custom field named after customfield. has a name, without stray spaces",
			Quote:  "If using the customfield.yourFieldName value, replace yourFieldName with the name of the custom field to be used.",
			Source: sources(docMetaData, docSync),
			Why:    "The name has to be that of the product's custom field. A name that no field has never matches, so every service can look as if it did not exist on the server, and syncing such a service terminates it.",
			Fix:    "Write the custom field's name after the dot exactly as it stands in the product's settings.",
			Good:   "'ListAccountsUniqueIdentifierField' => 'customfield.Service ID',",
			Bad:    "'ListAccountsUniqueIdentifierField' => 'customfield. Service ID ',",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedMetaData},
		Check: checkCustomField,
	}
}

func meta04() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "META-04", Level: contract.Must, Basis: contract.Documented, Hazard: contract.Duplicate,
			Title:  "ListAccountsProductField is configoption1 to configoption24",
			Quote:  "For use with Server Sync, define the config option indexed field, from the _ConfigOptions function, that identifies the product on the remote system.",
			Source: sources(docMetaData, docServerSync, docParameters, docSync),
			Why:    "WHMCS matches an account's product through this option and documents no default. Where no product matches, importing an account creates a new product.",
			Fix:    "Name the option by its position in ConfigOptions(), counted from 1.",
			Good:   "'ListAccountsProductField' => 'configoption1',",
			Bad:    "'ListAccountsProductField' => 'Plan',",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedSync, contract.NeedMetaData},
		Check: checkProductField,
	}
}

func meta05() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "META-05", Level: contract.Must, Basis: contract.Documented, Hazard: contract.Duplicate,
			Title:  "ConfigOptions() has the option that ListAccountsProductField names",
			Quote:  "Defined by the order specified in the ConfigOptions function of the module.",
			Source: sources(docParameters, docOptions, docMetaData, sampleTest, docSync),
			Why:    "configoptionN is the Nth entry of ConfigOptions(). An option that does not exist never holds a value, so no product matches, and importing an account creates a new product.",
			Fix:    "Count the entries that ConfigOptions() returns and name the position of the one that holds the plan. Let ConfigOptions() return its array even when no server can be reached, and use a Loader for values that come from one.",
			Good:   "// the plan is the 2nd entry of ConfigOptions()\n'ListAccountsProductField' => 'configoption2',",
			Bad:    "// ConfigOptions() returns one entry\n'ListAccountsProductField' => 'configoption3',",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedSync, contract.NeedMetaData, contract.NeedOptions},
		Check: checkProductOption,
	}
}

func meta06() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "META-06", Level: contract.Should, Basis: contract.Documented, Hazard: contract.Misleading,
			Title:  "ListAccountsUniqueIdentifierDisplayName is a label that fits the identifier field",
			Quote:  "For use with Server Sync, define the display name of the unique identifier to be displayed on the table output.",
			Source: sources(docMetaData, docServerSync),
			Why:    "It is the heading of the identifier's column. Its default is \"Domain\", so without it a username or a custom field stands under a wrong heading while an administrator decides what to terminate.",
			Fix:    "Name the identifier as your customers know it.",
			Good:   "'ListAccountsUniqueIdentifierField' => 'username',\n'ListAccountsUniqueIdentifierDisplayName' => 'Username',",
			Bad:    "'ListAccountsUniqueIdentifierField' => 'username',",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedSync, contract.NeedMetaData},
		Check: checkIdentifierLabel,
	}
}
