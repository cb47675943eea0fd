package suites_test

import (
	"fmt"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/transcript/transcripttest"
	"syncproof/suites"
)

func TestStrikes(t *testing.T) {
	r := transcripttest.Talking(t)
	at("html-login@2", some)(r)
	at("http-500@2", whole)(r)
	at("refused@2", func(c *transcripttest.Call) { c.Returns(nil) })(r)
	at("empty@2", func(c *transcripttest.Call) {
		c.Throws(transcript.Throwable{Class: "Error", Message: `Class "WHMCS\User\Client" not found`})
	})(r)
	at("null@2", func(c *transcripttest.Call) { c.Returns(transcripttest.Array{"accounts": transcripttest.List{}}) })(r)
	// What the module could not do, or was never asked, is not held against it.
	stolen := r.Point("html-login@1")
	some(stolen.Calls[0])
	stolen.Exchanges = nil
	r.Point("http-500@1").Calls[0].Ends(transcript.EndNotReached)
	under("html-login", empty)(r)
	under("null", func(c *transcripttest.Call) {
		c.Throws(transcript.Throwable{Class: "Error", Message: `Class "WHMCS\User\Client" not found`})
	})(r)
	r.EachFault(func(s *transcripttest.Session) {
		switch s.Info.Upstream.Fault {
		case "empty":
			s.Unplayable("no namespaces")
		case "http-401":
			s.Exchanges = nil
		case "zero":
			empty(s.Calls[0])
			s.Exit.Interrupted = true
		}
	})
	got := map[string]contract.Effect{}
	for _, s := range suites.Strikes(r.Transcript()) {
		if s.Title == "" {
			t.Errorf("%s has no title", s.Fault)
		}
		switch {
		case s.Blind && s.At != 0:
			t.Errorf("%+v", s)
		case s.Blind:
			got[s.Fault] = s.Effect
		default:
			got[fmt.Sprintf("%s@%d", s.Fault, s.At)] = s.Effect
		}
	}
	for id, want := range map[string]contract.Effect{
		"html-login@2": contract.Untrue, "http-500@2": contract.Whole, "refused@2": contract.NoAnswer, "http-401@2": contract.Reported,
		"empty@2": contract.Unjudged, "null@2": contract.NoAnswer, "html-login@1": contract.Unjudged, "http-500@1": contract.Unjudged,
		"null": contract.Unjudged, "empty": contract.Unjudged, "http-401": contract.Unjudged, "zero": contract.Unjudged,
		"html-login": contract.Untrue, "http-500": contract.Reported,
	} {
		if got[id] != want {
			t.Errorf("%s came to %q, want %q", id, got[id], want)
		}
	}
}
