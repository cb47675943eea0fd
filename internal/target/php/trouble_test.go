package php_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"syncproof/internal/target/php"
	"syncproof/internal/transcript"
)

func TestTroubleWithPHPIsNotTheModules(t *testing.T) {
	for name, tc := range map[string]struct {
		command      func(t *testing.T) []string
		timeout      time.Duration
		kind         string
		says, advice string
	}{
		"missing": {
			command: func(*testing.T) []string { return []string{"php-that-is-not-here"} },
			kind:    transcript.TroubleStart, says: `no program "php-that-is-not-here"`, advice: "--php",
		},
		"another program": {
			command: func(t *testing.T) []string { return script(t, `echo "usage: something"; exit 2`) },
			kind:    transcript.TroubleStart, says: `not as PHP (status 2): "usage: something"`, advice: "container",
		},
		"too old": {
			command: func(t *testing.T) []string {
				return script(t, `echo 'syncproof-probe: {"version":"5.6.40","id":50640,"sapi":"cli"}'`)
			},
			kind: transcript.TroubleStart, says: "PHP 5.6.40 is too old", advice: "--php",
		},
		"never starts": {
			command: func(t *testing.T) []string { return script(t, `sleep 60`) }, timeout: time.Second,
			kind: transcript.TroubleTimeout, says: "did not start PHP within 1s", advice: "container",
		},
		"ends before the test": {
			command: func(t *testing.T) []string {
				return script(t, `case "$*" in *probe.php) exec php "$@";; *) echo "no licence" >&2; exit 5;; esac`)
			},
			kind: transcript.TroubleAnswer, says: `ended before the test began (status 5): "no licence"`, advice: "php.ini",
		},
		"hangs before the test": {
			command: func(t *testing.T) []string {
				return script(t, `case "$*" in *probe.php) exec php "$@";; *) sleep 60;; esac`)
			},
			timeout: 5 * time.Second,
			kind:    transcript.TroubleTimeout, says: "did not start the test within 5s", advice: "--timeout",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target := newTarget(t, php.Options{Path: vendor(t, acme(empty)), PHP: tc.command(t), Timeout: tc.timeout})
			s := run(t, target, list())
			if len(s.Troubles) != 1 {
				t.Fatalf("troubles: %s", show(t, s.Troubles))
			}
			got := s.Troubles[0]
			if got.Kind != tc.kind || !strings.Contains(got.Message, tc.says) || !strings.Contains(got.Advice, tc.advice) {
				t.Errorf("trouble %s", show(t, got))
			}
			if len(s.Calls) != 1 || s.Calls[0].Ending != transcript.EndNoAnswer {
				t.Errorf("calls %s", show(t, withoutLinks(s).Calls))
			}
		})
	}
}

func TestInterrupted(t *testing.T) {
	target := newTarget(t, php.Options{Path: vendor(t, acme(`sleep(60);`))})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	rec := transcript.NewRecorder(io.Discard, nil)
	err := target.Run(ctx, list(), sinkFunc(func(e transcript.Event) error {
		if e.Event == transcript.EventCall {
			cancel()
		}
		return rec.Record(e)
	}))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	s := rec.Transcript().Session(transcript.SessionList)
	if s.Exit == nil || !s.Exit.Interrupted || s.Exit.TimedOut || s.Calls[0].Ending != transcript.EndOpen {
		t.Errorf("exit %s, call %s", show(t, s.Exit), s.Calls[0].Ending)
	}
	if err := target.Run(ctx, list(), rec); !errors.Is(err, context.Canceled) && err == nil {
		t.Error("a run went on after its context was done")
	}
}

type sinkFunc func(transcript.Event) error

func (f sinkFunc) Record(e transcript.Event) error { return f(e) }

func TestAFailingSinkEndsTheRun(t *testing.T) {
	target := newTarget(t, php.Options{Path: vendor(t, acme(empty))})
	broken := errors.New("the disk is full")
	if err := target.Run(t.Context(), list(), sinkFunc(func(transcript.Event) error { return broken })); !errors.Is(err, broken) {
		t.Errorf("error %v, want %v", err, broken)
	}
}
