package scenario

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

// The service that is created. No panel has its user, and no service of the
// database its number.
const (
	newService  = 471100
	newUsername = "spnew4k2"
	newDomain   = "spnew4k2.example.com"
	newEmail    = "owner@spnew4k2.example.com"
	// It opens nothing and is no secret; it keeps the usual rules for passwords.
	newPassword = "Sp7newK2xQ"
)

// mostOptions is how many settings a product can have.
const mostOptions = 24

// functions adds the sessions in which other functions of the module are called
// for a played panel, where the module defines them.
func (e *extender) functions(needs []contract.Need) {
	if e.run.Answers != transcript.AnswersPanel {
		return
	}
	if slices.Contains(needs, contract.NeedService) && e.defines("CreateAccount") {
		e.add(e.service())
	}
	if slices.Contains(needs, contract.NeedUserCount) && e.defines("GetUserCount") {
		e.add(e.beside(transcript.SessionUserCount, "count the accounts, and list them",
			Step{Call: transcript.CallUserCount, Function: "GetUserCount"}, transcript.CallUserCountOf))
	}
	if slices.Contains(needs, contract.NeedUsage) && e.defines("MetricProvider") {
		e.add(e.beside(transcript.SessionUsage, "read the usage of all accounts, and list them",
			Step{Call: transcript.CallProvider, Function: "MetricProvider", Usage: transcript.CallUsage}, transcript.CallUsageOf))
	}
}

func (e *extender) defines(function string) bool {
	return e.known.Loaded().Function(e.known.Header.Target.Module, function) != nil
}

// beside calls another function of the server's, and then ListAccounts().
func (e *extender) beside(id, purpose string, other Step, list string) Session {
	other.Params = maps.Clone(e.run.Params)
	return Session{
		ID: id, Purpose: purpose, Request: RequestAdmin, Upstream: e.run.answered(),
		Steps: []Step{other, listStep(list, e.run.Params)},
	}
}

// service is a service from its creation to its end, as
// https://developers.whmcs.com/provisioning-modules/core-module-functions/ names
// the steps, with the list after each of them.
func (e *extender) service() Session {
	s := Session{
		ID: transcript.SessionService, Purpose: "create, suspend, unsuspend and terminate an account, and list the accounts after each",
		Request: RequestAdmin, Upstream: e.run.answered(),
	}
	add := func(call, function, list string) {
		if e.defines(function) {
			s.Steps = append(s.Steps, Step{Call: call, Function: function, Params: e.serviceParams(), Service: true}, listStep(list, e.run.Params))
		}
	}
	add(transcript.CallCreate, "CreateAccount", transcript.CallCreated)
	add(transcript.CallSuspend, "SuspendAccount", transcript.CallSuspended)
	add(transcript.CallUnsuspend, "UnsuspendAccount", transcript.CallUnsuspended)
	add(transcript.CallTerminate, "TerminateAccount", transcript.CallTerminated)
	return s
}

// serviceParams are the parameters of a call about a service, as
// https://developers.whmcs.com/provisioning-modules/module-parameters/ lists them.
func (e *extender) serviceParams() map[string]any {
	module := e.known.Header.Target.Module
	params := maps.Clone(e.run.Params)
	maps.Copy(params, map[string]any{
		"accountid": newService, "serviceid": newService, "addonId": 0, "userid": newService, "pid": newService, "packageid": newService,
		"domain": newDomain, "username": newUsername, "password": newPassword, "status": "Pending",
		"type": "hostingaccount", "producttype": "hostingaccount", "moduletype": module,
		"configoptions": map[string]any{}, "customfields": map[string]any{},
		"clientsdetails": map[string]any{
			"id": newService, "userid": newService, "firstname": "Ada", "lastname": "Syncproof", "fullname": "Ada Syncproof",
			"companyname": "", "email": newEmail, "address1": "1 Example Street", "address2": "", "city": "Exampleton",
			"state": "Example", "fullstate": "Example", "postcode": "12345", "country": "GB", "countryname": "United Kingdom",
			"phonenumber": "02079460123", "phonenumberformatted": "+44.2079460123", "phonecc": "44", "language": "english", "status": "Active",
		},
	})
	maps.Copy(params, e.settings())
	if name, isCustom := strings.CutPrefix(e.declared("ListAccountsUniqueIdentifierField"), "customfield."); isCustom && name != "" {
		params["customfields"] = map[string]any{name: ""}
	}
	return params
}

// settings are the product's: what the module's options say by default, and in
// the one that names the plan a plan that the panel has.
func (e *extender) settings() map[string]any {
	settings := map[string]any{}
	for n := range mostOptions {
		settings["configoption"+strconv.Itoa(n+1)] = ""
	}
	if call := e.known.Call(transcript.CallOptions); call != nil {
		for n, entry := range phpvalue.Pairs(call.Value) {
			if definition, ok := phpvalue.Map(entry.Value); ok && n < mostOptions {
				settings["configoption"+strconv.Itoa(n+1)] = byDefault(definition)
			}
		}
	}
	field := e.declared("ListAccountsProductField")
	if _, known := settings[field]; !known {
		return settings
	}
	for a := range e.talk.Calls[0].Accounts() {
		if plan, _ := a.Text(contract.FieldProduct); plan != "" {
			settings[field] = plan
			break
		}
	}
	return settings
}

// byDefault is what an option holds that nobody has changed.
func byDefault(definition map[string]any) string {
	if text, ok := definition["Default"].(string); ok {
		return text
	}
	options, _ := definition["Options"].(string)
	first, _, _ := strings.Cut(options, ",")
	return strings.TrimSpace(first)
}

func (e *extender) declared(key string) string {
	call := e.known.Call(transcript.CallMetaData)
	if call == nil {
		return ""
	}
	settings, _ := phpvalue.Map(call.Value)
	text, _ := settings[key].(string)
	return text
}
