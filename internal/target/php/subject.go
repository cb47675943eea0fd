package php

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"syncproof/internal/transcript"
)

// mainFileMost bounds the module's main file. Real ones have at most a few
// thousand lines.
const mainFileMost = 64 << 20

// subject describes the module's file without running it.
func subject(m module) (*transcript.Subject, error) {
	source, err := readStart(m.file, mainFileMost+1)
	if err != nil {
		return nil, fmt.Errorf("reading the module's file: %w", err)
	}
	if len(source) > mainFileMost {
		return nil, fmt.Errorf("%w: the module's file %s has more than %d MiB", ErrTooBig, m.display(m.file), mainFileMost>>20)
	}
	sum := sha256.Sum256(source)
	s := &transcript.Subject{
		File:    m.display(m.file),
		Layout:  m.layout,
		Head:    bytes.Clone(source[:min(len(source), sample)]),
		Encoder: encoder(source),
		Size:    int64(len(source)),
		SHA256:  hex.EncodeToString(sum[:]),
	}
	if m.layout == layoutServers || m.layout == layoutFolder {
		s.Folder = filepath.Base(m.folder())
	}
	if after := tail(source); len(after) > 0 {
		s.Tail = bytes.Clone(after[:min(len(after), sample)])
	}
	return s, nil
}

// readStart reads at most n bytes of a file.
func readStart(path string, n int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, n))
}
