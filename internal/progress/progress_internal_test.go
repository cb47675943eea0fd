package progress

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/scenario"
	"syncproof/internal/upstream/fault"
)

// clock is a time that moves when it is told to.
type clock struct{ now time.Time }

func (c *clock) after(d time.Duration) time.Time {
	c.now = time.Unix(0, 0).Add(d)
	return c.now
}

func session(id string, calls int) scenario.Session {
	return scenario.Session{ID: id, Purpose: "list the accounts", Steps: make([]scenario.Step, calls)}
}

func TestWhatLooksWrongIsShownAtOnceOnATerminal(t *testing.T) {
	for _, live := range []bool{true, false} {
		var out strings.Builder
		c := &clock{now: time.Unix(0, 0)}
		m := prepare(&out, Options{Live: live, Now: func() time.Time { return c.now }})
		m.Planned([]scenario.Session{session("list", 2)})
		c.after(200 * time.Millisecond)
		m.Wrong()
		m.show()
		want := ""
		if live {
			want = eraseLine + "0 of 2 calls made, 1 looks wrong, 0 s"
		}
		if got := out.String(); got != want {
			t.Errorf("said %q, want %q", got, want)
		}
	}
}

func TestProgressOnATerminalIsOneLineThatChanges(t *testing.T) {
	var out strings.Builder
	c := &clock{now: time.Unix(0, 0)}
	m := prepare(&out, Options{Live: true, Width: 60, Now: func() time.Time { return c.now }})
	f, ok := fault.Find("http-500")
	if !ok {
		t.Fatal("no such fault")
	}
	struck := session("fault", 1)
	struck.Upstream = &scenario.Upstream{Fault: f, At: 2}
	m.Planned([]scenario.Session{session("list", 2), struck, {ID: "direct"}})
	m.Begun(session("list", 2))
	c.after(900 * time.Millisecond)
	m.show()
	if out.Len() > 0 {
		t.Errorf("said %q within the first second", out.String())
	}
	c.after(1100 * time.Millisecond)
	m.show()
	c.after(1150 * time.Millisecond)
	m.show()
	m.Ended(session("list", 2))
	m.Begun(struck)
	m.Wrong()
	c.after(2 * time.Second)
	m.show()
	m.Ended(struck)
	m.Phase("judging the answers")
	m.Wrong()
	c.after(61 * time.Second)
	m.show()
	m.Stop()
	m.show()
	m.Stop()
	want := []string{
		"",
		"0 of 4 calls made, 1 s: list the accounts",
		"2 of 4 calls made, 1 looks wrong, 2 s: http-500 at request…",
		"3 of 4 calls made, 2 look wrong, 61 s: judging the answers",
		"",
	}
	if diff := cmp.Diff(want, strings.Split(out.String(), eraseLine)); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

func TestProgressElsewhereIsAPlainLineNowAndThen(t *testing.T) {
	var out strings.Builder
	c := &clock{now: time.Unix(0, 0)}
	m := prepare(&out, Options{Now: func() time.Time { return c.now }})
	m.Planned([]scenario.Session{session("list", 1)})
	for s := 1; s <= 45; s++ {
		c.after(time.Duration(s) * time.Second)
		m.show()
	}
	m.Stop()
	want := "syncproof: 0 of 1 calls made, 10 s\nsyncproof: 0 of 1 calls made, 40 s\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

func TestNoMeterShowsNothing(*testing.T) {
	var m *Meter
	m.Planned(nil)
	m.Begun(scenario.Session{})
	m.Ended(scenario.Session{})
	m.Wrong()
	m.Phase("judging")
	m.Stop()
}

func TestAMeterThatWasStoppedIsSilent(t *testing.T) {
	var out strings.Builder
	m := Start(&out, Options{Live: true})
	m.Planned([]scenario.Session{session("list", 1)})
	m.Stop()
	if out.Len() > 0 {
		t.Errorf("said %q", out.String())
	}
}
