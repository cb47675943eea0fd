package suites

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSQLWrites(t *testing.T) {
	for query, want := range map[string]string{
		`select * from "tblservers" where "id" = ? limit 1`:                      "",
		"SELECT password FROM tblservers WHERE name = 'x; DELETE FROM tblusers'": "",
		"select `update` from tblhosting":                                        "",
		"-- UPDATE tblhosting\nSELECT 1":                                         "",
		"/* delete from x */ SELECT 1":                                           "",
		"SELECT 1 # ; DROP TABLE x":                                              "",
		"SHOW TABLES":                                                            "",
		"SET NAMES utf8":                                                         "",
		"PRAGMA table_info('update')":                                            "",
		"":                                                                       "",
		"WITH x AS (SELECT 1) SELECT * FROM x":                                   "",
		"INSERT INTO tblactivitylog (description) VALUES ('x')":                  "",
		"insert into `tblmodulelog` values (1)":                                  "",
		"INSERT INTO mod_acme_tokens VALUES ('a module\\'s own table')":          "",
		"CREATE TEMPORARY TABLE seen (id INT); INSERT INTO seen VALUES (1)":      "",
		`update "tblhosting" set "domain" = ? where "username" = ?`:              "changes rows of tblhosting",
		"UPDATE LOW_PRIORITY IGNORE tblhosting SET a=1":                          "changes rows of tblhosting",
		"  \n(DELETE FROM whmcs.tblclients WHERE 1)":                             "deletes rows of tblclients",
		"INSERT IGNORE INTO `tblproducts` VALUES ('O\\'Neill; x')":               "writes rows to tblproducts",
		"replace into tblconfiguration values (1)":                               "writes rows to tblconfiguration",
		"insert or replace into tblconfiguration values (1)":                     "writes rows to tblconfiguration",
		"TRUNCATE tblhosting":                                                    "deletes rows of tblhosting",
		"create table if not exists \"tblproducts\" (id int)":                    "changes the table tblproducts",
		"ALTER TABLE tblservers ADD x INT":                                       "changes the table tblservers",
		"drop table if exists tblproducts":                                       "changes the table tblproducts",
		"SELECT 1; Delete From tblhosting":                                       "deletes rows of tblhosting",
		"WITH x AS (SELECT 1) UPDATE tblhosting SET a = 1":                       "changes rows of tblhosting",
		"LOAD DATA LOCAL INFILE 'x' INTO TABLE tblhosting":                       "writes rows to tblhosting",
		"UPDATE": "changes rows of the database",

		// A table of one's own may be called as one likes.
		"create temporary table tblseen (id int); insert into tblseen values (1)": "",
		"create temp table tblseen (id int); drop table tblseen":                  "",
		"create table tbltemporary (id int)":                                      "changes the table tbltemporary",
		"create temporary":                                                        "",
		"create table":                                                            "changes the table the database",
		// Words between the verb and the table.
		"insert high_priority into tblhosting values (1)": "writes rows to tblhosting",
		"insert delayed into tblhosting values (1)":       "writes rows to tblhosting",
		"delete quick from tblhosting":                    "deletes rows of tblhosting",
		"alter table only tblhosting add x int":           "changes the table tblhosting",
		"alter online table tblhosting add x int":         "changes the table tblhosting",
		"insert or abort into tblhosting values (1)":      "writes rows to tblhosting",
		"update or rollback tblhosting set a = 1":         "changes rows of tblhosting",
		"update or fail tblhosting set a = 1":             "changes rows of tblhosting",
		"rename table tblhosting to tblold":               "changes the table tblhosting",
		"with x as (select 1) insert into tblhosting a":   "writes rows to tblhosting",
		"with x as (select 1) delete from tblhosting":     "deletes rows of tblhosting",
		"with x as (select 1) replace into tblhosting a":  "writes rows to tblhosting",
		"withdraw delete from tblhosting":                 "",
		"with":                                            "",
		// The table is not named where the statement begins to write.
		"create index by_name on tblhosting (username)":                   "changes the table tblhosting",
		"create unique index by_name on whmcs.tblhosting (username)":      "changes the table tblhosting",
		"drop index by_name on":                                           "",
		"create index by_name on mod_acme (username)":                     "",
		"delete h from tblhosting h":                                      "deletes rows of tblhosting",
		"delete h from mod_acme m join whmcs.tblhosting as h on h.id = m": "deletes rows of tblhosting",
		"delete m from mod_acme m join tblhosting h on h.id = m.id":       "",
		"delete from mod_acme where id in (select id from tblhosting)":    "",
		"insert into mod_acme select id from tblhosting on conflict":      "",
		"create index on tblhosting (username)":                           "changes the table tblhosting",
		"create index by_name on tblhosting":                              "changes the table tblhosting",
		"delete h h":                                                      "",
		"delete h tblhosting h":                                           "deletes rows of tblhosting",
		"delete from mod_acme where id in (select id from tblhosting) or": "",
		"update tblhosting set tblhosting = 1":                            "changes rows of tblhosting",
		// Comments end where they end, and are no words.
		"delete/**/from/*x*/tblhosting":              "deletes rows of tblhosting",
		"delete-- from\ntblhosting":                  "deletes rows of tblhosting",
		"delete#from\ntblhosting":                    "deletes rows of tblhosting",
		"delete #\ntblhosting":                       "deletes rows of tblhosting",
		"select 1 -- it's\n; delete from tblhosting": "deletes rows of tblhosting",
		"select 1 # it's\n; delete from tblhosting":  "deletes rows of tblhosting",
		"/* it's */ delete from tblhosting":          "deletes rows of tblhosting",
		"/*/ delete from tblhosting */ select 1":     "",
		"select 1 /* ; delete from tblhosting":       "",
		"select 1 -- ; delete from tblhosting":       "",
		"select 1 # ; delete from tblhosting":        "",
		"/*x*/delete from tblhosting":                "deletes rows of tblhosting",
		"select 1 --2; delete from tblhosting":       "deletes rows of tblhosting",
		"select 1 --\n2; delete from tblhosting":     "deletes rows of tblhosting",
		// Texts end where they end, and names are put together.
		`select 'it\'s; delete from tblhosting'`: "",
		"select `a\\`; delete from tblhosting":   "deletes rows of tblhosting",
		`select "a\"; delete from tblhosting"`:   "",
		"select 'it''s; delete from tblhosting'": "",
		"select 'a'; delete from tblhosting":     "deletes rows of tblhosting",
		"select ''; delete from tblhosting":      "deletes rows of tblhosting",
		"select 'a; delete from tblhosting":      "",
		"delete from `tblhosting":                "deletes rows of tblhosting",
		`delete from "tblhosting"`:               "deletes rows of tblhosting",
		"delete from `whmcs`.`tblhosting`":       "deletes rows of tblhosting",
		"update TBLAZaz09_$À set a = 1":          "changes rows of tblazaz09_$à",
		"update tbl\u0080 set a = 1":             "changes rows of tbl\u0080",
		"update(tblhosting)set a = 1":            "changes rows of tblhosting",
		"update @tblhosting[] {^} set":           "changes rows of tblhosting",
	} {
		var got []string
		for _, w := range sqlWrites(query, map[string]bool{}) {
			got = append(got, w.words())
		}
		if diff := cmp.Diff(want, strings.Join(got, ", ")); diff != "" {
			t.Errorf("%q (-want +got):\n%s", query, diff)
		}
	}
}

// A temporary table is one only after it was made, and for that call.
func TestTemporaryTables(t *testing.T) {
	temporary := map[string]bool{}
	for i, step := range []struct {
		query string
		want  int
	}{
		{"INSERT INTO tblseen VALUES (1)", 1}, {"create temp table tblseen (id int)", 0}, {"INSERT INTO tblseen VALUES (1)", 0}, {"DROP TABLE tblseen", 0},
	} {
		if got := len(sqlWrites(step.query, temporary)); got != step.want {
			t.Errorf("step %d: %d writes, want %d", i+1, got, step.want)
		}
	}
}

// FuzzSQLWrites has the splitter take any bytes: it ends, says the same twice,
// and finds a write that stands by itself behind them in a statement of its own.
func FuzzSQLWrites(f *testing.F) {
	for _, seed := range []string{"select 1", "'", `"a\`, "`x``y", "/*", "--", "#\n;", "with with", "\xff;\x00update x", "insert into 'a''b'"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		first := sqlWrites(query, map[string]bool{})
		if diff := cmp.Diff(first, sqlWrites(query, map[string]bool{}), cmp.AllowUnexported(sqlWrite{})); diff != "" {
			t.Fatalf("the second time (-first +second):\n%s", diff)
		}
		before := sqlWrites("DELETE FROM tblhosting; "+query, map[string]bool{})
		if len(before) == 0 || before[0] != (sqlWrite{"delete", "tblhosting"}) {
			t.Fatalf("the first statement is lost: %v", before)
		}
	})
}

func TestWritingActions(t *testing.T) {
	for action, want := range map[string]bool{
		"GetClientsProducts": false, "ListUsers": false, "DecryptPassword": false, "LogActivity": false, "ValidateLogin": false,
		"ModuleQueue": false, "DomainGetWhoisInfo": false, "WhmcsDetails": false, "AcmeCustomAction": false, "": false,
		"UpdateClientProduct": true, "updateclientproduct": true, "AddClient": true, "DeleteClient": true, "ModuleSuspend": true,
		"DomainGetLockingStatus": false, "DomainGetNameservers": false, "GetInvoices": false, "DomainWhois": false,
		"ActivateModule": true, "AffiliateActivate": true, "ApplyCredit": true, "BlockTicketSender": true, "CancelOrder": true,
		"CapturePayment": true, "CloseClient": true, "ConvertQuote": true, "DeactivateModule": true, "DomainRegister": true,
		"DomainRelease": true, "DomainRequestEPP": true, "DomainToggleIdProtect": true, "DomainTransfer": true,
		"DomainUpdateNameservers": true, "EndTaskTimer": true, "FraudOrder": true, "GenInvoices": true, "MergeTicket": true,
		"ModuleChangePw": true, "ModuleCreate": true, "ModuleCustom": true, "ModuleUnsuspend": true, "OpenTicket": true,
		"PendingOrder": true, "ResetPassword": true, "SendAdminEmail": true, "SendQuote": true, "SetConfigurationValue": true,
		"StartTaskTimer": true, "TriggerNotificationEvent": true,
		"ModuleTerminate": true, "CreateInvoice": true, "SendEmail": true, "AcceptOrder": true, "DomainRenew": true, "UpgradeProduct": true,
	} {
		if got := apiWrites(action); got != want {
			t.Errorf("%q: writes %t, want %t", action, got, want)
		}
	}
}

func TestLackIn(t *testing.T) {
	for message, want := range map[string]string{
		`Class "WHMCS\Billing\Invoice" not found`:                     `the class WHMCS\Billing\Invoice`,
		`Class 'WHMCS\Database\Capsule' not found`:                    `the class WHMCS\Database\Capsule`,
		`Interface "WHMCS\Domain\X" not found`:                        `the class WHMCS\Domain\X`,
		`Uncaught Error: Class "Illuminate\Support\Arr" not found`:    `the class Illuminate\Support\Arr`,
		`Class "GuzzleHttp\Client" not found`:                         `the class GuzzleHttp\Client`,
		`Call to undefined function select_query()`:                   "the function select_query()",
		`Call to undefined function Acme\Full_Query()`:                "the function Full_Query()",
		`Call to undefined method WHMCS\Carbon::toAdminDateFormat()`:  `the method WHMCS\Carbon::toAdminDateFormat()`,
		"SQLSTATE[HY000]: General error: 1 no such table: mod_acme":   "mod_acme in the database",
		`SQLSTATE[HY000]: General error: 1 near "ON": syntax error`:   "a database that understands this query",
		`Class "WHMCS\Module\Server\Acme\Client" not found`:           "",
		`Class "AcmeClient" not found`:                                "",
		`Class "Acme\Client" not found`:                               "",
		`Call to undefined function acme_call()`:                      "",
		`Undefined constant WHMCS\Service\Status::INACTIVE`:           "",
		`Failed opening required '/x/vendor/autoload.php'`:            "",
		`Call to undefined method WHMCS\Module\Server\Acme\A::list()`: "",
		"": "",
	} {
		got, ok := lackIn(message)
		if got.what != want || ok != (want != "") || ok && got.supply == "" {
			t.Errorf("%q: got %+v, want %q", message, got, want)
		}
	}
}
