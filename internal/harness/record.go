package harness

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/recording"
	"syncproof/internal/scenario"
	"syncproof/internal/secret"
	"syncproof/internal/target/php"
	"syncproof/internal/transcript"
)

// RecordOptions describe what to record.
type RecordOptions struct {
	// Module says how to run the module; Live, Recording and EmptyRecording are
	// set as needed.
	Module php.Options
	// Params are the server parameters, and Secrets the run's secrets by name.
	Params  map[string]any
	Secrets map[string]string
	// Volatile are the fields of requests the user declares; see
	// recording.ParseField.
	Volatile []string
	// Empty says that the server has no accounts.
	Empty bool
	// KeepFailed records a module that does not list, too.
	KeepFailed bool
	// Tool is syncproof's version.
	Tool string
}

// Recorded is a finished recording and how it was made.
type Recorded struct {
	File *recording.File
	// Content is what to store.
	Content []byte
	// Said is how the module failed where a failure was recorded, "" otherwise.
	Said string
}

// Errors of Record, for errors.Is. Their texts are completed for the user.
var (
	// ErrNoList: the module did not list the accounts.
	ErrNoList = errors.New("nothing was recorded")
	// ErrNoReplay: the module asks something else each time.
	ErrNoReplay = errors.New("the recording was not kept")
	// ErrNotDriven: the module could not be run, or its requests not be caught.
	ErrNotDriven = errors.New("the module's requests cannot be recorded")
)

// calls is how often the module is called: what differs the second time is
// volatile.
const calls = 2

// Record calls the module against the real server and makes a recording of its
// requests that holds no secret and that answers the same module again.
func Record(ctx context.Context, o RecordOptions) (out Recorded, err error) {
	live := o.Module
	live.Live, live.Recording, live.EmptyRecording = true, nil, nil
	t, err := php.New(live)
	if err != nil {
		return Recorded{}, err
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	described, err := t.Describe(ctx)
	if err != nil {
		return Recorded{}, err
	}
	source := recording.Source{
		Module: described.Target.Module, Tool: o.Tool, Empty: o.Empty, Params: o.Params, Secrets: o.Secrets, Volatile: o.Volatile,
	}
	if err := source.Check(); err != nil {
		return Recorded{}, err
	}
	for range calls {
		answer, err := listed(ctx, t, o, transcript.AnswersLive, o.Params)
		if err != nil {
			return Recorded{}, err
		}
		if out.Said, err = o.judge(answer, t.Recorded()); err != nil {
			return Recorded{}, err
		}
		source.Accounts = answer.accounts
		source.Conversations = append(source.Conversations, t.Recorded())
	}
	if out.File, out.Content, err = recording.Seal(source); err != nil {
		return Recorded{}, err
	}
	// What is learned from playing it back belongs into the file.
	err = o.playBack(ctx, &out)
	return out, err
}

// judge decides whether an answer is worth recording.
func (o RecordOptions) judge(a answered, talk *recording.Conversation) (said string, err error) {
	switch {
	case talk == nil || len(talk.Entries) == 0:
		return "", fmt.Errorf("%w: the module got no answer to any request%s", ErrNoList, a.because())
	case o.Empty && a.accounts > 0:
		return "", fmt.Errorf("%w: the module lists %d accounts, so the server is not empty; name one without accounts", ErrNoList, a.accounts)
	case a.failure == "":
		return "", nil
	case o.KeepFailed:
		return a.failure, nil
	case o.Empty:
		return "", fmt.Errorf("%w: the module %s. If the server is right and really has no accounts, that is a defect (syncproof explain ENV-11); "+
			"--keep-failed records it all the same", ErrNoList, a.failure)
	}
	return "", fmt.Errorf("%w: the module %s%s", ErrNoList, a.failure, a.because())
}

// playBack runs the module against its own recording. What it then asks
// differently although it does the same is volatile: signatures that depend on a
// secret came out the same both times, and do not with a canary.
func (o RecordOptions) playBack(ctx context.Context, r *Recorded) error {
	const most = 10
	for range most {
		talk := r.File.Conversation(r.File.Canaries())
		again, err := o.replayed(ctx, talk, r.File)
		if err != nil {
			return err
		}
		misses := talk.Misses()
		if len(misses) == 0 {
			if again.accounts == r.File.Accounts && (again.failure == "") == (r.Said == "") {
				return nil
			}
			return fmt.Errorf("%w: played back to the module it gives %s, not %s. The module's answer depends on more than its requests",
				ErrNoReplay, again.words(), answered{accounts: r.File.Accounts, failure: r.Said}.words())
		}
		if !misses[0].Codes {
			return fmt.Errorf("%w: played back to the module it does not fit: %s. Where such a part differs each time, declare it with --volatile",
				ErrNoReplay, misses[0].Message)
		}
		r.File.Volatile = append(r.File.Volatile, misses[0].Fields...)
		slices.Sort(r.File.Volatile)
		r.File.Volatile = slices.Compact(r.File.Volatile)
		if r.Content, err = r.File.Encode(); err != nil {
			return err
		}
	}
	return fmt.Errorf("%w: too many parts of its requests differ each time", ErrNoReplay)
}

func (o RecordOptions) replayed(ctx context.Context, talk *recording.Conversation, f *recording.File) (a answered, err error) {
	options := o.Module
	options.Live, options.Recording, options.EmptyRecording = false, talk, nil
	t, err := php.New(options)
	if err != nil {
		return answered{}, err
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	o.Secrets = f.Canaries()
	return listed(ctx, t, o, transcript.AnswersRecorded, f.Params)
}

// answered is what came of one call of ListAccounts().
type answered struct {
	accounts int
	// failure says in words how the module did not list, "" when it did.
	failure string
	// problem is what went wrong between the module and the server.
	problem string
}

func (a answered) words() string {
	if a.failure != "" {
		return "no list (the module " + a.failure + ")"
	}
	return fmt.Sprintf("%d accounts", a.accounts)
}

func (a answered) because() string {
	if a.problem == "" {
		return ""
	}
	return " (" + a.problem + ")"
}

// listed calls ListAccounts() once and says what came of it.
func listed(ctx context.Context, t *php.Target, o RecordOptions, answers string, params map[string]any) (answered, error) {
	recorder := transcript.NewRecorder(io.Discard, secret.New(o.Secrets).Line)
	if err := t.Run(ctx, conversation(scenario.Run{Params: params, Answers: answers}), recorder); err != nil {
		return answered{}, err
	}
	s := recorder.Transcript().Session(transcript.SessionConversation)
	switch {
	case s == nil:
		return answered{}, fmt.Errorf("%w: nothing came of the call", ErrNotDriven)
	case len(s.Troubles) > 0:
		return answered{}, fmt.Errorf("%w: %s; %s", ErrNotDriven, s.Troubles[0].Message, s.Troubles[0].Advice)
	case len(s.Calls) == 0:
		return answered{}, fmt.Errorf("%w: the module was not called", ErrNotDriven)
	}
	a := answered{accounts: s.Calls[0].Len(), failure: failureOf(s)}
	for _, x := range s.Exchanges {
		if x.Problem != "" && a.problem == "" {
			a.problem = x.Problem
		}
	}
	return a, nil
}

// conversation lists the accounts, and then asks for everything else the module
// asks a panel for when it is tested: what the loaders of its options offer.
func conversation(run scenario.Run) scenario.Session {
	plan := scenario.Plan([]contract.Need{contract.NeedOptions, contract.NeedConversation}, run)
	find := func(id string) scenario.Session {
		return plan[slices.IndexFunc(plan, func(s scenario.Session) bool { return s.ID == id })]
	}
	s := find(transcript.SessionConversation)
	s.Steps = slices.Concat(s.Steps, find(transcript.SessionOptions).Steps)
	return s
}

// failureOf says how a call did not give a list.
func failureOf(s *transcript.Session) string {
	call := s.Calls[0]
	if call.Ending != transcript.EndReturned {
		return "did not return from ListAccounts(): " + endings(call)
	}
	answer, ok := phpvalue.Map(call.Value)
	switch {
	case !ok:
		return "returned " + phpvalue.Show(call.Value) + " from ListAccounts()"
	case answer["success"] == true && phpvalue.KindOf(answer["accounts"]) == phpvalue.KindAccounts:
		return ""
	case answer["success"] == false:
		return "reported " + phpvalue.Show(answer["error"])
	}
	return "returned no list: success is " + phpvalue.Show(answer["success"]) + " and accounts is " + phpvalue.Show(answer["accounts"])
}

func endings(call *transcript.Call) string {
	switch call.Ending {
	case transcript.EndThrew:
		return "it threw " + call.Throwable.Class + ": " + phpvalue.Quote(call.Throwable.Message)
	case transcript.EndMissing:
		return "it is not defined"
	case transcript.EndFatal:
		return "it ended with a fatal error: " + phpvalue.Quote(call.Fatal.Message)
	case transcript.EndTimedOut:
		return "it was stopped because it took too long"
	case transcript.EndNotReached:
		return "the module's file did not load"
	}
	return "it ended PHP (" + call.Ending + ")"
}
