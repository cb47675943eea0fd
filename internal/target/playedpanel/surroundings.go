package playedpanel

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"syncproof/internal/scenario"
	"syncproof/internal/target/netns"
	"syncproof/internal/target/process"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream/fault"
)

// CAVariable names the file with the certificate of the panel's authority, for
// commands that hand it on.
const CAVariable = "SYNCPROOF_CA_FILE"

// furnish prepares what a command runs in: whom it trusts, and where it is alone.
func (p *performance) furnish(o *process.Options) error {
	folder, err := p.target.trustFolder()
	if err != nil {
		return fmt.Errorf("preparing the session %s: %w", p.planned.ID, err)
	}
	file := filepath.Join(folder, caFile)
	// curl, OpenSSL (PHP's streams), Python's requests, Node and Git read these.
	for _, name := range []string{CAVariable, "SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "GIT_SSL_CAINFO"} {
		o.Env.Extra = append(o.Env.Extra, name+"="+file)
	}
	// ext/curl reads settings of PHP only. An empty entry stands for the folder that
	// PHP looks through anyway.
	o.Env.Extra = append(o.Env.Extra, "PHP_INI_SCAN_DIR="+scanned(o.Env.Pass)+string(os.PathListSeparator)+folder)
	if p.level == transcript.InterceptNamespace {
		p.enclose(o)
		return nil
	}
	// Proxy settings that the vendor passes on would lead past the panel.
	o.Env.Extra = append(o.Env.Extra, "no_proxy=*", "NO_PROXY=*")
	return nil
}

// scanned is the caller's own setting where it is passed on.
func scanned(pass []string) string {
	if slices.Contains(pass, "PHP_INI_SCAN_DIR") {
		return os.Getenv("PHP_INI_SCAN_DIR")
	}
	return ""
}

// caFile is the certificate in the folder of what a command trusts.
const caFile = "authority.pem"

// trustFolder has the authority's certificate, and settings of PHP that name it.
func (t *Target) trustFolder() (string, error) {
	authority, err := t.certifier()
	if err != nil {
		return "", err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.folder != "" {
		return t.folder, nil
	}
	folder, err := os.MkdirTemp("", "syncproof-trust-")
	if err != nil {
		return "", fmt.Errorf("making a folder for the panel's certificate: %w", err)
	}
	file := filepath.Join(folder, caFile)
	settings := fmt.Sprintf("curl.cainfo=%q\nopenssl.cafile=%q\n", file, file)
	for name, text := range map[string][]byte{caFile: authority.PEM(), "syncproof.ini": []byte(settings)} {
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o600); err != nil {
			return "", fmt.Errorf("writing the panel's certificate: %w", err)
		}
	}
	t.folder = folder
	return folder, nil
}

// cell is the network of a command's own, and what happened in it.
type cell struct {
	network  *netns.Cell
	ports    map[uint16]bool
	attempts []netip.AddrPort
	failed   error
}

// enclose puts the command into a network in which everything leads to the panel.
func (p *performance) enclose(o *process.Options) {
	o.Cell = &netns.Options{
		Ports: ports(p.planned.Steps), CA: p.authority.PEM(), Resolves: p.resolves, Blackhole: p.hangsFirst(), Attempt: p.attempt,
	}
	o.Ready = func(network *netns.Cell) error {
		p.enter(network)
		return nil
	}
}

// enter has the panel serve the command's network.
func (p *performance) enter(network *netns.Cell) {
	entrance := network.Entrance()
	p.mu.Lock()
	p.cell.network, p.cell.ports = network, map[uint16]bool{}
	for _, port := range entrance.Ports() {
		p.cell.ports[port] = true
	}
	p.mu.Unlock()
	p.proxy.Serve(entrance)
}

// hangsFirst says that not even the first connection is to come about.
func (p *performance) hangsFirst() bool {
	f, struck := p.choose(1)
	return struck && f.Play.Act == fault.Hang
}

// hang makes all further connections hang.
func (p *performance) hang(ctx context.Context) {
	p.mu.Lock()
	network := p.cell.network
	p.mu.Unlock()
	if network == nil || p.hangsFirst() {
		return
	}
	if err := network.Hang(ctx); err != nil && ctx.Err() == nil {
		p.mu.Lock()
		p.cell.failed = err
		p.mu.Unlock()
	}
}

// resolves fails the lookup of the panel's name where that is the next request's
// fault.
func (p *performance) resolves(string) bool {
	f, struck := p.choose(p.proxy.Begun() + 1)
	return !struck || f.Play.Act != fault.Unresolvable
}

// name is the name an address in the command's network was looked up by.
func (p *performance) name(address netip.Addr) string {
	p.mu.Lock()
	network := p.cell.network
	p.mu.Unlock()
	if network == nil {
		return ""
	}
	return network.Name(address)
}

// mostAttempts bounds what is remembered of a module that tries port after port.
const mostAttempts = 1000

func (p *performance) attempt(to netip.AddrPort) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.cell.attempts) < mostAttempts {
		p.cell.attempts = append(p.cell.attempts, to)
	}
}

// unheard are the places the module tried at which nobody listens, each once.
func (p *performance) unheard() []string {
	const most = 10
	p.mu.Lock()
	attempts, listened := slices.Clone(p.cell.attempts), p.cell.ports
	p.mu.Unlock()
	var places []string
	for _, to := range attempts {
		if listened[to.Port()] {
			continue
		}
		host := p.name(to.Addr().Unmap())
		if host == "" {
			host = to.Addr().Unmap().String()
		}
		at := net.JoinHostPort(host, strconv.Itoa(int(to.Port())))
		if len(places) < most && !slices.Contains(places, at) {
			places = append(places, at)
		}
	}
	return places
}

// ports are those the server parameters name.
func ports(steps []scenario.Step) []int {
	var list []int
	for _, step := range steps {
		at, _ := placeOf(step.Params)
		for _, text := range []string{at.port, at.host[strings.LastIndexByte(at.host, ':')+1:]} {
			if n, err := strconv.Atoi(text); err == nil {
				list = append(list, n)
			}
		}
	}
	return list
}
