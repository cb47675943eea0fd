package ci_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"syncproof/fixtures"
	"syncproof/fixtures/panels"
	"syncproof/internal/cli"
	"syncproof/internal/target/netns"
)

// TestMain lets this program be syncproof, so that what pipelines call is what is
// tested here.
func TestMain(m *testing.M) {
	if status, inside := netns.Inside(); inside {
		os.Exit(status)
	}
	if filepath.Base(os.Args[0]) == "syncproof" {
		os.Exit(cli.Main(os.Args[1:], cli.System{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Getenv: os.LookupEnv}))
	}
	os.Exit(m.Run())
}

// steps are the two shell scripts of a pipeline that matter here.
type steps struct{ part, verdict string }

func githubSteps(t *testing.T) steps {
	t.Helper()
	var workflow struct {
		Jobs map[string]struct {
			Steps []struct{ Run string }
		}
	}
	if err := yaml.Unmarshal(read(t, "sharded/github.yml"), &workflow); err != nil {
		t.Fatal(err)
	}
	var found steps
	for _, s := range workflow.Jobs["part"].Steps {
		if strings.Contains(s.Run, "--shard") {
			found.part = s.Run
		}
	}
	for _, s := range workflow.Jobs["verdict"].Steps {
		if strings.Contains(s.Run, "merge") {
			found.verdict = s.Run
		}
	}
	return found
}

func gitlabSteps(t *testing.T) steps {
	t.Helper()
	var jobs map[string]struct{ Script []string }
	if err := yaml.Unmarshal(read(t, "sharded/gitlab.yml"), &jobs); err != nil {
		t.Fatal(err)
	}
	return steps{strings.Join(jobs["syncproof-part"].Script, "\n"), strings.Join(jobs["syncproof"].Script, "\n")}
}

func jenkinsSteps(t *testing.T) steps {
	t.Helper()
	var found steps
	for _, block := range regexp.MustCompile(`(?s)sh '''(.*?)'''`).FindAllStringSubmatch(string(read(t, "sharded/Jenkinsfile")), -1) {
		switch {
		case strings.Contains(block[1], "--shard"):
			found.part = block[1]
		case strings.Contains(block[1], "syncproof merge"):
			found.verdict = block[1]
		}
	}
	return found
}

// timed is what two runs of the same module differ in: when, how long, how much
// memory.
var timed = regexp.MustCompile(`"(started|seconds|memory)": [^\n]*|\b(time|timestamp)="[^"]*"|name="(started|seconds)" value="[^"]*"|[0-9]+(\.[0-9]+)? (ms|s|MiB|seconds?)\b`)

// Four machines carry out a part each and a fifth puts them together, with the very
// lines of the pipelines. The reports are those of the run in one piece, and without
// one part the verdict is not green.
func TestFourPartsMakeTheWholeRun(t *testing.T) {
	needs(t)
	results, wholes := t.TempDir(), map[string]string{}
	for name, found := range map[string]steps{"GitHub": githubSteps(t), "GitLab": gitlabSteps(t), "Jenkins": jenkinsSteps(t)} {
		t.Run(name, func(t *testing.T) {
			script := divided.ReplaceAllString(found.part, "")
			whole, made := wholes[script]
			if !made {
				whole = filepath.Join(results, name)
				if code, out := shell(t, workspace(t, whole), script, ""); code != 0 {
					t.Fatalf("the run in one piece ends with %d: %s", code, out)
				}
				wholes[script] = whole
			}
			verdict := workspace(t, t.TempDir())
			for _, shard := range []string{"1", "2", "3", "4"} {
				machine := workspace(t, t.TempDir())
				if code, out := shell(t, machine, found.part, shard); code != 0 {
					t.Fatalf("part %s ends with %d: %s", shard, code, out)
				}
				if err := os.CopyFS(filepath.Join(verdict, "parts"), os.DirFS(filepath.Join(machine, "parts"))); err != nil {
					t.Fatal(err)
				}
			}
			if code, out := shell(t, verdict, found.verdict, ""); code != 0 && code != 4 || code == 4 && !strings.Contains(out, "INCOMPLETE") {
				t.Fatalf("putting the parts together ends with %d: %s", code, out)
			}
			for _, report := range []string{"report.json", "junit.xml"} {
				if diff := cmp.Diff(untimed(t, whole, report), untimed(t, verdict, report)); diff != "" {
					t.Errorf("%s (-in one piece +in four parts):\n%s", report, diff)
				}
			}
			if err := os.RemoveAll(filepath.Join(verdict, "parts", "part-8.2-3")); err != nil {
				t.Fatal(err)
			}
			code, out := shell(t, verdict, found.verdict, "")
			if code != 4 || !strings.Contains(out, "INCOMPLETE") || !strings.Contains(out, "Part 3 of 4") {
				t.Errorf("without a part it ends with %d: %s", code, out)
			}
		})
	}
}

func needs(t *testing.T) {
	t.Helper()
	for variable, err := range map[string]error{
		"SYNCPROOF_REQUIRE_PHP":   func() error { _, err := exec.LookPath("php"); return err }(),
		"SYNCPROOF_REQUIRE_NETNS": netns.Check(t.Context()),
	} {
		if err != nil && os.Getenv(variable) == "1" {
			t.Fatal(err)
		} else if err != nil {
			t.Skip(err)
		}
	}
}

// divided is what makes a run one of four parts.
var divided = regexp.MustCompile(` --shard \S+ --out \S+`)

// workspace is what a job finds: the repository of a vendor and syncproof beside it.
func workspace(t *testing.T, dir string) string {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	f, err := fixtures.Find("reference")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Extract(dir); err != nil {
		t.Fatal(err)
	}
	profile, err := panels.Read("rest")
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// Few enough sessions for a test, and of every kind.
	const settings = "target: acmepanel\npanel:\n  profile: panel.yaml\nrun:\n  only: [account, identity, FLT-11]\n  budget: 12\n  allow_incomplete: true\n"
	for name, text := range map[string]string{"panel.yaml": string(profile), "syncproof.yaml": settings} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(program, filepath.Join(dir, "syncproof")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// shell runs a script as the CIs do, which stop at the first command that fails.
func shell(t *testing.T, dir, script, shard string) (int, string) {
	t.Helper()
	if script == "" {
		t.Fatal("the pipeline has no such step")
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	cmd := exec.CommandContext(ctx, "bash", "-e", "-c", script)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PHP=8.2", "SHARD="+shard)
	out, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

func untimed(t *testing.T, dir, name string) []string {
	t.Helper()
	path := filepath.Join(dir, "syncproof-results", name)
	return strings.Split(timed.ReplaceAllString(string(read(t, path)), "(timed)"), "\n")
}
