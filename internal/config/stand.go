package config

import (
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
)

// Stand is where the control panel is played for a module that syncproof does not run
// itself.
type Stand struct {
	// Listen is an address of this machine.
	Listen netip.Addr
	// Host is the name or address under which the module reaches it.
	Host string
	// Named says that the vendor named either.
	Named bool
}

// PlaysOutside says that a panel is to be played for an address or a command.
func (c Config) PlaysOutside() bool {
	return c.Panel.Faults || c.Panel.Path != "" || c.Recording != "" || c.EmptyRecording != ""
}

// Stand is where the panel is played, 127.0.0.1 where nothing else was named. An
// *Error says what has to be named.
func (c Config) Stand() (Stand, error) {
	s := Stand{Listen: netip.AddrFrom4([4]byte{127, 0, 0, 1}), Host: c.Panel.Host, Named: c.Panel.Listen != "" || c.Panel.Host != ""}
	if c.Panel.Listen != "" {
		at, err := netip.ParseAddr(c.Panel.Listen)
		if err != nil {
			return Stand{}, fmt.Errorf("reading panel.listen: %w", err)
		}
		s.Listen = at
	}
	switch {
	case s.Host == "" && s.Listen.IsUnspecified():
		at := c.places["panel.listen"]
		return Stand{}, at.Problem("%s takes every address of this machine, so panel.host (--panel-host) has to say under which name or address "+
			"the module reaches it", at.Subject("panel.listen"))
	case c.Panel.Listen == "" && len(c.Command) == 0 && !onThisMachine(c.Target):
		at := c.places["target"]
		return Stand{}, at.Problem("%s is on another machine, which cannot reach a control panel that is played at 127.0.0.1 here; "+
			"name with panel.listen (--panel-listen) an address of this machine that it reaches, and with panel.host (--panel-host) its name there "+
			"where that is another", at.Subject("target"))
	case s.Host == "":
		s.Host = s.Listen.String()
	}
	return s, nil
}

// onThisMachine says that an address is one of this machine's own.
func onThisMachine(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil {
		return ip.Unmap().IsLoopback()
	}
	name := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	return name == "localhost" || strings.HasSuffix(name, ".localhost")
}

func setListen(a *applier, n *node) error {
	text := fmt.Sprint(n.Value)
	at, err := netip.ParseAddr(text)
	if err != nil || at.Zone() != "" {
		return fmt.Errorf("takes an IP address of this machine, without a port, such as 127.0.0.1 or 172.17.0.1; got %s", show(n))
	}
	a.config.Panel.Listen = text
	return nil
}

var hostName = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$`)

func setHost(a *applier, n *node) error {
	text := fmt.Sprint(n.Value)
	if _, err := netip.ParseAddr(text); err != nil && !hostName.MatchString(text) {
		return fmt.Errorf("takes a host name or an IP address, without a port, such as host.docker.internal; got %s", show(n))
	}
	a.config.Panel.Host = text
	return nil
}
