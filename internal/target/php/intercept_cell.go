package php

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"

	"syncproof/internal/scenario"
	"syncproof/internal/target/netns"
	"syncproof/internal/target/process"
	"syncproof/internal/upstream/fault"
)

// room is the network of a session's own, and what happened in it.
type room struct {
	// cell is nil until the network is there, or for ever at other levels.
	cell *netns.Cell
	// ports are those that were listened at from the start.
	ports []uint16
	// attempts are where connections were meant to go.
	attempts []netip.AddrPort
	// failed is why connections could not be made to hang.
	failed error
}

// mostAttempts bounds what is remembered of a module that tries port after port.
const mostAttempts = 1000

// enclose puts the session into a network in which everything leads to the
// panel.
func (st *stage) enclose(s *session, o *process.Options) {
	cell := st.cell(s)
	o.Cell = &cell
	o.Ready = func(cell *netns.Cell) error {
		st.enter(cell, cell.Entrance())
		return nil
	}
}

// cell is what the session's network is to be like.
func (st *stage) cell(s *session) netns.Options {
	return netns.Options{
		Ports: ports(s.Steps), CA: st.ca, Resolves: st.resolves, Blackhole: st.hangsFirst(), Attempt: st.attempt,
		Sandbox: s.box,
	}
}

// enter has the panel serve the session's network.
func (st *stage) enter(cell *netns.Cell, entrance *netns.Entrance) {
	st.mu.Lock()
	st.room.cell, st.room.ports = cell, entrance.Ports()
	st.mu.Unlock()
	st.proxy.Serve(entrance)
}

// hangsFirst says that not even the first connection is to come about.
func (st *stage) hangsFirst() bool {
	f, struck := st.choose(1)
	return struck && f.Play.Act == fault.Hang
}

// hang makes all further connections hang. The proxy calls it before it gives
// the answer after which that is to be so.
func (st *stage) hang(ctx context.Context) {
	st.mu.Lock()
	cell := st.room.cell
	st.mu.Unlock()
	if cell == nil || st.hangsFirst() {
		return
	}
	if err := cell.Hang(ctx); err != nil && ctx.Err() == nil {
		st.mu.Lock()
		st.room.failed = err
		st.mu.Unlock()
	}
}

// resolves fails the lookup of the panel's name where that is the fault of the
// next request.
func (st *stage) resolves(string) bool {
	f, struck := st.choose(st.proxy.Begun() + 1)
	return !struck || f.Play.Act != fault.Unresolvable
}

// name is the name an address inside the session's network was looked up by.
func (st *stage) name(address netip.Addr) string {
	st.mu.Lock()
	cell := st.room.cell
	st.mu.Unlock()
	if cell == nil {
		return ""
	}
	return cell.Name(address)
}

func (st *stage) attempt(to netip.AddrPort) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if len(st.room.attempts) < mostAttempts {
		st.room.attempts = append(st.room.attempts, to)
	}
}

// unheard are the places the module tried to connect to at ports at which
// nobody listens, in order and each once.
func (st *stage) unheard() []string {
	const most = 10
	st.mu.Lock()
	attempts, listened := slices.Clone(st.room.attempts), st.room.ports
	st.mu.Unlock()
	var places []string
	for _, to := range attempts {
		if slices.Contains(listened, to.Port()) {
			continue
		}
		host := st.name(to.Addr().Unmap())
		if host == "" {
			host = to.Addr().Unmap().String()
		}
		place := net.JoinHostPort(host, strconv.Itoa(int(to.Port())))
		if len(places) < most && !slices.Contains(places, place) {
			places = append(places, place)
		}
	}
	return places
}

// ports are those the server parameters name.
func ports(steps []scenario.Step) []int {
	var list []int
	for _, step := range steps {
		if n, err := strconv.Atoi(fmt.Sprint(step.Params["serverport"])); err == nil {
			list = append(list, n)
		}
		if _, port, err := net.SplitHostPort(fmt.Sprint(step.Params["serverhostname"])); err == nil {
			if n, err := strconv.Atoi(port); err == nil {
				list = append(list, n)
			}
		}
	}
	return list
}
