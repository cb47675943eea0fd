package suites

import (
	"strconv"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

// ordinaryCalls are the recorded calls that WHMCS makes too. The call without
// parameters is not one: what a module does then is PAR-07's.
func ordinaryCalls(t *transcript.Transcript) []*transcript.Call {
	var calls []*transcript.Call
	for _, s := range t.Sessions {
		if !undisturbed(s) || s.Varied() {
			continue
		}
		for _, call := range s.Calls {
			if call.ID != transcript.CallEmpty {
				calls = append(calls, call)
			}
		}
	}
	return calls
}

// listIsJudged closes a case without findings when ListAccounts() was not even
// called, or ended in a way that leaves what it did unknown.
func (c *Case) listIsJudged() {
	c.followGate(askSync(c.T))
	c.followGate(askCall(c.T, transcript.CallList))
	if call := c.T.Call(transcript.CallList); call != nil && !tellsEffects(call) {
		c.followGate(askAnswer(c.T))
	}
}

// tellsEffects reports whether PHP could still say what the call had done.
func tellsEffects(call *transcript.Call) bool {
	switch call.Ending {
	case transcript.EndReturned, transcript.EndThrew:
		return true
	}
	down := call.Session.Shutdown
	return down != nil && down.Phase == transcript.PhaseCall
}

// tells reports whether a finding in a call is worth telling: what a call shows
// differs from fault to fault, and is the same defect.
func (o once) tells(call *transcript.Call, got string, where ...string) bool {
	known := !o.first(append([]string{"any"}, where...)...)
	return (!underFault(call) || !known) && o.first(append(where, got)...)
}

func checkOutput(c *Case) {
	seen := once{}
	fail := func(call *transcript.Call, at, want, got string) {
		if !seen.tells(call, got, at, want) {
			return
		}
		place := c.inFunction(call, at)
		if underFault(call) {
			place.Note = "under the fault " + call.Session.Upstream.Fault
		}
		place.Want, place.Got = want, got
		c.Fail(place)
	}
	for _, call := range ordinaryCalls(c.T) {
		// What MetaData() prints is META-08's.
		if call.Function == "MetaData" {
			continue
		}
		at := call.Function + "()"
		if call.Output.Bytes > 0 {
			fail(call, at, "no output", printed(call.Output))
		}
		for _, h := range call.Headers {
			fail(call, at, "no headers", "the header "+phpvalue.Quote(h))
		}
		if call.Ending != transcript.EndReturned {
			continue
		}
		if out := call.Session.Exit.Stdout; out.Bytes > 0 && call.Session.Sees.Output {
			fail(call, at, "nothing written to standard output", printed(out))
		}
		if down := call.Session.Shutdown; down != nil && down.Phase == transcript.PhaseEnd && down.Output.Bytes > 0 {
			fail(call, "after "+at+" returned", "no output", printed(down.Output))
		}
	}
	c.listIsJudged()
}

func checkWarnings(c *Case) {
	c.checkDiagnostics("no warnings or notices", func(w transcript.Warning) bool { return w.Level != levelDeprecated })
}

func checkDeprecations(c *Case) {
	c.checkDiagnostics("no deprecations", func(w transcript.Warning) bool { return w.Level == levelDeprecated })
}

const levelDeprecated = "deprecated"

// checkDiagnostics reports PHP's diagnostics, each line of code once.
func (c *Case) checkDiagnostics(want string, ours func(transcript.Warning) bool) {
	seen := once{}
	report := func(call, at string, warnings []transcript.Warning) {
		for _, w := range warnings {
			if w.Silenced || !ours(w) || !seen.first(w.Level, w.Message, w.File, strconv.Itoa(w.Line)) {
				continue
			}
			times := ""
			if w.Count > 1 {
				times = plural(int64(w.Count), "time", "times") + " in this call"
			}
			c.Fail(contract.Finding{
				Call: call, At: at, Want: want, Got: w.Level + ": " + w.Message,
				Note: sentence(times, ambiguousKey(w.Message)), File: w.File, Line: w.Line,
			})
		}
	}
	for _, s := range loadings(c.T) {
		if s.Load != nil {
			report(firstCall(s), "loading "+c.mainFile(), s.Load.Warnings)
		}
	}
	for _, call := range ordinaryCalls(c.T) {
		report(call.ID, call.Function+"()", call.Warnings)
	}
	c.listIsJudged()
}

func checkExit(c *Case) {
	seen := once{}
	for _, call := range ordinaryCalls(c.T) {
		if call.Ending != transcript.EndExited {
			c.checkLateExit(call, seen)
			continue
		}
		got := "it called exit or die" + andPrinted(call.Output)
		if !seen.tells(call, got, call.Function) {
			continue
		}
		place := c.inFunction(call, callAt(call))
		place.Want, place.Got = "it returns", got
		c.Fail(place)
	}
	c.listIsJudged()
}

// checkLateExit looks for exit in what the module left to run after its
// function returned.
func (c *Case) checkLateExit(call *transcript.Call, seen once) {
	s := call.Session
	if call.Ending != transcript.EndReturned || !s.Sees.Ending || s.Final || s.Shutdown == nil ||
		s.Shutdown.Phase != transcript.PhaseEnd || s.Shutdown.Fatal != nil || s.Exit.Signal != "" || s.Exit.Status == phpFailed {
		return
	}
	at := "after " + call.Function + "() returned"
	if seen.first(at) {
		c.Fail(contract.Finding{Call: call.ID, At: at, Want: "PHP ends in good order", Got: "a shutdown function of the module called exit or die"})
	}
}

func checkState(c *Case) {
	seen := once{}
	report := func(call, at string, changes []transcript.StateChange) {
		for _, change := range changes {
			if seen.first(change.Name, change.After) {
				c.Fail(contract.Finding{Call: call, At: change.Name, Want: change.Before, Got: change.After, Note: "changed by " + at})
			}
		}
	}
	for _, s := range loadings(c.T) {
		if s.Load != nil {
			report(firstCall(s), "loading "+c.mainFile(), s.Load.State)
		}
	}
	if call := c.T.Call(transcript.CallList); call != nil {
		report(call.ID, "ListAccounts()", call.State)
	}
	c.listIsJudged()
}
