// Package exchange makes planned sessions with an implementation that takes
// one JSON request and gives one JSON answer, whatever way the two travel.
package exchange

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"syncproof/internal/scenario"
	"syncproof/internal/target/answer"
	"syncproof/internal/transcript"
)

// Exchanger carries one request to the implementation and its answer back.
type Exchanger interface {
	// Exchange returns a *NoAnswerError when there is no answer to read, and the
	// context's error when that is done.
	Exchange(ctx context.Context, request []byte) (Reply, error)
}

// Reply is what came back.
type Reply struct {
	Body []byte
	// Stream is in place of the body when that was taken apart while it arrived.
	// Whoever gets the reply closes it.
	Stream *answer.Stream
	// Exit is how the exchange ended, seen from outside.
	Exit transcript.Exit
	// Doubt is set when the way the answer came casts doubt on it, such as a
	// status that says failure. Only an envelope is believed then: nothing but
	// the bridge writes one.
	Doubt *transcript.Trouble
}

// NoAnswerError says why there is no answer.
type NoAnswerError struct {
	Trouble transcript.Trouble
	// Exit is nil when nothing was reached that could have ended.
	Exit *transcript.Exit
}

func (f *NoAnswerError) Error() string { return f.Trouble.Message }

// Optional keys of a request that an answer can say it honoured.
const (
	KeyWithoutWHMCS = "withoutWHMCS"
	KeyRequest      = "request"
	KeyAgain        = answer.KeyAgain
	KeyHelpers      = "helpers"
	KeySettings     = "settings"
)

// request is one request of the protocol; docs/protocol.md describes it.
type request struct {
	Version  int    `json:"version"`
	Module   string `json:"module"`
	Function string `json:"function"`
	// Params is never null: [] and {} are the same to PHP, null is not.
	Params       map[string]any `json:"params"`
	NoParams     bool           `json:"noParams,omitempty"`
	Loaders      bool           `json:"loaders,omitempty"`
	Session      string         `json:"session"`
	Call         string         `json:"call"`
	WithoutWHMCS bool           `json:"withoutWHMCS,omitempty"`
	Locale       bool           `json:"locale,omitempty"`
	Request      string         `json:"request,omitempty"`
	// Helpers says what is to be wrong with WHMCS's functions for logging, and Settings
	// are settings of PHP to change.
	Helpers  string            `json:"helpers,omitempty"`
	Settings map[string]string `json:"settings,omitempty"`
	// Again names a second call to make in the same PHP process.
	Again string `json:"again,omitempty"`
}

// requestFor words the request for one step of a session. again is the id of
// the step's repetition, "" where it has none.
func requestFor(module string, s scenario.Session, step scenario.Step, again string) ([]byte, error) {
	r := request{
		Version: answer.Version, Module: module, Function: step.Function, Params: step.Params,
		NoParams: step.NoParams, Loaders: step.Loaders, Session: s.ID, Call: step.Call,
		WithoutWHMCS: s.WithoutWHMCS, Locale: s.Locale, Request: s.Request, Again: again,
		Helpers: s.Helpers, Settings: s.Settings,
	}
	if r.Params == nil {
		r.Params = map[string]any{}
	}
	raw, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("writing the request for %s: %w", step.Function, err)
	}
	return raw, nil
}

// repetition is the call of the second step when it repeats the first, else "".
func repetition(steps []scenario.Step) string {
	if len(steps) < 2 || steps[0].Loaders {
		return ""
	}
	second := steps[1]
	second.Call = steps[0].Call
	if !reflect.DeepEqual(second, steps[0]) {
		return ""
	}
	return steps[1].Call
}

// failure returns err as a *NoAnswerError, or nil.
func failure(err error) *NoAnswerError {
	var f *NoAnswerError
	if errors.As(err, &f) {
		return f
	}
	return nil
}
