package harness

import (
	"context"
	"errors"
	"slices"
	"time"

	"syncproof/internal/contract"
	"syncproof/internal/scenario"
	"syncproof/internal/transcript"
	"syncproof/suites"
)

// errFailed ends a capture that is to go no further than the first failure.
var errFailed = errors.New("a MUST rule failed")

// The first sessions are judged after a few, so that what is badly wrong shows
// within a second; the later ones in ever larger numbers, so that judging takes
// little of the whole.
const (
	firstBatch  = 4
	moreEachWay = 2
)

// inBatches makes the sessions that show the gravest failures first, and looks
// after each few of them whether a MUST rule has failed.
func inBatches(ctx context.Context, plan []scenario.Session, watcher *watched, opts Options) error {
	urgent := scenario.ByUrgency(plan)
	for size := firstBatch; len(urgent) > 0; size *= moreEachWay {
		batch := urgent[:min(size, len(urgent))]
		urgent = urgent[len(batch):]
		if err := tick(ctx, batch); err != nil {
			return err
		}
		if err := capture(ctx, batch, watcher, opts, nil); err != nil {
			return err
		}
		if failed(opts.Rules, watcher.sink.Transcript()) {
			return errFailed
		}
	}
	return nil
}

// tick waits for another second where a session of the batch must not see that of
// the one it follows, which was over before.
func tick(ctx context.Context, batch []scenario.Session) error {
	if !slices.ContainsFunc(batch, func(s scenario.Session) bool { return s.Tick }) {
		return nil
	}
	now := time.Now()
	timer := time.NewTimer(scenario.TickWait(now, now))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// failed judges what there is so far. What is not there yet fails nothing: its
// rules are not testable.
func failed(rules []suites.Rule, t *transcript.Transcript) (found bool) {
	// A check that panics is reported when the whole run is judged.
	defer func() {
		if recover() != nil {
			found = false
		}
	}()
	j, err := suites.NewJudge(rules, t)
	if err != nil {
		return false
	}
	for i, r := range rules {
		if result := j.Close(i); r.Level == contract.Must && result.Outcome == contract.Fail {
			return true
		}
	}
	return false
}
