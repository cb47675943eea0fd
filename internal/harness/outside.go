package harness

import (
	"context"
	"errors"
	"fmt"

	"syncproof/internal/config"
	"syncproof/internal/target/php"
	"syncproof/internal/target/playedpanel"
	"syncproof/internal/upstream"
)

var errNothingPlayed = errors.New("panel.listen, panel.host and panel.authority say how a control panel is played, and none is: " +
	"add panel.faults: true (--panel-faults), a panel profile (--panel) or a recording (--recording)")

// openOutside makes the target of a module that syncproof does not run itself, and
// plays its control panel where that was asked for.
func openOutside(ctx context.Context, cfg config.Config, getenv func(string) string, note func(string)) (Opened, error) {
	open := openEndpoint
	if len(cfg.Command) > 0 {
		open = func(cfg config.Config, _ func(string) string) (Opened, error) { return openCommand(cfg) }
	}
	o, err := open(cfg, getenv)
	switch {
	case err != nil:
		return Opened{}, err
	case !cfg.PlaysOutside() && (cfg.Panel.Listen != "" || cfg.Panel.Host != "" || cfg.Panel.Authority != ""):
		return Opened{}, errNothingPlayed
	case !cfg.PlaysOutside():
		return o, nil
	}
	caller, ok := o.Target.(playedpanel.Caller)
	if !ok {
		return Opened{}, errors.New("the control panel cannot be played for this target")
	}
	return o.played(ctx, cfg, getenv, note, caller)
}

func (o Opened) played(ctx context.Context, cfg config.Config, getenv func(string) string, note func(string), caller playedpanel.Caller) (Opened, error) {
	stand, err := cfg.Stand()
	if err != nil {
		return Opened{}, err
	}
	own := o.Secrets
	var from php.Options
	if err := errors.Join(o.recordings(cfg, &from), o.panel(ctx, cfg, getenv, &from)); err != nil {
		return Opened{}, err
	}
	for name, value := range own {
		o.Secrets[name] = value
	}
	params := o.Params
	if params == nil {
		if params, _, err = cfg.Params(getenv); err != nil {
			return Opened{}, err
		}
	}
	authority, err := authorityOf(cfg, note)
	if err != nil {
		return Opened{}, err
	}
	if !stand.Listen.IsLoopback() {
		note(fmt.Sprintf("the control panel that is played listens at %s: whoever reaches this machine there can ask it", stand.Listen))
	}
	t := playedpanel.New(playedpanel.Options{
		Caller: caller, Command: len(cfg.Command) > 0, NoCell: stand.Named, Params: params, Live: cfg.Server.Live() && cfg.Recording == "",
		Recording: from.Recording, EmptyRecording: from.EmptyRecording, Panel: from.Panel, EmptyPanel: from.EmptyPanel,
		Listen: stand.Listen, Host: stand.Host, Authority: authority, Kept: cfg.Panel.Authority, Timeout: cfg.Timeout, Note: note,
	})
	o.Target, o.close = t, t.Close
	return o, nil
}

// authorityOf is the one the vendor keeps, nil for none.
func authorityOf(cfg config.Config, note func(string)) (*upstream.Authority, error) {
	if cfg.Panel.Authority == "" {
		return nil, nil
	}
	a, made, err := upstream.KeptAuthority(cfg.Panel.Authority)
	if err != nil {
		return nil, err
	}
	if made {
		note(cfg.Panel.Authority + " was made: have the PHP that runs the module trust this certificate (curl.cainfo and openssl.cafile in its php.ini)")
	}
	return a, nil
}
