// Package process runs a foreign program with limits and makes sure that
// nothing of it stays behind. The limits prevent accidents; they are no
// security boundary against a program that wants to break out.
package process

import (
	"context"
	"errors"
	"time"

	"syncproof/internal/target/netns"
)

// Descriptors a program finds its channels on, where Options ask for them.
const (
	ResultFD  = 3
	RequestFD = 4
)

// Options say what to run and within which limits.
type Options struct {
	// Command is the program and its arguments. A program without a path is
	// looked up in the caller's PATH; a relative path is relative to the
	// caller's folder, not to Dir.
	Command []string
	// Dir is the folder to run in.
	Dir string
	Env Environment
	// Stdin is what the program can read; without it there is nothing to read.
	Stdin []byte
	// Request is offered on descriptor RequestFD when it is not nil.
	Request []byte
	// Result takes each line, without its end, that the program writes to
	// descriptor ResultFD. The slice is only valid during the call. Calls do
	// not overlap and have all returned when Run returns.
	Result func(line []byte)
	Limits Limits
	// Isolate runs the program in a user and network namespace of its own, in
	// which no address can be reached. Run fails with ErrNoIsolation where
	// that cannot be had.
	Isolate bool
	// Cell runs the program in a cell, in which every address and every name
	// leads to listeners of ours; Isolate is then without effect. Run fails
	// with ErrNoIsolation where that cannot be had. The main function of the
	// calling program has to call netns.Inside.
	Cell *netns.Options
	// Ready is called before the program starts, with the cell it will be in:
	// whoever is to serve the cell's listeners takes them then. They are
	// closed when Run returns. The program does not start after an error,
	// which Run returns. The time limit does not run yet.
	Ready func(*netns.Cell) error
}

// Environment is what the program finds in its environment. Nothing else
// reaches it, so that secrets of a build server cannot leak into a module or,
// through it, to a panel.
type Environment struct {
	// Home and Temp are folders of its own. An empty Home passes on the
	// caller's, which programs such as docker and ssh need.
	Home, Temp string
	// Locale is the value of LC_ALL and LANG, "" for C. Timezone is the value
	// of TZ, "" for none.
	Locale, Timezone string
	// Proxy is set as the proxy for every protocol.
	Proxy string
	// Pass names further variables to hand on from the caller.
	Pass []string
	// Extra holds further variables as name=value; they win over all others.
	Extra []string
}

// Limits bound a run. Zero means no limit, except where a default is named.
// Memory, CPU, file size, file count and process count are kept on Linux only.
type Limits struct {
	// Time bounds the wall clock.
	Time time.Duration
	// AddressSpace bounds the virtual memory of each process in bytes.
	AddressSpace uint64
	// CPU bounds the processor time of each process.
	CPU time.Duration
	// FileSize bounds each written file in bytes.
	FileSize uint64
	// Files bounds the open files of each process.
	Files uint64
	// Processes bounds how many processes and threads may be added. It does
	// not bind root, except in a cell whose sandbox does.
	Processes uint64
	// Disk bounds how much Folder may come to hold, in bytes on the disk. It is
	// looked at several times a second, so that a little more may be written.
	Disk   uint64
	Folder string
	// Stdout and Stderr are how many bytes of each to keep; everything is
	// counted. The default is 64 KiB.
	Stdout, Stderr int
	// StopAfter stops the program when it wrote more than that many bytes to
	// its standard output.
	StopAfter int64
	// Line bounds a result line in bytes; longer ones are dropped and counted.
	// The default is 64 MiB.
	Line int
	// Grace is how long processes the program left behind may take to end by
	// themselves before they are counted and killed. The default is 200 ms.
	Grace time.Duration
}

// Stream is what was written to a standard stream.
type Stream struct {
	// Bytes counts everything; Kept is its beginning.
	Bytes int64
	Kept  []byte
}

// Cut says that more was written than was kept.
func (s Stream) Cut() bool { return s.Bytes > int64(len(s.Kept)) }

// Result is how a run ended.
type Result struct {
	// Status is the exit status, -1 when a signal ended the program.
	Status int
	// Signal names the signal that ended it, such as SIGSEGV.
	Signal string
	// TimedOut says that Limits.Time passed; Overflowed, that
	// Limits.StopAfter was exceeded; Interrupted, that the context was done.
	// In each case the program was killed.
	TimedOut, Overflowed, Interrupted bool
	// OutOfMemory says that the program gave up for want of memory while its
	// address space was limited; FileTooBig, that it exceeded FileSize; DiskFull,
	// that it exceeded Disk and was killed.
	OutOfMemory, FileTooBig bool
	DiskFull                bool
	Stdout, Stderr          Stream
	// LongLines counts result lines that exceeded Limits.Line.
	LongLines int
	// Leftover counts processes that outlived the program and were killed.
	// Outside Linux only whether there were any is known, and only within the
	// program's process group.
	Leftover int
	// Namespace identifies the network namespace the program was started in,
	// as in /proc/self/ns/net; "" where unknown.
	Namespace string
	Duration  time.Duration
}

// Errors Run can return, for errors.Is. A program that cannot be found is
// exec.ErrNotFound.
var (
	// ErrStart: the program could not be started.
	ErrStart = errors.New("the program could not be started")
	// ErrNoIsolation: this machine does not let Run make the namespaces.
	ErrNoIsolation = errors.New("no network namespace can be made here")
	// ErrStuck: the program did not go away although it was killed.
	ErrStuck = errors.New("the program could not be killed")
)

// Run runs the program until it ends, a limit is reached or ctx is done, and
// kills whatever is left of it. The error says that it could not be started;
// everything the program did itself is in the Result.
func Run(ctx context.Context, o Options) (Result, error) {
	return run(ctx, o)
}
