package php

import (
	"errors"
	"net"
	"strconv"
)

// closedPort is a local address at which every connection is refused. Port 9,
// discard, is what remains where none can be reserved.
type closedPort struct {
	address string
	hold    func()
}

// proxy returns the address as a proxy to point clients at.
func (c *closedPort) proxy() string {
	if c.address == "" {
		c.address, c.hold = reserve()
	}
	return "http://" + c.address
}

func (c *closedPort) release() {
	if c.hold != nil {
		c.hold()
	}
	*c = closedPort{}
}

var errNoPort = errors.New("no port can be reserved here")

func reserve() (address string, release func()) {
	port, release, err := reservePort()
	if err != nil {
		return net.JoinHostPort("127.0.0.1", "9"), func() {}
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), release
}
