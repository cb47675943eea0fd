package suites

import (
	"slices"
	"strconv"
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

func readonlySuite() Suite {
	return Suite{Area: "readonly", Title: "Nothing in WHMCS is touched", Rules: []Rule{ro02(), ro03(), ro04()}}
}

func ro02() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "RO-02", Level: contract.Must, Basis: contract.Inferred, Hazard: contract.Corrupt,
			Title:  "listing the accounts changes nothing in WHMCS: no writes to its database, no localAPI() calls that change anything",
			Source: sources(docSync, docServerSync, docLocalAPI),
			Why: "WHMCS shows the administrator what it found, and changes services only after they were chosen. A module that writes while it lists " +
				"changes services and clients before anybody agreed to it, again whenever the page is opened, and so the report compares with what the module itself has just written.",
			Fix:   "Only read in ListAccounts(): return what the panel says and let WHMCS write it. Keep what must be stored in functions that are meant to change something.",
			Good:  "$id = Capsule::table('tblservers')->where('id', $params['serverid'])->value('accesshash');",
			Bad:   "foreach ($rows as $row) {\n    Capsule::table('tblhosting')->where('username', $row['login'])->update(['diskusage' => $row['disk']]);\n}",
			Since: "0.1.0",
		},
		Needs: []contract.Need{contract.NeedSync},
		Wants: []contract.Need{contract.NeedList, contract.NeedDatabase},
		Check: checkWritesNothing,
	}
}

func ro03() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "RO-03", Level: contract.Must, Basis: contract.Inferred, Hazard: contract.Terminate,
			Title:  "the list is made from what the panel answers, not from the services WHMCS has",
			Quote:  missingRows,
			Source: sources(docSync, docServerSync),
			Why: "The sync compares what is on the server with what is in WHMCS. A list made from WHMCS's own services always matches: accounts that exist on " +
				"the server alone never show, and services whose account is gone stay active and are billed. A list that is narrowed to them lacks accounts.",
			Fix:   "Ask the panel for its accounts, and take every account and every value from its reply. Leave comparing to WHMCS.",
			Good:  "foreach ($api->accounts() as $row) {\n    $accounts[] = ['username' => $row['login'], …];\n}",
			Bad:   "foreach (Capsule::table('tblhosting')->where('server', $params['serverid'])->get() as $service) {\n    $accounts[] = ['username' => $service->username, …];\n}",
			Since: "0.1.0",
		},
		Needs: []contract.Need{contract.NeedSync},
		Wants: []contract.Need{contract.NeedList, contract.NeedDatabase, contract.NeedEmptyDatabase},
		Check: checkFromPanel,
	}
}

func ro04() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "RO-04", Level: contract.Should, Basis: contract.Evidence, Hazard: contract.Leak,
			Title:  "listing the accounts leaves no files behind in WHMCS's folders",
			Source: sources(phpTempNam),
			Why: "WHMCS's folders lie below the web root. A reply, a cookie or a log that is left there can be fetched by anyone who guesses its name, and grows " +
				"with every sync. Where the web server may not write there, the sync fails.",
			Fix:   "Keep replies in memory. Where a library needs a file, make it with tempnam(sys_get_temp_dir(), …) and delete it. Log with logModuleCall().",
			Good:  "$jar = tempnam(sys_get_temp_dir(), 'acme');\ntry {\n    // …\n} finally {\n    unlink($jar);\n}",
			Bad:   "file_put_contents(__DIR__ . '/debug.log', $body, FILE_APPEND);",
			Since: "0.1.0",
		},
		Needs: []contract.Need{contract.NeedSync},
		Wants: []contract.Need{contract.NeedList, contract.NeedFiles},
		Check: checkLeavesNoFiles,
	}
}

// listingCalls are the ordinary calls of ListAccounts().
func listingCalls(t *transcript.Transcript) []*transcript.Call {
	return slices.DeleteFunc(ordinaryCalls(t), func(call *transcript.Call) bool { return call.Function != "ListAccounts" })
}

// seesListing closes a case without findings when what is looked for would not
// have been seen: not by this target, or not before there was a list.
func (c *Case) seesListing(n contract.Need) {
	c.followGate(askSees(n, c.T))
	c.followGate(askList(c.T))
}

func checkWritesNothing(c *Case) {
	seen := once{}
	for _, call := range listingCalls(c.T) {
		temporary := map[string]bool{}
		for _, r := range call.Records {
			// What is done while loading is LOAD-06's.
			if r.Phase != transcript.PhaseCall {
				continue
			}
			got := whatItChanges(r, temporary)
			if got == "" || !seen.tells(call, got, r.File, strconv.Itoa(r.Line)) {
				continue
			}
			c.Fail(contract.Finding{
				Call: call.ID, At: callAt(call), Want: "nothing in WHMCS changed", Got: got, File: r.File, Line: r.Line,
			})
		}
	}
	c.seesListing(contract.NeedDatabase)
}

// whatItChanges says what a recorded call changes in WHMCS, "" for nothing.
// temporary are the temporary tables made so far.
func whatItChanges(r transcript.Record, temporary map[string]bool) string {
	text, _ := firstArgument(r).(string)
	switch {
	case r.Function == transcript.RecordDatabase:
		for _, w := range sqlWrites(text, temporary) {
			return "the query " + phpvalue.Quote(oneLine(text)) + ", which " + w.words()
		}
	case strings.EqualFold(r.Function, "localAPI") && apiWrites(text):
		return "localAPI(" + phpvalue.Quote(text) + ")"
	}
	return ""
}

// oneLine is a query without the line ends and margins of the source it comes from.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// apiWrites says that an action of WHMCS's API changes something, by the verb
// its name begins with. Vendors can add actions of their own, about which nothing
// is said.
func apiWrites(action string) bool {
	action = strings.ToLower(action)
	return slices.ContainsFunc([]string{
		"accept", "activate", "add", "affiliateactivate", "applycredit", "blockticket", "cancel", "capture", "close", "convert", "create",
		"deactivate", "delete", "domainregister", "domainrelease", "domainrenew", "domainrequest", "domaintoggle", "domaintransfer",
		"domainupdate", "endtask", "fraudorder", "geninvoices", "merge", "modulechange", "modulecreate", "modulecustom", "modulesuspend",
		"moduleterminate", "moduleunsuspend", "open", "pendingorder", "resetpassword", "sendadmin", "sendemail", "sendquote",
		"setconfig", "starttask", "triggernotification", "update", "upgrade",
	}, func(verb string) bool { return strings.HasPrefix(action, verb) })
}

func checkLeavesNoFiles(c *Case) {
	seen := once{}
	for _, call := range listingCalls(c.T) {
		if !call.Session.Sees.Files {
			continue
		}
		for _, name := range call.Files {
			// Smarty compiles templates into this folder of WHMCS.
			if strings.Contains("/"+name, "/templates_c/") || !seen.first(name) {
				continue
			}
			place := c.inFunction(call, callAt(call))
			place.Want, place.Got = "no files left behind", "it wrote "+phpvalue.Quote(name)
			c.Fail(place)
		}
	}
	c.seesListing(contract.NeedFiles)
}

// checkFromPanel looks for services of WHMCS in the list, and for what becomes of
// the list without them.
func checkFromPanel(c *Case) {
	for _, call := range listingCalls(c.T) {
		if !c.failed() {
			c.checkMadeUp(call)
		}
	}
	c.seesListing(contract.NeedDatabase)
	// Without a look at the services they make no difference.
	if c.result.Outcome != contract.Pass || !asksServices(c.listCall()) {
		return
	}
	v, g := variantOf(c.T, transcript.SessionEmptyDatabase)
	if !g.open {
		c.followGate(g)
		return
	}
	c.compareWithoutServices(c.listCall(), v.call)
}

// checkMadeUp looks for accounts that are nowhere but in the database.
func (c *Case) checkMadeUp(call *transcript.Call) {
	known := map[string]bool{}
	for _, s := range transcript.Services() {
		known[s.Username], known[s.Domain] = true, true
	}
	for a := range call.Accounts() {
		for _, field := range []string{contract.FieldUsername, contract.FieldDomain, contract.FieldUniqueIdentifier} {
			if text, _ := scalarText(a.Fields[field]); known[text] {
				place := c.inFunction(call, rowPlace(a, field))
				place.Want, place.Got = "an account of the panel", phpvalue.Quote(text)
				place.Note = "syncproof made this service up, and it is in WHMCS's database alone"
				c.Fail(place)
				break
			}
		}
	}
}

// asksServices says that a call looked at the services or clients of WHMCS.
func asksServices(call *transcript.Call) bool {
	return slices.ContainsFunc(call.Records, func(r transcript.Record) bool {
		text, _ := firstArgument(r).(string)
		lower := strings.ToLower(text)
		isQuery := r.Function == transcript.RecordDatabase
		return isQuery && (strings.Contains(lower, "tblhosting") || strings.Contains(lower, "tblclients") || strings.Contains(lower, "tblcustomfieldsvalues"))
	})
}

// compareWithoutServices leaves out what differs between ordinary calls as well.
func (c *Case) compareWithoutServices(first, bare *transcript.Call) {
	const when = "while WHMCS has no services"
	if !answeredList(bare) {
		place := c.inFunction(bare, "ListAccounts() "+when)
		place.Want, place.Got = "the same list as with services", outcomeWords(bare)
		locate(&place, bare)
		c.Fail(place)
		return
	}
	c.failSteady(first, bare, when)
}
