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

	CallMetaData    = "metadata"
	CallMetaDataWeb = "metadata-web"
	CallOptions     = "options"
	CallLoader      = "loader"
	CallList        = "list"
	CallRepeat1     = "repeat-1"
	CallRepeat2     = "repeat-2"
	CallLocale      = "list-locale"
	CallEmpty       = "list-empty"
)
