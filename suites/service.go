package suites

import (
	"slices"
	"strings"
	"time"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

// askFunction is met when a session in which another function of the module was
// called for a played panel shows something.
func askFunction(t *transcript.Transcript, function, session string) gate {
	if s := t.Session(transcript.SessionMetaData); s != nil && len(s.Troubles) > 0 {
		return askSession(t, s.ID)
	}
	if t.Header.Panel == "" {
		return notApplicable(needsPanel)
	}
	s := t.Loaded()
	if s != nil && s.Load.OK && s.Function(t.Header.Target.Module, function) == nil {
		return notApplicable("the module does not define " + function + "()")
	}
	if t.Conversation() == nil || !answeredList(t.Call(transcript.CallConversation)) {
		return askConversation(t)
	}
	_, g := variantOf(t, session)
	return g
}

// saidSuccess says that a function about a service reported success, as
// https://developers.whmcs.com/provisioning-modules/core-module-functions/ has it.
func saidSuccess(call *transcript.Call) bool {
	if call == nil || call.Ending != transcript.EndReturned {
		return false
	}
	if text, isText := call.Value.(string); isText {
		return text == "success"
	}
	answer, _ := phpvalue.Map(call.Value)
	return answer["success"] == true
}

// serviceWords says what became of such a call.
func serviceWords(call *transcript.Call) string {
	switch {
	case call == nil:
		return "was not called"
	case call.Ending != transcript.EndReturned:
		return endingWords(call)
	}
	if answer, _ := phpvalue.Map(call.Value); answer["success"] == false {
		return "reported " + phpvalue.Show(answer["error"])
	}
	return "returned " + phpvalue.Show(call.Value)
}

// serviceHeld is what WHMCS held of the service after a call.
func serviceHeld(call *transcript.Call) map[string]any {
	for _, r := range slices.Backward(call.Records) {
		if r.Function == transcript.RecordService {
			held, _ := phpvalue.Map(firstArgument(r))
			return held
		}
	}
	return nil
}

// exchangesIn are the exchanges with panels that began during a call: from when it
// began until the next one of its session did.
func exchangesIn(call *transcript.Call) []transcript.Exchange {
	s := call.Session
	i := slices.Index(s.Calls, call)
	from, err := time.Parse(time.RFC3339Nano, call.At)
	until := from.AddDate(1, 0, 0)
	if i+1 < len(s.Calls) {
		if next, err := time.Parse(time.RFC3339Nano, s.Calls[i+1].At); err == nil {
			until = next
		}
	}
	return slices.DeleteFunc(slices.Clone(s.Exchanges), func(x transcript.Exchange) bool {
		at, wrong := time.Parse(time.RFC3339Nano, x.At)
		return err != nil || wrong != nil || at.Before(from) || !at.Before(until)
	})
}

// changedBy says whether a call of a session sent requests to the panel, and
// whether one of them changed an account there.
func changedBy(call *transcript.Call) (asked, changed bool) {
	exchanges := exchangesIn(call)
	return len(exchanges) > 0, slices.ContainsFunc(exchanges, func(x transcript.Exchange) bool { return x.Changed })
}

// newRows are the accounts that a list has and the conversation's list had not.
func newRows(t *transcript.Transcript, call *transcript.Call) []contract.Account {
	known := map[string]bool{}
	for a := range t.Call(transcript.CallConversation).Accounts() {
		id, _ := scalarText(a.Fields[contract.FieldUniqueIdentifier])
		known[id] = true
	}
	var rows []contract.Account
	for a := range call.Accounts() {
		if id, _ := scalarText(a.Fields[contract.FieldUniqueIdentifier]); !known[id] {
			rows = append(rows, a)
		}
	}
	return rows
}

// createdRow finds the account that CreateAccount() made, under any name it may
// have been given.
func createdRow(t *transcript.Transcript, call *transcript.Call) (contract.Account, bool) {
	rows := newRows(t, call)
	if len(rows) == 1 {
		return rows[0], true
	}
	held := serviceHeld(t.Call(transcript.CallCreate))
	for a := range call.Accounts() {
		for _, field := range []string{contract.FieldUsername, contract.FieldDomain} {
			text, _ := a.Text(field)
			name, _ := held[field].(string)
			if name != "" && foldName(text) == foldName(name) {
				return a, true
			}
		}
	}
	return contract.Account{}, false
}

func uid05() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "UID-05", Level: contract.Should, Basis: contract.Inferred, Hazard: contract.Terminate,
			Title:  "an account that the module created is listed under the identifier that WHMCS holds",
			Quote:  missingRows,
			Source: sources(docSync, docMetaData, docProperties),
			Why: "WHMCS finds the service of a row by what CreateAccount() left in it. Where the list names the account in another way, every service that " +
				"was sold through WHMCS looks as if it did not exist on the server, and syncing such a service terminates it.",
			Fix: "Let CreateAccount() save the very value that ListAccounts() returns under uniqueIdentifier, in the field that ListAccountsUniqueIdentifierField names.",
			Good: "$id = (string) $api->create($account)['id'];\n$params['model']->serviceProperties->save(['Account ID' => $id]);\n" +
				"// ListAccounts(): 'uniqueIdentifier' => (string) $row['id'],",
			Bad: "$params['model']->serviceProperties->save(['Account ID' => 'A-' . $id]);\n// ListAccounts(): 'uniqueIdentifier' => (string) $row['id'],",

			Since: "0.1.0",
		},
		Needs: []contract.Need{contract.NeedRows, contract.NeedService},
		Check: checkRoundTrip,
	}
}

// checkRoundTrip looks for the account among those listed after it was created.
func checkRoundTrip(c *Case) {
	create, list := c.T.Call(transcript.CallCreate), c.T.Call(transcript.CallCreated)
	if !c.wasCreated(create, list) {
		return
	}
	field := identifierField(c.T)
	var name string
	held := serviceHeld(create)
	value, _ := held[field].(string)
	switch custom, isCustom := strings.CutPrefix(field, customField); {
	case isCustom:
		fields, _ := phpvalue.Map(held["customfields"])
		value, _ = scalarText(fields[custom])
		name = "the custom field " + phpvalue.Quote(custom)
	case field == contract.FieldDomain, field == contract.FieldUsername:
		name = "the service's " + field
	default:
		c.follow("META-02", "the metadata names no field that WHMCS supports as the identifier ("+showOrMissing(declared(c.T, keyIdentifierField))+")")
		return
	}
	if held == nil || slices.ContainsFunc(create.Records, savesByAPI) {
		c.NotTestable("what CreateAccount() saves in WHMCS cannot be seen", "save it with $params['model']->serviceProperties->save()")
		return
	}
	for a := range list.Accounts() {
		if id, _ := scalarText(a.Fields[contract.FieldUniqueIdentifier]); id == value && value != "" {
			return
		}
	}
	row, found := createdRow(c.T, list)
	if asked, changed := changedBy(create); !found && asked && !changed {
		c.unchanged("CreateAccount")
		return
	}
	if !found {
		c.followGate(following("XCHK-03", "the new account is not in the list"))
		return
	}
	id, _ := scalarText(row.Fields[contract.FieldUniqueIdentifier])
	place := c.inFunction(create, rowPlace(row, contract.FieldUniqueIdentifier)+" after CreateAccount()")
	place.Want, place.Got = phpvalue.Quote(value)+", which is in "+name, phpvalue.Quote(id)
	if value == "" {
		place.Want = "what is in " + name
		place.Note = "CreateAccount() left " + name + " empty"
	}
	c.Fail(place)
}

// unchanged closes a case where the panel does nothing of what it is asked.
func (c *Case) unchanged(function string) {
	c.NotTestable("the panel that was played took the requests of "+function+"(), and no account changed",
		"describe what these requests do in the panel's profile (change:)")
}

// savesByAPI says that a module asked WHMCS's API to change a service, which is
// not there to do it.
func savesByAPI(r transcript.Record) bool {
	action, _ := firstArgument(r).(string)
	return strings.EqualFold(r.Function, "localAPI") && strings.HasPrefix(strings.ToLower(action), "update")
}

// wasCreated closes the case where there is no new account to look for.
func (c *Case) wasCreated(create, list *transcript.Call) bool {
	switch {
	case !saidSuccess(create):
		c.NotApplicable("CreateAccount() made no account on the panel that was played: it " + serviceWords(create))
	case list == nil || !answeredList(list):
		c.NotTestable("ListAccounts() gave no list after CreateAccount()", "see what ListAccounts() said in the call "+transcript.CallCreated)
	default:
		return true
	}
	return false
}
