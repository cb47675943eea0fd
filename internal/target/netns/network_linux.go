package netns

import (
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// network is what the cell's network can do.
type network struct{ ipv6 bool }

// plumb brings up the only interface, loopback, and declares every address
// there is to be this machine's own.
func plumb() (network, error) {
	h, err := netlink.NewHandle(unix.NETLINK_ROUTE)
	if err != nil {
		return network{}, fmt.Errorf("asking for the cell's network: %w", err)
	}
	defer h.Close()
	lo, err := h.LinkByName("lo")
	if err != nil {
		return network{}, fmt.Errorf("looking for the cell's network: %w", err)
	}
	if err := h.LinkSetUp(lo); err != nil {
		return network{}, fmt.Errorf("starting the cell's network: %w", err)
	}
	everything := func(zero net.IP) error {
		return h.RouteAdd(&netlink.Route{
			LinkIndex: lo.Attrs().Index, Table: unix.RT_TABLE_LOCAL, Type: unix.RTN_LOCAL, Scope: unix.RT_SCOPE_HOST,
			Dst: &net.IPNet{IP: zero, Mask: net.CIDRMask(0, 8*len(zero))},
		})
	}
	if err := everything(net.IPv4zero.To4()); err != nil {
		return network{}, fmt.Errorf("leading every address into the cell: %w", err)
	}
	// IPv6 may be switched off in the kernel. Then no IPv6 address can be
	// reached, which is as it should be.
	return network{ipv6: everything(net.IPv6zero) == nil}, nil
}

// sockets are what is listened with.
type sockets struct {
	files []*os.File
	kinds []socketKind
}

func (s *sockets) add(kind socketKind, fd int, err error) error {
	if err != nil {
		return err
	}
	s.files, s.kinds = append(s.files, os.NewFile(uintptr(fd), string(kind))), append(s.kinds, kind)
	return nil
}

// listen opens the ports the panel is reached at.
func (s *sockets) listen(ports []int, n network) error {
	for _, port := range ports {
		fd, err := bind(n.ipv6, unix.SOCK_STREAM, port)
		if err := s.add(panelSocket, fd, err); err != nil {
			return fmt.Errorf("listening at port %d in the cell: %w", port, err)
		}
	}
	return nil
}

func (s *sockets) close() { closeFiles(s.files) }

// listen opens everything the outside will serve.
func listen(o setup, n network) (*sockets, error) {
	s := &sockets{}
	if err := s.listen(o.Ports, n); err != nil {
		return s, err
	}
	fd, err := bind(n.ipv6, unix.SOCK_STREAM, dnsPort)
	if err := s.add(streamSocket, fd, err); err != nil {
		return s, fmt.Errorf("listening for queries for names: %w", err)
	}
	fd, err = bind(n.ipv6, unix.SOCK_DGRAM, dnsPort)
	if err := s.add(datagramSocket, fd, err); err != nil {
		return s, fmt.Errorf("listening for queries for names: %w", err)
	}
	if o.Watch {
		fd, err = watchSocketFD()
		if err := s.add(watchSocket, fd, err); err != nil && !missing(err) {
			return s, fmt.Errorf("watching for connections: %w", err)
		}
	}
	return s, nil
}

// missing says that the kernel was built without something.
func missing(err error) bool {
	return errors.Is(err, unix.EAFNOSUPPORT) || errors.Is(err, unix.EPROTONOSUPPORT) || errors.Is(err, unix.ESOCKTNOSUPPORT)
}

// bind opens one socket for every address of both kinds.
func bind(ipv6 bool, kind, port int) (int, error) {
	family, any := unix.AF_INET, unix.Sockaddr(&unix.SockaddrInet4{Port: port})
	if ipv6 {
		family, any = unix.AF_INET6, &unix.SockaddrInet6{Port: port}
	}
	fd, err := unix.Socket(family, kind|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return -1, err
	}
	err = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1)
	if err == nil && ipv6 {
		err = unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 0)
	}
	if ipv6 && kind == unix.SOCK_DGRAM {
		// Answers go out from the address that was asked. For IPv6 the kernel
		// wants to be told that it need not be an interface's. Where it cannot
		// be told, queries over IPv6 get no answer; /etc/resolv.conf names an
		// IPv4 server.
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_FREEBIND, 1)
	}
	if err == nil {
		err = unix.Bind(fd, any)
	}
	if err == nil && kind == unix.SOCK_STREAM {
		err = unix.Listen(fd, unix.SOMAXCONN)
	}
	if err != nil {
		_ = unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

// fillers is the address our own connections go to, to be told from others.
func fillers() [4]byte { return [4]byte{127, 127, 127, 127} }

// fillTime bounds the wait for a connection that is only to take up room.
const fillTime = 100 * time.Millisecond

// fillQueues makes one connection to every port, which nobody will accept. A
// queue that already is full ignores it, which is as good.
func (f *first) fillQueues() {
	var polled []unix.PollFd
	for _, port := range f.ports {
		fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
		if err != nil {
			continue
		}
		f.queued = append(f.queued, fd)
		if errors.Is(unix.Connect(fd, &unix.SockaddrInet4{Port: port, Addr: fillers()}), unix.EINPROGRESS) {
			polled = append(polled, unix.PollFd{Fd: int32(fd), Events: unix.POLLOUT})
		}
	}
	for end := time.Now().Add(fillTime); len(polled) > 0 && time.Now().Before(end); {
		_, _ = unix.Poll(polled, int(fillTime/time.Millisecond))
		var waiting []unix.PollFd
		for _, p := range polled {
			if p.Revents == 0 {
				waiting = append(waiting, p)
			}
		}
		polled = waiting
	}
	_ = f.out.send(notice{Hanging: true})
}
