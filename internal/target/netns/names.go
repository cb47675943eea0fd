package netns

import (
	"hash/fnv"
	"net/netip"
	"strings"
	"sync"
)

// names gives every name an address of its own, the same in every run. The
// addresses are of the ranges set aside for measuring networks, 198.18.0.0/15
// and 2001:2::/48: they look like public ones and belong to nobody.
type names struct {
	resolves func(string) bool

	mu   sync.Mutex
	of   map[string]uint32
	name map[uint32]string
}

const (
	nameBits = 17
	network4 = 198<<24 | 18<<16
)

func newNames(resolves func(string) bool) *names {
	if resolves == nil {
		resolves = func(string) bool { return true }
	}
	return &names{resolves: resolves, of: map[string]uint32{}, name: map[uint32]string{}}
}

// renew forgets every name.
func (n *names) renew(resolves func(string) bool) {
	fresh := newNames(resolves)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.resolves, n.of, n.name = fresh.resolves, fresh.of, fresh.name
}

func (n *names) known(name string) bool {
	n.mu.Lock()
	resolves := n.resolves
	n.mu.Unlock()
	return resolves(name)
}

// find returns a name's addresses. known is false for one that has none.
func (n *names) find(name string) (v4, v6 netip.Addr, known bool) {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback(), true
	}
	if name == "" || !n.known(name) {
		return v4, v6, false
	}
	host := n.host(name)
	return address4(host), address6(host), true
}

// host is the number a name goes by. Two names that hash alike get neighbouring
// numbers.
func (n *names) host(name string) uint32 {
	n.mu.Lock()
	defer n.mu.Unlock()
	if host, ok := n.of[name]; ok {
		return host
	}
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(name))
	host := sum.Sum32() % (1 << nameBits)
	for n.taken(host) {
		host = (host + 1) % (1 << nameBits)
	}
	n.of[name], n.name[host] = host, name
	return host
}

// taken also avoids what looks like the address of a network or a broadcast.
func (n *names) taken(host uint32) bool {
	_, used := n.name[host]
	last := host & 0xff
	return len(n.name) < 1<<(nameBits-1) && (used || last == 0 || last == 0xff)
}

// at returns the name an address stands for, "" for none.
func (n *names) at(address netip.Addr) string {
	raw := address.Unmap().AsSlice()
	if len(raw) < 4 {
		return ""
	}
	tail := raw[len(raw)-4:]
	host := (uint32(tail[0])<<24 | uint32(tail[1])<<16 | uint32(tail[2])<<8 | uint32(tail[3])) - network4
	if host >= 1<<nameBits || (address.Unmap() != address4(host) && address != address6(host)) {
		return ""
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.name[host]
}

func address4(host uint32) netip.Addr {
	a := network4 + host
	return netip.AddrFrom4([4]byte{byte(a >> 24), byte(a >> 16), byte(a >> 8), byte(a)})
}

func address6(host uint32) netip.Addr {
	v4 := address4(host).As4()
	return netip.AddrFrom16([16]byte{0x20, 0x01, 0x00, 0x02, 12: v4[0], v4[1], v4[2], v4[3]})
}
