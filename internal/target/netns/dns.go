package netns

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"

	"github.com/miekg/dns"
)

// nameServer answers queries for names out of the cell. It runs outside, on
// sockets that are inside.
type nameServer struct {
	names   *names
	ipv6    bool
	servers []*dns.Server
	running sync.WaitGroup
}

// serveNames starts to answer on the sockets, which it then owns.
func serveNames(n *names, ipv6 bool, datagrams []net.PacketConn, streams []net.Listener) *nameServer {
	s := &nameServer{names: n, ipv6: ipv6}
	for _, conn := range datagrams {
		s.start(&dns.Server{PacketConn: conn, Handler: s})
	}
	for _, l := range streams {
		s.start(&dns.Server{Listener: l, Handler: s})
	}
	return s
}

func (s *nameServer) start(server *dns.Server) {
	started := make(chan struct{})
	server.NotifyStartedFunc = func() { close(started) }
	failed := make(chan struct{})
	s.running.Go(func() {
		defer close(failed)
		// It ends when its socket is closed, which is what close does.
		_ = server.ActivateAndServe()
	})
	// A server that has not started yet cannot be shut down.
	select {
	case <-started:
	case <-failed:
	}
	s.servers = append(s.servers, server)
}

func (s *nameServer) close() error {
	var errs []error
	for _, server := range s.servers {
		if err := server.Shutdown(); err != nil {
			errs = append(errs, fmt.Errorf("ending the answers to queries for names: %w", err))
		}
	}
	s.running.Wait()
	return errors.Join(errs...)
}

// ServeDNS answers one query.
func (s *nameServer) ServeDNS(w dns.ResponseWriter, query *dns.Msg) {
	// A client that does not wait for the answer is free to do so.
	_ = w.WriteMsg(s.reply(query))
}

func (s *nameServer) reply(query *dns.Msg) *dns.Msg {
	m := new(dns.Msg)
	if query.Opcode != dns.OpcodeQuery || len(query.Question) != 1 {
		return m.SetRcode(query, dns.RcodeNotImplemented)
	}
	m.SetReply(query)
	m.Authoritative, m.RecursionAvailable = true, true
	if edns := query.IsEdns0(); edns != nil {
		m.SetEdns0(edns.UDPSize(), false)
	}
	q := query.Question[0]
	if reversed := addressOf(q.Name); reversed.IsValid() {
		return s.replyWithName(m, q, reversed)
	}
	v4, v6, known := s.names.find(q.Name)
	if !known {
		m.Rcode = dns.RcodeNameError
		return m
	}
	// Nothing may be kept: a name can cease to exist at the next request.
	header := dns.RR_Header{Name: q.Name, Rrtype: q.Qtype, Class: dns.ClassINET, Ttl: 0}
	switch q.Qtype {
	case dns.TypeA:
		m.Answer = append(m.Answer, &dns.A{Hdr: header, A: v4.AsSlice()})
	case dns.TypeAAAA:
		if s.ipv6 {
			m.Answer = append(m.Answer, &dns.AAAA{Hdr: header, AAAA: v6.AsSlice()})
		}
	}
	return m
}

func (s *nameServer) replyWithName(m *dns.Msg, q dns.Question, address netip.Addr) *dns.Msg {
	name := s.names.at(address)
	if name == "" {
		m.Rcode = dns.RcodeNameError
		return m
	}
	if q.Qtype == dns.TypePTR {
		header := dns.RR_Header{Name: q.Name, Rrtype: dns.TypePTR, Class: dns.ClassINET, Ttl: 0}
		m.Answer = append(m.Answer, &dns.PTR{Hdr: header, Ptr: dns.Fqdn(name)})
	}
	return m
}

// addressOf reads the name under which an address is looked up. The zero
// address stands for any other name.
func addressOf(name string) netip.Addr {
	labels := dns.SplitDomainName(dns.CanonicalName(name))
	if n := len(labels); n == 6 && labels[4] == "in-addr" && labels[5] == "arpa" {
		a, _ := netip.ParseAddr(labels[3] + "." + labels[2] + "." + labels[1] + "." + labels[0])
		return a
	} else if n != 34 || labels[32] != "ip6" || labels[33] != "arpa" {
		return netip.Addr{}
	}
	var text []byte
	for i := 31; i >= 0; i-- {
		text = append(text, labels[i]...)
		if i > 0 && i%4 == 0 {
			text = append(text, ':')
		}
	}
	a, _ := netip.ParseAddr(string(text))
	return a
}
