package suites

import (
	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

func xchk03() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "XCHK-03", Level: contract.May, Basis: contract.Inferred, Hazard: contract.Corrupt,
			Title:  "what the module does to an account is seen in the list",
			Source: sources(docCore, docServerSync),
			Why: "The list is compared with what WHMCS itself had the module do. Where a suspended account is listed as active, or a terminated one is still " +
				"there, every sync finds differences that are none, and writes them to the services.",
			Fix: "Let SuspendAccount(), UnsuspendAccount() and TerminateAccount() change the very state that ListAccounts() reads, and list a new account at once.",
			Good: "function acme_SuspendAccount(array $params)\n{\n    acme_api($params)->post('/accounts/' . acme_id($params) . '/suspend');\n" +
				"    return 'success';\n}\n// ListAccounts(): $row['state'] === 'suspended' ? Status::SUSPENDED : …",
			Bad:   "function acme_TerminateAccount(array $params)\n{\n    return acme_SuspendAccount($params); // it is deleted by hand later\n}",
			Since: "0.1.0",
		},
		Needs: []contract.Need{contract.NeedSync, contract.NeedService},
		Check: checkLife,
	}
}

// stage is a step in the life of a service, and what the list has to show then.
type stage struct {
	function, call, list string
	// status is the one to be listed, "" for any, and gone that there must be no row.
	status contract.Status
	gone   bool
}

func stages() []stage {
	return []stage{
		{function: "CreateAccount", call: transcript.CallCreate, list: transcript.CallCreated},
		{function: "SuspendAccount", call: transcript.CallSuspend, list: transcript.CallSuspended, status: contract.Suspended},
		{function: "UnsuspendAccount", call: transcript.CallUnsuspend, list: transcript.CallUnsuspended, status: contract.Active},
		{function: "TerminateAccount", call: transcript.CallTerminate, list: transcript.CallTerminated, gone: true},
	}
}

func checkLife(c *Case) {
	if !c.wasCreated(c.T.Call(transcript.CallCreate), c.T.Call(transcript.CallCreated)) {
		return
	}
	for _, s := range stages() {
		call, list := c.T.Call(s.call), c.T.Call(s.list)
		// A step that is missing or failed, or a list that is, says nothing.
		if !saidSuccess(call) || !answeredList(list) || s.shown(c.T, list) {
			continue
		}
		if asked, changed := changedBy(call); asked && !changed {
			c.unchanged(s.function)
			return
		}
		place := c.inFunction(call, "ListAccounts() after "+s.function+"()")
		place.Want, place.Got = s.want(), "no row of the account"
		if row, found := createdRow(c.T, list); found {
			place.Got = "the row " + rowPlace(row, "") + " with status " + phpvalue.Show(row.Fields[contract.FieldStatus])
		}
		c.Fail(place)
		if s.function == "CreateAccount" {
			return
		}
	}
}

func (s stage) shown(t *transcript.Transcript, list *transcript.Call) bool {
	row, found := createdRow(t, list)
	if !found || s.gone {
		return found != s.gone
	}
	status, _ := row.Text(contract.FieldStatus)
	return s.status == "" || status == string(s.status)
}

func (s stage) want() string {
	switch {
	case s.gone:
		return "no row of the account"
	case s.status == "":
		return "a row of the new account"
	default:
		return "a row of the account with status " + phpvalue.Quote(string(s.status))
	}
}
