package contract

// Waiver accepts a rule's failure until a date.
type Waiver struct {
	Rule string `json:"rule"`
	// Module is the only module it is for, "" for any.
	Module string `json:"module,omitempty"`
	// Scope says what of the failure is accepted; ScopeRule is all of it.
	Scope  string `json:"scope"`
	Owner  string `json:"owner"`
	Reason string `json:"reason"`
	// Expires is the last day, in UTC, on which the waiver counts, YYYY-MM-DD.
	Expires string `json:"expires"`
	// Messages are the failures it was made for, as Finding.Message tells them,
	// with * for any characters; empty for whatever the rule finds.
	Messages []string `json:"messages,omitempty"`
}

// Scopes: the whole rule, or the beginning of one that names a session, a fault
// wherever it was played, or a fault at one request.
const (
	ScopeRule    = "rule"
	ScopeSession = "session:"
	ScopeFault   = "fault:"
	ScopePoint   = "point:"
)

// Message is the finding in one line: the place and both values, or the note
// where there are none. Waivers are pinned to it.
func (f Finding) Message() string {
	text := f.At
	if f.Want != "" {
		text += ": want " + f.Want
	}
	if f.Got != "" {
		text += ", got " + f.Got
	}
	if f.Want+f.Got == "" && f.Note != "" {
		text += ": " + f.Note
	}
	return text
}
