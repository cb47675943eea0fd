package wrapper

import (
	"fmt"
	"testing"
)

// What a module saves of a service is what WHMCS holds, and what the next call is
// given, however it was saved.
func TestServiceIsKept(t *testing.T) {
	t.Parallel()
	module := `<?php
function acme_CreateAccount(array $params) {
	$service = $params['model']->serviceProperties;
	$service->save(['Account ID' => 108, 'Username' => 'renamed']);
	return $service->get('Account ID') === '108' ? 'success' : 'not kept';
}
function acme_SuspendAccount(array $params) {
	return [$params['username'], $params['domain'], $params['customfields']['Account ID'], $params['model']->serviceProperties->get('username')];
}
`
	params := object{
		"serverid": 7, "serviceid": 471100, "domain": "one.example", "username": "one", "password": "secret",
		"customfields": object{"Account ID": ""},
	}
	// Without extensions there is no Eloquent to build a model with.
	for _, bare := range []bool{false, true} {
		t.Run(fmt.Sprint("bare ", bare), func(t *testing.T) {
			t.Parallel()
			o := run{module: module, bare: bare, steps: []object{
				{"call": "create", "function": "CreateAccount", "params": params, "service": true},
				{"call": "suspend", "function": "SuspendAccount", "params": params, "service": true},
			}}.do(t)
			same(t, "what CreateAccount() returned", o.all("returned")[0]["value"], `"success"`)
			same(t, "what SuspendAccount() was given", o.all("returned")[1]["value"], `["renamed","one.example","108","renamed"]`)
			var held []any
			for _, r := range o.all("record") {
				if r["function"] == "service held" {
					held = append(held, r["args"])
				}
			}
			const one = `[{"customfields":{"Account ID":"108"},"domain":"one.example","username":"renamed"}]`
			same(t, "what WHMCS holds", held, `[`+one+`,`+one+`]`)
		})
	}
}

// Services are also changed with SQL and with the model itself.
func TestServiceIsKeptInTheDatabase(t *testing.T) {
	t.Parallel()
	packaged(t, "Illuminate/Database")
	module := `<?php
function acme_CreateAccount(array $params) {
	$field = WHMCS\Database\Capsule::table('tblcustomfields')->where('relid', $params['pid'])->where('fieldname', 'Account ID')->value('id');
	WHMCS\Database\Capsule::table('tblcustomfieldsvalues')->where('fieldid', $field)->where('relid', $params['serviceid'])->update(['value' => '108']);
	$params['model']->username = 'renamed';
	$params['model']->save();
	return get_class($params['model']);
}
`
	o := run{module: module, steps: []object{{"call": "create", "function": "CreateAccount", "service": true, "params": object{
		"serverid": 7, "serviceid": 471100, "pid": 471100, "domain": "one.example", "username": "one", "password": "secret",
		"customfields": object{"Account ID": ""},
	}}}}.do(t)
	same(t, "the model's class", o.only(t, "returned")["value"], `"WHMCS\\Service\\Service"`)
	records := o.all("record")
	same(t, "what WHMCS holds", records[len(records)-1]["args"], `[{"customfields":{"Account ID":"108"},"domain":"one.example","username":"renamed"}]`)
}
