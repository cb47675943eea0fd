// Package progress tells somebody who waits how a run goes: on a terminal in one
// line that changes, elsewhere in a plain line now and then. It never writes to
// standard output, which belongs to the report.
package progress

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/charmbracelet/x/ansi"

	"syncproof/internal/scenario"
)

// How long nothing is said, and how often something is said after that. What is
// over within a second needs no progress.
const (
	quietLive, everyLive   = time.Second, 200 * time.Millisecond
	quietPlain, everyPlain = 10 * time.Second, 30 * time.Second
)

// Options say how progress is shown.
type Options struct {
	// Live rewrites one line, which takes a terminal; otherwise lines are added.
	Live bool
	// Width is the terminal's width in columns, 0 for 80.
	Width int
	// Now tells the time; nil for the machine's clock.
	Now func() time.Time
}

// Meter shows how a run goes. A nil *Meter shows nothing. Its methods may be
// called from several goroutines.
type Meter struct {
	out  io.Writer
	opts Options

	mu           sync.Mutex
	began        time.Time
	said         time.Time
	planned      int
	done         int
	wrong        int
	running      []scenario.Session
	phase        string
	shown        bool
	stopped      bool
	quit, silent chan struct{}
}

// Start begins to show progress on out. Stop ends it.
func Start(out io.Writer, opts Options) *Meter {
	m := prepare(out, opts)
	m.quit, m.silent = make(chan struct{}), make(chan struct{})
	go m.tick()
	return m
}

func prepare(out io.Writer, opts Options) *Meter {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	opts.Width = cmp.Or(max(opts.Width, 0), 80)
	return &Meter{out: out, opts: opts, began: opts.Now()}
}

func (m *Meter) tick() {
	defer close(m.silent)
	ticker := time.NewTicker(everyLive)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			m.show()
		case <-m.quit:
			return
		}
	}
}

// Stop takes the changing line away. Nothing is shown after it.
func (m *Meter) Stop() {
	if m == nil {
		return
	}
	m.mu.Lock()
	first := !m.stopped
	m.stopped = true
	if first && m.shown && m.opts.Live {
		_, _ = io.WriteString(m.out, eraseLine)
	}
	m.mu.Unlock()
	if first && m.quit != nil {
		close(m.quit)
		<-m.silent
	}
}

// Planned says that these sessions will be made as well.
func (m *Meter) Planned(sessions []scenario.Session) {
	m.change(func() {
		for _, s := range sessions {
			m.planned += calls(s)
		}
	})
}

// Begun and Ended say how far the sessions are.
func (m *Meter) Begun(s scenario.Session) {
	m.change(func() { m.running = append(m.running, s) })
}

// Ended says that a session is over.
func (m *Meter) Ended(s scenario.Session) {
	m.change(func() {
		m.done += calls(s)
		for i, r := range m.running {
			if r.ID == s.ID {
				m.running = append(m.running[:i], m.running[i+1:]...)
				return
			}
		}
	})
}

// Wrong says that an answer looks like a failure of the module.
func (m *Meter) Wrong() { m.change(func() { m.wrong++ }) }

// Phase names what is done where it is not a number of calls.
func (m *Meter) Phase(words string) { m.change(func() { m.phase = words }) }

func (m *Meter) change(f func()) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	f()
}

// calls is how many calls a session makes; running the file counts as one.
func calls(s scenario.Session) int { return max(1, len(s.Steps)) }

// eraseLine goes back to the line's beginning and clears it.
const eraseLine = "\r\x1b[K"

// show writes when it is time to.
func (m *Meter) show() {
	m.mu.Lock()
	defer m.mu.Unlock()
	quiet, every := quietPlain, everyPlain
	if m.opts.Live {
		quiet, every = quietLive, everyLive
	}
	now := m.opts.Now()
	if m.opts.Live && m.wrong > 0 {
		// Whoever waits for that learns of it at once.
		quiet = 0
	}
	if m.stopped || now.Sub(m.began) < quiet || m.shown && now.Sub(m.said) < every {
		return
	}
	text := m.text(now)
	if m.opts.Live {
		text = eraseLine + ansi.Truncate(text, m.opts.Width-1, "…")
	} else {
		text = "syncproof: " + text + "\n"
	}
	m.said, m.shown = now, true
	_, _ = io.WriteString(m.out, text)
}

// text is what there is to say: how far it is, what looks wrong, what is played.
func (m *Meter) text(now time.Time) string {
	var parts []string
	if m.planned > 0 {
		parts = append(parts, fmt.Sprintf("%d of %d calls made", m.done, m.planned))
	}
	if m.wrong > 0 {
		verb := "look"
		if m.wrong == 1 {
			verb = "looks"
		}
		parts = append(parts, fmt.Sprintf("%d %s wrong", m.wrong, verb))
	}
	parts = append(parts, fmt.Sprintf("%d s", int(now.Sub(m.began).Seconds())))
	text := strings.Join(parts, ", ")
	switch {
	case m.phase != "":
		return text + ": " + m.phase
	case len(m.running) > 0:
		return text + ": " + doing(m.running[len(m.running)-1])
	}
	return text
}

// doing says what a session is about: the fault it plays, or its purpose.
func doing(s scenario.Session) string {
	u := s.Upstream
	if u == nil || u.Fault.ID == "" {
		return s.Purpose
	}
	if u.At > 0 {
		return fmt.Sprintf("%s at request %d (%s)", u.Fault.ID, u.At, u.Fault.Title)
	}
	return fmt.Sprintf("%s (%s)", u.Fault.ID, u.Fault.Title)
}
