package command_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/target/command"
	"syncproof/internal/transcript"
)

const (
	adviceTerminal = "run the command in a terminal with a request of docs/protocol.md as its input; when all is well it ends with status 0"
	adviceHang     = "see whether the call hangs there, or allow it more time with --timeout"
	adviceLoop     = "check the command for an endless loop; a list of 100,000 accounts takes about 30 MiB"
)

func TestTrouble(t *testing.T) {
	tests := []struct {
		name   string
		change func(*command.Options)
		want   transcript.Trouble
		exit   transcript.Exit
	}{
		{
			"status 3", nil,
			transcript.Trouble{
				Kind: "answer", Advice: adviceTerminal,
				Message: `the command ended with status 3; its standard error is "no such \x1B[1mpanel\nat all"; its answer is "{\"success\":false,\"error\":\"no\"}"`,
			},
			transcript.Exit{Status: 3, Stderr: transcript.Output{Bytes: 26, Text: "\nno such \x1b[1mpanel\nat all\n"}},
		},
		{
			"silence, status 3", nil,
			transcript.Trouble{Kind: "answer", Message: "the command ended with status 3; it wrote no answer", Advice: adviceTerminal},
			transcript.Exit{Status: 3},
		},
		{
			"garbage", nil,
			transcript.Trouble{
				Kind: "answer", Message: `the answer to ListAccounts() is not JSON; it is "Could not open input file: wrapper.php"`,
				Advice: "answer with nothing but what the function returns, written by json_encode(); docs/protocol.md shows both forms of an answer",
			},
			transcript.Exit{},
		},
		{
			"nothing", nil,
			transcript.Trouble{
				Kind: "answer", Message: "the answer to ListAccounts() is empty where JSON belongs",
				Advice: "look at PHP's error log for the reason: a fatal error, memory_limit, max_execution_time",
			},
			transcript.Exit{},
		},
		{
			"hang", func(o *command.Options) { o.Timeout = time.Second },
			transcript.Trouble{
				Kind: "timeout", Advice: adviceHang,
				Message: `the command gave no answer within 1 second and was stopped; its standard error is "connecting"`,
			},
			transcript.Exit{Status: -1, Signal: "SIGKILL", TimedOut: true, Limit: 1, Stderr: transcript.Output{Bytes: 11, Text: "connecting\n"}},
		},
		{
			"flood", func(o *command.Options) { o.MaxAnswer = 1 << 20 },
			transcript.Trouble{Kind: "limit", Message: "the command wrote more than 1 MiB and was stopped", Advice: adviceLoop},
			transcript.Exit{Status: -1, Signal: "SIGKILL"},
		},
		{
			"just too much", func(o *command.Options) { o.MaxAnswer = 30 },
			transcript.Trouble{Kind: "limit", Message: "the command wrote more than 30 bytes and was stopped", Advice: adviceLoop},
			transcript.Exit{},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := options(tt.name)
			if tt.change != nil {
				tt.change(&o)
			}
			got := list(t, o)
			s := got.Transcript.Session(transcript.SessionList)
			if diff := cmp.Diff([]transcript.Trouble{tt.want}, s.Troubles); diff != "" {
				t.Errorf("trouble (-want +got):\n%s", diff)
			}
			if tt.name == "just too much" {
				// Whether it was stopped or had ended is a matter of luck.
				s.Exit.Status, s.Exit.Signal = 0, ""
			}
			s.Exit.Seconds = 0
			if diff := cmp.Diff(tt.exit, *s.Exit); diff != "" && runtime.GOOS != "windows" {
				t.Errorf("exit (-want +got):\n%s", diff)
			}
			if ending := got.Transcript.Call(transcript.CallList).Ending; ending != transcript.EndNoAnswer {
				t.Errorf("the call ended as %q", ending)
			}
		})
	}
}

func TestCommandsThatDoNotStart(t *testing.T) {
	folder := t.TempDir()
	file := func(name, content string, mode os.FileMode) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(content), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	plain, gone := file("plain.php", "<?php\n", 0o600), filepath.Join(folder, "gone")
	odd, text := file("odd", "#!/no/such/interpreter\n", 0o700), file("text", "echo\n", 0o700)
	tests := []struct{ name, program, message, advice string }{
		{"no such program", "syncproof-no-such-program", "there is no program syncproof-no-such-program", "install it, or name it with its whole path"},
		{"no such file", gone, "there is no program " + gone, "install it, or name it with its whole path"},
		{
			"not executable", plain, plain + " is not executable",
			"make it executable (chmod +x), or name the program that runs it: --command 'php " + plain + "'",
		},
		{
			"no interpreter", odd, "the program that the first line of " + odd + " names (#!…) is not there, or the folder to run in is not",
			"correct the first line, or name the program that runs it: --command 'php " + odd + "'",
		},
		{
			"no program", text, text + " is no program: it is neither binary nor does it begin with #!",
			"name the program that runs it: --command 'php " + text + "'",
		},
	}
	if runtime.GOOS == "windows" {
		tests = tests[:2]
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := list(t, command.Options{Command: []string{tt.program}, Module: "acme"})
			want := []string{
				opening("", none), listCall,
				fmt.Sprintf(`{"event":"trouble","session":"list","kind":"start","message":%q,"advice":%q}`, tt.message, tt.advice),
			}
			if diff := cmp.Diff(want, got.Lines); diff != "" {
				t.Errorf("transcript (-want +got):\n%s", diff)
			}
		})
	}
}
