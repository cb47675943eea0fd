// Package netns runs a program in a cell: Linux user, network, mount and
// process namespaces made without root, in which every address and every name
// leads to listening sockets of ours and nothing leads out. No helper program
// is needed; the cell's first process is this binary, started again.
//
// What a cell does not cover are sockets that are files, such as
// /run/docker.sock: they belong to the file system, not to the network.
package netns

import (
	"errors"
	"net/netip"
	"slices"
	"time"
)

// Options describe a cell. The zero value is usable.
type Options struct {
	// Ports are listened at besides DefaultPorts: those of the server the
	// module is told to ask. At all others, connections are refused.
	Ports []int
	// CA is the certificate, in PEM, that takes the place of all the system's
	// certificate authorities; nil leaves those alone.
	CA []byte
	// Bundles are further files with certificate authorities to put CA in
	// place of: those a module brings along or PHP's settings name. Files that
	// do not exist are passed over.
	Bundles []string
	// Resolves says whether a name has an address. It is asked for every
	// query as it comes, so that a name can cease to exist during a run; nil
	// lets every name resolve. The name is in lower case without a final dot.
	Resolves func(name string) bool
	// Blackhole makes every connection hang from the start, as if a firewall
	// swallowed it. Cell.Hang does so later.
	Blackhole bool
	// Bare makes a cell in which nothing is listened at and names are left alone:
	// its network leads nowhere.
	Bare bool
	// Outside leaves a bare cell the network of the machine.
	Outside bool
	// Sandbox keeps the program from files and processes, nil from none.
	Sandbox *Sandbox
	// Attempt is told where each TCP connection was meant to go, refused ones
	// included, in order and one at a time. It is never called where the
	// kernel cannot tell; see Cell.Watches.
	Attempt func(to netip.AddrPort)
}

// DefaultPorts are where control panels listen.
func DefaultPorts() []int {
	return []int{
		80, 81, 443, 2086, 2087, // web, WHM
		2077, 2078, 2079, 2080, 2081, 2082, 2083, 2084, 2085, 2089, 2090, 2091, 2095, 2096, // cPanel
		2030, 2031, 2302, 2303, 2304, // Control Web Panel
		1500, 1501, // ISPmanager
		2222, 3000, 4083, 4084, 4085, 5353, 5656, 7080, 7443, // DirectAdmin, Virtualizor, SolusVM
		8000, 8006, 8080, 8081, 8083, 8090, 8443, 8447, 8880, 8887, 8888, 9090, 9443, // Proxmox, Plesk, Hestia, CyberPanel
		10000, 20000, // Webmin, Usermin
	}
}

// ports are those of the options and the default ones, each once.
func (o Options) ports() []int {
	all := append(DefaultPorts(), o.Ports...)
	slices.Sort(all)
	all = slices.Compact(all)
	return slices.DeleteFunc(all, func(p int) bool { return p < 1 || p > 65535 || p == dnsPort })
}

// dnsPort is taken by our answers to queries for names.
const dnsPort = 53

// Limit is a resource limit of setrlimit(2).
type Limit struct {
	Resource   int
	Soft, Hard uint64
}

// Start says how the program is to run.
type Start struct {
	// Limits are set before the program's first instruction, where that may be traced.
	Limits []Limit
	// Grace is how long what the program left behind may take to end by
	// itself before it is counted and killed.
	Grace time.Duration
}

// Ending is how the program ended.
type Ending struct {
	// Status is the exit status, -1 when a signal ended the program.
	Status int
	// Signal is the name of that signal, such as SIGSEGV, else "".
	Signal string
	// Leftover counts processes that outlived the program and were killed.
	Leftover int
}

var (
	// ErrUnavailable says that this machine does not let a cell be made. The text of
	// the error says why and what could be done about it.
	ErrUnavailable = errors.New("the module cannot be put into a network of its own here")
	// ErrStart says that the cell was made, but the program could not be started.
	ErrStart = errors.New("the program could not be started")
)
