package php

import (
	"fmt"
	"maps"
	"os/exec"
	"runtime"
	"slices"
	"strings"

	"syncproof/internal/target/php/wrapper"
)

// flags are the settings every session starts with. The vendor's php.ini stays
// in force for all others, extensions above all.
func (e *engine) flags(o Options, s *session) []string {
	settings := []string{
		"display_errors=stderr",
		"display_startup_errors=1",
		"html_errors=0",
		"log_errors=0",
		"error_log=",
		"error_prepend_string=",
		"error_append_string=",
		fmt.Sprintf("memory_limit=%d", o.MaxMemory),
		"max_execution_time=0",
		"output_buffering=0",
		"implicit_flush=1",
		"opcache.enable_cli=0",
		"auto_prepend_file=" + s.prepended(),
		"auto_append_file=",
		"open_basedir=",
		// Xdebug turns deep recursion into an error and traces into tables.
		"xdebug.mode=off",
		"session.save_path=" + s.temp,
		"sys_temp_dir=" + s.temp,
		"upload_tmp_dir=" + s.temp,
	}
	if path, err := exec.LookPath("true"); err == nil && runtime.GOOS != "windows" {
		// mail() must not reach anybody.
		settings = append(settings, "sendmail_path="+path)
	}
	if e.id >= 80000 {
		// The wrapper brings its own: PHP's command line forgets a module's headers.
		off := append([]string{wrapper.DisabledFunctions}, s.replaced()...)
		settings = append(settings, "disable_functions="+join(e.disabled, strings.Join(off, ",")))
	}
	settings = append(append(settings, s.trust()...), o.Ini...)
	for _, name := range slices.Sorted(maps.Keys(s.Settings)) {
		settings = append(settings, name+"="+s.Settings[name])
	}
	return define(settings)
}

// define spells settings as PHP's -d flags.
func define(settings []string) []string {
	var flags []string
	for _, s := range settings {
		flags = append(flags, "-d", quoteIni(s))
	}
	return flags
}

// quoteIni quotes a value that PHP would otherwise read as an expression, such
// as a path with brackets, a tilde or a semicolon.
func quoteIni(setting string) string {
	name, value, found := strings.Cut(setting, "=")
	if !found || !strings.ContainsAny(value, ";|&^~!(){}[]$?*\"'") || strings.HasPrefix(value, `"`) {
		return setting
	}
	return name + `="` + strings.ReplaceAll(value, `"`, `\"`) + `"`
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + "," + b
}
