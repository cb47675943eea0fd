package playedpanel

import (
	"time"

	"syncproof/internal/upstream/fault"
)

// recently is how long ago a module's last connection may be that still tries.
const recently = 5 * time.Second

// keptWaiting says of a request that was not answered in time that it was the module
// that took so long, and not whoever calls it: it was asking the panel, for as long as
// any call may take.
func (p *performance) keptWaiting(now time.Time) bool {
	if p.target.Command {
		// The command ended with its connections. Those that hang are never seen.
		return p.proxy.Begun() > 0 || p.planned.Upstream.Fault.Play.Act == fault.Hang
	}
	var first, last time.Time
	for _, d := range p.doors.list {
		l, is := d.listener.(*listener)
		if !is {
			// The one at which connections hang shows none.
			return p.planned.Upstream.Fault.Play.Act == fault.Hang
		}
		f, latest := l.times()
		if !f.IsZero() && (first.IsZero() || f.Before(first)) {
			first = f
		}
		if latest.After(last) {
			last = latest
		}
	}
	p.mu.Lock()
	open := p.proxy.Begun() > len(p.seen)
	p.mu.Unlock()
	return !first.IsZero() && now.Sub(first) >= p.target.Timeout*9/10 && (open || now.Sub(last) < recently)
}
