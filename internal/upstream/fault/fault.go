// Package fault is the catalogue of what a control panel, and the way to it,
// can do wrong. Each fault is data: an id for ever, plain words, what a module
// must do about it, and how package upstream plays it.
package fault

import "slices"

// Layer is where a fault strikes.
type Layer string

// Layers, from the outside in.
const (
	// Connect faults strike before a connection exists.
	Connect Layer = "connect"
	// TLS faults strike in the handshake; they need an https request.
	TLS Layer = "tls"
	// Transport faults strike in the byte stream of the answer.
	Transport Layer = "transport"
	// Status faults are HTTP answers that say themselves that they are no good.
	Status Layer = "status"
	// Body faults come with status 200 and look like success until the body is
	// read.
	Body Layer = "body"
)

// Fault is one way to go wrong.
type Fault struct {
	// ID is permanent.
	ID    string `json:"id"`
	Layer Layer  `json:"layer"`
	// Rule is the conformance rule the fault tests.
	Rule  string `json:"rule"`
	Title string `json:"title"`
	// Detail says exactly what is done on the wire.
	Detail string `json:"detail"`
	// Expect is what a conformant module does.
	Expect string `json:"expect"`
	// Play says how it is done.
	Play Play `json:"-"`
}

// Act is what package upstream does on the wire.
type Act int

// Acts. Answer is the only one that sends a whole, well-formed HTTP answer.
const (
	Answer Act = iota
	Refuse
	Unresolvable
	ResetOnAccept
	SilentAccept
	// Hang lets no connection come about.
	Hang
	TLSSilent
	TLSGarbage
	TLSWrongHost
	TLSExpired
	TLSSelfSigned
	SilentRequest
	SilentAfterHeaders
	ResetInBody
	ShortBody
	BrokenChunk
	Drip
	Flood
	RedirectLoop
	RedirectElsewhere
	NotHTTP
	// Echo answers with an error that repeats the request, headers and all.
	Echo
	// Late answers truly, after Options.Delay.
	Late
	// Altered leaves it to the source of good answers to change them.
	Altered
)

// ElsewhereHost is where the fault redirect-elsewhere points. What a module
// sends there it would send to a stranger.
const ElsewhereHost = "elsewhere.syncproof.invalid"

// Play is how a fault is played.
type Play struct {
	Act Act
	// Status, Header and Body are the answer where Act sends one.
	Status int
	Header map[string]string
	Body   []byte
	// Mutate derives the body from a good answer's, so that the fault looks as
	// close to the real thing as it can. Where none is known, Sample serves.
	Mutate func(good []byte) []byte
}

// Find returns the fault with that id.
func Find(id string) (Fault, bool) {
	all := All()
	i := slices.IndexFunc(all, func(f Fault) bool { return f.ID == id })
	if i < 0 {
		return Fault{}, false
	}
	return all[i], true
}

// Blind says that the fault can be judged without knowing a good answer of the
// panel: whatever the panel's format is, this is not an answer in it. The others
// could be one, such as [] from a panel that answers with a bare list, or {} from
// one that answers with accounts by name.
func (f Fault) Blind() bool {
	switch f.ID {
	case "array", "object", "wrong-type", "bom-json", "gzip", "json-then-html", "slow":
		return false
	}
	return !f.Alters()
}

// Alters says that the fault is a change of good answers, which have to be known
// and understood first.
func (f Fault) Alters() bool { return f.Play.Act == Altered }

// Hangs says that the fault keeps the module waiting for as long as it waits.
func (f Fault) Hangs() bool { return f.Rule == "FLT-02" }

// Breaks says that the module does not get the good answer. The other faults
// only change what the answer says of itself.
func (f Fault) Breaks() bool { return f.Rule != "FLT-22" }

// OnlyTimed says that the fault is played with a delay that is known only from
// the run itself, and never on its own.
func (f Fault) OnlyTimed() bool { return f.Play.Act == Late }

// NeedsNetwork says that the fault can only be played where the module is in a
// network of ours: a proxy neither looks names up for it nor decides what becomes
// of its packets.
func (f Fault) NeedsNetwork() bool { return f.Play.Act == Unresolvable || f.Play.Act == Hang }

// NeedsTLS says that the fault can only be played on an https request.
func (f Fault) NeedsTLS() bool { return f.Layer == TLS }
