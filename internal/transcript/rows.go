package transcript

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"iter"
	"sync"

	"syncproof/internal/contract"
)

// blockSize is how many bytes of account events are stored and read back at a
// time.
const blockSize = 256 << 10

// rows are the entries of a call's list. A long list is not in memory: blocks
// say where its events lie.
type rows struct {
	n int
	// sum is over the entries as they are stored; see Call.SameAccounts.
	sum    maphash.Hash
	blocks []*block
	// pending are the last events, which no block holds yet.
	pending []byte
	// first is the row that pending begins with.
	first int
}

// block is account events of one call that lie together: in memory, or size
// bytes in a file.
type block struct {
	// first is the row the block begins with, and n how many rows it holds.
	first, n int
	lines    []byte
	from     io.ReaderAt
	at, size int64
	// packed says that the bytes, in memory or in the file, are a gzip member.
	packed bool
	failed *failure
}

// failure is the first error that reading accounts back met.
type failure struct {
	mu  sync.Mutex
	err error
}

func (f *failure) note(err error) {
	if f == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil {
		f.err = err
	}
}

// count adds an entry's key and value to what is known of the list.
func (r *rows) count(seed maphash.Seed, key, value []byte) {
	if r.n == 0 {
		r.sum.SetSeed(seed)
	}
	r.n++
	_, _ = r.sum.Write(key)
	_ = r.sum.WriteByte(0)
	_, _ = r.sum.Write(value)
	_ = r.sum.WriteByte('\n')
}

// keep adds a line to what is in memory.
func (r *rows) keep(line []byte) {
	if len(r.pending) == 0 {
		r.first = r.n - 1
	}
	r.pending = append(append(r.pending, line...), '\n')
}

// take closes the pending lines as a block in memory.
func (r *rows) take(failed *failure) *block {
	b := &block{first: r.first, n: r.n - r.first, lines: r.pending, failed: failed}
	r.blocks = append(r.blocks, b)
	r.pending = nil
	return b
}

// pack compresses a block that stays in memory.
func (b *block) pack() {
	var packed bytes.Buffer
	if err := zip(&packed, b.lines); err == nil {
		b.lines, b.packed = bytes.Clone(packed.Bytes()), true
	}
}

// zipLevel makes a tenth of a list of accounts; the best level takes ten times as
// long for a twentieth.
const zipLevel = gzip.BestSpeed

// mostPacking is how many times longer accounts are than compressed, at the most
// but for odd ones.
const mostPacking = 16

// zip writes one gzip member.
func zip(to io.Writer, text []byte) error {
	w, err := gzip.NewWriterLevel(to, zipLevel)
	if err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		return err
	}
	return w.Close()
}

// Blocks is in how many parts Block gives the list, so that several can be read
// at the same time.
func (c *Call) Blocks() int {
	if len(c.rows.pending) > 0 {
		return len(c.rows.blocks) + 1
	}
	return len(c.rows.blocks)
}

// Block yields the entries of part i in order; see Blocks.
func (c *Call) Block(i int) iter.Seq[contract.Account] {
	if i == len(c.rows.blocks) {
		return lastBlock(&c.rows)
	}
	b := c.rows.blocks[i]
	return func(yield func(contract.Account) bool) {
		lines, err := b.read()
		if err != nil {
			b.failed.note(err)
			return
		}
		b.yield(lines, yield)
	}
}

func lastBlock(r *rows) iter.Seq[contract.Account] {
	b := &block{first: r.first}
	return func(yield func(contract.Account) bool) { b.yield(r.pending, yield) }
}

// Accounts yields the recorded list's entries in order. It reads and decodes
// each entry when it is asked for, so that a long list is never in memory.
func (c *Call) Accounts() iter.Seq[contract.Account] {
	return func(yield func(contract.Account) bool) {
		for i := range c.Blocks() {
			for a := range c.Block(i) {
				if !yield(a) {
					return
				}
			}
		}
	}
}

// From yields the list's entries from a row on.
func (c *Call) From(row int) iter.Seq[contract.Account] {
	first := 0
	for first < len(c.rows.blocks) && row >= c.rows.blocks[first].first+c.rows.blocks[first].n {
		first++
	}
	return func(yield func(contract.Account) bool) {
		for i := first; i < c.Blocks(); i++ {
			for a := range c.Block(i) {
				if a.Row >= row && !yield(a) {
					return
				}
			}
		}
	}
}

// read returns the block's lines.
func (b *block) read() ([]byte, error) {
	if !b.packed && b.from == nil {
		return b.lines, nil
	}
	var in io.Reader = bytes.NewReader(b.lines)
	if b.from != nil {
		in = io.NewSectionReader(b.from, b.at, b.size)
	}
	if b.packed {
		unpacked, err := gzip.NewReader(in)
		if err != nil {
			return nil, fmt.Errorf("reading accounts back from the transcript: %w", err)
		}
		in = unpacked
	}
	// Most lists are short; memory for a long one costs more than all there is to read.
	room := b.size
	if b.packed {
		room = min(blockSize+blockSize/4, max(b.size, int64(len(b.lines)))*mostPacking)
	}
	lines := bytes.NewBuffer(make([]byte, 0, room+bytes.MinRead))
	if _, err := lines.ReadFrom(in); err != nil {
		return nil, fmt.Errorf("reading accounts back from the transcript: %w", err)
	}
	return lines.Bytes(), nil
}

func (b *block) yield(lines []byte, yield func(contract.Account) bool) {
	row := b.first
	for line := range bytes.Lines(lines) {
		line = bytes.TrimSuffix(line, []byte("\n"))
		var a contract.Account
		if p, ok := scanAccount(line); ok {
			a = p.account(row)
		} else if a, ok = oddAccount(line, row); !ok {
			b.failed.note(errors.New("reading accounts back from the transcript: it has changed meanwhile"))
			return
		}
		if !yield(a) {
			return
		}
		row++
	}
}

// oddAccount decodes an account event that is not plain.
func oddAccount(line []byte, row int) (contract.Account, bool) {
	e, err := DecodeEvent(line)
	if err != nil {
		return contract.Account{}, false
	}
	body, ok := e.Body.(*AccountLine)
	if !ok {
		return contract.Account{}, false
	}
	return body.account(row), true
}

// Len is the number of entries in the recorded list.
func (c *Call) Len() int { return c.rows.n }

// Account decodes the entry in that row, counted from 0.
func (c *Call) Account(row int) (account contract.Account, ok bool) {
	if row < 0 {
		return contract.Account{}, false
	}
	for a := range c.From(row) {
		return a, true
	}
	return contract.Account{}, false
}

// SameAccounts reports whether two calls of a transcript recorded the very same
// entries in the same order. It compares what is stored; entries that only
// differ in the order of their keys are not the same to it.
func (c *Call) SameAccounts(other *Call) bool {
	return c.rows.n == other.rows.n && (c.rows.n == 0 || c.rows.sum.Sum64() == other.rows.sum.Sum64())
}

// canonicalKey is a key as the recorder writes it.
func canonicalKey(key any) []byte {
	text, err := json.Marshal(key)
	if err != nil {
		return nil
	}
	return text
}
