package netns

import (
	"fmt"
	"net"
	"net/netip"
	"testing"

	"github.com/miekg/dns"
)

func TestNamesHaveFixedAddresses(t *testing.T) {
	// The same in every run, whatever was asked before.
	for _, first := range []string{"", "other.example.test"} {
		n := newNames(nil)
		n.find(first)
		for name, want := range map[string][2]string{
			"panel.example.test":           {"198.18.159.169", "2001:2::c612:9fa9"},
			"PANEL.Example.test.":          {"198.18.159.169", "2001:2::c612:9fa9"},
			"localhost":                    {"127.0.0.1", "::1"},
			"a.localhost.":                 {"127.0.0.1", "::1"},
			"elsewhere.syncproof.invalid.": {"198.18.178.211", "2001:2::c612:b2d3"},
		} {
			v4, v6, known := n.find(name)
			if got := [2]string{v4.String(), v6.String()}; got != want || !known {
				t.Errorf("%s: %v (known %v), want %v", name, got, known, want)
			}
		}
		for _, address := range []string{"198.18.159.169", "2001:2::c612:9fa9", "::ffff:198.18.159.169"} {
			if got := n.at(netip.MustParseAddr(address)); got != "panel.example.test" {
				t.Errorf("at %s is %q", address, got)
			}
		}
		for _, address := range []string{"198.18.159.170", "2001:3::c612:9fa9", "127.0.0.1", "::1", "198.17.159.169", "198.20.159.169"} {
			if got := n.at(netip.MustParseAddr(address)); got != "" {
				t.Errorf("at %s is %q, want nobody", address, got)
			}
		}
		if got := n.at(netip.Addr{}); got != "" {
			t.Errorf("at no address is %q", got)
		}
	}
}

func TestNoTwoNamesShareAnAddress(t *testing.T) {
	n := newNames(nil)
	seen := map[netip.Addr]string{}
	for i := range 20_000 {
		name := fmt.Sprintf("host-%d.example.test", i)
		v4, v6, _ := n.find(name)
		for _, a := range []netip.Addr{v4, v6} {
			if other, taken := seen[a]; taken {
				t.Fatalf("%s and %s share %s", name, other, a)
			}
			seen[a] = name
		}
		if last := v4.As4()[3]; last == 0 || last == 255 {
			t.Fatalf("%s has %s", name, v4)
		}
		if n.at(v4) != name || n.at(v6) != name {
			t.Fatalf("%s is not found back", name)
		}
	}
}

// replyTo asks and reads with a library that others use.
func replyTo(t *testing.T, s *nameServer, query *dns.Msg) *dns.Msg {
	t.Helper()
	raw, err := query.Pack()
	if err != nil {
		t.Fatal(err)
	}
	m := new(dns.Msg)
	if err := m.Unpack(s.reply(raw)); err != nil {
		t.Fatal(err)
	}
	if m.Id != query.Id {
		t.Errorf("the reply is to %d, not to %d", m.Id, query.Id)
	}
	return m
}

func TestReplies(t *testing.T) {
	n := newNames(func(name string) bool { return name != "gone.example.test" })
	n.find("panel.example.test")
	for name, tc := range map[string]struct {
		question string
		kind     uint16
		noIPv6   bool
		rcode    int
		want     string
	}{
		"IPv4":             {question: "panel.example.test.", kind: dns.TypeA, want: "panel.example.test.\t0\tIN\tA\t198.18.159.169"},
		"IPv6":             {question: "Panel.example.test.", kind: dns.TypeAAAA, want: "Panel.example.test.\t0\tIN\tAAAA\t2001:2::c612:9fa9"},
		"without IPv6":     {question: "panel.example.test.", kind: dns.TypeAAAA, noIPv6: true},
		"mail":             {question: "panel.example.test.", kind: dns.TypeMX},
		"gone":             {question: "GONE.example.test.", kind: dns.TypeA, rcode: dns.RcodeNameError},
		"gone for good":    {question: "gone.example.test.", kind: dns.TypeMX, rcode: dns.RcodeNameError},
		"the root":         {question: ".", kind: dns.TypeA, rcode: dns.RcodeNameError},
		"back from IPv4":   {question: "169.159.18.198.in-addr.arpa.", kind: dns.TypePTR, want: "169.159.18.198.in-addr.arpa.\t0\tIN\tPTR\tpanel.example.test."},
		"back from nobody": {question: "170.159.18.198.in-addr.arpa.", kind: dns.TypePTR, rcode: dns.RcodeNameError},
		"back from IPv6":   {question: "9.a.f.9.2.1.6.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.2.0.0.0.1.0.0.2.ip6.arpa.", kind: dns.TypePTR, want: "9.a.f.9.2.1.6.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.2.0.0.0.1.0.0.2.ip6.arpa.\t0\tIN\tPTR\tpanel.example.test."},
	} {
		t.Run(name, func(t *testing.T) {
			s := &nameServer{names: n, ipv6: !tc.noIPv6}
			m := replyTo(t, s, new(dns.Msg).SetQuestion(tc.question, tc.kind))
			got := ""
			for _, rr := range m.Answer {
				got += rr.String()
			}
			if m.Rcode != tc.rcode || got != tc.want || !m.Response {
				t.Errorf("rcode %d, answer %q; want %d, %q", m.Rcode, got, tc.rcode, tc.want)
			}
		})
	}
}

func TestOddQueriesAreRefused(t *testing.T) {
	s := &nameServer{names: newNames(nil)}
	update := new(dns.Msg).SetUpdate("example.test.")
	two := new(dns.Msg).SetQuestion("a.example.test.", dns.TypeA)
	two.Question = append(two.Question, two.Question[0])
	for name, query := range map[string]*dns.Msg{"an update": update, "two questions": two, "no question": new(dns.Msg)} {
		if got := replyTo(t, s, query); got.Rcode != dns.RcodeNotImplemented {
			t.Errorf("%s: rcode %d, want %d", name, got.Rcode, dns.RcodeNotImplemented)
		}
	}
	edns := new(dns.Msg).SetQuestion("a.example.test.", dns.TypeA)
	edns.SetEdns0(1232, false)
	if got := replyTo(t, s, edns); got.IsEdns0() == nil || len(got.Answer) != 1 {
		t.Errorf("a query with EDNS got %v", got)
	}
}

func FuzzReply(f *testing.F) {
	for _, q := range []string{"panel.example.test.", ".", "a..b", "1.2.3.4.in-addr.arpa.", "x.ip6.arpa.", "\\000.example."} {
		query := new(dns.Msg).SetQuestion(q, dns.TypeA)
		if raw, err := query.Pack(); err == nil {
			f.Add(raw)
		}
	}
	f.Add([]byte{1, 2, 3})
	f.Add([]byte("\x00\x07\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\xc0\x0c\x00\x01\x00\x01"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		s := &nameServer{names: newNames(nil), ipv6: true}
		answer := s.reply(raw)
		if answer == nil {
			return
		}
		m := new(dns.Msg)
		if err := m.Unpack(answer); err != nil {
			t.Fatalf("reply %x to query %x: %v", answer, raw, err)
		}
		if m.Id != uint16(raw[0])<<8|uint16(raw[1]) || !m.Response {
			t.Errorf("reply %v to query %x", m, raw)
		}
	})
}

// Both kinds of sockets answer, one query behind the other, and what is open ends
// with the server.
func TestNamesAreServed(t *testing.T) {
	datagrams, err := new(net.ListenConfig).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	stream, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := serveNames(newNames(nil), true, []net.PacketConn{datagrams}, []net.Listener{stream})
	for _, server := range []net.Addr{datagrams.LocalAddr(), stream.Addr()} {
		conn, err := dns.Dial(server.Network(), server.String())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		for range 2 {
			if err := conn.WriteMsg(new(dns.Msg).SetQuestion("panel.example.test.", dns.TypeA)); err != nil {
				t.Fatal(err)
			}
			m, err := conn.ReadMsg()
			if err != nil || len(m.Answer) != 1 {
				t.Errorf("%s: %v, %v", server.Network(), m, err)
			}
		}
	}
	if err := s.close(); err != nil {
		t.Error(err)
	}
	if _, err := new(net.Dialer).DialContext(t.Context(), "tcp", stream.Addr().String()); err == nil {
		t.Error("is still there")
	}
}
