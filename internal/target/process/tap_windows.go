package process

import (
	"io"
	"os"
)

// toTheLast reads a pipe until it is closed. Pipes have no deadlines here.
func toTheLast(pipe *os.File) io.Reader { return pipe }
