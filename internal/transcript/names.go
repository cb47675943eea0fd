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
)
