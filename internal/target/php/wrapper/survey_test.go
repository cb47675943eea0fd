package wrapper

import "testing"

// What the survey reads in the module's files, in every way that namespaces and
// imports can be written in.
func TestSurvey(t *testing.T) {
	t.Parallel()
	o := run{
		module: "<?php\nfunction acme_MetaData() {\n try { return []; } catch (Exception $e) { return []; } finally { }\n}\n",
		files: map[string]string{
			"modules/servers/acme/lib/Api.php": `<?php
namespace Acme\Api;
use GuzzleHttp\Client as Http, Foo\Bar;
use Baz\{Trouble, Other as Another};
use RuntimeException;
use function strlen;
class Api {
    use Helping;
    function call() {
        try {
            $x = new Http(['base_url' => "a{$b['c']}", 'defaults' => ['inner' => [1]]]);
        } catch (Exception $e) {
        } catch (\TypeError | Another $e) {
            try { $f = function () use ($x) { }; } finally { }
        }
    }
    function other() {
        $options = array('base_url' => 1, 'timeout' => 2);
        return new \GuzzleHttp\Client($options);
    }
    function fine() {
        return [new Http(['base_uri' => 1]), new Http($unknown), new Other(['base_url' => 1]), Http::class];
    }
    function caught() {
        try { } catch (RuntimeException $e) { } catch (Trouble $e) { } catch (OwnException $e) { } catch (LogicException $e) { }
    }
}
class OwnException extends \Exception { }
`,
			"modules/servers/acme/vendor/acme/LogicException.php": "<?php\nnamespace Acme\\Api;\nclass LogicException extends \\Exception { }\n",
			"modules/servers/acme/vendor/acme/Other.php":          "<?php\nnamespace Acme;\ntry { } catch (Exception $e) { }\n",
			"modules/servers/acme/broken.php":                     "<?php\ntry { } catch (",
		},
		request: object{"survey": true},
		steps:   []object{{"call": "metadata", "function": "MetaData", "noParams": true}},
	}.do(t)
	const api = `"file":"modules/servers/acme/lib/Api.php"`
	same(t, "the source", o.only(t, "loaded")["source"], `{"clients":[`+
		`{`+api+`,"line":11,"options":["base_url","defaults"]},`+
		`{`+api+`,"line":19,"options":["base_url","timeout"]}],"tries":[`+
		`{"catches":[{"class":"Exception","line":3,"name":"Exception"}],"file":"modules/servers/acme/acme.php","line":3},`+
		`{"catches":[],"file":"modules/servers/acme/broken.php","line":2},`+
		`{"catches":[{"class":"Acme\\Api\\Exception","line":12,"missing":true,"name":"Exception"},`+
		`{"class":"TypeError","line":13,"name":"\\TypeError"},{"class":"Baz\\Other","line":13,"name":"Another"}],`+api+`,"line":10},`+
		`{"catches":[],`+api+`,"line":14},`+
		`{"catches":[{"class":"RuntimeException","line":25,"name":"RuntimeException"},{"class":"Baz\\Trouble","line":25,"name":"Trouble"},`+
		`{"class":"Acme\\Api\\OwnException","line":25,"name":"OwnException"},{"class":"Acme\\Api\\LogicException","line":25,"name":"LogicException"}],`+
		api+`,"line":25}]}`)
}

func TestWithoutSurveyNothingIsRead(t *testing.T) {
	t.Parallel()
	o := run{module: body("try { return []; } catch (\\Exception $e) { }")}.do(t)
	if got := o.only(t, "loaded")["source"]; got != nil {
		t.Errorf("got %v", got)
	}
}

// Libraries are told by the first part of their classes' names, those of the
// module's folder first.
func TestLoadedLibraries(t *testing.T) {
	t.Parallel()
	o := run{
		module: "<?php\nrequire __DIR__ . '/vendor/log.php';\n" + body("require __DIR__ . '/../../../vendor/whmcs.php'; return [];")[6:],
		files: map[string]string{
			"modules/servers/acme/vendor/log.php": "<?php\nnamespace Psr\\Log;\nclass NullLogger { }\ninterface Own { }\n",
			"vendor/whmcs.php": "<?php\nnamespace GuzzleHttp { interface ClientInterface { const MAJOR_VERSION = 7; } class Client { } }\n" +
				"namespace Psr\\Http { interface Message { } } namespace PsrOther { class X { } }\n",
		},
	}.do(t)
	const own = `{"bundled":true,"class":"Psr\\Log\\NullLogger","file":"modules/servers/acme/vendor/log.php","name":"Psr"}`
	same(t, "the libraries after loading", o.only(t, "loaded")["libraries"], `[`+own+`]`)
	same(t, "the libraries after the call", o.only(t, "returned")["libraries"],
		`[{"class":"GuzzleHttp\\Client","file":"vendor/whmcs.php","name":"GuzzleHttp","version":"7"},`+own+`]`)
}
