package answer

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"

	"syncproof/internal/transcript"
)

// SpoolError says why accounts could not be kept until they were recorded.
type SpoolError struct{ Err error }

func (e SpoolError) Error() string {
	return fmt.Sprintf("keeping accounts in a temporary file: %v", e.Err)
}

func (e SpoolError) Unwrap() error { return e.Err }

// spool keeps the accounts of an answer in a temporary file: only at its end it
// is known what the session can show, which the transcript has to say first.
type spool struct {
	file *os.File
	out  *bufio.Writer
	size int64
}

func newSpool() (*spool, error) {
	file, err := os.CreateTemp("", "syncproof-accounts-")
	if err != nil {
		return nil, SpoolError{err}
	}
	// Where that can be, the file has no name, so that nothing is left of it even
	// when syncproof is killed.
	if runtime.GOOS != "windows" {
		_ = os.Remove(file.Name())
	}
	return &spool{file: file, out: bufio.NewWriterSize(file, 64<<10)}, nil
}

func (s *spool) close() error {
	err := s.file.Close()
	if runtime.GOOS == "windows" {
		err = errors.Join(err, os.Remove(s.file.Name()))
	}
	return err
}

// add keeps an account: its key and its value, as JSON.
func (s *spool) add(key, value []byte) error {
	var head [2 * binary.MaxVarintLen64]byte
	sizes := binary.AppendUvarint(binary.AppendUvarint(head[:0], uint64(len(key))), uint64(len(value)))
	for _, part := range [][]byte{sizes, key, value} {
		if _, err := s.out.Write(part); err != nil {
			return SpoolError{err}
		}
		s.size += int64(len(part))
	}
	return nil
}

// Accounts are entries of a list that came one after the other; they stand for as
// many events.
type Accounts struct {
	spool *spool
	from  int64
	// Count is how many they are.
	Count int
}

// Each reads the accounts one by one.
func (a *Accounts) Each(visit func(transcript.AccountLine) error) error {
	if err := a.spool.out.Flush(); err != nil {
		return SpoolError{err}
	}
	in := bufio.NewReaderSize(io.NewSectionReader(a.spool.file, a.from, a.spool.size-a.from), 256<<10)
	for range a.Count {
		line, err := readLine(in)
		if err != nil {
			return SpoolError{err}
		}
		if err := visit(line); err != nil {
			return err
		}
	}
	return nil
}

func readLine(in *bufio.Reader) (line transcript.AccountLine, err error) {
	keySize, err := binary.ReadUvarint(in)
	if err != nil {
		return line, err
	}
	valueSize, err := binary.ReadUvarint(in)
	if err != nil {
		return line, err
	}
	both := make([]byte, keySize+valueSize)
	if _, err := io.ReadFull(in, both); err != nil {
		return line, err
	}
	line.Value = both[keySize:]
	line.Key, err = keyOf(both[:keySize])
	return line, err
}

// keyOf is a key as decoding an event gives it.
func keyOf(text []byte) (any, error) {
	if plainInt(text, 0) == len(text) {
		return json.Number(text), nil
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var key any
	err := d.Decode(&key)
	return key, err
}
