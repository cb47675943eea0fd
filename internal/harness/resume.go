package harness

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"syncproof/internal/scenario"
	"syncproof/internal/secret"
	"syncproof/internal/target"
	"syncproof/internal/transcript"
	"syncproof/suites"
)

// Resume is a run that broke off and is to go on.
type Resume struct {
	// Path is where its transcript lies, and From that transcript.
	Path string
	From *transcript.Transcript
	// Taken is told when all that is kept of it was recorded. From is not looked at
	// after that; nil tells nobody.
	Taken func() error
}

// ErrOtherRun says that a run cannot go on where another one broke off.
var ErrOtherRun = errors.New("the run that broke off was another one, so it cannot be gone on with")

// kept is what a run does not make again; the zero value is nothing.
type kept struct {
	over map[string]bool
	// further is the second plan, where it was recorded.
	further []scenario.Session
	// seconds is how long the run took before.
	seconds float64
}

// settled is how many accounts the played panel had, 0 when that is not known.
func (r *Resume) settled(fleet string) int {
	s := r.From.Session(transcript.SessionConversation)
	if s != nil && s.Upstream != nil && s.Upstream.Fleet == fleet {
		return s.Upstream.Size
	}
	if r.From.Extension != nil {
		// By now larger fleets of the same name may have been recorded.
		return 0
	}
	return r.From.Held(fleet)
}

// takeOver records what stays of the run that broke off.
func (r *Resume) takeOver(ctx context.Context, d target.Description, plan []scenario.Session, to *transcript.Recorder, opts Options) (kept, error) {
	if r == nil {
		return kept{}, nil
	}
	if differ := r.From.Differences(to.Transcript()); len(differ) > 0 {
		return kept{}, fmt.Errorf("%w: what differs is %s", ErrOtherRun, strings.Join(differ, "; "))
	}
	k := kept{over: r.From.Over()}
	if r.From.End != nil {
		k.seconds = r.From.End.Seconds
	}
	extension := r.From.Extension
	if r.unsettled(plan, k, opts) {
		extension = nil
	}
	if extension != nil {
		var again *transcript.Extension
		k.further, again = scenario.Extend(suites.Needs(opts.Rules), opts.run(), r.From)
		if !alike(again, extension) {
			return kept{}, fmt.Errorf("%w: what differs is what is tried within the module's conversation with its panel", ErrOtherRun)
		}
	}
	same, err := r.stillSame(ctx, d, plan, k, opts)
	if err != nil {
		return kept{}, err
	}
	if !same {
		k.forget(plan)
		extension = nil
	}
	if extension != nil {
		if err := extend(to, extension); err != nil {
			return kept{}, err
		}
	}
	if err := transcript.TakeOver(r.Path, k.over, to); err != nil {
		return kept{}, err
	}
	if r.Taken == nil {
		return k, nil
	}
	if err := r.Taken(); err != nil {
		return kept{}, fmt.Errorf("%w: %w", transcript.ErrNotTaken, err)
	}
	return k, nil
}

// unsettled says that the second plan was not known as a whole when the run broke
// off, and is to be made again.
func (r *Resume) unsettled(plan []scenario.Session, k kept, opts Options) bool {
	for id := range scenario.Last(plan, opts.run()) {
		if !k.over[id] {
			return true
		}
	}
	return false
}

// stillSame lists once more what was listed before. The lists of a run are compared
// with each other, and what changed on a real server in between must not look like
// a defect of the module. It is what the target then repeats, too, for the replies
// of a panel are in no transcript. A recording has them, and without a server
// there are none.
func (r *Resume) stillSame(ctx context.Context, d target.Description, plan []scenario.Session, k kept, opts Options) (bool, error) {
	php := d.Target.Kind == transcript.TargetPHP
	if answers := opts.run().Answers; php && (answers == transcript.AnswersRecorded || answers == transcript.AnswersNone) {
		return true, nil
	}
	mine := opts.Shard.Sessions(slices.Concat(plan, k.further), opts.Params)
	open := func(s scenario.Session) bool { return !k.over[s.ID] }
	if r.From.Extension != nil && !slices.ContainsFunc(mine, open) {
		return true, nil
	}
	probe := transcript.SessionList
	if php && slices.Contains(scenario.IDs(plan), transcript.SessionConversation) {
		probe = transcript.SessionConversation
	}
	at := slices.IndexFunc(plan, func(s scenario.Session) bool { return s.ID == probe })
	if at < 0 || !k.over[probe] {
		// Nothing was listed, so there is nothing to compare with.
		return false, nil
	}
	recorder := transcript.NewRecorder(io.Discard, secret.New(opts.Secrets).Line)
	if err := target.Capture(ctx, opts.Target, plan[at:at+1], recorder, target.CaptureOptions{Parallel: 1}); err != nil {
		return false, fmt.Errorf("looking whether the panel still says the same: %w", err)
	}
	return sameAnswer(r.From.Session(probe), recorder.Transcript().Session(probe)), nil
}

// forget has everything made again that a server was asked for.
func (k *kept) forget(plan []scenario.Session) {
	for _, s := range plan {
		asks := s.Upstream == nil && !s.Isolated && len(s.Steps) > 0
		if asks || s.Upstream != nil && s.Upstream.Answers != transcript.AnswersNone {
			delete(k.over, s.ID)
		}
	}
	// The second plan may have been begun before it was recorded.
	maps.DeleteFunc(k.over, func(id string, _ bool) bool {
		return !slices.ContainsFunc(plan, func(s scenario.Session) bool { return s.ID == id })
	})
	k.further = nil
}

// sameAnswer reports whether a module asked for the same and listed the same.
func sameAnswer(a, b *transcript.Session) bool {
	if a == nil || b == nil || len(a.Calls) != len(b.Calls) || len(a.Exchanges) != len(b.Exchanges) {
		return false
	}
	for i := range a.Exchanges {
		if x, y := a.Exchanges[i], b.Exchanges[i]; x.Shape() != y.Shape() || x.Status != y.Status {
			return false
		}
	}
	for i := range a.Calls {
		x, y := a.Calls[i], b.Calls[i]
		if x.Ending != y.Ending || x.Len() != y.Len() || !alike(x.Value, y.Value) {
			return false
		}
		accounts := slices.Collect(y.Accounts())
		for account := range x.Accounts() {
			if len(accounts) == 0 || !alike(account, accounts[0]) {
				return false
			}
			accounts = accounts[1:]
		}
	}
	return true
}

// alike compares what is stored of two values.
func alike(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

// left are the sessions of a plan that are still to be made. It waits where one
// of them must not see the second in which the one it follows was over.
func (k kept) left(ctx context.Context, plan []scenario.Session) ([]scenario.Session, error) {
	if len(k.over) == 0 {
		return plan, nil
	}
	left := slices.DeleteFunc(slices.Clone(plan), func(s scenario.Session) bool { return k.over[s.ID] })
	follow := slices.DeleteFunc(slices.Clone(left), func(s scenario.Session) bool { return !k.over[s.After] })
	return left, tick(ctx, follow)
}
