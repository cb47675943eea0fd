package harness

import (
	"context"
	"fmt"
	"slices"
	"time"

	"syncproof/internal/config"
	"syncproof/internal/panel"
	"syncproof/internal/scenario"
	"syncproof/internal/target/php"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream"
)

// Panel is a control panel that is played in a run, with all accounts it can
// hold.
type Panel struct {
	profile     *panel.Profile
	credentials panel.Credentials
	from        config.Panel
	own         []panel.Account
	// odd are the fleets of odd accounts that are played.
	odd []oddFleet
}

// oddFleet is an odd account among ordinary ones, and the fleet it is part of.
type oddFleet struct {
	panel.Odd
	kind string
}

// panel adds the control panel that is to be played from a profile. The module is
// called with the parameters of a server that does not exist.
func (o *Opened) panel(ctx context.Context, cfg config.Config, getenv func(string) string, to *php.Options) error {
	if cfg.Panel.Path == "" {
		return nil
	}
	profile, err := panel.Load(ctx, cfg.Panel.Path)
	if err != nil {
		return err
	}
	of := cfg.Panel
	if of.Accounts == config.AccountsAsPages {
		of.Accounts = usualAccounts
	}
	own, err := PanelFleet(of, profile)
	if err != nil {
		return err
	}
	params, _, err := cfg.Params(getenv)
	if err != nil {
		return err
	}
	given := func(key string) string { text, _ := params[key].(string); return text }
	played := &Panel{profile: profile, from: cfg.Panel, own: own, odd: oddFleets(cfg.Panel, profile), credentials: panel.Credentials{
		Username: given("serverusername"), Password: given(config.SecretPassword), AccessHash: given(config.SecretAccessHash),
	}}
	to.Panel = func(fleet string, size int) upstream.Responder {
		return panel.New(profile, played.accounts(fleet, size), played.credentials)
	}
	to.EmptyPanel = func() upstream.Responder { return panel.New(profile, nil, played.credentials) }
	o.EmptyParams, o.Panel = params, played
	return nil
}

// PanelFleet are the accounts a panel that is played holds. The error names the
// flags of the command line.
func PanelFleet(from config.Panel, profile *panel.Profile) ([]panel.Account, error) {
	if from.Fleet != "" {
		fleet, err := panel.FleetNamed(from.Fleet, profile)
		if err != nil {
			return nil, fmt.Errorf("--fleet: %w", err)
		}
		return fleet, nil
	}
	if from.Accounts < 0 || from.Accounts > panel.MaxFleet {
		return nil, fmt.Errorf("--accounts takes a number from 0 to %d; got %d", panel.MaxFleet, from.Accounts)
	}
	return panel.Fleet(from.Seed, from.Accounts), nil
}

// ownName is the name of the fleet of the ordinary sessions.
func (p *Panel) ownName() string {
	if p.from.Fleet != "" {
		return p.from.Fleet
	}
	return transcript.FleetAccounts
}

// accounts are the first size accounts of a fleet.
func (p *Panel) accounts(fleet string, size int) []panel.Account {
	switch {
	case fleet == p.ownName() && size <= len(p.own):
		return p.own[:size]
	case fleet == transcript.FleetAccounts:
		return panel.Fleet(p.from.Seed, size)
	}
	for _, odd := range p.odd {
		if odd.Name == fleet && size <= len(odd.Accounts) {
			return odd.Accounts[:size]
		}
	}
	// The plan names no other fleets than these.
	return nil
}

// oddFleets are those that this panel can have. The one that unites all others
// says nothing new.
func oddFleets(from config.Panel, profile *panel.Profile) []oddFleet {
	var list []oddFleet
	for _, named := range panel.Fleets() {
		if named.Name == panel.FleetEdge || slices.Contains(from.SkipFleets, named.Name) {
			continue
		}
		for _, odd := range named.Apart(profile) {
			list = append(list, oddFleet{odd, named.Name})
		}
	}
	return list
}

// fleets are those the run plays.
func (p *Panel) fleets() scenario.Fleets {
	if p == nil {
		return scenario.Fleets{}
	}
	f := scenario.Fleets{Own: scenario.Fleet{Name: p.ownName(), Size: len(p.own)}, Sizes: scenario.FleetSizes(), Borders: true}
	if p.from.Sizes != nil {
		f.Sizes, f.Borders = p.from.Sizes, false
	}
	for _, odd := range p.odd {
		f.Odd = append(f.Odd, scenario.Fleet{Name: odd.Name, Kind: odd.kind, Title: odd.Title, Size: len(odd.Accounts)})
	}
	return f
}

// mostHeld is how many accounts one event of a transcript holds.
const mostHeld = 500

// tell records what the panel holds in the sessions of a plan, as far as that was
// not recorded before.
func (p *Panel) tell(recorder *transcript.Recorder, plan []scenario.Session, told map[string]int) error {
	if p == nil {
		return nil
	}
	for _, s := range plan {
		u := s.Upstream
		if u == nil || u.Fleet == "" || u.Size <= told[u.Fleet] {
			continue
		}
		held := p.accounts(u.Fleet, u.Size)
		for from := told[u.Fleet]; from < len(held); from += mostHeld {
			f := transcript.Fleet{Name: u.Fleet, Title: p.title(u.Fleet), From: from}
			for _, a := range held[from:min(len(held), from+mostHeld)] {
				f.Accounts = append(f.Accounts, p.held(a))
			}
			if err := recorder.Record(transcript.Event{Envelope: transcript.Envelope{Event: transcript.EventFleet}, Body: f}); err != nil {
				return err
			}
		}
		told[u.Fleet] = len(held)
	}
	return nil
}

func (p *Panel) title(fleet string) string {
	for _, odd := range p.odd {
		if odd.Name == fleet {
			return odd.Title
		}
	}
	for _, named := range panel.Fleets() {
		if named.Name == fleet {
			return named.Title
		}
	}
	return ""
}

// held is an account as the transcript tells of it.
func (p *Panel) held(a panel.Account) transcript.Held {
	h := transcript.Held{
		ID: a.ID, Username: a.Username, Domain: a.Domain, Aliases: a.Aliases, Email: a.Email,
		IPv4: a.IPv4, IPv6: a.IPv6, State: a.State, Word: a.State,
	}
	for _, plan := range a.Plans {
		h.Plans = append(h.Plans, transcript.HeldPlan{ID: plan.ID, Name: plan.Name})
	}
	if a.Created != nil {
		h.Created = a.Created.Format(time.RFC3339Nano)
	}
	if state, known := p.profile.States[a.State]; known {
		h.Word, h.Status = state.Word, state.Status
	}
	return h
}
