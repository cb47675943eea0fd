package suites

import "syncproof/internal/contract"

func loadSuite() Suite {
	return Suite{Area: "load", Title: "Loading and naming", Rules: []Rule{
		load01(), load02(), load03(), load04(), load05(), load06(), load07(), load08(),
	}}
}

func load01() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "LOAD-01", Level: contract.Must, Basis: contract.Documented, Hazard: contract.Crash,
			Title:  "the module's file loads and defines <module>_ListAccounts(), where <module> is the file's name",
			Quote:  "Remember, all functions should have the prefix filename_ and then the function name.",
			Source: sources(docFunctions, docNaming, sampleModule),
			Why:    "WHMCS documents that module functions begin with the file's name. A function of any other name is not found, and accounts cannot be synced. What WHMCS does with a module file that fails to load is not documented; it documents that critical errors replace the page.",
			Fix:    "Put the module into modules/servers/<module>/<module>.php, with one word of lower-case letters and digits as its name, and begin every module function with that name and an underscore. Run php -l on the file.",
			Good:   "// modules/servers/acme/acme.php\nfunction acme_ListAccounts(array $params)",
			Bad:    "// modules/servers/acme-hosting/acme-hosting.php\nfunction acme_hosting_ListAccounts(array $params)",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedSync},
		Wants: []contract.Need{contract.NeedCall},
		Check: checkLoads,
	}
}

func load02() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "LOAD-02", Level: contract.Should, Basis: contract.Documented, Hazard: contract.NoHazard,
			Title:  "the module's name is one word of lower-case letters and digits that begins with a letter",
			Quote:  "Module names should be a single word, consisting of only lowercase letters and numbers. The name must start with a letter, and must be unique.",
			Source: sources(docNaming, sampleModule),
			Why:    "Other names can clash, and upper-case letters work on one file system and fail on another. WHMCS does not document what happens to a module with another name.",
			Fix:    "Rename the file, its folder and the prefix of every function. Services and servers in existing installations refer to the old name, so plan the change with your customers.",
			Good:   "modules/servers/acme2/acme2.php",
			Bad:    "modules/servers/Acme_Hosting/Acme_Hosting.php",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedFile},
		Check: checkName,
	}
}

func load03() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "LOAD-03", Level: contract.Must, Basis: contract.Documented, Hazard: contract.Crash,
			Title:  "the module defines <module>_ConfigOptions()",
			Quote:  "Only the _ConfigOptions function is required.",
			Source: sources(sampleModule, sampleTest),
			Why:    "It is the one function WHMCS requires of every provisioning module, and the product of a listed account is matched through one of its options. What WHMCS does without it is not documented.",
			Fix:    "Define the function and return an array with one entry for each product setting, in a fixed order.",
			Good:   "function acme_ConfigOptions()\n{\n    return ['Plan' => ['Type' => 'text', 'Size' => '25']];\n}",
			Bad:    "function acme_Options() { return []; }",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedOptionsCall},
		Check: checkOptionsExist,
	}
}

func load04() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "LOAD-04", Level: contract.Should, Basis: contract.Documented, Hazard: contract.Leak,
			Title:  "the module's file stops at once when it is opened without WHMCS",
			Quote:  `die("This file cannot be accessed directly");`,
			Source: sources(sampleModule),
			Why:    "The file lies below the web root. Without the guard of WHMCS's sample, anyone can run the source outside WHMCS by opening its address.",
			Fix:    "Make the guard the first statement of the file, after a namespace or use line.",
			Good:   "<?php\nif (!defined(\"WHMCS\")) {\n    die(\"This file cannot be accessed directly\");\n}",
			Bad:    "<?php\nrequire_once __DIR__ . '/lib/Api.php';\nfunction acme_ConfigOptions()",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedDirect},
		Wants: []contract.Need{contract.NeedLoad},
		Check: checkGuard,
	}
}

func load05() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "LOAD-05", Level: contract.Must, Basis: contract.Documented, Hazard: contract.Crash,
			Title:  "loading the module's file prints not a single byte",
			Quote:  "This prevents accidental whitespace or new lines being added after the PHP closing tag which may cause unwanted side effects including \"header already sent\" errors, XHTML/XML validation issues, and other problems.",
			Source: sources(docStyle),
			Why:    "A byte order mark, a blank line before <?php or text after ?> is sent to the browser before WHMCS can send its headers. WHMCS warns of \"header already sent\" errors from it.",
			Fix:    "Save the file as UTF-8 without a byte order mark, let it begin with <?php, leave out the closing tag, and print nothing outside functions.",
			Good:   "<?php\n// no closing tag at the end of the file",
			Bad:    "<?php\nfunction acme_ConfigOptions() { return []; }\n?>\n\n<!-- a blank line and this -->",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedLoad},
		Wants: []contract.Need{contract.NeedFile, contract.NeedCall},
		Check: checkSilentLoad,
	}
}

func load06() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "LOAD-06", Level: contract.Should, Basis: contract.Evidence, Hazard: contract.Crash,
			Title:  "loading the module's file has no side effects: no network, no WHMCS calls, no headers, no exit, no files written",
			Source: sources(phpInclude),
			Why:    "Every page that loads the module pays for the work, and breaks with it, whether or not it has to do with accounts.",
			Fix:    "Only define functions and load classes at the top of the file. Move everything else into the functions that need it.",
			Good:   "require_once __DIR__ . '/lib/Api.php';\n\nfunction acme_ListAccounts(array $params)",
			Bad:    "logActivity('acme loaded');\nif (!file_exists($licence)) { header('Location: /'); exit; }",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedLoad},
		Wants: []contract.Need{contract.NeedCall, contract.NeedNetwork},
		Check: checkLoadEffects,
	}
}

func load07() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "LOAD-07", Level: contract.Should, Basis: contract.Inferred, Hazard: contract.Crash,
			Title:  "every global function, class and constant the file defines carries the module's name or a namespace",
			Quote:  "Remember, all functions should have the prefix filename_ and then the function name.",
			Source: sources(docFunctions),
			Why:    "When two modules that define the same function or class are loaded in one request, PHP ends with a fatal \"Cannot redeclare\" error.",
			Fix:    "Begin the names of helpers with the module's name, or move them into a namespace such as WHMCS\\Module\\Server\\Acme, whose classes WHMCS loads from lib/.",
			Good:   "function acme_call(array $params, string $action)",
			Bad:    "function call($params, $action)\nclass ApiClient {}",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedLoad},
		Wants: []contract.Need{contract.NeedCall},
		Check: checkPrefixes,
	}
}

func load08() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "LOAD-08", Level: contract.May, Basis: contract.Documented, Hazard: contract.NoHazard,
			Title:  "the module's source can be read by PHP without a decoder",
			Quote:  "This utility only inspects decoding compatibility and does not assert PHP syntax compatibility.",
			Source: sources(docPHP),
			Why:    "An encoded file only runs where the loader of its encoder is installed, in a version that fits the file and PHP. WHMCS's own report inspects such files for that alone. Without the loader nothing can be said of the module.",
			Fix:    "Run syncproof on the source before encoding it, and once more on the encoded module with a PHP that has the loader.",
			Good:   "<?php\nif (!defined(\"WHMCS\")) {",
			Bad:    "<?php //00e56\nif (!extension_loaded('ionCube Loader'))",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedFile},
		Wants: []contract.Need{contract.NeedSync},
		Check: checkEncoder,
	}
}
