package contract

// Finding is one place where a rule is broken.
type Finding struct {
	// Call is the id of the recorded call the finding was seen in.
	Call string `json:"call,omitempty"`
	// At names the place in the vendor's words, such as accounts[3].status.
	At string `json:"at"`
	// Want and Got hold both values as a PHP developer would write them.
	Want string `json:"want,omitempty"`
	Got  string `json:"got,omitempty"`
	// Note adds what the two values do not say, in a sentence.
	Note string `json:"note,omitempty"`
	// File and Line point into the module where PHP could tell; File is
	// relative to the module's folder.
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
	// Fault names the fault and the request it was played at, such as
	// truncated-json@3, so that just this can be run again.
	Fault string `json:"fault,omitempty"`
	// Also names further faults, as Fault does, that this finding stands for
	// because they had the same effect.
	Also []string `json:"also,omitempty"`
	// Preview says what syncing this answer would do, nil where that is not the
	// point.
	Preview *Preview `json:"preview,omitempty"`
}

// MaxFindings is how many findings of one rule are kept; further ones are
// counted only, so that a list of a million bad rows keeps reports small.
const MaxFindings = 20

// Result is the outcome of one rule.
type Result struct {
	Rule    Rule    `json:"rule"`
	Outcome Outcome `json:"outcome"`
	// Findings holds at most MaxFindings of the Count places found.
	Findings []Finding `json:"findings,omitempty"`
	Count    int       `json:"count"`
	// Reason says why a rule was not tested or not applicable, and Supply what
	// the vendor can provide to have it tested.
	Reason string `json:"reason,omitempty"`
	Supply string `json:"supply,omitempty"`
	// Follows is set on a failure that is only the consequence of another
	// rule's failure: the evidence is missing because the module broke that
	// rule first.
	Follows string `json:"follows,omitempty"`
	// Waivers are those that cover at least one place, and Waived counts the
	// places they cover. Where Outcome is Fail, Findings and Count are the rest.
	Waivers []Waiver `json:"waivers,omitempty"`
	Waived  int      `json:"waived,omitempty"`
	// Void says of each waiver of this failing rule that no longer counts why
	// that is. It decides the verdict whatever the rule's level.
	Void []string `json:"void,omitempty"`
	// OnlyUnder names the PHPs under which the rule fails while it passes under
	// others, where the module was run under several.
	OnlyUnder []string `json:"onlyUnder,omitempty"`
}

// Verdict is the one word a run ends with.
type Verdict string

// The verdicts.
const (
	// Conformant: every applicable MUST was tested and passed.
	Conformant Verdict = "CONFORMANT"
	// Incomplete: no counted rule failed, but some could not be tested.
	Incomplete Verdict = "INCOMPLETE"
	// NotConformant: a counted rule failed.
	NotConformant Verdict = "NOT CONFORMANT"
	// Error: the module could not be driven, or syncproof failed.
	Error Verdict = "ERROR"
)

// Judgement is everything the reports show, derived from one transcript alone.
type Judgement struct {
	Version int       `json:"version"`
	Tool    string    `json:"tool"`
	Verdict Verdict   `json:"verdict"`
	Strict  bool      `json:"strict"`
	Target  TargetRef `json:"target"`
	// Started is when the evidence was captured, RFC 3339 in UTC.
	Started string `json:"started"`
	// Seconds is how long the recorded calls took.
	Seconds float64 `json:"seconds"`
	// Scope says in plain words what this judgement does and does not cover.
	Scope []string `json:"scope,omitempty"`
	// Trouble says why the target could not be driven, when that happened.
	Trouble []string  `json:"trouble,omitempty"`
	Calls   []CallRef `json:"calls"`
	Counts  Counts    `json:"counts"`
	Results []Result  `json:"results"`
	// Upstream is nil when nobody watched the module's requests.
	Upstream *Upstream `json:"upstream,omitempty"`
	// Rerun is the command that runs the same target again, without selectors.
	Rerun string `json:"rerun,omitempty"`
	// Transcript is the evidence file, relative to the reports' folder.
	Transcript string `json:"transcript,omitempty"`
	// Environment lists what the module ran on, such as the PHP version.
	Environment map[string]string `json:"environment,omitempty"`
}

// TargetRef names what was judged.
type TargetRef struct {
	Kind   string `json:"kind"`
	Ref    string `json:"ref"`
	Module string `json:"module"`
}

// CallRef is one recorded call, as reports list it.
type CallRef struct {
	ID       string  `json:"id"`
	Function string  `json:"function"`
	Purpose  string  `json:"purpose"`
	Ending   string  `json:"ending"`
	Seconds  float64 `json:"seconds"`
	Memory   int64   `json:"memory,omitempty"`
	Accounts int     `json:"accounts"`
}

// Counts holds the number of rules by outcome.
type Counts struct {
	Total         int `json:"total"`
	Pass          int `json:"pass"`
	Fail          int `json:"fail"`
	NotApplicable int `json:"notApplicable"`
	NotTestable   int `json:"notTestable"`
	Waived        int `json:"waived"`
	StaleWaiver   int `json:"staleWaiver"`
	HarnessError  int `json:"harnessError"`
}

// Count tallies results by outcome.
func Count(results []Result) Counts {
	counts := Counts{Total: len(results)}
	for _, r := range results {
		switch r.Outcome {
		case Pass:
			counts.Pass++
		case Fail:
			counts.Fail++
		case NotApplicable:
			counts.NotApplicable++
		case NotTestable:
			counts.NotTestable++
		case Waived:
			counts.Waived++
		case StaleWaiver:
			counts.StaleWaiver++
		case HarnessError:
			counts.HarnessError++
		}
	}
	return counts
}

// Decide derives the verdict: MUST rules count, and SHOULD rules as well when
// strict is set. A rule that was not tested never counts as a pass, and a run
// in which nothing passed or failed proves nothing.
func Decide(results []Result, strict bool) Verdict {
	failed, untested, broken, passed := false, false, false, false
	for _, r := range results {
		if r.Outcome == HarnessError {
			broken = true
		}
		if r.Outcome == StaleWaiver || len(r.Void) > 0 {
			failed = true
		}
		if r.Outcome == Pass {
			passed = true
		}
		if !counts(r.Rule.Level, strict) {
			continue
		}
		switch r.Outcome {
		case Fail:
			failed = true
		case NotTestable:
			untested = true
		default:
		}
	}
	switch {
	case failed:
		return NotConformant
	case broken:
		return Error
	case untested, !passed:
		return Incomplete
	default:
		return Conformant
	}
}

func counts(level Level, strict bool) bool {
	return level == Must || strict && level == Should
}
