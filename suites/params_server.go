package suites

import "syncproof/internal/contract"

func par02() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "PAR-02", Level: contract.Must, Basis: contract.Documented, Hazard: contract.Terminate,
			Title:  "the module asks the server it was given, at its port, and with TLS when told to",
			Quote:  "The IP Address of the selected server.",
			Source: sources(docParameters, docMetrics),
			Why:    "A module that asks another machine than the selected server lists that machine's accounts, and every service of the selected server looks as if it did not exist there. One that uses plain HTTP although the server is set to TLS sends the credentials to whoever listens.",
			Fix:    "Build the address from serverhostname, or from serverip where that is empty, from serverport where it is given, and from serversecure or serverhttpprefix.",
			Good:   "$url = $params['serverhttpprefix'] . '://' . ($params['serverhostname'] ?: $params['serverip']) . ':' . $params['serverport'];",
			Bad:    "$url = 'http://' . $params['serverhostname'] . ':2086'; // whatever the server's settings say",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedSync, contract.NeedServerParams},
		Wants: []contract.Need{contract.NeedMetaDataCall},
		Check: checkGivenServer,
	}
}

func par03() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "PAR-03", Level: contract.Should, Basis: contract.Evidence, Hazard: contract.Leak,
			Title:  "serversecure and serverport may come as other types and mean the same",
			Source: sources(docMetrics, phpBooleans),
			Why:    "WHMCS's example has a bool and a string here, its database and other callers hold 'on', '' and numbers. A module that compares with === true takes 'on' for plain HTTP and sends the credentials in clear; one that demands a string dies when the port is a number.",
			Fix:    "Decide by truth, not by type: filter_var($params['serversecure'] ?? false, FILTER_VALIDATE_BOOLEAN), and cast the port.",
			Good:   "$secure = filter_var($params['serversecure'] ?? false, FILTER_VALIDATE_BOOLEAN);\n$port = (int) $params['serverport'] ?: ($secure ? 8443 : 8080);",
			Bad:    "$scheme = $params['serversecure'] === true ? 'https' : 'http';",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedSync, contract.NeedServerForms},
		Check: checkServerForms,
	}
}

func par08() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "PAR-08", Level: contract.May, Basis: contract.Evidence, Hazard: contract.Misleading,
			Title:  "a server that has only an IPv6 address is reached",
			Source: sources(ipv6Literals),
			Why:    "In an address such as https://[2001:db8::10]:8443/ the brackets tell the colons of the IP address from the one before the port. Without them there is no such address, and the server cannot be listed.",
			Fix:    "Put an IPv6 address into brackets before building the URL.",
			Good:   "if (filter_var($host, FILTER_VALIDATE_IP, FILTER_FLAG_IPV6)) {\n    $host = \"[$host]\";\n}",
			Bad:    "$url = \"https://{$params['serverip']}:{$params['serverport']}/\"; // https://2001:db8::10:8443/",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedSync, contract.NeedIPv6},
		Check: checkIPv6,
	}
}
