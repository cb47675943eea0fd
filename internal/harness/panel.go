package harness

import (
	"context"
	"fmt"

	"syncproof/internal/config"
	"syncproof/internal/panel"
	"syncproof/internal/target/php"
	"syncproof/internal/upstream"
)

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
	fleet, err := PanelFleet(cfg.Panel, profile)
	if err != nil {
		return err
	}
	params, _, err := cfg.Params(getenv)
	if err != nil {
		return err
	}
	given := func(key string) string { text, _ := params[key].(string); return text }
	credentials := panel.Credentials{
		Username: given("serverusername"), Password: given(config.SecretPassword), AccessHash: given(config.SecretAccessHash),
	}
	to.Panel = func() upstream.Responder { return panel.New(profile, fleet, credentials) }
	to.EmptyPanel = func() upstream.Responder { return panel.New(profile, nil, credentials) }
	o.EmptyParams = params
	return nil
}

// PanelFleet are the accounts a panel that is played holds. The error names the
// flags of the command line, the only place where they are chosen.
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
