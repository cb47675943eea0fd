package harness

import (
	"context"
	"fmt"
	"io"

	"syncproof/internal/config"
	"syncproof/internal/panel"
	"syncproof/internal/scenario"
	"syncproof/internal/secret"
	"syncproof/internal/target"
	"syncproof/internal/transcript"
	"syncproof/suites"
)

// Accounts a panel has when nobody said how many: enough for all states and
// plans, and where the module reads a list page by page, for a second page that
// is not full.
const (
	usualAccounts = 25
	secondPage    = 7
	// largestPage bounds it: a panel whose first page takes everything would make
	// every call of the run long.
	largestPage = 250
)

// settle decides how many accounts the panel has in the ordinary calls: it looks
// how long the pages are that the module asks for.
func (p *Panel) settle(ctx context.Context, opts Options) error {
	if p == nil || p.from.Fleet != "" || p.from.Accounts != config.AccountsAsPages {
		return nil
	}
	if opts.Resume != nil {
		if n := opts.Resume.settled(p.ownName()); n > 0 {
			p.own = panel.Fleet(p.from.Seed, n)
			return nil
		}
	}
	run := opts.run()
	plan := scenario.Plan(suites.Needs(opts.Rules), run)
	for _, s := range plan {
		if s.ID != transcript.SessionConversation {
			continue
		}
		recorder := transcript.NewRecorder(io.Discard, secret.New(opts.Secrets).Line)
		if err := target.Capture(ctx, opts.Target, []scenario.Session{s}, recorder, target.CaptureOptions{Parallel: 1}); err != nil {
			return fmt.Errorf("looking how long the panel's pages are: %w", err)
		}
		for _, x := range recorder.Transcript().Session(s.ID).Exchanges {
			if n := x.PageSize + secondPage; x.PageSize > 0 && x.PageSize <= largestPage && n > len(p.own) {
				p.own = panel.Fleet(p.from.Seed, n)
			}
		}
	}
	return nil
}
