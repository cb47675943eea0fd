package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"syscall"
	"time"

	"syncproof/internal/target/answer"
	"syncproof/internal/target/exchange"
	"syncproof/internal/target/process"
	"syncproof/internal/transcript"
)

// runner runs the command once for each request.
type runner struct {
	Options
	// furnish changes what the command runs in, nil for nothing.
	furnish func(*process.Options) error
}

// Furnished is the same command in other surroundings.
func (r runner) Furnished(furnish func(*process.Options) error) exchange.Exchanger {
	r.furnish = furnish
	return r
}

// Patient is the same command with that many times the time.
func (r runner) Patient(times int) exchange.Exchanger {
	r.Timeout *= time.Duration(times)
	return r
}

// Exchange runs the command; see exchange.Exchanger.
func (r runner) Exchange(ctx context.Context, request []byte) (exchange.Reply, error) {
	o := process.Options{
		Command: r.Command,
		Dir:     r.Dir,
		Env:     process.Environment{Pass: r.Pass, Extra: r.Env},
		Stdin:   request,
		Limits: process.Limits{
			Time: r.Timeout, Stdout: int(r.MaxAnswer), StopAfter: r.MaxAnswer, Stderr: r.MaxStderr,
		},
	}
	if r.furnish != nil {
		if err := r.furnish(&o); err != nil {
			return exchange.Reply{}, err
		}
	}
	res, err := process.Run(ctx, o)
	if ctx.Err() != nil {
		return exchange.Reply{}, ctx.Err()
	}
	if err != nil {
		return exchange.Reply{}, &exchange.NoAnswerError{Trouble: r.notStarted(err)}
	}
	exit := r.exit(res)
	if trouble := r.stopped(res); trouble != nil {
		return exchange.Reply{}, &exchange.NoAnswerError{Trouble: *trouble, Exit: &exit}
	}
	return exchange.Reply{Body: res.Stdout.Kept, Exit: exit, Doubt: r.ended(res)}, nil
}

// exit is how the run ended. Standard output is the answer, so it is not
// repeated here.
func (r runner) exit(res process.Result) transcript.Exit {
	exit := transcript.Exit{
		Status: res.Status, Signal: res.Signal, TimedOut: res.TimedOut, Leftover: res.Leftover,
		Seconds: res.Duration.Seconds(),
	}
	if res.TimedOut {
		exit.Limit = r.Timeout.Seconds()
	}
	exit.Stderr = transcript.NewOutput(res.Stderr.Bytes, res.Stderr.Kept)
	return exit
}

func (r runner) notStarted(err error) transcript.Trouble {
	program := r.Command[0]
	t := transcript.Trouble{Kind: transcript.TroubleStart}
	var lookup *exec.Error
	switch {
	case errors.As(err, &lookup) && (errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist)):
		t.Message = fmt.Sprintf("there is no program %s", program)
		t.Advice = "install it, or name it with its whole path"
	case errors.Is(err, fs.ErrNotExist):
		// The file is there, so it is what its first line names that is not.
		t.Message = fmt.Sprintf("the program that the first line of %s names (#!…) is not there, or the folder to run in is not", program)
		t.Advice = "correct the first line, or name the program that runs it: --command 'php " + program + "'"
	case errors.Is(err, syscall.ENOEXEC):
		t.Message = fmt.Sprintf("%s is no program: it is neither binary nor does it begin with #!", program)
		t.Advice = "name the program that runs it: --command 'php " + program + "'"
	case errors.Is(err, fs.ErrPermission):
		t.Message = fmt.Sprintf("%s is not executable", program)
		t.Advice = "make it executable (chmod +x), or name the program that runs it: --command 'php " + program + "'"
	case errors.Is(err, process.ErrStuck):
		t.Message = fmt.Sprintf("%s did not go away although it was killed", program)
		t.Advice = "see what the process is waiting for; a file system that does not answer can cause this"
	default:
		t.Message = fmt.Sprintf("%s could not be started: %v", program, err)
		t.Advice = "try the command in a terminal"
	}
	return t
}

// stopped is the trouble with a command that syncproof had to stop.
func (r runner) stopped(res process.Result) *transcript.Trouble {
	switch {
	case res.TimedOut:
		return &transcript.Trouble{
			Kind: transcript.TroubleTimeout, Message: fmt.Sprintf("the command gave no answer within %s and was stopped", exchange.Seconds(r.Timeout)) + r.stderr(res),
			Advice: "see whether the call hangs there, or allow it more time with --timeout",
		}
	case res.Overflowed, res.Stdout.Cut():
		return &transcript.Trouble{
			Kind: transcript.TroubleLimit, Message: fmt.Sprintf("the command wrote more than %s and was stopped", exchange.Size(r.MaxAnswer)),
			Advice: "check the command for an endless loop; a list of 100,000 accounts takes about 30 MiB",
		}
	}
	return nil
}

// ended is the doubt about an answer from a command that failed.
func (r runner) ended(res process.Result) *transcript.Trouble {
	var how string
	switch {
	case res.Signal != "":
		how = "was ended by " + res.Signal
	case res.Status != 0:
		how = fmt.Sprintf("ended with status %d", res.Status)
	default:
		return nil
	}
	return &transcript.Trouble{
		Kind: transcript.TroubleAnswer, Message: "the command " + how + r.stderr(res) + r.stdout(res),
		Advice: "run the command in a terminal with a request of docs/protocol.md as its input; when all is well it ends with status 0",
	}
}

// stderr quotes the beginning of what the command said on standard error.
func (r runner) stderr(res process.Result) string {
	if len(bytes.TrimSpace(res.Stderr.Kept)) == 0 {
		return ""
	}
	return "; its standard error " + answer.Excerpt(res.Stderr.Kept)
}

func (r runner) stdout(res process.Result) string {
	if len(bytes.TrimSpace(res.Stdout.Kept)) == 0 {
		return "; it wrote no answer"
	}
	return "; its answer " + answer.Excerpt(res.Stdout.Kept)
}
