package infer_test

import (
	"context"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/fixtures"
	"syncproof/fixtures/panels"
	"syncproof/internal/contract"
	"syncproof/internal/harness"
	"syncproof/internal/infer"
	"syncproof/internal/panel"
	"syncproof/internal/phpvalue"
	"syncproof/internal/recording"
	"syncproof/internal/scenario"
	"syncproof/internal/target/netns"
	"syncproof/internal/target/php"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream"
)

func TestMain(m *testing.M) {
	if status, inside := netns.Inside(); inside {
		os.Exit(status)
	}
	os.Exit(m.Run())
}

func able(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("php"); err != nil {
		if os.Getenv("SYNCPROOF_REQUIRE_PHP") == "1" {
			t.Fatal(err)
		}
		t.Skip("PHP is not installed")
	}
	if err := netns.Check(context.Background()); err != nil {
		if os.Getenv("SYNCPROOF_REQUIRE_NETNS") == "1" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
}

func credentials() panel.Credentials {
	return panel.Credentials{Username: "sync-operator", Password: "pa55word-3e8f-of-the-panel", AccessHash: "hash-8f14e45f-of-the-panel"}
}

// A module that was recorded against a shipped profile lists the same accounts
// from the profile that is made of the recording, also when there are others.
func TestRoundTrip(t *testing.T) {
	able(t)
	all, err := fixtures.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		// One module a profile: the others ask for nothing else.
		if f.Expect.Profile == "" || !f.Conformant() || !strings.HasPrefix(f.Name, "lists-") {
			continue
		}
		t.Run(f.Expect.Profile, func(t *testing.T) {
			t.Parallel()
			path, err := f.Extract(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			original := shipped(t, f.Expect.Profile)
			for _, n := range []int{25, 230} {
				made, err := infer.Profile(t.Context(), record(t, path, original, panel.Fleet(1, n)))
				if err != nil {
					t.Fatal(err)
				}
				inferred, err := panel.Read("inferred.yaml", made.Profile)
				if err != nil {
					t.Fatalf("%v\n%s", err, made.Profile)
				}
				for _, fleet := range [][]panel.Account{panel.Fleet(1, n), panel.Fleet(5, 101), panel.Fleet(6, 1), nil} {
					if fleet == nil && f.Expect.Profile == "directadmin" {
						// Without users the module makes one more request, which the
						// recording of a panel that has some cannot hold.
						continue
					}
					want, got := list(t, path, original, fleet), list(t, path, inferred, fleet)
					if diff := cmp.Diff(want, got); diff != "" {
						t.Errorf("recorded with %d accounts, played with %d (-shipped +inferred):\n%s\n%s", n, len(fleet), diff, made.Profile)
						break
					}
					if answer, _ := want.(map[string]any); answer["success"] != true {
						t.Errorf("the module did not list: %v", want)
					}
				}
				if dir := os.Getenv("SYNCPROOF_KEEP"); dir != "" {
					_ = os.WriteFile(dir+"/"+f.Expect.Profile+".yaml", made.Profile, 0o600)
				}
			}
		})
	}
}

func shipped(t *testing.T, name string) *panel.Profile {
	t.Helper()
	raw, err := panels.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	p, err := panel.Read(name+".yaml", raw)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// record records a module with a panel that is played from a profile.
func record(t *testing.T, module string, p *panel.Profile, fleet []panel.Account) *recording.File {
	t.Helper()
	server := httptest.NewServer(panel.New(p, fleet, credentials()))
	defer server.Close()
	host, port, _ := strings.Cut(strings.TrimPrefix(server.URL, "http://"), ":")
	made, err := harness.Record(t.Context(), harness.RecordOptions{
		Module: php.Options{Path: module}, Params: params(host, port), Tool: "syncproof test",
		Secrets: map[string]string{"serverpassword": credentials().Password, "serveraccesshash": credentials().AccessHash},
	})
	if err != nil {
		t.Fatal(err)
	}
	file, err := recording.Decode(made.Content)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func params(host, port string) map[string]any {
	return map[string]any{
		"server": true, "serverid": 1, "serverip": host, "serverhostname": host, "serverusername": credentials().Username,
		"serverpassword": credentials().Password, "serveraccesshash": credentials().AccessHash, "serversecure": false, "serverhttpprefix": "http", "serverport": port,
	}
}

// list is what a module returns with a panel.
func list(t *testing.T, module string, p *panel.Profile, fleet []panel.Account) any {
	t.Helper()
	target, err := php.New(php.Options{Path: module, Panel: func(string, int) upstream.Responder { return panel.New(p, fleet, credentials()) }})
	if err != nil {
		t.Fatal(err)
	}
	defer target.Close()
	recorder := transcript.NewRecorder(io.Discard, func(line []byte) []byte { return line })
	plan := scenario.Plan([]contract.Need{contract.NeedConversation}, scenario.Run{Params: params("panel.example", "8080"), Answers: transcript.AnswersPanel})
	for _, s := range plan {
		if s.ID == transcript.SessionConversation {
			if err := target.Run(t.Context(), s, recorder); err != nil {
				t.Fatal(err)
			}
		}
	}
	s := recorder.Transcript().Session(transcript.SessionConversation)
	if s == nil || len(s.Calls) == 0 {
		t.Fatal("the module was not called")
	}
	answer, ok := phpvalue.Map(s.Calls[0].Value)
	if !ok {
		t.Fatalf("the module returned %s", phpvalue.Show(s.Calls[0].Value))
	}
	if answer["success"] == true {
		var rows []any
		for a := range s.Calls[0].Accounts() {
			rows = append(rows, a.Fields)
		}
		answer["accounts"] = rows
	}
	return answer
}
