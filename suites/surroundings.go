package suites

import (
	"regexp"
	"slices"
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

// lack is something of WHMCS that a call needed and that was not there. What a
// module does then says nothing about it.
type lack struct{ what, supply string }

func (l lack) reason() string {
	return "the module needs " + l.what + ", which WHMCS has and syncproof does not"
}

// lacks names what calls lacked, by call. A session whose module did not load
// for want of it lacks it in every call.
func lacks(t *transcript.Transcript) map[string]lack {
	found := map[string]lack{}
	for _, s := range t.Sessions {
		l, isLack := lackIn(loadWords(s))
		for _, call := range s.Calls {
			if own, ok := lackOf(call); ok {
				found[call.ID] = own
			} else if isLack {
				found[call.ID] = l
			}
		}
	}
	return found
}

func loadWords(s *transcript.Session) string {
	switch down := endedLoading(s); {
	case s.Load != nil && s.Load.Throwable != nil:
		return s.Load.Throwable.Message
	case down != nil && down.Fatal != nil:
		return down.Fatal.Message
	}
	return ""
}

// lackOf looks at how a call failed. A module that catches what PHP throws, and
// gives another error in its place, leaves only the record of the class.
func lackOf(call *transcript.Call) (lack, bool) {
	switch {
	case call.Throwable != nil:
		return lackIn(call.Throwable.Message)
	case call.Fatal != nil:
		return lackIn(call.Fatal.Message)
	}
	answer := answerOf(call)
	if answer == nil || answer["success"] == true {
		return lack{}, false
	}
	text, _ := scalarText(answer["error"])
	if l, ok := lackIn(text); ok {
		return l, true
	}
	i := slices.IndexFunc(call.Records, func(r transcript.Record) bool { return r.Function == transcript.RecordMissing })
	if i < 0 {
		return lack{}, false
	}
	name, _ := firstArgument(call.Records[i]).(string)
	return classLack(name)
}

// firstArgument is what a recorded function was given first, nil for nothing.
func firstArgument(r transcript.Record) any {
	if args, _ := r.Args.([]any); len(args) > 0 {
		return args[0]
	}
	return nil
}

var (
	noClass    = regexp.MustCompile(`(?:Class|Interface|Trait|Enum) ["']([\w\\]+)["'] not found`)
	noMethod   = regexp.MustCompile(`Call to undefined method (WHMCS\\[\w\\]+)::(\w+)\(\)`)
	noFunction = regexp.MustCompile(`Call to undefined function ([\w\\]+)\(\)`)
	noTable    = regexp.MustCompile(`SQLSTATE\[HY000\]: General error: 1 (?:no such (?:table|column|function): ([\w.]+))?`)
)

const supplyBootstrap = "define it in a PHP file and name that with --bootstrap (bootstrap: in syncproof.yaml); it is loaded before the module"

// lackIn finds in PHP's words what was missing of WHMCS.
func lackIn(message string) (lack, bool) {
	if m := noClass.FindStringSubmatch(message); m != nil {
		return classLack(m[1])
	}
	if m := noMethod.FindStringSubmatch(message); m != nil && !ownClass(m[1]) {
		return lack{"the method " + m[1] + "::" + m[2] + "()", supplyBootstrap}, true
	}
	if m := noFunction.FindStringSubmatch(message); m != nil {
		// In a namespace PHP names the function with it.
		name := m[1][strings.LastIndex(m[1], `\`)+1:]
		if slices.Contains(helperFunctions(), strings.ToLower(name)) {
			return lack{"the function " + name + "()", supplyBootstrap}, true
		}
	}
	if m := noTable.FindStringSubmatch(message); m != nil {
		what := "a database that understands this query"
		if m[1] != "" {
			what = phpvalue.Printable(m[1]) + " in the database"
		}
		return lack{what, "make it in a PHP file, with Capsule, and name that with --bootstrap (bootstrap: in syncproof.yaml)"}, true
	}
	return lack{}, false
}

// classLack tells the classes of WHMCS, and of the libraries it brings along,
// from those a module has to bring along itself.
func classLack(name string) (lack, bool) {
	name = strings.TrimPrefix(name, `\`)
	first, _, isSpaced := strings.Cut(name, `\`)
	if !isSpaced || ownClass(name) {
		return lack{}, false
	}
	packages := map[string]string{
		"guzzlehttp": "php-guzzlehttp-guzzle", "carbon": "php-nesbot-carbon", "illuminate": "php-illuminate-database and php-sqlite3",
	}
	lower := strings.ToLower(first)
	switch known, isLibrary := packages[lower]; {
	case lower == "whmcs" && needsLibrary(name):
		return lack{"the class " + name, libraryAdvice(packages[libraryOf(name)])}, true
	case lower == "whmcs":
		return lack{"the class " + name, supplyBootstrap}, true
	case isLibrary:
		return lack{"the class " + name, libraryAdvice(known)}, true
	}
	return lack{}, false
}

func libraryAdvice(packages string) string {
	return "install it (on Debian: " + packages + "), or name a WHMCS installation whose libraries are to be used with --whmcs-root"
}

// needsLibrary holds for the classes of WHMCS that syncproof has where a library
// is there; see wrapper/src/Classes.php.
func needsLibrary(name string) bool { return libraryOf(name) != "" }

func libraryOf(name string) string {
	switch strings.ToLower(name) {
	case `whmcs\carbon`:
		return "carbon"
	case `whmcs\database\capsule`, `whmcs\product\server`, `whmcs\product\product`, `whmcs\product\group`, `whmcs\service\service`,
		`whmcs\user\client`, `whmcs\user\admin`, `whmcs\config\setting`, `whmcs\customfield`, `whmcs\customfield\customfieldvalue`,
		`whmcs\config\module\moduleconfiguration`:
		return "illuminate"
	}
	return ""
}

// ownClass holds for classes that a module brings along in its lib folder.
func ownClass(name string) bool {
	return strings.HasPrefix(strings.ToLower(name), `whmcs\module\`)
}

// helperFunctions are functions of WHMCS that modules are known to call, besides
// those that are stood in for.
func helperFunctions() []string {
	return []string{
		"add_hook", "run_hook", "run_validate_hook", "full_query", "select_query", "insert_query", "update_query", "delete_query",
		"get_query_val", "get_query_vals", "mysql_fetch_array", "mysql_fetch_assoc", "mysql_num_rows", "mysql_query", "mysql_real_escape_string",
		"sendmessage", "sendadminnotification", "sendadminmessage", "logtransaction", "addtransaction", "addinvoicepayment",
		"checkcbinvoiceid", "checkcbtransid", "getgatewayvariables", "invoicepayment", "getclientsdetails", "getcustomfields",
		"getadminname", "getcurrency", "formatcurrency", "frommysqldate", "tomysqldate", "getcompanylogo",
		"generate_token", "check_token", "redir", "redirsystemurl", "routepath", "serveradd", "moduleconfigoptions",
		"modulecallfunction", "servercreateaccount", "serversuspendaccount", "serverunsuspendaccount", "serverterminateaccount",
		"loadservermodule", "getmodulevars", "getserveridfromgroup", "getmodulelanguage", "genrandomval", "sanitize",
		"convertiv", "getcountrieslist", "getregistrarslist", "lang", "gettodaysdate", "xml2array", "curlcall", "saveactivitylog",
		"createserveruser", "createcustomfields", "getconfigoptions", "getcartconfigoptions", "recalcrecurringproductprice",
	}
}

// missed says that a finding is about a call that lacked something of WHMCS, and
// remembers what.
func (c *Case) missed(f contract.Finding) bool {
	l, isLack := c.lacks[f.Call]
	if isLack && f.Call != "" {
		c.lack = l
	}
	return isLack && f.Call != ""
}

// missedWhole says so of a gate that follows another rule's failure.
func (c *Case) missedWhole() bool {
	for _, call := range []string{transcript.CallList, transcript.CallMetaData, transcript.CallOptions} {
		if c.missed(contract.Finding{Call: call}) {
			return true
		}
	}
	return false
}

// settleLack closes a case that only what is missing of WHMCS speaks against.
func (c *Case) settleLack() {
	if c.lack.what != "" && c.result.Outcome == contract.Pass {
		c.settle(contract.NotTestable, c.lack.reason(), c.lack.supply)
	}
}
