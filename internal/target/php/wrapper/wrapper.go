// Package wrapper holds the PHP code that loads a module and calls it: main.php
// and the files beside it. It runs on PHP 7.4 to 8.5 and needs no extension
// beyond those every PHP has.
//
// # Channel
//
// The request is one JSON object, read from the descriptor SYNCPROOF_REQUEST_FD
// names or from the file SYNCPROOF_REQUEST names. Events are written as one
// JSON object a line to the descriptor SYNCPROOF_RESULT_FD names, or appended
// to the file SYNCPROOF_RESULT names. The events are those of package
// transcript; each also carries the request's nonce, so that a line the module
// forged can be told.
//
// # Settings PHP should be started with
//
// display_errors=stderr, html_errors=0 and log_errors=0 keep PHP's own messages
// out of what the module prints. On PHP 8 and newer, DisabledFunctions makes
// headers visible; on PHP 7 it must not be set, since PHP 7 reserves the names
// of functions that are switched off.
//
// # Interception
//
// The files in intercept/ are not part of a session's code. They are loaded
// before it, by the setting auto_prepend_file, where the module's clients are to
// be led to a control panel of ours: PHP 8 and newer only.
//
// Memory in events is memory_get_peak_usage(true), which is what memory_limit
// is measured by, in steps of 2 MiB.
package wrapper

import (
	"embed"
	"slices"
)

// Files holds main.php and what it needs, with forward slashes.
//
//go:embed main.php header-functions.php whmcs-functions.php whmcs-status.php src/*.php intercept/*.php
var Files embed.FS

// DisabledFunctions is the value of PHP's disable_functions setting under which
// the wrapper sees the headers a module sends: PHP's command line throws them
// away, so the wrapper puts functions of its own in the place of these. PHP 8
// and newer only.
const DisabledFunctions = "header,header_remove,headers_list,setcookie,setrawcookie"

// InterceptFiles are the files to load before the module, in this order, to lead
// its clients to a control panel. After the last but one,
// Syncproof\Intercept\Panel::open() has to be called.
func InterceptFiles() []string {
	return []string{
		"intercept/Panel.php", "intercept/CurlTransfer.php", "intercept/Tunnel.php", "intercept/HttpStream.php", "intercept/functions.php",
	}
}

// InterceptedFunctions are the functions of PHP that have to be switched off so
// that the files in intercept/ can put their own in place of them.
func InterceptedFunctions(extensions []string) []string {
	functions := []string{"fsockopen", "pfsockopen"}
	if slices.Contains(extensions, "curl") {
		functions = append(functions, "curl_exec")
	}
	// Without it there would be no way left to open a connection.
	if slices.Contains(extensions, "sockets") {
		functions = append(functions, "stream_socket_client")
	}
	return functions
}
