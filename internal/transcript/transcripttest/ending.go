package transcripttest

import (
	"syncproof/internal/transcript"
)

// Returns makes the call return a value; see Array for what it may hold.
func (c *Call) Returns(value any) *Call {
	c.Result = Result{Returned: true, Value: value}
	return c
}

// Throws makes the call throw.
func (c *Call) Throws(t transcript.Throwable) *Call {
	c.Result = Result{Throwable: &t}
	return c
}

// Missing makes the function one the module does not define.
func (c *Call) Missing() *Call {
	c.Result = Result{Missing: true}
	return c
}

// Exits makes the call end PHP with exit or die, after printing text.
func (c *Call) Exits(status int, printed string) *Call {
	down := transcript.Shutdown{Phase: transcript.PhaseCall, Effects: c.Effects}
	down.Output = Printed(printed)
	return c.cut(&down, true, transcript.Exit{Status: status, Stdout: Printed(printed)})
}

// Dies makes the call end in a fatal error.
func (c *Call) Dies(fatal transcript.Fatal) *Call {
	down := transcript.Shutdown{Phase: transcript.PhaseCall, Fatal: &fatal, Effects: c.Effects}
	return c.cut(&down, true, transcript.Exit{Status: 255})
}

// Ends makes the call end in one of the transcript's endings, with plausible
// details. A session that ends with it takes its later calls along.
func (c *Call) Ends(ending string) *Call {
	switch ending {
	case transcript.EndReturned:
		return c.Returns(nil)
	case transcript.EndThrew:
		return c.Throws(transcript.Throwable{Class: "RuntimeException", Message: "boom", File: "acme.php", Line: 40})
	case transcript.EndMissing:
		return c.Missing()
	case transcript.EndExited:
		return c.Exits(0, "")
	case transcript.EndFatal:
		return c.Dies(transcript.Fatal{Message: "Cannot redeclare acme_call()", File: "acme.php", Line: 7})
	case transcript.EndOutOfMemory:
		return c.Dies(transcript.Fatal{
			Message: "Allowed memory size of 134217728 bytes exhausted", File: "acme.php", Line: 51, Memory: true,
		})
	case transcript.EndTimedOut:
		return c.cut(nil, false, transcript.Exit{TimedOut: true, Limit: 60, Signal: "SIGKILL", Seconds: 60})
	case transcript.EndCrashed:
		return c.cut(nil, false, transcript.Exit{Signal: "SIGSEGV"})
	case transcript.EndLost:
		return c.cut(nil, false, transcript.Exit{})
	case transcript.EndNotReached:
		return c.notReached()
	case transcript.EndNoAnswer:
		return c.noAnswer()
	case transcript.EndOpen:
		c.cut(nil, false, transcript.Exit{})
		c.session.Exit = nil
		return c
	}
	panic("no such ending: " + ending)
}

// Endings lists every ending a call can have.
func Endings() []string {
	return []string{
		transcript.EndReturned, transcript.EndThrew, transcript.EndMissing, transcript.EndExited,
		transcript.EndFatal, transcript.EndOutOfMemory, transcript.EndTimedOut, transcript.EndCrashed,
		transcript.EndLost, transcript.EndNotReached, transcript.EndNoAnswer, transcript.EndOpen,
	}
}

// cut ends the session in this call.
func (c *Call) cut(down *transcript.Shutdown, final bool, exit transcript.Exit) *Call {
	c.Result = Result{}
	c.session.Shutdown, c.session.Final, c.session.Exit = down, final, &exit
	after := false
	for _, other := range c.session.Calls {
		if after {
			other.Result, other.Unreached = Result{}, true
		}
		after = after || other == c
	}
	return c
}

func (c *Call) notReached() *Call {
	s := c.session
	s.LoadFails(transcript.Throwable{Class: "ParseError", Message: "syntax error, unexpected token \"}\"", File: "acme.php", Line: 3})
	return c
}

func (c *Call) noAnswer() *Call {
	c.cut(nil, false, transcript.Exit{})
	c.session.Exit = nil
	c.session.Troubles = []transcript.Trouble{{
		Kind: transcript.TroubleAnswer, Message: "the answer is not JSON", Advice: "look at what the address answers",
	}}
	return c
}

// LoadFails makes the module's file throw while it loads.
func (s *Session) LoadFails(t transcript.Throwable) {
	s.Load = &transcript.Load{Throwable: &t}
	s.unreach()
}

// LoadEnds makes the session end while the file loads: with a fatal error, or
// by exit when fatal is nil. exit is what the process was seen to do.
func (s *Session) LoadEnds(fatal *transcript.Fatal, exit transcript.Exit) {
	s.Load = nil
	s.Shutdown, s.Final, s.Exit = &transcript.Shutdown{Phase: transcript.PhaseLoad, Fatal: fatal}, true, &exit
	s.unreach()
}

func (s *Session) unreach() {
	for _, c := range s.Calls {
		c.Result, c.Unreached = Result{}, true
	}
}

// Printed is output as the recorder stores it.
func Printed(text string) transcript.Output {
	if text == "" {
		return transcript.Output{}
	}
	return transcript.Output{Bytes: int64(len(text)), Text: Text(text)}
}
