package suites

import (
	"strings"
	"testing"

	"syncproof/internal/transcript"
)

// What a module calls of WHMCS is no failure of the module, whichever it is.
func TestHelperFunctionsOfWHMCS(t *testing.T) {
	for name := range strings.FieldsSeq(`
		add_hook run_hook run_validate_hook full_query select_query insert_query update_query delete_query
		get_query_val get_query_vals mysql_fetch_array mysql_fetch_assoc mysql_num_rows mysql_query mysql_real_escape_string
		sendMessage sendAdminNotification sendAdminMessage logTransaction addTransaction addInvoicePayment
		checkCbInvoiceID checkCbTransID getGatewayVariables invoicePayment getClientsDetails getCustomFields
		getAdminName getCurrency formatCurrency fromMySQLDate toMySQLDate getCompanyLogo
		generate_token check_token redir redirSystemURL routePath serverAdd moduleConfigOptions
		moduleCallFunction serverCreateAccount serverSuspendAccount serverUnsuspendAccount serverTerminateAccount
		loadServerModule getModuleVars getServerIDFromGroup getModuleLanguage genRandomVal sanitize
		convertIV getCountriesList getRegistrarsList lang getTodaysDate XML2Array curlCall saveActivityLog
		createServerUser createCustomFields getConfigOptions getCartConfigOptions recalcRecurringProductPrice`) {
		want := lack{"the function " + name + "()", supplyBootstrap}
		if got, ok := lackIn("Call to undefined function " + name + "()"); !ok || got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}

func TestClassesThatAreLacking(t *testing.T) {
	install := func(packages string) string {
		return "install it (on Debian: " + packages + "), or name a WHMCS installation whose libraries are to be used with --whmcs-root"
	}
	const database = "php-illuminate-database and php-sqlite3"
	for name, supply := range map[string]string{
		`WHMCS\Carbon`: install("php-nesbot-carbon"), `Carbon\Carbon`: install("php-nesbot-carbon"), `GuzzleHttp\Client`: install("php-guzzlehttp-guzzle"),
		`Illuminate\Support\Arr`: install(database), `WHMCS\Database\Capsule`: install(database), `WHMCS\Product\Server`: install(database),
		`WHMCS\Product\Product`: install(database), `WHMCS\Product\Group`: install(database), `whmcs\service\service`: install(database),
		`WHMCS\User\Client`: install(database), `WHMCS\User\Admin`: install(database), `WHMCS\Config\Setting`: install(database),
		`WHMCS\CustomField`: install(database), `WHMCS\CustomField\CustomFieldValue`: install(database),
		`WHMCS\Config\Module\ModuleConfiguration`: install(database),
		`WHMCS\Billing\Invoice`:                   supplyBootstrap,
	} {
		want := lack{"the class " + name, supply}
		for _, written := range []string{name, `\` + name} {
			if got, ok := lackIn(`Class "` + written + `" not found`); !ok || got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		}
	}
	for _, own := range []string{"WHMCS", "Carbon", `Acme\WHMCS`, `WHMCS\Module\Server\Acme\Client`, `\WHMCS\Module\Server\Acme\Client`} {
		if got, ok := lackIn(`Class "` + own + `" not found`); ok {
			t.Errorf("%s is the module's own, yet: %+v", own, got)
		}
	}
	for message, want := range map[string]lack{
		`Call to undefined method WHMCS\User\Client::x()`: {`the method WHMCS\User\Client::x()`, supplyBootstrap},
		"SQLSTATE[HY000]: General error: 1 no such column: tblhosting.x": {"tblhosting.x in the database",
			"make it in a PHP file, with Capsule, and name that with --bootstrap (bootstrap: in syncproof.yaml)"},
	} {
		if got, ok := lackIn(message); !ok || got != want {
			t.Errorf("%s: got %+v, want %+v", message, got, want)
		}
	}
}

// A call lacks something by how it failed: one that did what it should lacks
// nothing, whatever it tried before.
func TestLackOfACall(t *testing.T) {
	const class = `WHMCS\Billing\Invoice`
	const message = `Class "` + class + `" not found`
	logged := transcript.Record{Function: "logActivity", Args: []any{class}}
	missing := []transcript.Record{logged, {Function: transcript.RecordMissing, Args: []any{class}}}
	answered := func(value any, records ...transcript.Record) *transcript.Call {
		return &transcript.Call{Ending: transcript.EndReturned, Value: value, Records: records}
	}
	says := func(success bool, text string) map[string]any {
		return map[string]any{"success": success, "error": text}
	}
	for name, tc := range map[string]struct {
		call *transcript.Call
		want string
	}{
		"thrown":               {&transcript.Call{Ending: transcript.EndThrew, Throwable: &transcript.Throwable{Message: message}}, class},
		"its own throwable":    {&transcript.Call{Ending: transcript.EndThrew, Throwable: &transcript.Throwable{Message: "no"}, Records: missing}, ""},
		"fatal":                {&transcript.Call{Ending: transcript.EndFatal, Fatal: &transcript.Fatal{Message: message}}, class},
		"reported":             {answered(says(false, message)), class},
		"caught":               {answered(says(false, "No."), missing...), class},
		"its own failure":      {answered(says(false, "No."), logged), ""},
		"a record of nothing":  {answered(says(false, "No."), transcript.Record{Function: transcript.RecordMissing}), ""},
		"no list of arguments": {answered(says(false, "No."), transcript.Record{Function: transcript.RecordMissing, Args: class}), ""},
		"an empty list":        {answered(says(false, "No."), transcript.Record{Function: transcript.RecordMissing, Args: []any{}}), ""},
		"success all the same": {answered(says(true, ""), missing...), ""},
		"success, by the way":  {answered(says(true, message)), ""},
		"no array":             {answered(nil, missing...), ""},
		"no answer":            {&transcript.Call{Ending: transcript.EndExited, Records: missing}, ""},
	} {
		want := tc.want
		if want != "" {
			want = "the class " + want
		}
		if got, ok := lackOf(tc.call); got.what != want || ok != (want != "") {
			t.Errorf("%s: got %+v, want %q", name, got, want)
		}
	}
}
