package command_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/target"
	"syncproof/internal/target/command"
	"syncproof/internal/target/exchange/exchangetest"
	"syncproof/internal/transcript"
)

// The commands of these tests are the test program itself: with this variable
// set it plays the part that the variable names.
const part = "SYNCPROOF_TEST_PART"

func TestMain(m *testing.M) {
	if name := os.Getenv(part); name != "" {
		if testing.CoverMode() != "" {
			// A process that counts coverage complains on standard error where it has no
			// folder for it. This one is removed with the test binary.
			os.Setenv("GOCOVERDIR", filepath.Dir(os.Args[0]))
		}
		os.Exit(play(name))
	}
	os.Exit(m.Run())
}

const (
	failure  = `{"success":false,"error":"no"}`
	envelope = `{"syncproof":1,"honoured":["request"],"events":[{"event":"boot","php":"8.2.29"},{"event":"loaded","ok":true,"output":{"bytes":0},"seconds":0},` +
		`{"event":"returned","value":null,"output":{"bytes":0},"seconds":0},{"event":"final"}]}`
	listCall = `{"event":"call","session":"list","call":"list","function":"ListAccounts","params":{"serverhostname":"panel.example"}}`
	none     = `{"load":false,"output":false,"warnings":false,"state":false,"types":false,"ending":false,"process":false,"network":false,"locale":false,"files":false}`
)

func play(name string) int {
	request, err := io.ReadAll(os.Stdin)
	if err != nil {
		return 9
	}
	switch name {
	case "echo":
		value, err := json.Marshal(map[string]any{"success": false, "error": string(request)})
		if err != nil {
			return 9
		}
		fmt.Print(string(value))
	case "environment":
		value, err := json.Marshal(os.Environ())
		if err != nil {
			return 9
		}
		fmt.Print(string(value))
	case "folder":
		folder, err := os.Getwd()
		if err != nil {
			return 9
		}
		fmt.Printf("%q", folder)
	case "list":
		fmt.Print(`{"success":true,"accounts":[{"email":"jo@example.com"}]}`)
	case "envelope":
		fmt.Print(envelope)
	case "envelope, status 255":
		fmt.Print(envelope)
		return 255
	case "noise":
		fmt.Print("Warning: x\n" + failure)
	case "talk":
		fmt.Fprint(os.Stderr, "connecting\n")
		fmt.Print(failure)
	case "status 3":
		fmt.Fprint(os.Stderr, "\nno such \x1b[1mpanel\nat all\n")
		fmt.Print(failure)
		return 3
	case "silence, status 3":
		return 3
	case "garbage":
		fmt.Print("Could not open input file: wrapper.php\n")
	case "nothing":
	case "hang":
		fmt.Fprint(os.Stderr, "connecting\n")
		time.Sleep(time.Hour)
	case "flood":
		for {
			if _, err := os.Stdout.WriteString(strings.Repeat("[1,", 10000)); err != nil {
				return 9
			}
		}
	case "just too much":
		fmt.Print(failure + strings.Repeat(" ", 100))
	case "flood of errors":
		fmt.Fprint(os.Stderr, strings.Repeat("é", 1<<20))
		fmt.Print(failure)
	case "grandchild":
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), part+"=hang")
		child.Stdin, child.Stdout, child.Stderr = strings.NewReader(""), os.Stdout, os.Stderr
		if err := child.Start(); err != nil {
			return 9
		}
		fmt.Print(failure)
	default:
		return 8
	}
	return 0
}

func options(name string) command.Options {
	return command.Options{
		Command: []string{os.Args[0], "-x"}, Shown: "acme-wrapper -x", Module: "acme", Env: []string{part + "=" + name}, Timeout: time.Minute,
	}
}

func list(t *testing.T, o command.Options) exchangetest.Recorded {
	t.Helper()
	c, err := command.New(o)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	return exchangetest.Run(t.Context(), t, c, exchangetest.Session(t, transcript.SessionList))
}

func opening(request, sees string) string {
	return `{"event":"session","session":"list","purpose":"list the accounts","network":"open",` + request + `"sees":` + sees + `}`
}

func exits(status int, stderr string) string {
	return fmt.Sprintf(`{"event":"exit","session":"list","status":%d,"stdout":{"bytes":0},"stderr":%s,"seconds":0}`, status, stderr)
}

func TestAnswers(t *testing.T) {
	returned := func(value, output string) string {
		return `{"event":"returned","session":"list","call":"list","value":` + value + `,"output":` + output + `,"seconds":0}`
	}
	const quiet, no = `{"bytes":0}`, `{"error":"no","success":false}`
	everything := `{"load":true,"output":true,"warnings":true,"state":true,"types":true,"ending":true,"process":false,"network":false,"locale":false,"files":false}`
	fromEnvelope := []string{
		opening(`"request":"admin",`, everything), `{"event":"boot","session":"list","php":"8.2.29"}`,
		`{"event":"loaded","session":"list","ok":true,"output":{"bytes":0},"seconds":0}`, listCall, returned("null", quiet), `{"event":"final","session":"list"}`,
	}
	tests := []struct {
		name string
		want []string
	}{
		{"list", []string{
			opening("", none), listCall, `{"event":"account","session":"list","call":"list","key":0,"value":{"email":"jo@example.com"}}`,
			returned(`{"accounts":{"$php":"accounts","count":1,"list":true},"success":true}`, quiet), exits(0, quiet),
		}},
		{"envelope", append(slices.Clip(fromEnvelope), exits(0, quiet))},
		{"envelope, status 255", append(slices.Clip(fromEnvelope), exits(255, quiet))},
		{"noise", []string{
			opening("", strings.Replace(none, `"output":false`, `"output":true`, 1)), listCall,
			returned(no, `{"bytes":11,"text":"Warning: x\n"}`), exits(0, quiet),
		}},
		{"talk", []string{opening("", none), listCall, returned(no, quiet), exits(0, `{"bytes":11,"text":"connecting\n"}`)}},
		{"echo", []string{
			opening("", none), listCall,
			returned(`{"error":"{\"version\":1,\"module\":\"acme\",\"function\":\"ListAccounts\",\"params\":{\"serverhostname\":\"panel.example\"},`+
				`\"session\":\"list\",\"call\":\"list\",\"request\":\"admin\"}","success":false}`, quiet),
			exits(0, quiet),
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, list(t, options(tt.name)).Lines); diff != "" {
				t.Errorf("transcript (-want +got):\n%s", diff)
			}
		})
	}
}

func TestStderrIsBounded(t *testing.T) {
	o := options("flood of errors")
	o.MaxStderr = 101
	got := list(t, o)
	exit := got.Transcript.Session(transcript.SessionList).Exit
	want := transcript.Output{Bytes: 2 << 20, Text: strings.Repeat("é", 50)}
	if diff := cmp.Diff(want, exit.Stderr); diff != "" {
		t.Errorf("standard error (-want +got):\n%s", diff)
	}
	if ending := got.Transcript.Call(transcript.CallList).Ending; ending != transcript.EndReturned {
		t.Errorf("the call ended as %q", ending)
	}
}

func TestGrandchildIsStopped(t *testing.T) {
	got := list(t, options("grandchild"))
	if ending := got.Transcript.Call(transcript.CallList).Ending; ending != transcript.EndReturned {
		t.Errorf("the call ended as %q: %v", ending, got.Lines)
	}
	if left := got.Transcript.Session(transcript.SessionList).Exit.Leftover; left != 1 && runtime.GOOS == "linux" {
		t.Errorf("%d processes were stopped, want 1", left)
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	c, err := command.New(options("hang"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := exchangetest.Try(ctx, c, exchangetest.Session(t, transcript.SessionList))
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want %v", err, context.DeadlineExceeded)
	}
	want := []string{
		opening("", none), listCall,
		`{"event":"exit","session":"list","status":0,"interrupted":true,"stdout":{"bytes":0},"stderr":{"bytes":0},"seconds":0}`,
	}
	if diff := cmp.Diff(want, got.Lines); diff != "" {
		t.Errorf("transcript (-want +got):\n%s", diff)
	}
}

func TestEnvironment(t *testing.T) {
	t.Setenv("BUILD_TOKEN", "s3cret")
	t.Setenv("PANEL_REGION", "eu")
	o := options("environment")
	o.Pass = []string{"PANEL_REGION", "NOT_SET"}
	value, ok := list(t, o).Transcript.Call(transcript.CallList).Value.([]any)
	if !ok {
		t.Fatalf("the command shows no environment: %v", value)
	}
	var entries []string
	for _, v := range value {
		entries = append(entries, fmt.Sprint(v))
	}
	for _, want := range []string{"PANEL_REGION=eu", "LC_ALL=C", part + "=environment", "PATH=" + os.Getenv("PATH")} {
		if !slices.Contains(entries, want) {
			t.Errorf("%s is not among %v", want, entries)
		}
	}
	if strings.Contains(strings.Join(entries, "\n"), "s3cret") {
		t.Errorf("a variable that was not named is among %v", entries)
	}
}

func TestFolder(t *testing.T) {
	o := options("folder")
	o.Dir = t.TempDir()
	want, err := filepath.EvalSymlinks(o.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := list(t, o).Transcript.Call(transcript.CallList).Value; got != want {
		t.Errorf("ran in %v, want %s", got, want)
	}
}

func TestDescribe(t *testing.T) {
	for shown, o := range map[string]command.Options{
		"php 'a b.php'": {Command: []string{"php", "a b.php"}, Shown: "php 'a b.php'", Module: "acme"},
		"php a.php":     {Command: []string{"php", "a.php"}, Module: "acme"},
	} {
		c, err := command.New(o)
		if err != nil {
			t.Fatalf("New: %v", err)
		}
		got, err := c.Describe(t.Context())
		want := target.Description{Target: transcript.Target{Kind: "command", Ref: shown, Module: "acme"}}
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("error %v, description (-want +got):\n%s", err, diff)
		}
	}
}

func TestBadOptions(t *testing.T) {
	tests := []struct {
		options command.Options
		want    string
	}{
		{command.Options{Module: "acme"}, "the command is empty; it must name a program, such as --command 'php wrapper.php'"},
		{command.Options{Module: "acme", Command: []string{""}}, "the command is empty; it must name a program, such as --command 'php wrapper.php'"},
		{command.Options{Command: []string{"php"}}, "a command does not tell the module's name: add --module NAME, the prefix of its functions (acme for acme_ListAccounts)"},
	}
	for _, tt := range tests {
		if _, err := command.New(tt.options); err == nil || err.Error() != tt.want {
			t.Errorf("error %v, want %q", err, tt.want)
		}
	}
}
