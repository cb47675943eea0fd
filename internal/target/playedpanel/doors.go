package playedpanel

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"syncproof/internal/scenario"
	"syncproof/internal/upstream/fault"
)

// place is where a server is said to be, as its parameters say it.
type place struct{ host, ip, port string }

func placeOf(params map[string]any) (place, bool) {
	text := func(key string) string {
		if params[key] == nil {
			return ""
		}
		return fmt.Sprint(params[key])
	}
	p := place{text("serverhostname"), text("serverip"), text("serverport")}
	return p, p.host != "" || p.ip != ""
}

// name is the host the place is known by.
func (p place) name() string {
	if p.host != "" {
		return p.host
	}
	return p.ip
}

func (p place) String() string { return net.JoinHostPort(p.name(), p.port) }

// door is a listener that stands for a server: told is what the module is told of it
// in place of what it was meant to be told.
type door struct {
	given, told place
	// meant is the given one with the port that the module is known to ask it at.
	meant    place
	listener net.Listener
}

// unresolvable is a name that has no address anywhere (RFC 2606).
const unresolvable = "unresolvable.syncproof.invalid"

// doors are those of one session.
type doors struct {
	list []*door
	// listen opens one; it is Target.listen unless the door is to lead nowhere.
	listen func(ctx context.Context, at netip.Addr) (net.Listener, error)
	first  netip.Addr
	host   string
	// nameless says that the name cannot be looked up.
	nameless bool
	// portOf is the port at which a host was asked in a recording, "" for none.
	portOf func(host string) string
}

// errNoAddress says that there is no second address to listen at.
var errNoAddress = unplayable{
	"two servers cannot be told apart behind one address", "let the panel be played at 127.0.0.1, beside which there are further addresses; " + folderInstead,
}

// to is the door that stands for a place, opened when it is the first time.
func (d *doors) to(ctx context.Context, p place) (*door, error) {
	for _, known := range d.list {
		if known.given == p {
			return known, nil
		}
	}
	at, host, err := d.address(p)
	if err != nil {
		return nil, err
	}
	l, err := d.listen(ctx, at)
	if err != nil {
		if len(d.list) > 0 {
			return nil, errNoAddress
		}
		if at != d.first {
			return nil, unplayable{"this machine has no IPv6 address to listen at", cellInstead}
		}
		return nil, fmt.Errorf("opening a port for the control panel at %s: %w", at, err)
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return nil, errors.Join(fmt.Errorf("reading the address of a listener: %w", err), l.Close())
	}
	made := &door{given: p, meant: p, listener: l, told: place{port: port}}
	if p.port == "" && d.portOf != nil {
		made.meant.port = d.portOf(p.name())
	}
	if p.host != "" {
		made.told.host = host
		if d.nameless {
			made.told.host = unresolvable
		}
	}
	if p.ip != "" {
		made.told.ip = asIP(host, at)
	}
	d.list = append(d.list, made)
	return made, nil
}

// asIP is the address a host is reached at, "" where only its name is known.
func asIP(host string, at netip.Addr) string {
	if _, err := netip.ParseAddr(host); err == nil {
		return host
	}
	// Behind another name 127.0.0.1 is another place, in a container say.
	if at.IsUnspecified() || at.IsLoopback() && host != "localhost" {
		return ""
	}
	return at.String()
}

// address is where to listen for a place, and the host under which that is reached.
func (d *doors) address(p place) (netip.Addr, string, error) {
	ip, err := netip.ParseAddr(p.ip)
	own := d.first.Is4() && d.first.IsLoopback() && (d.host == d.first.String() || d.host == "localhost")
	switch {
	case p.host == "" && err == nil && ip.Is6():
		if !own {
			return netip.Addr{}, "", unplayable{"no IPv6 address is known under which the module reaches this machine", cellInstead}
		}
		return netip.IPv6Loopback(), netip.IPv6Loopback().String(), nil
	case p.host == "" && asIP(d.host, d.first) == "":
		return netip.Addr{}, "", unplayable{"the module reaches this machine by name (" + d.host + "), and its address is not known",
			"name an address with panel.host"}
	case len(d.list) == 0:
		return d.first, d.host, nil
	case !own || len(d.list) > mostDoors:
		return netip.Addr{}, "", errNoAddress
	}
	// All of 127.0.0.0/8 is this machine, on most systems.
	next := d.first.As4()
	next[3] += byte(len(d.list))
	at := netip.AddrFrom4(next)
	return at, at.String(), nil
}

// mostDoors bounds them; no session asks for more than three.
const mostDoors = 8

// steps are those of a session with the doors in place of the servers.
func (d *doors) steps(ctx context.Context, s scenario.Session) ([]scenario.Step, error) {
	var steps []scenario.Step
	for _, step := range s.Steps {
		if p, names := placeOf(step.Params); names {
			to, err := d.to(ctx, p)
			if err != nil {
				return nil, err
			}
			step.Params = to.tell(step.Params)
		}
		steps = append(steps, step)
	}
	if s.Upstream.Fault.Play.Act == fault.RedirectElsewhere {
		if _, err := d.to(ctx, place{host: fault.ElsewhereHost}); err != nil {
			return nil, unplayable{"there is no other host to lead the module to: " + err.Error(), cellInstead}
		}
	}
	return steps, nil
}

// tell puts what the module is told into parameters, in the types they had.
func (d *door) tell(params map[string]any) map[string]any {
	told := maps.Clone(params)
	if d.given.host != "" {
		told["serverhostname"] = d.told.host
	}
	if d.given.ip != "" {
		told["serverip"] = d.told.ip
	}
	told["serverport"] = d.told.port
	if _, isNumber := params["serverport"].(int); isNumber {
		// It was read from a listener's address.
		told["serverport"], _ = strconv.Atoi(d.told.port)
	}
	return told
}

// behind is the door with a local address, nil for none.
func (d *doors) behind(at net.Addr) *door {
	_, port, err := net.SplitHostPort(at.String())
	if err != nil {
		return nil
	}
	for _, known := range d.list {
		if known.told.port == port {
			return known
		}
	}
	return nil
}

// is says that a host in a request is the one the module was told of.
func (d *door) is(host string) bool {
	return host != "" && (strings.EqualFold(host, d.told.host) || strings.EqualFold(host, d.told.ip))
}
