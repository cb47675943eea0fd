package judge

import (
	"fmt"
	"strings"
	"time"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
	"syncproof/internal/waiver"
	"syncproof/suites"
)

// Options tune the judging of a transcript.
type Options struct {
	// Tool is the version that judges, as reports show it.
	Tool string
	// Strict counts SHOULD rules in the verdict.
	Strict bool
	// Transcript is where the evidence lies, as reports name it.
	Transcript string
	// Waivers are the failures the vendor accepts, and Today a moment of the day
	// on which they are to count.
	Waivers []contract.Waiver
	Today   time.Time
}

// Run judges a transcript by the rules and derives the verdict. The same
// transcript, rules and options always give the same judgement. It must not run
// while the process runs another Ginkgo suite, and it resets the handling of
// SIGINT and SIGTERM to the default; a caller that handles them asks again.
func Run(t *transcript.Transcript, rules []suites.Rule, opts Options) (contract.Judgement, error) {
	j := contract.Judgement{
		Version:     1,
		Tool:        opts.Tool,
		Strict:      opts.Strict,
		Target:      contract.TargetRef(t.Header.Target),
		Started:     t.Header.Started,
		Scope:       scope(t, rules),
		Trouble:     trouble(t),
		Calls:       calls(t),
		Upstream:    upstream(t),
		Rerun:       t.Header.Rerun,
		Transcript:  opts.Transcript,
		Environment: environment(t),
	}
	if t.End != nil {
		j.Seconds = t.End.Seconds
	}
	prepared, err := prepare(rules, t)
	if err != nil {
		return j, err
	}
	if j.Results, err = runSpecs(rules, prepared); err != nil {
		return j, err
	}
	if err := t.Err(); err != nil {
		return j, err
	}
	waiver.Apply(j.Results, t, opts.Waivers, opts.Today)
	j.Counts = contract.Count(j.Results)
	j.Verdict = decide(t, j)
	return j, nil
}

// prepare streams the rows; a row check that panics is our defect and must not
// take the report of the run with it.
func prepare(rules []suites.Rule, t *transcript.Transcript) (j *suites.Judge, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("syncproof failed while reading the accounts list: %v; this is a defect of syncproof", r)
		}
	}()
	return suites.NewJudge(rules, t)
}

// decide applies what the results alone cannot tell: a target that could not
// be driven, and a run that broke off.
func decide(t *transcript.Transcript, j contract.Judgement) contract.Verdict {
	verdict := contract.Decide(j.Results, j.Strict)
	switch {
	case verdict == contract.NotConformant || verdict == contract.Error:
		return verdict
	case len(j.Trouble) > 0:
		return contract.Error
	case t.End == nil || t.End.Interrupted || t.End.Stopped || len(t.Missing()) > 0:
		return contract.Incomplete
	}
	return verdict
}

// trouble lists why the target could not be driven. What a kind of target
// cannot offer at all is no trouble; the rules concerned say so themselves.
func trouble(t *transcript.Transcript) []string {
	var texts []string
	seen := map[string]bool{}
	add := func(x transcript.Trouble) {
		text := x.Message
		if x.Advice != "" {
			text += "; " + x.Advice
		}
		if x.Kind != transcript.TroubleUnsupported && !seen[text] {
			seen[text] = true
			texts = append(texts, text)
		}
	}
	for _, x := range t.Troubles {
		add(x)
	}
	for _, s := range t.Sessions {
		for _, x := range s.Troubles {
			add(x)
		}
	}
	return texts
}

// goOn says how a run that broke off can be completed.
const goOn = " It can be gone on with: the same command line, and --resume with the folder of its results."

func scope(t *transcript.Transcript, rules []suites.Rule) []string {
	lines := []string{"Judged from what the module answers to one server."}
	if n := len(t.Header.Rules); n > 0 {
		lines = append(lines, fmt.Sprintf("This was a partial run, for %s only; it is no verdict on the module.", rulesWords(n)))
	}
	lines = append(lines, faultLines(t)...)
	lines = append(lines, panelLines(t, rules)...)
	lines = append(lines, policyLines(t.Header.Policies)...)
	switch {
	case t.Header.Live:
	case t.Header.Target.Kind == transcript.TargetPHP:
		lines = append(lines, "No server was named, so the module was kept off the network and had no accounts to list.")
	default:
		lines = append(lines, "No server was named, so the module had no accounts to list.")
	}
	for _, part := range t.Missing() {
		lines = append(lines, fmt.Sprintf("Part %d of %d of the run is missing.", part, t.Header.Shard.Of))
	}
	switch {
	case t.End == nil:
		lines = append(lines, "The transcript breaks off: the run did not finish."+goOn)
	case t.End.Stopped:
		lines = append(lines, "The run stopped at the first failure, as asked: much of the module was not tested.")
	case t.End.Interrupted:
		lines = append(lines, "The run was interrupted before all calls were made."+goOn)
	}
	return lines
}

func rulesWords(n int) string {
	if n == 1 {
		return "one rule"
	}
	return fmt.Sprintf("%d rules", n)
}

func calls(t *transcript.Transcript) []contract.CallRef {
	refs := []contract.CallRef{}
	for _, s := range t.Sessions {
		for _, c := range s.Calls {
			refs = append(refs, contract.CallRef{
				ID: c.ID, Function: c.Function, Purpose: s.Purpose, Ending: c.Ending,
				Seconds: c.Seconds, Memory: c.Memory, Accounts: c.Len(),
			})
		}
	}
	return refs
}

func environment(t *transcript.Transcript) map[string]string {
	env := map[string]string{}
	for _, s := range t.Sessions {
		if s.Boot == nil {
			continue
		}
		env["php"] = s.Boot.PHP
		if s.Boot.OS != "" {
			env["os"] = s.Boot.OS
		}
		break
	}
	for _, s := range t.Sessions {
		if s.ID == transcript.SessionMetaData {
			env["network"] = networkWords(s.Network)
		}
	}
	return env
}

func networkWords(network string) string {
	switch network {
	case transcript.NetworkNone:
		return "calls that need no server ran without any network"
	case transcript.NetworkDeadProxy:
		return "calls that need no server had a proxy that leads nowhere; this machine cannot isolate them"
	default:
		return "open"
	}
}

// FailureText is a result in a few lines, for reports that have no layout of
// their own.
func FailureText(r contract.Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: %s\n", r.Rule.ID, r.Rule.Level, r.Rule.Title)
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "  %s", f.At)
		if f.Want != "" {
			fmt.Fprintf(&b, " want %s, got %s", f.Want, f.Got)
		} else if f.Got != "" {
			fmt.Fprintf(&b, " got %s", f.Got)
		}
		if f.Note != "" {
			fmt.Fprintf(&b, " (%s)", f.Note)
		}
		if f.File != "" {
			fmt.Fprintf(&b, " %s:%d", f.File, f.Line)
		}
		b.WriteByte('\n')
	}
	if more := r.Count - len(r.Findings); more > 0 {
		fmt.Fprintf(&b, "  and %d more\n", more)
	}
	if r.Reason != "" {
		fmt.Fprintf(&b, "  %s\n", r.Reason)
	}
	if r.Rule.Why != "" {
		fmt.Fprintf(&b, "  why  %s\n  fix  %s\n", r.Rule.Why, r.Rule.Fix)
	}
	return phpvalue.Printable(b.String())
}
