package wrapper

import (
	"os"
	"strings"
	"testing"

	"syncproof/internal/transcript"
)

// packaged skips a test where the system has not that library.
func packaged(t *testing.T, folder string) {
	t.Helper()
	if _, err := os.Stat("/usr/share/php/" + folder + "/autoload.php"); err == nil {
		return
	}
	if os.Getenv("SYNCPROOF_REQUIRE_TOOLS") == "1" {
		t.Fatalf("there is no %s; scripts/setup installs it", folder)
	}
	t.Skip("there is no " + folder)
}

func serverStep() []object {
	return []object{{"call": "list", "function": "ListAccounts", "params": object{
		"serverid": 7, "serverhostname": "panel.example.test", "serverip": "192.0.2.1", "serverusername": "root",
		"serverpassword": `p'"ß`, "serveraccesshash": "hash", "serversecure": true, "serverport": "2087",
	}}}
}

// Modules read the server they are called for by its id, with Capsule, with a
// model, or with SQL of their own.
func TestDatabaseHoldsTheServer(t *testing.T) {
	t.Parallel()
	packaged(t, "Illuminate/Database")
	o := run{module: body(`
		$row = WHMCS\Database\Capsule::table('tblservers')->where('id', $params['serverid'])->first();
		$model = WHMCS\Product\Server::find(7);
		$raw = Illuminate\Database\Capsule\Manager::select("SELECT CONCAT(hostname, ':', port) AS at FROM tblservers LIMIT 1");
		$pdo = WHMCS\Database\Capsule::connection()->getPdo();
		$count = $pdo->query('SELECT COUNT(*) FROM ` + "`tblservers`" + `')->fetchColumn();
		$client = WHMCS\Service\Service::where('server', 7)->first()->client;
		return [decrypt($row->password), $model->username, $model->ipAddress, $raw[0]->at, (int) $count,
			$client->email, WHMCS\Config\Setting::getValue('Charset'), $row->secure, $row->type];`),
		steps: serverStep(),
	}.do(t)
	same(t, "what was returned", o.only(t, "returned")["value"],
		`["p'\"ß","root","192.0.2.1","panel.example.test:2087",1,"owner@spkq7x2v.example.net","utf-8","on","acme"]`)
	if w := o.only(t, "returned")["warnings"]; w != nil {
		t.Errorf("warnings %v", w)
	}
	records := o.all("record")
	if len(records) != 8 {
		t.Fatalf("got %d records, want seven queries and a decrypt: %v", len(records), records)
	}
	same(t, "the first query", records[0]["args"], `["select * from \"tblservers\" where \"id\" = ? limit 1",[7]]`)
	if records[0]["function"] != "database" || records[0]["file"] != "modules/servers/acme/acme.php" || records[0]["phase"] != "call" {
		t.Errorf("the first query is recorded as %v", records[0])
	}
	for _, r := range records {
		if text := mustJSON(t, r); strings.Contains(text, "CREATE TABLE") || strings.Contains(text, "INSERT") {
			t.Errorf("what fills the tables is recorded: %s", text)
		}
	}
}

func TestDatabaseRecordsWrites(t *testing.T) {
	t.Parallel()
	packaged(t, "Illuminate/Database")
	o := run{module: body(`
		WHMCS\Database\Capsule::table('tblhosting')->where('id', 1)->update(['domainstatus' => 'Suspended']);
		WHMCS\Database\Capsule::connection()->getPdo()->exec("DELETE FROM tblclients");
		WHMCS\Database\Capsule::schema()->create('mod_acme', function ($table) { $table->increments('id'); });
		return [];`), steps: serverStep()}.do(t)
	var got []string
	for _, r := range o.all("record") {
		got = append(got, r["args"].([]any)[0].(string))
	}
	want := []string{
		`update "tblhosting" set "domainstatus" = ? where "id" = ?`, "DELETE FROM tblclients",
		`create table "mod_acme" ("id" integer not null primary key autoincrement)`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got the queries\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Each call finds the server it is for.
func TestDatabaseFollowsTheCall(t *testing.T) {
	t.Parallel()
	packaged(t, "Illuminate/Database")
	step := func(call, host string, id int) object {
		return object{"call": call, "function": "ListAccounts", "params": object{"serverid": id, "serverhostname": host}}
	}
	o := run{module: body(`return WHMCS\Database\Capsule::table('tblservers')->pluck('hostname', 'id')->all();`),
		steps: []object{step("a", "one.test", 1), step("b", "two.test", 1), step("c", "three.test", 2)}}.do(t)
	var got []string
	for _, r := range o.all("returned") {
		got = append(got, mustJSON(t, r["value"]))
	}
	if want := `{"1":"one.test"} {"1":"two.test"} {"2":"three.test"}`; strings.Join(got, " ") != want {
		t.Errorf("got %s, want %s", strings.Join(got, " "), want)
	}
}

func TestCarbonIsTheRealOne(t *testing.T) {
	t.Parallel()
	packaged(t, "Carbon")
	o := run{module: body(`
		$date = WHMCS\Carbon::parse('2024-02-03T04:05:06+02:00')->utc();
		return [get_class($date), $date instanceof Carbon\Carbon, $date->format('Y-m-d H:i:s'),
			WHMCS\Carbon::createFromFormat('Y-m-d', '2024-01-31')->addMonthNoOverflow()->toDateString()];`)}.do(t)
	same(t, "what was returned", o.only(t, "returned")["value"], `["WHMCS\\Carbon",true,"2024-02-03 02:05:06","2024-02-29"]`)
	for _, effect := range []string{"warnings", "state", "files", "output"} {
		if got := o.only(t, "returned")[effect]; got != nil && effect != "output" {
			t.Errorf("%s: %v", effect, got)
		}
	}
}

// A library is loaded when it is asked for, and only then.
func TestLibrariesAreLazy(t *testing.T) {
	t.Parallel()
	o := run{module: body(`
		return array_values(array_filter(get_included_files(), function ($file) { return strpos($file, '/usr/share/php') === 0; }));`)}.do(t)
	same(t, "files of libraries", o.only(t, "returned")["value"], `[]`)
}

// A module's own copy comes before the system's.
func TestModulesLibraryComesFirst(t *testing.T) {
	t.Parallel()
	o := run{
		module: `<?php
spl_autoload_register(function ($class) {
    if ($class === 'Carbon\Carbon') { eval('namespace Carbon; class Carbon { public static function whose() { return "mine"; } }'); }
}, true, true);
function acme_ListAccounts($params) { return WHMCS\Carbon::whose(); }
`}.do(t)
	same(t, "whose Carbon", o.only(t, "returned")["value"], `"mine"`)
}

// Of a WHMCS installation the libraries are taken, and nothing that is WHMCS.
func TestLibrariesOfAnInstallation(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for name, text := range map[string]string{
		"composer/ClassLoader.php": `<?php
namespace Composer\Autoload;
class ClassLoader {
    private $folders; private $map;
    public function setPsr4($prefix, $folders) { $this->folders[$prefix] = (array) $folders; }
    public function addClassMap($map) { $this->map = $map; }
    public function loadClass($class) {
        if (isset($this->map[$class])) { require $this->map[$class]; return; }
        foreach ($this->folders as $prefix => $folders) {
            if (strpos($class, $prefix) === 0) { require $folders[0] . '/' . substr($class, strlen($prefix)) . '.php'; }
        }
    }
}`,
		"composer/autoload_psr4.php":     `<?php return ['Carbon\\' => [dirname(__DIR__) . '/nesbot/carbon']];`,
		"composer/autoload_classmap.php": `<?php return ['WHMCS\Secret' => '/nowhere.php', 'Acme\Library' => dirname(__DIR__) . '/acme.php'];`,
		"composer/autoload_files.php":    `<?php return [dirname(__DIR__) . '/symfony/helpers.php', dirname(__DIR__) . '/whmcs/start.php'];`,
		"nesbot/carbon/Carbon.php":       `<?php namespace Carbon; class Carbon { const WHOSE = 'the installation'; }`,
		"symfony/helpers.php":            `<?php function shipped_helper() {}`,
		"whmcs/start.php":                `<?php exit('this is WHMCS');`,
		"acme.php":                       `<?php namespace Acme; class Library {}`,
	} {
		write(t, root+"/vendor/"+name, text)
	}
	o := run{
		module:  body(`return [Carbon\Carbon::WHOSE, function_exists('shipped_helper'), class_exists('WHMCS\Secret'), class_exists('Acme\Library')];`),
		request: object{"libraries": root},
	}.do(t)
	same(t, "what was returned", o.only(t, "returned")["value"], `["the installation",true,false,true]`)
}

func TestUsageBilling(t *testing.T) {
	t.Parallel()
	o := run{module: `<?php
use WHMCS\UsageBilling\Contracts\Metrics\MetricInterface;
use WHMCS\UsageBilling\Contracts\Metrics\ProviderInterface;
use WHMCS\UsageBilling\Metrics\Metric;
use WHMCS\UsageBilling\Metrics\Units\GigaBytes;
use WHMCS\UsageBilling\Metrics\Usage;
class AcmeMetrics implements ProviderInterface {
    public function metrics() { return [new Metric('disk', 'Disk', MetricInterface::TYPE_SNAPSHOT, new GigaBytes())]; }
    public function usage() { return ['one' => $this->tenantUsage('one')]; }
    public function tenantUsage($tenant) { return [$this->metrics()[0]->withUsage(new Usage(3))]; }
}
function acme_ListAccounts($params) {
    $metric = (new AcmeMetrics())->usage()['one'][0];
    return [$metric->systemName(), $metric->usage()->value(), $metric->type()];
}
`}.do(t)
	same(t, "what was returned", o.only(t, "returned")["value"], `["disk",3,"snapshot"]`)
}

// The rules know the services that are in the database, and a session can go
// without them.
func TestServicesAreThoseTheRulesKnow(t *testing.T) {
	t.Parallel()
	packaged(t, "Illuminate/Database")
	module := body(`return WHMCS\Database\Capsule::table('tblhosting')->where('server', 7)->pluck('domain', 'username')->all();`)
	want := object{}
	for _, s := range transcript.Services() {
		want[s.Username] = s.Domain
	}
	o := run{module: module, steps: serverStep()}.do(t)
	same(t, "services", o.only(t, "returned")["value"], mustJSON(t, want))
	o = run{module: module, steps: serverStep(), request: object{"noServices": true}}.do(t)
	same(t, "services", o.only(t, "returned")["value"], "[]")
}

// What WHMCS lacks here is recorded when it is needed, not when it is asked for.
func TestMissingClassesAreRecorded(t *testing.T) {
	t.Parallel()
	o := run{module: body(`
		$none = class_exists('WHMCS\Asked') || is_a('x', 'WHMCS\Compared', true) || class_exists('WHMCS\Module\Server\Acme\Own');
		try { new WHMCS\Needed(); } catch (\Throwable $e) { return [$none]; }`)}.do(t)
	records := o.all("record")
	if len(records) != 1 {
		t.Fatalf("got %v, want one record", records)
	}
	same(t, "what is recorded", records[0]["args"], `["WHMCS\\Needed"]`)
	if records[0]["function"] != transcript.RecordMissing {
		t.Errorf("it is recorded as %v", records[0])
	}
}
