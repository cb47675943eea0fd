package netns

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"time"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// watchSocketFD opens a socket that gets the first packet of each TCP
// connection, from its IP header on.
func watchSocketFD() (int, error) {
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return -1, err
	}
	err = filter(fd)
	if err == nil {
		everything := uint16(unix.ETH_P_ALL)
		err = unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: everything<<8 | everything>>8})
	}
	if err != nil {
		_ = unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

// filter lets through what asks for a connection: SYN without ACK, over IPv4 or
// IPv6, once for each packet although loopback shows it going out and coming in.
func filter(fd int) error {
	const (
		drop     = 18
		tcp      = 6
		outgoing = 4
		flags    = 13
		synAck   = 0x12
		syn      = 0x02
	)
	// to gives the distance of a jump from an instruction to another.
	to := func(from, target int) uint8 { return uint8(target - from - 1) }
	raw, err := bpf.Assemble([]bpf.Instruction{
		0:  bpf.LoadExtension{Num: bpf.ExtType},
		1:  bpf.JumpIf{Cond: bpf.JumpEqual, Val: outgoing, SkipTrue: to(1, drop)},
		2:  bpf.LoadExtension{Num: bpf.ExtProto},
		3:  bpf.JumpIf{Cond: bpf.JumpEqual, Val: unix.ETH_P_IPV6, SkipTrue: to(3, 12)},
		4:  bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: unix.ETH_P_IP, SkipTrue: to(4, drop)},
		5:  bpf.LoadAbsolute{Off: 9, Size: 1},
		6:  bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: tcp, SkipTrue: to(6, drop)},
		7:  bpf.LoadAbsolute{Off: 6, Size: 2},
		8:  bpf.JumpIf{Cond: bpf.JumpBitsSet, Val: 0x1fff, SkipTrue: to(8, drop)},
		9:  bpf.LoadMemShift{Off: 0},
		10: bpf.LoadIndirect{Off: flags, Size: 1},
		11: bpf.Jump{Skip: uint32(to(11, 15))},
		12: bpf.LoadAbsolute{Off: 6, Size: 1},
		13: bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: tcp, SkipTrue: to(13, drop)},
		14: bpf.LoadAbsolute{Off: 40 + flags, Size: 1},
		15: bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: synAck},
		16: bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: syn, SkipTrue: to(16, drop)},
		17: bpf.RetConstant{Val: 128},
		18: bpf.RetConstant{Val: 0},
	})
	if err != nil {
		return err
	}
	program := make([]unix.SockFilter, len(raw))
	for i, r := range raw {
		program[i] = unix.SockFilter{Code: r.Op, Jt: r.Jt, Jf: r.Jf, K: r.K}
	}
	return unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER,
		&unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]})
}

// watcher tells where connections were meant to go.
type watcher struct {
	file *os.File
	tell func(netip.AddrPort)
	done chan struct{}
	// last knows a packet that is sent again for want of an answer.
	last map[opening]uint32
}

// opening identifies a connection; its first sequence number tells it from a
// later one between the same ports.
type opening struct{ from, to netip.AddrPort }

func newWatcher(f *os.File, tell func(netip.AddrPort)) (*watcher, error) {
	// Handed over, a descriptor has left its mode behind on the other side.
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("watching for connections: %w", err)
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		return nil, errors.Join(fmt.Errorf("watching for connections: %w", err), unix.Close(fd))
	}
	w := &watcher{file: os.NewFile(uintptr(fd), "watch"), tell: tell, done: make(chan struct{}), last: map[opening]uint32{}}
	go w.run()
	return w, nil
}

func (w *watcher) run() {
	defer close(w.done)
	packet := make([]byte, 128)
	for {
		n, err := w.file.Read(packet)
		if err != nil {
			return
		}
		w.note(packet[:n])
	}
}

// settle tells of what was not told yet. Packets of a program that has ended
// have all arrived: loopback delivers at once.
func (w *watcher) settle() error {
	err := w.file.SetReadDeadline(time.Unix(1, 0))
	if err == nil {
		<-w.done
		w.drain()
	}
	return err
}

// renew goes on after settle, for somebody else.
func (w *watcher) renew(tell func(netip.AddrPort)) error {
	if err := w.file.SetReadDeadline(time.Time{}); err != nil {
		return fmt.Errorf("watching for connections: %w", err)
	}
	w.tell, w.done = tell, make(chan struct{})
	clear(w.last)
	go w.run()
	return nil
}

func (w *watcher) close() error {
	err := w.settle()
	// The kernel takes ten milliseconds to let go of such a socket, as much as
	// all the rest of a cell. Nothing depends on when that happens.
	go func() { _ = w.file.Close() }()
	return err
}

func (w *watcher) drain() {
	raw, err := w.file.SyscallConn()
	if err != nil {
		return
	}
	packet := make([]byte, 128)
	_ = raw.Control(func(fd uintptr) {
		for {
			n, err := unix.Read(int(fd), packet)
			if err != nil {
				return
			}
			w.note(packet[:n])
		}
	})
}

func (w *watcher) note(packet []byte) {
	o, sequence, ok := openingOf(packet)
	if !ok || o.to.Port() == dnsPort || o.to.Addr() == netip.AddrFrom4(fillers()) {
		return
	}
	if known, again := w.last[o]; again && known == sequence {
		return
	}
	w.last[o] = sequence
	w.tell(o.to)
}

// openingOf reads a packet from its IP header on.
func openingOf(packet []byte) (o opening, sequence uint32, ok bool) {
	if len(packet) < 20 {
		return o, 0, false
	}
	var from, to netip.Addr
	header := int(packet[0]&0x0f) * 4
	switch packet[0] >> 4 {
	case 4:
		from, to = netip.AddrFrom4([4]byte(packet[12:16])), netip.AddrFrom4([4]byte(packet[16:20]))
	case 6:
		if header = 40; len(packet) < header {
			return o, 0, false
		}
		from, to = netip.AddrFrom16([16]byte(packet[8:24])), netip.AddrFrom16([16]byte(packet[24:40]))
	default:
		return o, 0, false
	}
	if header < 20 || len(packet) < header+8 {
		return o, 0, false
	}
	tcp := packet[header:]
	o.from = netip.AddrPortFrom(from, binary.BigEndian.Uint16(tcp))
	o.to = netip.AddrPortFrom(to, binary.BigEndian.Uint16(tcp[2:]))
	return o, binary.BigEndian.Uint32(tcp[4:]), true
}
