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
// Memory in events is memory_get_peak_usage(true), which is what memory_limit
// is measured by, in steps of 2 MiB.
package wrapper

import "embed"

// Files holds main.php and what it needs, with forward slashes.
//
//go:embed main.php header-functions.php whmcs-functions.php whmcs-status.php src/*.php
var Files embed.FS

// DisabledFunctions is the value of PHP's disable_functions setting under which
// the wrapper sees the headers a module sends: PHP's command line throws them
// away, so the wrapper puts functions of its own in the place of these. PHP 8
// and newer only.
const DisabledFunctions = "header,header_remove,headers_list,setcookie,setrawcookie"
