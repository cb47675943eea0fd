package transcript

// Upstream says how syncproof played the control panel in a session.
type Upstream struct {
	// Level is how requests were caught; see the Intercept constants.
	Level string `json:"level"`
	// Scheme is what the server parameters asked the module to use.
	Scheme string `json:"scheme"`
	// Answers says where good answers came from, "" when there were none; see
	// the Answers constants.
	Answers string `json:"answers,omitempty"`
	// Fault is the id of the fault that was played, at request number At, or
	// at every request when At is 0. With Through it was played at every request
	// from At up to that one.
	Fault   string `json:"fault,omitempty"`
	At      int    `json:"at,omitempty"`
	Through int    `json:"through,omitempty"`
	// Paths lead to the values of replies that were changed; see Leaf.
	Paths []string `json:"paths,omitempty"`
	// Page is the request for the first page of the list whose later pages were
	// changed, 0 when there was none.
	Page int `json:"page,omitempty"`
	// Fleet names the accounts that the panel held, and Size is how many of them;
	// see Transcript.Fleet. Fleet is empty where no panel was played.
	Fleet string `json:"fleet,omitempty"`
	Size  int    `json:"size,omitempty"`
	// Budget is how many seconds the module had to report the fault.
	Budget float64 `json:"budget,omitempty"`
	// Told names the servers the module was told of in place of those in the
	// parameters, by host and port, where it was given the address of a listener.
	Told map[string]string `json:"told,omitempty"`
	// NoIPv6 says that IPv6 addresses could not be reached, since the machine
	// has no IPv6.
	NoIPv6 bool `json:"noIPv6,omitempty"`
}

// Interception levels: how far requests of the module are caught.
const (
	// InterceptProxy: proxy settings and a certificate; clients that ignore
	// them are not caught.
	InterceptProxy = "proxy"
	// InterceptPrepend: the same, and PHP's own functions led there by force;
	// SoapClient, ext/sockets and other programs may ignore it.
	InterceptPrepend = "prepend"
	// InterceptNamespace: a network of its own in which every address leads to
	// syncproof; nothing gets out.
	InterceptNamespace = "namespace"
	// InterceptListener: the module runs elsewhere and is told the address of a
	// listener; it reaches whom it likes besides.
	InterceptListener = "listener"
)

// Sources of good answers to the module's requests.
const (
	// AnswersNone: no good answer is known; every request meets the fault.
	AnswersNone = ""
	// AnswersLive: requests go on to the vendor's own server.
	AnswersLive = "live"
	// AnswersRecorded: they are answered as recorded, from a file or from the
	// run's own live conversation.
	AnswersRecorded = "recorded"
	// AnswersEmpty: they are answered as recorded from a server without accounts.
	AnswersEmpty = "empty"
	// AnswersPanel: they are answered by a panel that is played from a profile.
	AnswersPanel = "panel"
)

// Extension says what a run went on to do once the module's conversation with a
// panel that works was known: which sessions were added to the plan, and how
// much of what could be tried they are.
type Extension struct {
	Sessions []string `json:"sessions"`
	// Requests is how many requests the conversation has.
	Requests int `json:"requests"`
	// Points counts the pairs of a fault and a request that make sense for it,
	// Tried those that were chosen. Fewer were tried when a budget or a choice of
	// faults left some out; Reason says which in words.
	Points int `json:"points"`
	Tried  int `json:"tried"`
	// Kinds counts the pairs of a fault and a kind of request, KindsTried those
	// of which at least one was chosen. The two are equal when nothing essential
	// was left out.
	Kinds      int    `json:"kinds"`
	KindsTried int    `json:"kindsTried"`
	Reason     string `json:"reason,omitempty"`
	// Leaves says how much of what the replies hold was changed, nil when that was
	// not asked for.
	Leaves *LeafCount `json:"leaves,omitempty"`
}

// Cut says that whole kinds of points were left out.
func (e *Extension) Cut() bool { return e.KindsTried < e.Kinds }

// Exchange is one connection the module made to the control panel, as the side
// that played the panel saw it.
type Exchange struct {
	// N counts the session's exchanges from 1.
	N int `json:"n"`
	// Via says how it came: connect, absolute, direct.
	Via string `json:"via"`
	// Method is empty when no request arrived, as when the module refused the
	// certificate.
	Method string `json:"method,omitempty"`
	URL    string `json:"url,omitempty"`
	// At is when the connection was taken, RFC 3339 with fractions, in UTC.
	At string `json:"at,omitempty"`
	// Address is where a request's connection was made to, host and port: the
	// name that was looked up, or the address itself.
	Address string `json:"address,omitempty"`
	// RequestHeaders and RequestBody are what the module sent, secrets replaced.
	RequestHeaders map[string][]string `json:"requestHeaders,omitempty"`
	RequestBody    Output              `json:"requestBody"`
	// Status is 0 when no whole answer was sent.
	Status    int    `json:"status,omitempty"`
	ReplyBody Output `json:"replyBody"`
	// ReplyKind says what the whole reply is; see the Reply constants.
	ReplyKind string `json:"replyKind,omitempty"`
	// PageSize is how many rows the page of a list could have had that a played
	// panel sent, 0 where it sent none, or knows no pages.
	PageSize int `json:"pageSize,omitempty"`
	// Changed says that the request changed what a played panel holds.
	Changed bool `json:"changed,omitempty"`
	// Leaves are the kinds of values the whole reply holds that no earlier reply to
	// such a request held; only in the session "conversation".
	Leaves *Leaves `json:"leaves,omitempty"`
	Fault  string  `json:"fault,omitempty"`
	// Problem says what went wrong on the way, such as a refused certificate.
	Problem string `json:"problem,omitempty"`
	// GaveUp says that the module ended the wait for an answer itself.
	GaveUp  bool    `json:"gaveUp,omitempty"`
	Seconds float64 `json:"seconds"`
}

// Kinds of replies.
const (
	ReplyEmpty  = "empty"
	ReplyObject = "json-object"
	ReplyArray  = "json-array"
	ReplyScalar = "json-scalar"
	ReplyXML    = "xml"
	ReplyHTML   = "html"
	ReplyOther  = "other"
)
