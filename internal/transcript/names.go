package transcript

// Sessions and calls of a run. Rules name them to say what they look at.
const (
	SessionDirect      = "direct"       // the file alone, without WHMCS
	SessionMetaData    = "metadata"     // MetaData()
	SessionMetaDataWeb = "metadata-web" // MetaData() during another web request
	SessionOptions     = "options"      // ConfigOptions(), and its loaders
	SessionList        = "list"         // ListAccounts(), the call that counts
	SessionRepeat      = "repeat"       // ListAccounts() twice in one process
	SessionLocale      = "locale"       // ListAccounts() under another locale
	SessionEmpty       = "empty"        // ListAccounts([])

	// FaultPrefix begins the ids of sessions, and of their calls, in which the
	// control panel plays a fault: "fault:<fault>:<scheme>".
	FaultPrefix = "fault:"

	SessionConversation = "conversation"  // ListAccounts() with its requests recorded
	SessionReplay       = "replay"        // the same answered from that recording
	SessionAfterFailure = "after-failure" // a good call after one that failed
	SessionSlow         = "slow"          // every request answered late
	SessionEmptyPanel   = "empty-panel"   // ListAccounts() of a server without accounts

	// PointPrefix begins the ids of sessions, and of their calls, in which one
	// request of a conversation that otherwise goes well meets a fault:
	// "point:<fault>@<request>", or @all for every request.
	PointPrefix = "point:"

	// LeafPrefix begins the ids of sessions, and of their calls, in which one value
	// of a reply is changed: "leaf:<change>@<request>:<path of the value>".
	LeafPrefix = "leaf:"

	// PagePrefix begins those of sessions in which the pages of a list do not fit
	// together: "page:<fault>@<request>", or @all for every request.
	PagePrefix = "page:"

	// VariantPrefix begins the ids of sessions, and of their calls, in which what
	// the module finds is varied: the server, its parameters, the request it is
	// part of, the functions of WHMCS. Only the rules about that judge them.
	VariantPrefix = "variant:"

	SessionServerTLS     = VariantPrefix + "https"                // a server to be asked over TLS
	SessionServerPlain   = VariantPrefix + "http"                 // one to be asked over plain HTTP
	SessionServerIP      = VariantPrefix + "ip"                   // one that has only an address
	SessionServerIPv6    = VariantPrefix + "ipv6"                 // one that has only an IPv6 address
	SessionCredentials   = VariantPrefix + "credentials"          // credentials with special characters
	SessionBare          = VariantPrefix + "no-superglobals"      // outside a web request
	SessionBareList      = VariantPrefix + "no-superglobals-list" // the same with a panel that works
	SessionTwoServers    = VariantPrefix + "two-servers"          // two servers in one process
	SessionTwoLists      = VariantPrefix + "two-servers-list"     // the same, one of which works
	SessionNoLog         = VariantPrefix + "log-missing"          // logModuleCall() is not defined
	SessionNoLogList     = VariantPrefix + "log-missing-list"     // the same with a panel that works
	SessionBrokenLog     = VariantPrefix + "log-throwing"         // logModuleCall() throws
	SessionBrokenLogList = VariantPrefix + "log-throwing-list"    // the same with a panel that works
	SessionEmptyDatabase = VariantPrefix + "no-services"          // a database of WHMCS without services
	SessionSocketTimeout = VariantPrefix + "socket-timeout"       // a panel that is silent, under another PHP setting
	SessionService       = VariantPrefix + "service"              // a service from its creation to its end
	SessionUserCount     = VariantPrefix + "user-count"           // GetUserCount() beside the list
	SessionUsage         = VariantPrefix + "usage"                // usage() of the MetricProvider beside the list

	// Prefixes of the sessions in which one parameter has another form, and of
	// those in which TestConnection() is called as well, by fault.
	SecurePrefix         = VariantPrefix + "serversecure:"
	PortPrefix           = VariantPrefix + "serverport:"
	TestConnectionPrefix = VariantPrefix + "test-connection:"

	CallMetaData    = "metadata"
	CallMetaDataWeb = "metadata-web"
	CallOptions     = "options"
	CallLoader      = "loader"
	CallList        = "list"
	CallRepeat1     = "repeat-1"
	CallRepeat2     = "repeat-2"
	CallLocale      = "list-locale"
	CallEmpty       = "list-empty"

	CallConversation = "conversation"
	CallReplay       = "replay"
	CallFailing      = "after-failure-1"
	CallRecovered    = "after-failure-2"
	CallSlow         = "slow"
	CallEmptyPanel   = "empty-panel"

	// The calls of SessionService: what was done to a service of WHMCS, and the
	// list after each of it.
	CallCreate      = "service-create"
	CallCreated     = "service-created"
	CallSuspend     = "service-suspend"
	CallSuspended   = "service-suspended"
	CallUnsuspend   = "service-unsuspend"
	CallUnsuspended = "service-unsuspended"
	CallTerminate   = "service-terminate"
	CallTerminated  = "service-terminated"
	CallUserCount   = "user-count"
	CallUserCountOf = "user-count-list"
	CallProvider    = "usage-provider"
	CallUsage       = "usage"
	CallUsageOf     = "usage-list"
)
