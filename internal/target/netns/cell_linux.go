package netns

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"
)

// marker is the name under which this binary is started as a cell's first
// process. A name, unlike a variable, is not inherited.
const marker = "syncproof-cell"

// furnishTime bounds how long a cell may take to be made. It takes
// milliseconds; a machine that is busy may need more.
const furnishTime = 30 * time.Second

// Cell is the outer side of one cell, for one program. The calls are made in
// the order Prepare, Attach, (*exec.Cmd).Start, Open, Go, (*exec.Cmd).Wait,
// Ending, Close.
type Cell struct {
	options Options
	line    *line
	theirs  *os.File
	names   *names

	// What the inside says, as it comes.
	opened    chan error
	started   chan error
	listening chan error
	hanging   chan struct{}
	exited    chan struct{}
	over      chan struct{}
	sockets   map[socketKind][]*os.File
	ipv6      bool
	ending    *Ending
	leftover  *int
	reading   bool

	entrance *Entrance
	// listened are its ports in order.
	listened []uint16
	// tried counts attempts to connect to ports that are listened at.
	tried  atomic.Int64
	owned  []io.Closer
	server *nameServer
	watch  *watcher
}

// Prepare makes what a cell needs on this side. Nothing is started yet.
func Prepare(o Options) (*Cell, error) {
	ours, theirs, err := newLine()
	if err != nil {
		return nil, err
	}
	c := &Cell{
		options: o, line: ours, theirs: theirs, names: newNames(o.Resolves),
		opened: make(chan error, 1), started: make(chan error, 1), listening: make(chan error, 1), hanging: make(chan struct{}, 1),
		exited: make(chan struct{}), over: make(chan struct{}), sockets: map[socketKind][]*os.File{},
	}
	s := setup{Ports: o.ports(), CA: o.CA, Bundles: o.Bundles, Watch: o.Attempt != nil, Bare: o.Bare, Outside: o.Bare && o.Outside, Sandbox: o.Sandbox}
	// The message waits until there is somebody to read it.
	if err := ours.send(order{Setup: &s}); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// Attach changes cmd so that it starts the cell, which will run the program
// that cmd was for with the same arguments, environment, folder and
// descriptors.
func (c *Cell) Attach(cmd *exec.Cmd) error {
	if os.Args[0] == marker {
		return fmt.Errorf("%w: this program was started for a cell and does not call netns.Inside", ErrUnavailable)
	}
	path, err := filepath.Abs(cmd.Path)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrStart, err)
	}
	const firstExtra = 3
	fd := firstExtra + len(cmd.ExtraFiles)
	cmd.ExtraFiles = append(cmd.ExtraFiles, c.theirs)
	args := cmd.Args
	if len(args) == 0 {
		args = []string{path}
	}
	cmd.Args = append([]string{marker, strconv.Itoa(fd), path}, args...)
	// Unlike the binary's path this works when the file has been replaced, and
	// when only its owner may look into the folder it is in.
	cmd.Path = "/proc/self/exe"
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	enclose(cmd.SysProcAttr, c.options.Bare && c.options.Outside)
	return nil
}

// Open waits until the cell is furnished. The program waits for Go.
func (c *Cell) Open(ctx context.Context) error {
	// While this copy is open, the end of the other side goes unnoticed.
	_ = c.theirs.Close()
	c.reading = true
	go c.read()
	ctx, cancel := context.WithTimeout(ctx, furnishTime)
	defer cancel()
	if err := c.wait(ctx, c.opened); err != nil {
		return unavailable(err)
	}
	if err := c.takeSockets(); err != nil {
		return err
	}
	if c.options.Blackhole {
		return c.Hang(ctx)
	}
	return nil
}

// Entrance is what listens in the cell after Open. To close it is to have
// connections refused, which Close does, too.
func (c *Cell) Entrance() *Entrance { return c.entrance }

// takeSockets makes something usable of the descriptors that were handed over.
func (c *Cell) takeSockets() error {
	defer c.dropFiles()
	if err := c.takeDoors(); err != nil {
		return err
	}
	var datagrams []net.PacketConn
	for _, f := range c.sockets[datagramSocket] {
		conn, err := net.FilePacketConn(f)
		if err != nil {
			return fmt.Errorf("taking over a socket of the cell: %w", err)
		}
		datagrams, c.owned = append(datagrams, conn), append(c.owned, conn)
	}
	var streams []net.Listener
	for _, f := range c.sockets[streamSocket] {
		l, err := net.FileListener(f)
		if err != nil {
			return fmt.Errorf("taking over a socket of the cell: %w", err)
		}
		streams, c.owned = append(streams, l), append(c.owned, l)
	}
	c.server = serveNames(c.names, c.ipv6, datagrams, streams)
	if files := c.sockets[watchSocket]; len(files) > 0 {
		watch, err := newWatcher(files[0], c.counting(c.options.Attempt))
		if err != nil {
			return err
		}
		c.watch = watch
	}
	return nil
}

// takeDoors makes an entrance of the ports that were handed over.
func (c *Cell) takeDoors() error {
	files := c.sockets[panelSocket]
	delete(c.sockets, panelSocket)
	var err error
	if c.entrance, err = newEntrance(files); err != nil {
		return err
	}
	c.listened = c.entrance.Ports()
	slices.Sort(c.listened)
	return nil
}

// counting tells of attempts, and counts those that have to arrive.
func (c *Cell) counting(tell func(netip.AddrPort)) func(netip.AddrPort) {
	c.tried.Store(0)
	return func(to netip.AddrPort) {
		if _, listened := slices.BinarySearch(c.listened, to.Port()); listened {
			c.tried.Add(1)
		}
		tell(to)
	}
}

// dropFiles closes the descriptors as they came: a port is only closed when
// nobody holds it open.
func (c *Cell) dropFiles() {
	for _, files := range c.sockets {
		closeFiles(files)
	}
	clear(c.sockets)
}

// Watches says whether Options.Attempt is told of attempts. It is known after
// Open.
func (c *Cell) Watches() bool { return c.watch != nil }

// Name is the name that was looked up to find an address, "" for one that was
// not found by name.
func (c *Cell) Name(address netip.Addr) string { return c.names.at(address) }

// IPv6 says whether IPv6 addresses can be reached. It is known after Open.
func (c *Cell) IPv6() bool { return c.ipv6 }

// Go lets the program start and returns when it has. The error is ErrStart
// when it cannot be started.
func (c *Cell) Go(ctx context.Context, s Start) error {
	if err := c.line.send(order{Go: &s}); err != nil {
		return err
	}
	err := c.wait(ctx, c.started)
	var failed *failure
	if errors.As(err, &failed) {
		return fmt.Errorf("%w: %w", ErrStart, err)
	}
	return err
}

// Hang makes every further connection to the listeners hang: none is refused,
// none comes about. What is connected stays so, and ports that were closed
// refuse as before. When Hang returns, no connection can slip through any more.
func (c *Cell) Hang(ctx context.Context) error {
	if err := c.entrance.hang(); err != nil && !errors.Is(err, os.ErrClosed) {
		return err
	}
	if err := c.line.send(order{Hang: true}); err != nil {
		return err
	}
	select {
	case <-c.hanging:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("making connections hang: %w", ctx.Err())
	case <-c.over:
		return fmt.Errorf("making connections hang: %w", errGone)
	}
}

// Stop kills the program with its process group and with the further groups,
// by their numbers in the cell, and then what is left; see Ending. It does not
// wait.
func (c *Cell) Stop(groups ...int) error { return c.line.send(order{Stop: true, Groups: groups}) }

// Exited is closed when the program has ended, or the cell. What the program
// left behind may go on for Start.Grace.
func (c *Cell) Exited() <-chan struct{} { return c.exited }

// Ending says how the program ended. It waits for the end of the cell; known is
// false when the cell ended without a word, as when it was killed. One that was
// killed while it counted what was left had something to count.
func (c *Cell) Ending() (e Ending, known bool) {
	if !c.reading {
		return Ending{}, false
	}
	<-c.over
	if c.ending == nil {
		return Ending{}, false
	}
	e = *c.ending
	e.Leftover = 1
	if c.leftover != nil {
		e.Leftover = *c.leftover
	}
	return e, true
}

// Close ends the cell and frees what it held. Calls of Options.Attempt have
// returned then.
func (c *Cell) Close() error {
	errs := []error{c.line.close()}
	if c.reading {
		<-c.over
	} else {
		_ = c.theirs.Close()
	}
	if c.server != nil {
		errs = append(errs, c.server.close())
	}
	if c.entrance != nil {
		errs = append(errs, c.entrance.free())
	}
	for _, o := range c.owned {
		if err := o.Close(); !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	if c.watch != nil {
		errs = append(errs, c.watch.close())
	}
	c.dropFiles()
	return errors.Join(errs...)
}
