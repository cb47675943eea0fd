package suites

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

// checkVersion looks for errors that come of the PHP version alone. A file that
// does not load at all is LOAD-01's failure, whatever the reason.
func checkVersion(c *Case) {
	seen := once{}
	for _, s := range c.T.Sessions {
		if s.WithoutWHMCS || !undisturbed(s) {
			continue
		}
		for _, call := range s.Calls {
			if call.Function == "" {
				continue
			}
			c.checkOutdated(seen, call)
		}
	}
	version := phpVersion(c.T)
	if version == "" {
		c.NotTestable("it is not known which PHP the module ran under", "point syncproof at the module's folder, or put bridge.php in front of it (syncproof bridge)")
	}
	c.followLoad("so it does not run under PHP " + version)
}

func phpVersion(t *transcript.Transcript) string {
	for _, s := range t.Sessions {
		if s.Boot != nil && s.Boot.PHP != "" {
			return s.Boot.PHP
		}
	}
	return ""
}

// checkOutdated looks at how one call failed.
func (c *Case) checkOutdated(seen once, call *transcript.Call) {
	var message string
	place := c.inFunction(call, call.Function+"()")
	switch {
	case call.Throwable != nil && call.Throwable.Class == "ParseError":
		message = call.Throwable.Message
	case call.Throwable != nil && call.Throwable.Class == "Error":
		message = call.Throwable.Message
		if versionOf(message) == "" {
			return
		}
	case call.Fatal != nil && versionOf(call.Fatal.Message) != "":
		message = call.Fatal.Message
	default:
		return
	}
	locate(&place, call)
	if isForeign(place.File) || !seen.first(place.File, strconv.Itoa(place.Line), message) {
		return
	}
	place.Want = "code that PHP " + phpVersion(c.T) + " can run"
	place.Got, place.Note = endingWords(call), versionOf(message)
	if place.Note == "" {
		place.Note = "the file cannot be read by PHP " + phpVersion(c.T)
	}
	c.Fail(place)
}

var undefinedFunction = regexp.MustCompile(`Call to undefined function (?:[\w\\]*\\)?(\w+)\(\)`)

// versionOf says which PHP versions have the function whose absence ended a call,
// "" where it is none of PHP's own that are always there.
func versionOf(message string) string {
	m := undefinedFunction.FindStringSubmatch(message)
	if m == nil {
		return ""
	}
	name := strings.ToLower(m[1])
	for version, names := range removedFunctions() {
		if slices.Contains(names, name) {
			return "PHP " + version + " removed " + name + "()"
		}
	}
	for version, names := range addedFunctions() {
		if slices.Contains(names, name) {
			return "PHP has " + name + "() from version " + version + " on"
		}
	}
	return ""
}

// removedFunctions are functions of PHP's core by the version that has them no
// longer, as the migration guides list them.
func removedFunctions() map[string][]string {
	return map[string][]string{
		"7.0": {"call_user_method", "call_user_method_array", "ereg", "eregi", "ereg_replace", "eregi_replace", "mysql_connect", "mysql_fetch_array",
			"mysql_fetch_assoc", "mysql_num_rows", "mysql_query", "mysql_real_escape_string", "set_magic_quotes_runtime", "split", "spliti", "sql_regcase"},
		"8.0": {"convert_cyr_string", "create_function", "each", "ezmlm_hash", "fgetss", "get_magic_quotes_gpc", "get_magic_quotes_runtime", "hebrevc",
			"is_real", "money_format", "restore_include_path"},
	}
}

// addedFunctions are functions of PHP's core by the version that first had them.
func addedFunctions() map[string][]string {
	return map[string][]string{
		"8.0": {"fdiv", "get_debug_type", "get_resource_id", "preg_last_error_msg", "str_contains", "str_ends_with", "str_starts_with"},
		"8.1": {"array_is_list", "enum_exists", "fdatasync", "fsync"},
		"8.2": {"ini_parse_quantity", "memory_reset_peak_usage"},
		"8.3": {"json_validate", "str_decrement", "str_increment", "stream_context_set_options"},
		"8.4": {"array_all", "array_any", "array_find", "array_find_key", "request_parse_body"},
		"8.5": {"array_first", "array_last", "get_error_handler", "get_exception_handler"},
	}
}

// surveyed is what was read in the module's files; nil closes the case.
func (c *Case) surveyed() *transcript.Source {
	for _, s := range c.T.Sessions {
		if s.Load != nil && s.Load.Source != nil {
			return s.Load.Source
		}
	}
	c.followLoad("so its files were not looked through")
	if !c.failed() {
		c.NotTestable("the module's files were not looked through", "point syncproof at the module's folder, with a PHP that has the extension tokenizer, and run it again")
	}
	return nil
}

// librariesOf are the libraries that were loaded in ordinary calls, each once.
func librariesOf(t *transcript.Transcript) []transcript.Library {
	var all []transcript.Library
	add := func(list []transcript.Library) {
		for _, l := range list {
			known := slices.IndexFunc(all, func(o transcript.Library) bool { return strings.EqualFold(o.Name, l.Name) })
			switch {
			case known < 0:
				all = append(all, l)
			case l.Bundled && !all[known].Bundled, all[known].Version == "":
				all[known] = l
			}
		}
	}
	for _, s := range loadings(t) {
		if s.Load != nil {
			add(s.Load.Libraries)
		}
	}
	for _, call := range ordinaryCalls(t) {
		add(call.Libraries)
	}
	return all
}

func checkGuzzle(c *Case) {
	source := c.surveyed()
	if source == nil {
		return
	}
	all := librariesOf(c.T)
	i := slices.IndexFunc(all, func(l transcript.Library) bool { return strings.EqualFold(l.Name, "GuzzleHttp") })
	if i < 0 {
		c.NotApplicable("no call used Guzzle")
		return
	}
	version, _, _ := strings.Cut(all[i].Version, ".")
	// base_url and defaults went with version 6; what is no number is 0.
	if major, _ := strconv.Atoi(version); major < 6 {
		c.NotApplicable("the Guzzle that was loaded is not the one of WHMCS 8 and newer; see PHP-03")
		return
	}
	for _, client := range source.Clients {
		// With both a module means to run under all versions.
		if slices.Contains(client.Options, "base_url") && slices.Contains(client.Options, "base_uri") {
			continue
		}
		for _, option := range []struct{ former, now string }{{"base_url", "base_uri"}, {"defaults", "its entries as options of the client"}} {
			if slices.Contains(client.Options, option.former) {
				place := contract.Finding{At: "the options of a Guzzle client", File: client.File, Line: client.Line}
				place.Want, place.Got = option.now, phpvalue.Quote(option.former)
				place.Note = "Guzzle " + all[i].Version + " was loaded, which ignores it"
				c.Fail(place)
			}
		}
	}
}

func checkShadows(c *Case) {
	for _, l := range librariesOf(c.T) {
		if l.Bundled {
			c.Fail(contract.Finding{
				At: "the library " + phpvalue.Printable(l.Name), Want: "the classes of WHMCS, or a namespace of the module's own",
				Got: "the class " + phpvalue.Printable(l.Class) + " from the module's folder", File: l.File,
			})
		}
	}
	c.followLoad("so which libraries it loads cannot be seen")
	if s := c.T.Loaded(); s != nil && s.Boot == nil {
		c.NotTestable("this target does not show which libraries are loaded", "point syncproof at the module's folder")
	}
}

// checkCatches fails a catch that matches nothing, and the one around
// ListAccounts() that let an error pass where one came.
func checkCatches(c *Case) {
	source := c.surveyed()
	if source == nil {
		return
	}
	for _, try := range source.Tries {
		for _, catch := range try.Catches {
			if catch.Missing {
				c.Fail(contract.Finding{
					At: "a catch in a file with a namespace", Want: "\\" + catch.Name + ", or use " + catch.Name + " above",
					Got:  catch.Name + ", which is " + catch.Class + " there",
					Note: "there is no such class, so nothing is ever caught", File: try.File, Line: catch.Line,
				})
			}
		}
	}
	escaped := escapedError(c.T)
	if escaped == nil {
		return
	}
	function := c.Function("ListAccounts")
	for _, try := range source.Tries {
		if try.File != function.File || try.Line < function.Line || try.Line > function.End {
			continue
		}
		narrow := slices.IndexFunc(try.Catches, func(k transcript.Catch) bool { return strings.EqualFold(k.Class, "Exception") })
		if narrow < 0 || slices.ContainsFunc(try.Catches, func(k transcript.Catch) bool {
			return strings.EqualFold(k.Class, "Throwable") || strings.EqualFold(k.Class, "Error")
		}) {
			continue
		}
		c.Fail(contract.Finding{
			Call: escaped.ID, At: "the catch in " + c.FunctionName("ListAccounts"), Want: "\\Throwable", Got: try.Catches[narrow].Name,
			Note: "ListAccounts() " + endingWords(escaped) + ", which is no Exception", File: try.File, Line: try.Catches[narrow].Line,
		})
		return
	}
}

// escapedError is the first call of ListAccounts() out of which something came
// that is a throwable and no exception.
func escapedError(t *transcript.Transcript) *transcript.Call {
	for _, s := range t.Sessions {
		for _, call := range s.Calls {
			if call.Function == "ListAccounts" && call.ID != transcript.CallEmpty && call.Throwable != nil && !isException(call.Throwable) {
				return call
			}
		}
	}
	return nil
}

func isException(x *transcript.Throwable) bool {
	return x.Class == "Exception" || slices.Contains(x.Is, "Exception")
}
