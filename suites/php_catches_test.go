package suites

import (
	"testing"

	"syncproof/internal/transcript"
)

// What PHP says of a function that is not there, for every one that is known.
func TestVersionOf(t *testing.T) {
	for want, names := range map[string][]string{
		"PHP 7.0 removed ": {
			"call_user_method", "call_user_method_array", "ereg", "eregi", "ereg_replace", "eregi_replace", "mysql_connect", "mysql_fetch_array",
			"mysql_fetch_assoc", "mysql_num_rows", "mysql_query", "mysql_real_escape_string", "set_magic_quotes_runtime", "split", "spliti", "sql_regcase",
		},
		"PHP 8.0 removed ": {
			"convert_cyr_string", "create_function", "each", "ezmlm_hash", "fgetss", "get_magic_quotes_gpc", "get_magic_quotes_runtime", "hebrevc",
			"is_real", "money_format", "restore_include_path",
		},
	} {
		for _, name := range names {
			if got := versionOf("Call to undefined function " + name + "()"); got != want+name+"()" {
				t.Errorf("%s: %q", name, got)
			}
		}
	}
	for version, names := range map[string][]string{
		"8.0": {"fdiv", "get_debug_type", "get_resource_id", "preg_last_error_msg", "str_contains", "str_ends_with", "str_starts_with"},
		"8.1": {"array_is_list", "enum_exists", "fdatasync", "fsync"},
		"8.2": {"ini_parse_quantity", "memory_reset_peak_usage"},
		"8.3": {"json_validate", "str_decrement", "str_increment", "stream_context_set_options"},
		"8.4": {"array_all", "array_any", "array_find", "array_find_key", "request_parse_body"},
		"8.5": {"array_first", "array_last", "get_error_handler", "get_exception_handler"},
	} {
		for _, name := range names {
			if got := versionOf("Call to undefined function Acme\\" + name + "()"); got != "PHP has "+name+"() from version "+version+" on" {
				t.Errorf("%s: %q", name, got)
			}
		}
	}
}

// A library of the module's own is told before that of WHMCS, and one whose version
// is known before one without.
func TestLibrariesOf(t *testing.T) {
	lib := func(name, version string, bundled bool) transcript.Library {
		return transcript.Library{Name: name, Version: version, Bundled: bundled}
	}
	for name, tc := range map[string]struct {
		loaded []transcript.Library
		want   []transcript.Library
	}{
		"two":                     {[]transcript.Library{lib("Psr", "", false), lib("GuzzleHttp", "7", false)}, []transcript.Library{lib("Psr", "", false), lib("GuzzleHttp", "7", false)}},
		"its own later":           {[]transcript.Library{lib("GuzzleHttp", "7", false), lib("guzzlehttp", "6", true)}, []transcript.Library{lib("guzzlehttp", "6", true)}},
		"its own first":           {[]transcript.Library{lib("GuzzleHttp", "6", true), lib("GuzzleHttp", "7", false)}, []transcript.Library{lib("GuzzleHttp", "6", true)}},
		"its own twice":           {[]transcript.Library{lib("GuzzleHttp", "6", true), lib("GuzzleHttp", "7", true)}, []transcript.Library{lib("GuzzleHttp", "6", true)}},
		"WHMCS's twice":           {[]transcript.Library{lib("GuzzleHttp", "6", false), lib("GuzzleHttp", "7", false)}, []transcript.Library{lib("GuzzleHttp", "6", false)}},
		"a version that is known": {[]transcript.Library{lib("GuzzleHttp", "", false), lib("GuzzleHttp", "7", false)}, []transcript.Library{lib("GuzzleHttp", "7", false)}},
	} {
		s := &transcript.Session{ID: transcript.SessionList, Load: &transcript.Load{Libraries: tc.loaded}, Exit: &transcript.Exit{}}
		s.Sees.Load = true
		got := librariesOf(&transcript.Transcript{Sessions: []*transcript.Session{s}})
		if len(got) != len(tc.want) {
			t.Errorf("%s: %+v", name, got)
			continue
		}
		for i := range got {
			if got[i] != tc.want[i] {
				t.Errorf("%s: %+v, want %+v", name, got[i], tc.want[i])
			}
		}
	}
}

// Only an error that came out of ListAccounts() with parameters counts.
func TestEscapedError(t *testing.T) {
	thrown := func(function, id string, x *transcript.Throwable) *transcript.Transcript {
		c := &transcript.Call{ID: id, Throwable: x}
		c.Function = function
		return &transcript.Transcript{Sessions: []*transcript.Session{{Calls: []*transcript.Call{c}}}}
	}
	typeError := &transcript.Throwable{Class: "TypeError", Is: []string{"Error"}}
	for name, tc := range map[string]struct {
		t    *transcript.Transcript
		want bool
	}{
		"an error":              {thrown("ListAccounts", transcript.CallList, typeError), true},
		"nothing":               {thrown("ListAccounts", transcript.CallList, nil), false},
		"another function":      {thrown("MetaData", transcript.CallMetaData, typeError), false},
		"without parameters":    {thrown("ListAccounts", transcript.CallEmpty, typeError), false},
		"of an empty panel":     {thrown("ListAccounts", transcript.CallEmptyPanel, typeError), true},
		"an exception":          {thrown("ListAccounts", transcript.CallList, &transcript.Throwable{Class: "Exception"}), false},
		"one made of exception": {thrown("ListAccounts", transcript.CallList, &transcript.Throwable{Class: "PDOException", Is: []string{"Exception"}}), false},
	} {
		if got := escapedError(tc.t) != nil; got != tc.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
