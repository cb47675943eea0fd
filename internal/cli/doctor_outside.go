package cli

import (
	"context"

	"syncproof/internal/harness"
	"syncproof/internal/target/php"
	"syncproof/internal/target/playedpanel"
)

// outside says whether a control panel is played for a module that syncproof does not
// run itself, and whether the module reaches it.
func (d *diagnosis) outside(ctx context.Context, opened harness.Opened) {
	if _, own := opened.Target.(*php.Target); own {
		return
	}
	t, played := opened.Target.(*playedpanel.Target)
	if !played {
		d.note("panel", "no control panel is played for an address or a command unless it is asked for: with a profile (panel.profile), a recording, or panel.faults")
		return
	}
	ctx, cancel := context.WithTimeout(ctx, doctorTime)
	defer cancel()
	level, problem, advice, err := t.Reached(ctx)
	switch {
	case err != nil:
		d.note("panel", "whether the module reaches the control panel that is played could not be found out: %v", err)
	case problem != "":
		d.bad("panel", "%s; %s", problem, advice)
	default:
		d.ok("panel", "requests of the module reach the control panel that is played (interception level %s)", level)
	}
}
