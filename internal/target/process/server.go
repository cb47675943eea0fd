package process

import (
	"errors"

	"syncproof/internal/target/netns"
)

// Job is one run of a Server. What it does not name is as the server was
// started with: command, folder, environment, and the limits of the processes.
type Job struct {
	// Request is what the server is told, without a line end in it.
	Request []byte
	// Result takes each line written to descriptor ResultFD; see Options.
	Result func(line []byte)
	// Limits are those of this run: Time, Stdout, Stderr and Line count.
	Limits Limits
	// Cell is what the cell is to be like; see netns.Cell.Renew.
	Cell netns.Options
	// Ready is called before the run begins, with what listens in the cell. Nobody
	// may wait at it any more when the next run begins.
	Ready func(*netns.Entrance)
}

// ErrServer says that a server ended, or answered what it should not. Nothing of
// the run it was doing counts.
var ErrServer = errors.New("the process that others are forked off from cannot be used")

// report is what a server says, one JSON object a line.
type report struct {
	Ready int `json:"ready"`
	// Began is the number, in the cell, of the process that was forked off, and
	// Ended repeats it when that process has.
	Began int `json:"began"`
	Ended int `json:"ended"`
	// Alone says that nothing else is left in the cell.
	Alone  bool   `json:"alone"`
	Status int    `json:"status"`
	Signal int    `json:"signal"`
	Failed string `json:"failed"`
}
