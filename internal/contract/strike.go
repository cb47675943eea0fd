package contract

// Strike is what came of one fault at one request, or at every one. Strikes make
// the map of a run's faults; what is wrong with each stands in the findings.
type Strike struct {
	// Fault is the fault's id and Title what it is in words.
	Fault string
	Title string
	// At is the number of the request that met it, 0 when every request did.
	At int
	// Blind says that no good answer of the panel was known, so that every request
	// met the fault from the start.
	Blind  bool
	Effect Effect
}

// Effect is what the module made of a fault.
type Effect string

// Effects. A fault that was planned and could not be judged is Unjudged: the
// call was not made, or the fault met no request.
const (
	Reported Effect = "reported" // it returned a failure
	Whole    Effect = "whole"    // it returned the whole list all the same
	Untrue   Effect = "untrue"   // it returned a list that is not the whole one
	NoAnswer Effect = "none"     // it returned nothing WHMCS could use, or too late
	Unjudged Effect = "unjudged"
)
