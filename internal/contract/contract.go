// Package contract is the vocabulary of syncproof: what a rule says, how
// strongly, on what basis, what breaking it does to customers, and the words a
// verdict is made of. It holds data and arithmetic over that data; it does no
// I/O and imports nothing else of this project.
package contract

// Level is how binding a rule is.
type Level string

// The three levels, in RFC 2119's sense. Only MUST decides the verdict, unless
// the run is strict, which counts SHOULD as well.
const (
	Must   Level = "MUST"
	Should Level = "SHOULD"
	May    Level = "MAY"
)

// Basis says where a rule comes from. It is never stronger than the source:
// what WHMCS does not document is never called documented.
type Basis string

// The four bases.
const (
	// Documented rules restate WHMCS's own documentation or official sample.
	Documented Basis = "documented"
	// Inferred rules follow from documented text that does not state them.
	Inferred Basis = "inferred"
	// Evidence rules come from how public modules, PHP or HTTP behave.
	Evidence Basis = "evidence"
	// Undocumented marks points that were looked for and found nowhere.
	Undocumented Basis = "undocumented"
)

// Hazard is what breaking a rule does to the vendor's customers.
type Hazard string

// Hazards, from worst to none; reports lead with them in this order.
const (
	// Terminate: services can be listed as missing, and syncing a missing
	// service terminates it.
	Terminate Hazard = "terminate"
	// Duplicate: services, clients or products can be created twice.
	Duplicate Hazard = "duplicate"
	// Corrupt: wrong data is compared with and written to good services.
	Corrupt Hazard = "corrupt"
	// Crash: the administrator's page breaks instead of showing a result.
	Crash Hazard = "crash"
	// Leak: credentials or customer data become visible.
	Leak Hazard = "leak"
	// Misleading: the administrator is told something untrue or useless.
	Misleading Hazard = "misleading"
	// NoHazard: good practice; no harm is known to follow.
	NoHazard Hazard = "none"
)

// Hazards lists every hazard, worst first.
func Hazards() []Hazard {
	return []Hazard{Terminate, Duplicate, Corrupt, Crash, Leak, Misleading, NoHazard}
}

// Levels lists every level, most binding first.
func Levels() []Level { return []Level{Must, Should, May} }

// Rule is the published part of a conformance rule: everything that can be
// shown to a reader. The check itself stands beside it in package suites.
type Rule struct {
	// ID is permanent: it is never renamed, renumbered or reused.
	ID     string `json:"id"`
	Area   string `json:"area"`
	Level  Level  `json:"level"`
	Basis  Basis  `json:"basis"`
	Hazard Hazard `json:"hazard"`
	// Title is the statement in one line, unique among all rules.
	Title string `json:"title"`
	// Quote is the sentence of the source the rule rests on, empty where
	// there is none to quote.
	Quote string `json:"quote,omitempty"`
	// Source names where Quote or the evidence stands: addresses, one a line.
	Source string `json:"source"`
	// Why is the consequence in WHMCS of breaking the rule.
	Why string `json:"why"`
	// Fix tells a PHP developer what to change.
	Fix string `json:"fix"`
	// Good and Bad are short PHP examples that keep and break the rule.
	Good string `json:"good"`
	Bad  string `json:"bad"`
	// Since is the syncproof version that introduced the rule.
	Since string `json:"since"`
}

// Outcome is what happened to one rule in one run.
type Outcome string

// The outcomes. Only Pass means that the rule was tested and kept.
const (
	Pass Outcome = "pass"
	Fail Outcome = "fail"
	// NotApplicable: the module does not declare the feature the rule is about.
	NotApplicable Outcome = "not-applicable"
	// NotTestable: evidence could not be had; the reason says why and what to
	// supply.
	NotTestable Outcome = "not-testable"
	// Waived: the rule failed and the vendor's configuration accepts that.
	Waived Outcome = "waived"
	// StaleWaiver: a waiver for the rule has nothing left to accept: the rule, or
	// what the waiver is limited to, no longer fails. Counts as Fail.
	StaleWaiver Outcome = "stale-waiver"
	// HarnessError: syncproof itself could not decide; never the module's fault.
	HarnessError Outcome = "harness-error"
)

// Outcomes lists every outcome in the order reports count them.
func Outcomes() []Outcome {
	return []Outcome{Fail, StaleWaiver, HarnessError, NotTestable, Waived, NotApplicable, Pass}
}
