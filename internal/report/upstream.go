package report

import (
	"fmt"

	"syncproof/internal/contract"
)

// requestLines say what was seen of the module's requests to its panel. That
// there were none is said as well: it is evidence, not a gap in the report.
func requestLines(u *contract.Upstream) []string {
	if u == nil {
		return nil
	}
	lines := []string{seenLine(u)}
	if c := u.Conversation; c != nil {
		from := "the server that was named"
		switch c.Answers {
		case "recorded":
			from = "a panel that answered as recorded"
		case "panel":
			from = "a panel played from its profile"
		}
		lines = append(lines, fmt.Sprintf("Listing the %s of %s took %s:",
			plural(c.Accounts, "account", "accounts"), from, plural(c.Requests, "request", "requests")))
		for _, k := range c.Kinds {
			lines = append(lines, fmt.Sprintf("%d × %s %s", k.Count, oneLine(k.Method, maxPlace), oneLine(k.Address, maxPlace)))
		}
		if c.More > 0 {
			lines = append(lines, fmt.Sprintf("… and %s of further kinds", plural(c.More, "request", "requests")))
		}
	}
	if p := u.Points; p != nil {
		lines = append(lines, pointsLine(p))
	}
	if l := u.Leaves; l != nil {
		lines = append(lines, leavesLine(l))
	}
	return lines
}

func seenLine(u *contract.Upstream) string {
	rest := "none could get past syncproof"
	switch u.Caught {
	case "namespace":
	case "listener":
		rest = "requests to other servers than the one the module was told of cannot be seen"
	default:
		rest = "requests of clients that ignore proxy settings cannot be seen on this machine"
	}
	calls := plural(u.Calls, "call", "calls")
	if u.Requests == 0 {
		return "The module made no request to a control panel in " + calls + "; " + rest + "."
	}
	return plural(u.Requests, "request", "requests") + " to the control panel in " + calls + "; " + rest + "."
}

func pointsLine(p *contract.Points) string {
	line := fmt.Sprintf("%d of %d combinations of a fault and a request were tried", p.Tried, p.Possible)
	if p.Reason != "" {
		line += ": " + oneLine(p.Reason, maxReason)
	}
	return line + "."
}

// leavesLine says that of each list one row stands for all.
func leavesLine(l *contract.Leaves) string {
	line := fmt.Sprintf("Values of %d of %d kinds in its answers were changed, in one row of each list: %d of %d changes were tried",
		l.KindsTried, l.Kinds, l.Tried, l.Possible)
	if l.Reason != "" {
		line += ": " + oneLine(l.Reason, maxReason)
	}
	return line + "."
}
