package suites_test

import (
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
	under("html-login", empty)(r)
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
		case s.At == 2:
			got[s.Fault+"@2"] = s.Effect
		}
	}
	for id, want := range map[string]contract.Effect{
		"html-login@2": contract.Untrue, "http-500@2": contract.Whole, "refused@2": contract.NoAnswer, "http-401@2": contract.Reported,
		"empty@2":    contract.Unjudged,
		"html-login": contract.Untrue, "http-500": contract.Reported,
	} {
		if got[id] != want {
			t.Errorf("%s came to %q, want %q", id, got[id], want)
		}
	}
}
