package upstream

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"syncproof/internal/upstream/fault"
)

// First bytes of a connection.
const (
	tlsHandshake = 0x16
	socks5       = 0x05
)

// listens is how long a client says nothing before it is taken for one that
// waits to be spoken to. Who only looks whether a port is open is gone long
// before.
const listens = time.Second

func (x *exchange) serve(ctx context.Context) error {
	if x.fault != nil && x.fault.Layer == fault.Connect {
		return x.playConnect()
	}
	first, err := x.reader.Peek(1)
	if err != nil {
		if time.Since(x.Started) < listens {
			return errNothingAsked
		}
		return fmt.Errorf("the module connected to %s and waited to be spoken to, as protocols other than HTTP do, "+
			"which syncproof cannot record", x.address())
	}
	switch first[0] {
	case socks5:
		if err := x.socks(); err != nil {
			return err
		}
		return x.through(ctx)
	case tlsHandshake:
		if done, err := x.startTLS(ctx); done || err != nil {
			return err
		}
	}
	r, err := x.readRequest()
	if err != nil {
		return err
	}
	if r.Method != http.MethodConnect {
		return x.answer(ctx, r)
	}
	x.Via, x.host = "connect", r.Host
	if _, err := io.WriteString(x.conn, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		return fmt.Errorf("opening the tunnel: %w", err)
	}
	return x.through(ctx)
}

// through serves the request inside a tunnel.
func (x *exchange) through(ctx context.Context) error {
	first, err := x.reader.Peek(1)
	if err != nil {
		return errors.New("the module opened a tunnel and sent nothing through it")
	}
	if first[0] == tlsHandshake {
		if done, err := x.startTLS(ctx); done || err != nil {
			return err
		}
	}
	r, err := x.readRequest()
	if err != nil {
		return err
	}
	return x.answer(ctx, r)
}

// socks opens a tunnel the way of SOCKS 5 (RFC 1928). Unlike that of CONNECT,
// its answer is never mixed up with the server's: curl counts the headers of a
// CONNECT among those of the answer it gives to the module.
func (x *exchange) socks() error {
	if err := x.negotiate(); err != nil {
		return fmt.Errorf("opening the tunnel: %w", err)
	}
	x.Via = "connect"
	return nil
}

var errSOCKS = errors.New("the module's client does not keep to SOCKS 5")

func (x *exchange) negotiate() error {
	methods, err := x.read(2)
	if err == nil {
		_, err = x.read(int(methods[1]))
	}
	if err == nil {
		// No method of proving who one is; clients always offer it.
		_, err = x.conn.Write([]byte{socks5, 0})
	}
	if err != nil {
		return err
	}
	head, err := x.read(4)
	if err != nil {
		return err
	}
	const connect = 1
	if head[0] != socks5 || head[1] != connect {
		return errSOCKS
	}
	host, err := x.socksHost(head[3])
	if err != nil {
		return err
	}
	port, err := x.read(2)
	if err != nil {
		return err
	}
	x.host = net.JoinHostPort(host, strconv.Itoa(int(binary.BigEndian.Uint16(port))))
	// Success, and an address nobody looks at.
	_, err = x.conn.Write([]byte{socks5, 0, 0, 1, 0, 0, 0, 0, 0, 0})
	return err
}

// socksHost reads a name or an address.
func (x *exchange) socksHost(kind byte) (string, error) {
	const (
		ipv4 = 1
		name = 3
		ipv6 = 4
	)
	length := map[byte]int{ipv4: 4, ipv6: 16}[kind]
	if kind == name {
		n, err := x.read(1)
		if err != nil {
			return "", err
		}
		length = int(n[0])
	}
	if length == 0 {
		return "", errSOCKS
	}
	raw, err := x.read(length)
	if err != nil {
		return "", err
	}
	if kind == name {
		return string(raw), nil
	}
	address, _ := netip.AddrFromSlice(raw)
	return address.String(), nil
}

func (x *exchange) read(n int) ([]byte, error) {
	raw := make([]byte, n)
	_, err := io.ReadFull(x.reader, raw)
	return raw, err
}

// isLetter holds for what a request can begin with: the name of a method.
func isLetter(b byte) bool { return 'A' <= b && b <= 'Z' || 'a' <= b && b <= 'z' }

// foreign says that the module does not speak HTTP. What it said is left out:
// it can be a login.
func (x *exchange) foreign() error {
	return fmt.Errorf("the module speaks something other than HTTP to %s, which syncproof cannot record", x.address())
}

// unreadable puts the error of net/http into words.
func (x *exchange) unreadable(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("the module closed the connection to %s before its request was whole", x.address())
	}
	for _, line := range []string{"malformed HTTP request", "malformed HTTP version", "invalid method"} {
		if strings.Contains(err.Error(), line) {
			return x.foreign()
		}
	}
	return fmt.Errorf("the module's request is not HTTP as it should be: %w", err)
}
