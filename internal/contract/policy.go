package contract

// Policies are what a vendor declares that the module does on purpose, at points
// on which WHMCS documents nothing. The zero value declares nothing.
type Policies struct {
	// UnknownDate, EmptyEmail and NoPlan say what becomes of an account whose
	// creation date the panel does not know, which has no e-mail address, or no
	// plan: PolicyFail or PolicyEmpty, "" for not declared.
	UnknownDate string `json:"unknownDate,omitempty"`
	EmptyEmail  string `json:"emptyEmail,omitempty"`
	NoPlan      string `json:"noPlan,omitempty"`
	// OmittedStates are the panel profile's names of states whose accounts are
	// left out of the list; StateUnknown stands for those it has no word for.
	OmittedStates []string `json:"omittedStates,omitempty"`
}

// Policies for accounts that lack something.
const (
	// PolicyFail: the list fails.
	PolicyFail = "fail"
	// PolicyEmpty: the field is empty.
	PolicyEmpty = "empty"
	// StateUnknown names the states that a panel profile has no word for.
	StateUnknown = "unknown"
)
