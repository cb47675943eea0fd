package upstream

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"syncproof/internal/upstream/fault"
)

// playBroken sends a good answer in a way that breaks off or never ends.
func (x *exchange) playBroken(ctx context.Context, act fault.Act) error {
	good, header := fault.Sample(), http.Header{"Content-Type": {"application/json"}}
	if reply, err := x.peek(ctx); err == nil {
		reply = x.leaving(reply)
		good, header = reply.Body, reply.Header
	}
	x.Status = http.StatusOK
	write := func(parts ...[]byte) error {
		_, err := x.conn.Write(slices.Concat(parts...))
		return err
	}
	switch act {
	case fault.SilentAfterHeaders:
		err := write(x.head(200, header, int64(len(good))))
		x.hold()
		return err
	case fault.ResetInBody:
		err := write(x.head(200, header, int64(len(good))), good[:len(good)/2])
		x.awaitDelivery()
		x.reset()
		return err
	case fault.ShortBody:
		err := write(x.head(200, header, int64(len(good))), good[:len(good)/2])
		return errors.Join(err, x.closeWrite())
	case fault.BrokenChunk:
		head := bytes.TrimSuffix(x.head(200, header, -1), []byte("\r\n"))
		chunk := fmt.Appendf(nil, "Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n", len(good)/2, good[:len(good)/2])
		err := write(head, chunk, []byte("zz-not-a-length\r\n"))
		return errors.Join(err, x.closeWrite())
	case fault.Drip:
		return x.drip(header, good)
	default:
		return fmt.Errorf("fault %q cannot be played", x.Fault)
	}
}

// awaitDelivery gives the bytes before a reset time to arrive: a reset may
// overtake what is still in the module's receive buffer. There is no event for
// it short of the module reading them.
func (x *exchange) awaitDelivery() { time.Sleep(20 * time.Millisecond) }

// dripEvery is slow enough that no list of a size worth having ever arrives.
const dripEvery = 100 * time.Millisecond

// drip sends one byte at a time of a body announced as far larger, for as long
// as the module listens.
func (x *exchange) drip(header http.Header, good []byte) error {
	const announced = 1 << 20
	if _, err := x.conn.Write(x.head(200, header, announced)); err != nil {
		return err
	}
	tick := time.NewTicker(dripEvery)
	defer tick.Stop()
	for i := 0; ; i++ {
		next := byte(' ')
		if i < len(good) {
			next = good[i]
		}
		if _, err := x.conn.Write([]byte{next}); err != nil {
			x.GaveUp = x.proxy.ctx.Err() == nil
			return nil //nolint:nilerr // a module that gives up is what is waited for
		}
		select {
		case <-tick.C:
		case <-x.proxy.ctx.Done():
			return nil
		}
	}
}

// flood sends 200 MB that no module has a use for.
func (x *exchange) flood() error {
	const total = 200 << 20
	x.Status = http.StatusOK
	if _, err := x.conn.Write(x.head(200, http.Header{"Content-Type": {"application/json"}}, total)); err != nil {
		return err
	}
	block := bytes.Repeat([]byte("syncproof flood "), 64<<10/16)
	for sent := 0; sent < total; sent += len(block) {
		if _, err := x.conn.Write(block); err != nil {
			x.GaveUp = x.proxy.ctx.Err() == nil
			return nil //nolint:nilerr // a module that has had enough is what is waited for
		}
	}
	return x.closeWrite()
}
