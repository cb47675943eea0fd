package suites

import (
	"syncproof/internal/contract"
)

func phpSuite() Suite {
	return Suite{Area: "php", Title: "PHP and libraries", Rules: []Rule{php01(), php02(), php03(), php04()}}
}

func php01() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "PHP-01", Level: contract.Must, Basis: contract.Documented, Hazard: contract.Crash,
			Title:  "the module runs under the PHP version it was tried with",
			Quote:  "This may require the presence of the PHP 7.2 syntax in your code in order to avoid errors.",
			Source: sources(docUpgrade8, phpMigration),
			Why: "PHP drops functions and syntax from version to version, and WHMCS 9 runs on PHP 8.2 and newer only. Code that uses what the version has not, " +
				"or has not yet, ends with a fatal error the first time it is reached, which can be long after the module was installed.",
			Fix: "Replace what the version does not have. Try the module with every PHP that the WHMCS versions you support run on: give --php once for each, " +
				"and the report says which rules fail under some of them only.",
			Good:  "foreach ($row as $name => $value) {\n    // …\n}",
			Bad:   "while (list($name, $value) = each($row)) { // removed in PHP 8.0\n    // …\n}",
			Since: "0.1.0",
		},
		Needs: []contract.Need{contract.NeedLoad},
		Wants: []contract.Need{contract.NeedCall, contract.NeedOptionsCall},
		Check: checkVersion,
	}
}

func php02() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "PHP-02", Level: contract.Should, Basis: contract.Documented, Hazard: contract.Misleading,
			Title:  "Guzzle is given options that the Guzzle of WHMCS knows",
			Quote:  "When ensuring that your code is compatible with WHMCS v8.0, you will likely need to update dependencies as well.",
			Source: sources(docUpgrade8, guzzleUpgrade),
			Why: "WHMCS 8 brought Guzzle 7, which ignores base_url and defaults without a word. The address is lost, or the credentials, the time limit and " +
				"whatever else stood in defaults.",
			Fix:   "Write base_uri in place of base_url, and give what was in defaults as options of the client itself.",
			Good:  "new Client(['base_uri' => $url, 'headers' => ['Authorization' => 'Bearer ' . $key], 'timeout' => 10]);",
			Bad:   "new Client(['base_url' => $url, 'defaults' => ['headers' => ['Authorization' => 'Bearer ' . $key]]]);",
			Since: "0.1.0",
		},
		Needs: []contract.Need{contract.NeedLoad},
		Wants: []contract.Need{contract.NeedCall},
		Check: checkGuzzle,
	}
}

func php03() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "PHP-03", Level: contract.Should, Basis: contract.Evidence, Hazard: contract.Crash,
			Title:  "the module does not load libraries of its own in place of those of WHMCS",
			Source: sources(composerRuntime, docUpgrade8),
			Why: "PHP holds one version of a class, and the first one that is loaded wins. A copy in the module's folder then serves all of WHMCS and every other " +
				"module, or is itself replaced by theirs. Where the versions differ, calls end in fatal errors far from the module.",
			Fix:   "Use the library that WHMCS brings along and leave it out of the module, or move the copy into a namespace of your own (PHP-Scoper does that).",
			Good:  "\"replace\": {\"guzzlehttp/guzzle\": \"*\", \"psr/log\": \"*\"} // in composer.json: WHMCS has them",
			Bad:   "require __DIR__ . '/vendor/autoload.php'; // with guzzlehttp/guzzle in it",
			Since: "0.1.0",
		},
		Needs: []contract.Need{contract.NeedLoad},
		Wants: []contract.Need{contract.NeedCall},
		Check: checkShadows,
	}
}

func php04() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "PHP-04", Level: contract.Should, Basis: contract.Evidence, Hazard: contract.Crash,
			Title:  "what is to be caught is caught",
			Source: sources(phpThrowable, phpNamespaces),
			Why: "Exception in a file with a namespace is another class than PHP's, and a catch of it matches nothing. Exception without Throwable lets every " +
				"TypeError pass. Either way the administrator sees WHMCS's error page in place of a message.",
			Fix:   "Write catch (\\Throwable $e), with the backslash, around whatever must not fail.",
			Good:  "} catch (\\Throwable $e) {\n    return ['success' => false, 'error' => 'The panel\\'s answer could not be read.'];\n}",
			Bad:   "namespace WHMCS\\Module\\Server\\Acme;\n// …\n} catch (Exception $e) { // WHMCS\\Module\\Server\\Acme\\Exception",
			Since: "0.1.0",
		},
		Needs: []contract.Need{contract.NeedLoad},
		Wants: []contract.Need{contract.NeedCall, contract.NeedEveryFault},
		Check: checkCatches,
	}
}
