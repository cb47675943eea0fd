package contract

// Upstream is what a run saw of the requests the module made to its control
// panel.
type Upstream struct {
	// Caught says how far requests were caught: "namespace" when none could get
	// past, "proxy" when clients that ignore proxy settings were not seen, "listener"
	// when only those to the server the module was told of were.
	Caught string `json:"caught"`
	// Calls counts the calls in which requests were watched, Requests those seen
	// in all of them together. A module that made none is not silent about a
	// fault: it never met one.
	Calls    int `json:"calls"`
	Requests int `json:"requests"`
	// Conversation is the one in which the accounts of a panel that works were
	// listed, nil when there was none.
	Conversation *Conversation `json:"conversation,omitempty"`
	// Points says how much of what can fail in that conversation was tried, nil
	// when nothing was.
	Points *Points `json:"points,omitempty"`
	// Leaves says how much of what the panel's replies hold was changed, nil when
	// nothing was.
	Leaves *Leaves `json:"leaves,omitempty"`
}

// Conversation is how the module got a list from a panel that works.
type Conversation struct {
	// Answers says who answered: "live" or "recorded".
	Answers  string `json:"answers"`
	Accounts int    `json:"accounts"`
	Requests int    `json:"requests"`
	// Kinds holds the first MaxRequestKinds kinds of requests, and More counts the
	// requests of the other kinds.
	Kinds []RequestKind `json:"kinds,omitempty"`
	More  int           `json:"more,omitempty"`
}

// RequestKind is a group of requests that differ in numbers, codes and values
// only.
type RequestKind struct {
	Method string `json:"method"`
	// Address is scheme, host, path and the names of query fields.
	Address string `json:"address"`
	Count   int    `json:"count"`
}

// MaxRequestKinds is how many kinds of requests a judgement names.
const MaxRequestKinds = 20

// Points counts the combinations of a fault and a request of the conversation
// that make sense together, and how many of them were tried.
type Points struct {
	Possible int `json:"possible"`
	Tried    int `json:"tried"`
	// Reason says why fewer were tried than are possible.
	Reason string `json:"reason,omitempty"`
}

// Leaves counts the kinds of values in the replies of the conversation, and the
// changes of one value of each. Rows of a list are of the same kinds.
type Leaves struct {
	Kinds      int `json:"kinds"`
	KindsTried int `json:"kindsTried"`
	Possible   int `json:"possible"`
	Tried      int `json:"tried"`
	// Reason says why fewer were tried than are possible.
	Reason string `json:"reason,omitempty"`
}
