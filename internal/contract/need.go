package contract

import "strings"

// NeedFaults is the evidence of how ListAccounts() answers the faults that test
// a rule.
func NeedFaults(rule string) Need { return Need(faultsPrefix + rule) }

// NeedEveryFault is the evidence of how it answers every fault.
const NeedEveryFault Need = faultsPrefix + "*"

const faultsPrefix = "faults:"

// Faults returns the rule whose faults a need asks for, "*" for every fault.
func (n Need) Faults() (rule string, ok bool) { return strings.CutPrefix(string(n), faultsPrefix) }

// NeedFleet is the evidence of how it lists the accounts of a fleet from a panel
// that is played.
func NeedFleet(name string) Need { return Need(fleetPrefix + name) }

const fleetPrefix = "fleet:"

// Fleet returns the fleet a need asks for.
func (n Need) Fleet() (name string, ok bool) { return strings.CutPrefix(string(n), fleetPrefix) }

// Need names evidence a rule looks at. The plan makes the calls that provide
// it, and a rule whose evidence is missing is never passed.
type Need string

// Needs. Those marked "gated" are only met when the module also behaved well
// enough for the rule to make sense; otherwise the rule follows the failure of
// the rule named beside it.
const (
	// NeedFile: the module's files as they lie there.
	NeedFile Need = "file"
	// NeedDirect: the module's file run without WHMCS.
	NeedDirect Need = "direct"
	// NeedLoad: how the module's file loaded.
	NeedLoad Need = "load"
	// NeedSync: the module implements ListAccounts (gated, LOAD-01).
	NeedSync Need = "sync"
	// NeedMetaDataCall: MetaData() was called, whatever came of it.
	NeedMetaDataCall Need = "metadata-call"
	// NeedMetaData: MetaData() returned an array (gated, META-01).
	NeedMetaData Need = "metadata"
	// NeedMetaDataWeb: MetaData() was called during another web request.
	NeedMetaDataWeb Need = "metadata-web"
	// NeedOptionsCall: ConfigOptions() was called, whatever came of it.
	NeedOptionsCall Need = "options-call"
	// NeedOptions: ConfigOptions() returned an array (gated, LOAD-03 when it is
	// not defined, OUT-04 when it exits, else META-05).
	NeedOptions Need = "options"
	// NeedCall: ListAccounts() was called, whatever came of it.
	NeedCall Need = "call"
	// NeedAnswer: ListAccounts() returned something (gated, ENV-09 or OUT-04).
	NeedAnswer Need = "answer"
	// NeedEnvelope: it returned an array (gated, ENV-08).
	NeedEnvelope Need = "envelope"
	// NeedList: it returned success with a list (gated, ENV-01 or ENV-02).
	NeedList Need = "list"
	// NeedRows: that list has at least one account.
	NeedRows Need = "rows"
	// NeedRepeat: ListAccounts() was called again, twice in one process.
	NeedRepeat Need = "repeat"
	// NeedLocale: ListAccounts() was called under another locale.
	NeedLocale Need = "locale"
	// NeedEmpty: ListAccounts([]) was called.
	NeedEmpty Need = "empty"
	// NeedConversation: ListAccounts() was called with its requests to a panel
	// that works recorded (gated, ENV-01 or ENV-02 when it does not list).
	NeedConversation Need = "conversation"
	// NeedPoints: that conversation was played again with each fault at each
	// request.
	NeedPoints Need = "points"
	// NeedLeaves: it was played again with each value of the replies changed.
	NeedLeaves Need = "leaves"
	// NeedPages: it was played again with pages that do not fit together.
	NeedPages Need = "pages"
	// NeedRecovery: a good call was made after one that failed, in one process.
	NeedRecovery Need = "recovery"
	// NeedSlow: every request was answered late.
	NeedSlow Need = "slow"
	// NeedServerParams: servers at several addresses were asked for.
	NeedServerParams Need = "server-params"
	// NeedServerForms: parameters of the server had other forms.
	NeedServerForms Need = "server-forms"
	// NeedSuperglobals: ListAccounts() was called outside a web request.
	NeedSuperglobals Need = "superglobals"
	// NeedCredentials: the credentials held special characters.
	NeedCredentials Need = "credentials"
	// NeedTwoServers: two servers were asked for in one process.
	NeedTwoServers Need = "two-servers"
	// NeedIPv6: the server's address was an IPv6 address.
	NeedIPv6 Need = "ipv6"
	// NeedHelpers: the functions for logging were missing, or threw.
	NeedHelpers Need = "helpers"
	// NeedTestConnection: TestConnection() was called under faults.
	NeedTestConnection Need = "test-connection"
	// NeedSocketTimeout: a panel was silent under another default_socket_timeout.
	NeedSocketTimeout Need = "socket-timeout"
	// NeedService: a service was created, suspended, unsuspended and terminated on
	// a played panel, with the list after each.
	NeedService Need = "service"
	// NeedUserCount: GetUserCount() was called for a played panel.
	NeedUserCount Need = "user-count"
	// NeedUsage: usage() of the MetricProvider was called for a played panel.
	NeedUsage Need = "usage"
	// NeedEmptyDatabase: ListAccounts() was called while WHMCS had no services.
	NeedEmptyDatabase Need = "empty-database"
	// NeedDatabase and NeedFiles: the target can see queries to the database, and
	// files the module writes.
	NeedDatabase Need = "sees-database"
	NeedFiles    Need = "sees-files"
	// NeedEmptyPanel: ListAccounts() was called for a server without accounts.
	NeedEmptyPanel Need = "empty-panel"
	// NeedOutput, NeedWarnings, NeedState, NeedEnding, NeedTypes and
	// NeedNetwork: the target can see these things at all.
	NeedOutput   Need = "sees-output"
	NeedWarnings Need = "sees-warnings"
	NeedState    Need = "sees-state"
	NeedEnding   Need = "sees-ending"
	NeedTypes    Need = "sees-types"
	NeedNetwork  Need = "sees-network"
)
