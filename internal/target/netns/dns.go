package netns

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/dns/dnsmessage"
	"golang.org/x/net/ipv6"
)

const (
	// maxQuery is the longest query in bytes that is read from a datagram.
	maxQuery = 4096
	// queryTime bounds how long a connection may wait for its next query.
	queryTime = 8 * time.Second
)

// nameServer answers queries for names out of the cell. It runs outside, on
// sockets that are inside.
type nameServer struct {
	names   *names
	ipv6    bool
	running sync.WaitGroup

	mu     sync.Mutex
	closed bool
	open   map[io.Closer]struct{}
}

// serveNames starts to answer on the sockets, which it then owns.
func serveNames(n *names, ipv6 bool, datagrams []net.PacketConn, streams []net.Listener) *nameServer {
	s := &nameServer{names: n, ipv6: ipv6, open: map[io.Closer]struct{}{}}
	for _, conn := range datagrams {
		s.open[conn] = struct{}{}
		s.running.Go(func() { s.answerDatagrams(conn) })
	}
	for _, listener := range streams {
		s.open[listener] = struct{}{}
		s.running.Go(func() { s.accept(listener) })
	}
	return s
}

// close ends all answers. What waits for a query is woken by its socket.
func (s *nameServer) close() error {
	s.mu.Lock()
	s.closed = true
	var errs []error
	for socket := range s.open {
		if err := socket.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			errs = append(errs, fmt.Errorf("ending the answers to queries for names: %w", err))
		}
	}
	s.mu.Unlock()
	s.running.Wait()
	return errors.Join(errs...)
}

func (s *nameServer) answerDatagrams(conn net.PacketConn) {
	query := make([]byte, maxQuery)
	// A client that asked one address of many takes answers from that one only.
	// Linux sends from it by itself with IPv4; with IPv6 it has to be told.
	addressed := ipv6.NewPacketConn(conn)
	if local, ok := conn.LocalAddr().(*net.UDPAddr); ok && local.IP.To4() == nil {
		_ = addressed.SetControlMessage(ipv6.FlagDst, true)
	}
	for {
		n, asked, from, err := addressed.ReadFrom(query)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		// A client that was gone before its answer came is told to the socket.
		if err != nil {
			continue
		}
		if answer := s.reply(query[:n]); answer != nil {
			// A client that does not wait for the answer is free to do so.
			_, _ = addressed.WriteTo(answer, sentFrom(asked), from)
		}
	}
}

// sentFrom makes an answer come from the address that was asked.
func sentFrom(asked *ipv6.ControlMessage) *ipv6.ControlMessage {
	if asked == nil || asked.Dst == nil {
		return nil
	}
	return &ipv6.ControlMessage{Src: asked.Dst}
}

func (s *nameServer) accept(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil || !s.keep(conn) {
			continue
		}
		s.running.Go(func() {
			s.answerStream(conn)
			s.drop(conn)
		})
	}
}

// keep notes a connection to be closed with the rest, false when all are closed
// already.
func (s *nameServer) keep(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		_ = conn.Close()
		return false
	}
	s.open[conn] = struct{}{}
	return true
}

func (s *nameServer) drop(conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, conn)
	_ = conn.Close()
}

// answerStream reads queries, each behind its length, until there are no more.
func (s *nameServer) answerStream(conn net.Conn) {
	for {
		var length [2]byte
		if conn.SetDeadline(time.Now().Add(queryTime)) != nil {
			return
		}
		if _, err := io.ReadFull(conn, length[:]); err != nil {
			return
		}
		query := make([]byte, binary.BigEndian.Uint16(length[:]))
		if _, err := io.ReadFull(conn, query); err != nil {
			return
		}
		answer := s.reply(query)
		if answer == nil {
			return
		}
		behind := binary.BigEndian.AppendUint16(nil, uint16(len(answer)))
		if _, err := conn.Write(append(behind, answer...)); err != nil {
			return
		}
	}
}

// reply is the answer to a query, nil for what is none.
func (s *nameServer) reply(query []byte) []byte {
	var p dnsmessage.Parser
	header, err := p.Start(query)
	if err != nil || header.Response {
		return nil
	}
	answer := dnsmessage.Message{Header: dnsmessage.Header{
		ID: header.ID, Response: true, OpCode: header.OpCode,
		RecursionDesired: header.RecursionDesired, RecursionAvailable: true, CheckingDisabled: header.CheckingDisabled,
	}}
	questions, err := p.AllQuestions()
	switch {
	case header.OpCode != 0 || err == nil && len(questions) != 1:
		answer.RCode = dnsmessage.RCodeNotImplemented
	case err != nil:
		answer.RCode = dnsmessage.RCodeFormatError
	default:
		answer.Authoritative, answer.Questions = true, questions
		s.resolve(&answer, questions[0])
		answer.Additionals = extension(&p)
	}
	raw, err := answer.Pack()
	if err != nil {
		return nil
	}
	return raw
}

// extension is the reply to a client that says how long answers may be, which
// wants to hear that of the server too. None of these answers is long.
func extension(p *dnsmessage.Parser) []dnsmessage.Resource {
	if p.SkipAllAnswers() != nil || p.SkipAllAuthorities() != nil {
		return nil
	}
	for {
		header, err := p.AdditionalHeader()
		if err != nil {
			return nil
		}
		if header.Type == dnsmessage.TypeOPT {
			var own dnsmessage.ResourceHeader
			if own.SetEDNS0(int(header.Class), dnsmessage.RCodeSuccess, false) != nil {
				return nil
			}
			return []dnsmessage.Resource{{Header: own, Body: &dnsmessage.OPTResource{}}}
		}
		if p.SkipAdditional() != nil {
			return nil
		}
	}
}

func (s *nameServer) resolve(answer *dnsmessage.Message, q dnsmessage.Question) {
	if reversed := addressOf(q.Name.String()); reversed.IsValid() {
		s.resolveAddress(answer, q, reversed)
		return
	}
	v4, v6, known := s.names.find(q.Name.String())
	switch {
	case !known:
		answer.RCode = dnsmessage.RCodeNameError
	case q.Type == dnsmessage.TypeA:
		answer.Answers = append(answer.Answers, record(q, &dnsmessage.AResource{A: v4.As4()}))
	case q.Type == dnsmessage.TypeAAAA && s.ipv6:
		answer.Answers = append(answer.Answers, record(q, &dnsmessage.AAAAResource{AAAA: v6.As16()}))
	}
}

func (s *nameServer) resolveAddress(answer *dnsmessage.Message, q dnsmessage.Question, address netip.Addr) {
	name, err := dnsmessage.NewName(s.names.at(address) + ".")
	switch {
	case err != nil || name.Length == 1:
		answer.RCode = dnsmessage.RCodeNameError
	case q.Type == dnsmessage.TypePTR:
		answer.Answers = append(answer.Answers, record(q, &dnsmessage.PTRResource{PTR: name}))
	}
}

// record is an answer that nobody may keep: a name can cease to exist at the next
// request.
func record(q dnsmessage.Question, body dnsmessage.ResourceBody) dnsmessage.Resource {
	return dnsmessage.Resource{
		Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: dnsmessage.ClassINET},
		Body:   body,
	}
}

// addressOf reads the name under which an address is looked up. The zero
// address stands for any other name.
func addressOf(name string) netip.Addr {
	labels := strings.Split(strings.ToLower(strings.TrimSuffix(name, ".")), ".")
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
