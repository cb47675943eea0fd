package transcript

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// Names of a run's transcript in the folder of its results.
const (
	FileName       = "transcript.ndjson"
	PackedFileName = FileName + ".gz"
)

// DefaultPackAt is how large a transcript grows, in bytes, before it is
// compressed.
const DefaultPackAt = 8 << 20

// ErrBudget says that a transcript has reached the size it may have.
var ErrBudget = errors.New("the transcript has reached the disk space it may take, so the run ended; what was captured is kept and judged, and --max-transcript sets another bound")

// FileOptions say how a transcript is stored.
type FileOptions struct {
	// Budget bounds how many bytes the file takes; 0 is no bound.
	Budget int64
	// PackAt is the size from which the file is compressed; 0 means DefaultPackAt.
	PackAt int64
}

// File stores a transcript while it is made, from which its accounts are read
// back. A short one is a text file, FileName. One that grows long becomes
// PackedFileName: a row of gzip members that zcat reads as one text, where long
// stretches of accounts are members of their own, to be read alone. It is used
// under the recorder's lock.
type File struct {
	dir     string
	file    *os.File
	options FileOptions
	// size is how much of the file is written.
	size int64
	// member is open when events were written after the last block.
	member *gzip.Writer
	packed bool
	open   bool
	blocks []*block
	aside  *aside
	// spare is the memory of lines that were stored.
	spare []byte
}

// Create makes the file in a folder, in place of an earlier one.
func Create(dir string, options FileOptions) (*File, error) {
	if options.PackAt == 0 {
		options.PackAt = DefaultPackAt
	}
	if err := os.Remove(filepath.Join(dir, PackedFileName)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	f := &File{dir: dir, options: options}
	var err error
	f.file, err = create(filepath.Join(dir, FileName))
	return f, err
}

// create is for the user's eyes alone: evidence holds customers' data. A file that
// is there already may be open to others, or lead elsewhere.
func create(path string) (*os.File, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	return os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
}

// Name is the path of the file as it is now.
func (f *File) Name() string { return f.file.Name() }

// Close ends the file. Accounts cannot be read back any more.
func (f *File) Close() error { return errors.Join(f.end(), f.file.Close()) }

// Move puts the file into another folder, in place of the transcript that lies
// there, and goes on writing it there. Until the last step that transcript stays.
func (f *File) Move(dir string) error {
	if err := f.end(); err != nil {
		return err
	}
	old, to := f.file.Name(), filepath.Join(dir, filepath.Base(f.file.Name()))
	// An open file cannot be moved everywhere, and what a crash of the machine
	// must not lose has to be on the disk before the earlier one goes.
	if err := errors.Join(f.file.Sync(), f.file.Close()); err != nil {
		return fmt.Errorf("closing %s: %w", old, err)
	}
	failed := os.Rename(old, to)
	if failed != nil {
		to = old
	}
	file, err := os.OpenFile(to, os.O_RDWR, 0o600)
	if err != nil {
		return errors.Join(failed, err)
	}
	f.file = file
	for _, b := range f.blocks {
		b.from = file
	}
	if failed != nil {
		return failed
	}
	f.dir = dir
	for _, name := range []string{FileName, PackedFileName} {
		if name != filepath.Base(to) {
			if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}

// Write adds whole lines that are not accounts.
func (f *File) Write(lines []byte) (int, error) {
	if err := errors.Join(f.settle(), f.room(int64(len(lines)))); err != nil {
		return 0, err
	}
	if !f.packed {
		return f.append(lines)
	}
	if !f.open {
		f.member, _ = gzip.NewWriterLevel(appender{f}, gzip.BestSpeed)
		f.open = true
	}
	return f.member.Write(lines)
}

// room makes the file a compressed one when it is time, and refuses what would
// exceed the budget. What a compressed file will grow by is not known before.
func (f *File) room(more int64) error {
	if !f.packed && f.size+more > f.options.PackAt {
		if err := f.pack(); err != nil {
			return err
		}
	}
	if f.packed {
		more = 0
	}
	if f.options.Budget > 0 && f.size+more >= f.options.Budget {
		return ErrBudget
	}
	return nil
}

// block stores a stretch of accounts and lets go of their lines. What it finds
// wrong may be told by the next call only.
func (f *File) block(b *block) error {
	if err := errors.Join(f.settle(), f.room(int64(len(b.lines)))); err != nil {
		return err
	}
	if err := f.end(); err != nil {
		return err
	}
	if f.packed {
		f.compress(b)
		return nil
	}
	return f.place(b, b.lines)
}

// place writes a block as it is to be stored.
func (f *File) place(b *block, stored []byte) error {
	at := f.size
	if _, err := f.append(stored); err != nil {
		return err
	}
	f.spare = b.lines[:0]
	b.from, b.at, b.size, b.packed, b.lines = f.file, at, int64(len(stored)), f.packed, nil
	f.blocks = append(f.blocks, b)
	return nil
}

// spareLines is memory for a block of lines.
func (f *File) spareLines() []byte {
	spare := f.spare
	f.spare = nil
	if cap(spare) < blockSize {
		return make([]byte, 0, blockSize+blockSize/8)
	}
	return spare
}

// flush makes what was written readable even when syncproof is killed.
func (f *File) flush() error {
	if err := f.settle(); err != nil {
		return err
	}
	if f.open {
		return f.member.Flush()
	}
	return nil
}

// end closes the open gzip member.
func (f *File) end() error {
	err := f.settle()
	if !f.open {
		return err
	}
	f.open = false
	return errors.Join(err, f.member.Close())
}

// append writes at the end of the file. What did not fit is taken off again, so
// that the file ends with a whole event, or with what a reader can tell from one.
func (f *File) append(p []byte) (int, error) {
	n, err := f.file.WriteAt(p, f.size)
	if err != nil && !f.packed {
		_ = f.file.Truncate(f.size)
		return 0, err
	}
	f.size += int64(n)
	return n, err
}

type appender struct{ f *File }

func (a appender) Write(p []byte) (int, error) { return a.f.append(p) }

// pack turns the text file into a compressed one.
func (f *File) pack() error {
	plain := f.file
	packed, err := create(filepath.Join(f.dir, PackedFileName))
	if err != nil {
		return fmt.Errorf("compressing the transcript: %w", err)
	}
	blocks, size := f.blocks, f.size
	f.file, f.size, f.blocks, f.packed = packed, 0, nil, true
	if err := f.copyFrom(plain, size, blocks); err != nil {
		return fmt.Errorf("compressing the transcript: %w", err)
	}
	if err := f.flush(); err != nil {
		return fmt.Errorf("compressing the transcript: %w", err)
	}
	return errors.Join(plain.Close(), os.Remove(plain.Name()))
}

// copyFrom copies a text file, whose blocks become members of their own.
func (f *File) copyFrom(plain *os.File, size int64, blocks []*block) error {
	var at int64
	for _, b := range append(slices.Clip(blocks), &block{at: size}) {
		if b.at > at {
			between := make([]byte, b.at-at)
			if _, err := plain.ReadAt(between, at); err != nil {
				return err
			}
			if _, err := f.Write(between); err != nil {
				return err
			}
		}
		at = b.at + b.size
		if b.from == nil {
			break
		}
		lines, err := b.read()
		if err != nil {
			return err
		}
		b.from, b.lines = nil, lines
		if err := f.block(b); err != nil {
			return err
		}
	}
	return nil
}

var _ io.Writer = (*File)(nil)
