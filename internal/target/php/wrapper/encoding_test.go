package wrapper

import (
	"strings"
	"testing"
)

func TestValues(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ code, want string }{
		"int":              {`return 1;`, `1`},
		"largest int":      {`return PHP_INT_MAX;`, `9223372036854775807`},
		"beyond int":       {`return PHP_INT_MAX + 1;`, `9.223372036854776e+18`},
		"float":            {`return 1.0;`, `1.0`},
		"float in full":    {`return 0.1 + 0.2;`, `0.30000000000000004`},
		"large float":      {`return 1e25;`, `1.0e+25`},
		"negative zero":    {`return -0.0;`, `-0.0`},
		"NAN":              {`return [NAN, INF, -INF];`, `[{"$php":"float","value":"NAN"},{"$php":"float","value":"INF"},{"$php":"float","value":"-INF"}]`},
		"bools and null":   {`return [true, false, null];`, `[true,false,null]`},
		"nothing returned": {``, `null`},
		"text":             {`return "a\0b\u{2028}\u{1F600}/";`, `"a\u0000b\u2028😀/"`},
		"bytes":            {`return "caf\xE9";`, `{"$php":"bytes","b64":"Y2Fm6Q=="}`},
		"lone surrogate":   {`return "\xED\xA0\x80";`, `{"$php":"bytes","b64":"7aCA"}`},
		"empty array":      {`return [];`, `[]`},
		"list":             {`return ['a', ['b']];`, `["a",["b"]]`},
		"gaps":             {`return [1 => 'a', 5 => 'b'];`, `{"1":"a","5":"b"}`},
		"keys alike":       {`return ['Email' => 1, 'email' => 2, 'email ' => 3, '' => 4];`, `{"Email":1,"email":2,"email ":3,"":4}`},
		"int key as text":  {`return ['5' => 'a', '05' => 'b'];`, `{"5":"a","05":"b"}`},
		"key of bytes":     {`return ["caf\xE9" => 1, 'b' => 2, 3 => 4];`, `{"$php":"array","entries":[[{"$php":"bytes","b64":"Y2Fm6Q=="},1],["b",2],[3,4]]}`},
		"key $php":         {`return ['$php' => 'object'];`, `{"$php":"array","entries":[["$php","object"]]}`},
		"closure":          {`return function () {};`, `{"$php":"closure"}`},
		"generator":        {`return (function () { echo 'ran'; yield 1; })();`, `{"$php":"object","class":"Generator","is":["Iterator","Traversable"],"props":[]}`},
		"resource":         {`return fopen('php://memory', 'r');`, `{"$php":"resource","type":"stream"}`},
		"closed resource":  {`$f = fopen('php://memory', 'r'); fclose($f); return $f;`, `{"$php":"resource","type":"closed"}`},
		"plain object":     {`return (object) ['a' => 1, 'b' => "\xFF"];`, `{"$php":"object","class":"stdClass","is":[],"props":{"a":1,"b":{"$php":"bytes","b64":"/w=="}}}`},
		"date": {
			`return new DateTimeImmutable('2019-07-02 13:15:00.5', new DateTimeZone('Europe/Berlin'));`,
			`{"$php":"object","class":"DateTimeImmutable","is":["DateTimeInterface"],"iso":"2019-07-02T13:15:00.500000+02:00"}`,
		},
		"simplexml": {
			`return new SimpleXMLElement('<a><b>c</b></a>');`,
			`{"$php":"object","class":"SimpleXMLElement","is":["Countable","Iterator","RecursiveIterator","Stringable","Traversable"],"props":{"b":"c"}}`,
		},
		"recursive array":  {`$a = [1]; $a[1] = &$a; return $a;`, `[1,[1,[1,{"$php":"depth","type":"array","count":2}]]]`},
		"nested too deep":  {`return [[[[['x']]]]];`, `[[[{"$php":"depth","type":"array","count":1}]]]`},
		"recursive object": {`$o = new stdClass(); $o->o = $o; return $o;`, `{"$php":"object","class":"stdClass","is":[],"props":{"o":{"$php":"recursion","class":"stdClass"}}}`},
		"same object twice": {
			`$o = new stdClass(); return [$o, $o];`,
			`[{"$php":"object","class":"stdClass","is":[],"props":[]},{"$php":"object","class":"stdClass","is":[],"props":[]}]`,
		},
		"anonymous class": {`return new class extends ArrayObject {};`, `{"$php":"object","class":"ArrayObject@anonymous",
			"is":["ArrayObject","ArrayAccess","Countable","IteratorAggregate","Serializable","Traversable"],"props":[]}`},
		"accounts that are no array": {`return ['success' => true, 'accounts' => 'none'];`, `{"success":true,"accounts":"none"}`},
		"accounts from a generator": {
			`return ['accounts' => (function () { throw new Exception('ran'); yield 1; })()];`,
			`{"accounts":{"$php":"object","class":"Generator","is":["Iterator","Traversable"],"props":[]}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := run{module: body(test.code), request: object{"limits": object{"depth": 3}}}.do(t)
			same(t, "value", o.only(t, "returned")["value"], test.want)
			same(t, "output", o.only(t, "returned")["output"], `{"bytes":0}`)
		})
	}
}

// No code of the module runs while its answer is written down.
func TestEncodingRunsNoCode(t *testing.T) {
	t.Parallel()
	o := run{module: body(`return [new acme_Trap(), new acme_Date('2020-01-01T00:00:00Z'), new acme_Broken()];`) + `
class acme_Trap implements JsonSerializable, IteratorAggregate, Countable {
    public $shown = 1;
    protected $kept = 2;
    private $own = 3;
    public function __get($name) { exit; }
    public function __toString() { exit; }
    public function __debugInfo() { exit; }
    #[\ReturnTypeWillChange]
    public function jsonSerialize() { exit; }
    public function getIterator(): Traversable { exit; }
    #[\ReturnTypeWillChange]
    public function count() { exit; }
}
class acme_Date extends DateTime {
    #[\ReturnTypeWillChange]
    public function format($format) { exit; }
}
class acme_Broken extends DateTimeImmutable {
    public function __construct() {}
}
`}.do(t)
	same(t, "value", o.only(t, "returned")["value"], `[
		{"$php":"object","class":"acme_Trap","is":["Countable","IteratorAggregate","JsonSerializable","Stringable","Traversable"],
		 "props":{"shown":1}},
		{"$php":"object","class":"acme_Date","is":["DateTime","DateTimeInterface"],"iso":"2020-01-01T00:00:00.000000+00:00"},
		{"$php":"object","class":"acme_Broken","is":["DateTimeImmutable","DateTimeInterface"],"props":[]}]`)
}

func TestEnums(t *testing.T) {
	t.Parallel()
	o := run{module: `<?php
if (PHP_VERSION_ID >= 80100) {
    eval('enum acme_State: string { case Active = "Active"; } enum acme_Pure { case One; }');
}
function acme_ListAccounts($params) {
    return PHP_VERSION_ID >= 80100 ? [acme_State::Active, acme_Pure::One] : null;
}
`}.do(t)
	value := o.only(t, "returned")["value"]
	if value == nil {
		t.Skip("this PHP has no enums")
	}
	same(t, "value", value, `[
		{"$php":"object","class":"acme_State","is":["BackedEnum","UnitEnum"],"case":"Active","value":"Active"},
		{"$php":"object","class":"acme_Pure","is":["UnitEnum"],"case":"One"}]`)
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	o := run{
		module: `<?php
class acme_Api {
    public static $list = [];
    // By reference, as modules with a cache do.
    public static function &all() { return self::$list; }
}
acme_Api::$list = [
    ['username' => 'flat', 'n' => 1.0, 'none' => null],
    ['username' => "caf\xE9", 'n' => NAN],
    (object) ['username' => 'object'],
    'text',
    ['nested' => ['a' => 1]],
    ['$php' => 'object'],
    ['long' => str_repeat('x', 1048577)],
    [],
    'key' => [],
    "caf\xE9" => [],
    7 => [],
];
function acme_ListAccounts($params) {
    $all = &acme_Api::all();
    return ['accounts' => &$all, 'success' => true];
}
`,
		ini:   []string{"serialize_precision=17"},
		steps: []object{{"call": "1", "function": "ListAccounts"}, {"call": "2", "function": "ListAccounts"}},
	}.do(t)
	var wanted []object
	for _, call := range []string{"1", "2"} {
		wanted = append(wanted,
			object{"call": call, "key": `0`, "value": `{"username":"flat","n":1.0,"none":null}`},
			object{"call": call, "key": `1`, "value": `{"username":{"$php":"bytes","b64":"Y2Fm6Q=="},"n":{"$php":"float","value":"NAN"}}`},
			object{"call": call, "key": `2`, "value": `{"$php":"object","class":"stdClass","is":[],"props":{"username":"object"}}`},
			object{"call": call, "key": `3`, "value": `"text"`},
			object{"call": call, "key": `4`, "value": `{"nested":{"a":1}}`},
			object{"call": call, "key": `5`, "value": `{"$php":"array","entries":[["$php","object"]]}`},
			object{"call": call, "key": `6`, "value": `{"long":"` + strings.Repeat("x", 1048576) + `… (cut; 1048577 bytes in all)"}`},
			object{"call": call, "key": `7`, "value": `[]`},
			object{"call": call, "key": `"key"`, "value": `[]`},
			object{"call": call, "key": `{"$php":"bytes","b64":"Y2Fm6Q=="}`, "value": `[]`},
		)
	}
	got := o.all("account")
	if len(got) != len(wanted) {
		t.Fatalf("%d account events, want %d", len(got), len(wanted))
	}
	for i, w := range wanted {
		if got[i]["call"] != w["call"] {
			t.Errorf("account %d: call %v, want %v", i, got[i]["call"], w["call"])
		}
		same(t, "key", got[i]["key"], w["key"].(string))
		same(t, "value", got[i]["value"], w["value"].(string))
	}
	for _, r := range o.all("returned") {
		same(t, "value", r["value"], `{"accounts":{"$php":"accounts","count":10,"list":false},"success":true}`)
	}
}

// What one value may take up is bounded however it is made up.
func TestBoundedValue(t *testing.T) {
	t.Parallel()
	o := run{
		module: body(`return ['accounts' => [
			array_fill(0, 50, str_repeat('x', 1 << 20)), ['a' => ['b' => str_repeat('x', 50 << 20), 'c' => 'next']],
		]];`),
		ini: []string{"memory_limit=256M"},
	}.do(t)
	for _, account := range o.all("account") {
		if n := len(mustJSON(t, account["value"])); n < 1<<20 || n > 6<<20 {
			t.Errorf("the account %v is written in %d bytes, want between 1 and 6 MiB", account["key"], n)
		}
	}
	second := o.all("account")[1]["value"].(object)["a"].(object)
	if text := second["b"].(string); !strings.HasSuffix(text, "x… (cut; 52428800 bytes in all)") {
		t.Errorf("the long text ends in %q", text[len(text)-40:])
	}
	same(t, "the text after it", second["c"], `"… (cut; 4 bytes in all)"`)
}

// A value in which arrays multiply ends the recorder in no time.
func TestWideValue(t *testing.T) {
	t.Parallel()
	o := run{
		module: body(`$a = ['x']; for ($i = 0; $i < 60; $i++) { $a = [$a, $a]; } return $a;`),
		ini:    []string{"memory_limit=64M"},
	}.do(t)
	o.only(t, "returned")
	o.only(t, "final")
}
