package secret

import "slices"

// vocabulary holds the words that transcripts and marks are made of, one a
// line. A secret that is part of one, such as "password", must not be replaced
// within text: it would make parameter names and the transcript's own keys
// unreadable.
const vocabulary = `
[redacted:serverpassword base64 hex reversed gzip other-case]
[redacted:serveraccesshash url-encoded html-escaped json-escaped cut-off]
[redacted:endpointtoken]
serverid
serverip
serverhostname
serverusername
serverpassword
serveraccesshash
serversecure
serverhttpprefix
serverport
success
accounts
error
email
username
domain
uniqueIdentifier
product
primaryip
created
status
Active
Suspended
MetaData
ConfigOptions
ListAccounts
run
subject
session
boot
loaded
call
record
account
returned
threw
missing
unreached
shutdown
final
exit
trouble
end
direct
metadata-web
options
list-locale
list-empty
repeat-1
repeat-2
loader
locale
endpoint
command
transcript
dead-proxy
open
none
warning
notice
deprecated
memory
message
function
params
entries
closure
resource
object
recursion
throwable
withoutWHMCS
extensions
interrupted
syncproof
`

// ownKeys are the keys of a transcript line, at its top level, whose values
// syncproof itself wrote. They cannot hold a secret and a reader depends on
// them.
func ownKey(key string) bool {
	switch key {
	case "event", "session", "call", "network", "phase", "function", "kind", "at", "request", "plan", "rules",
		"tool", "started", "version", "sha256", "purpose", "locale", "timezone", "layout", "php", "sapi", "os", "extensions":
		return true
	}
	return false
}

// fixedKey reports whether an object key within values is one that rules look
// for or that marks a value's kind. Such keys are never replaced.
func fixedKey(key string) bool {
	return slices.Contains([]string{
		"$php", "b64", "value", "class", "type", "entries", "count", "list", "properties",
		"success", "accounts", "error",
		"server", "serverid", "serverip", "serverhostname", "serverusername", "serverpassword",
		"serveraccesshash", "serversecure", "serverhttpprefix", "serverport",
		"event", "session", "call",
	}, key) || accountField(key)
}

// accountField reports whether key is one of the eight documented account keys.
// Package contract lists them too; this package stays free of it so that it can
// be used on anything.
func accountField(key string) bool {
	switch key {
	case "email", "username", "domain", "uniqueIdentifier", "product", "primaryip", "created", "status":
		return true
	}
	return false
}
