package recording

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
)

// inflate undoes one kind of compression, as far as a recording can grow.
func inflate(kind string, body []byte) ([]byte, error) {
	var in io.Reader
	var err error
	switch kind {
	case "gzip", "x-gzip":
		in, err = gzip.NewReader(bytes.NewReader(body))
	case "deflate":
		// Half of the servers leave out the zlib header.
		if in, err = zlib.NewReader(bytes.NewReader(body)); err != nil {
			in, err = flate.NewReader(bytes.NewReader(body)), nil
		}
	default:
		return nil, fmt.Errorf("%w (%s)", errCompressed, kind)
	}
	if err != nil {
		return nil, fmt.Errorf("says that it is compressed (%s) and is not: %w", kind, err)
	}
	plain, err := io.ReadAll(io.LimitReader(in, MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("says that it is compressed (%s) and breaks off: %w", kind, err)
	}
	if len(plain) > MaxSize {
		return nil, errSize
	}
	return plain, nil
}
