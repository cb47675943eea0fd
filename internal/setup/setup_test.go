package setup_test

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"syncproof/internal/config"
	"syncproof/internal/panel"
	"syncproof/internal/setup"
)

var update = flag.Bool("update", false, "write the golden files anew")

const source = "https://git.example.com/tools/syncproof.git"

// goldens reads testdata: each archive holds a repository under in/ and what is
// written for it under out/.
func goldens(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	return paths
}

// repository unpacks the files under in/ and returns their folder.
func repository(t *testing.T, a *txtar.Archive) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range a.Files {
		name, ok := strings.CutPrefix(f.Name, "in/")
		if !ok {
			continue
		}
		// Git would not store a folder of its own name.
		path := filepath.Join(dir, filepath.FromSlash(strings.Replace(name, "dot-git/", ".git/", 1)))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// written is everything that is made for a repository, by the name it has in out/.
func written(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	f, err := setup.Look(dir, dir)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	if out["syncproof.yaml"], err = setup.Config(f); err != nil {
		t.Fatal(err)
	}
	if out["syncproof-panel.yaml"], err = setup.Profile(f); err != nil {
		t.Fatal(err)
	}
	for _, ci := range setup.CIs() {
		from := source
		if ci == f.CI() {
			from = ""
		}
		p, err := setup.PipelineFor(ci, f, "0.1.0", from)
		if err != nil {
			t.Fatal(err)
		}
		out[p.Path] = p.Content
	}
	return out
}

func TestWhatIsWritten(t *testing.T) {
	for _, path := range goldens(t) {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			made := written(t, repository(t, a))
			wanted := map[string]string{}
			var kept []txtar.File
			for _, f := range a.Files {
				if name, ok := strings.CutPrefix(f.Name, "out/"); ok {
					wanted[name] = string(f.Data)
				} else {
					kept = append(kept, f)
				}
			}
			got := map[string]string{}
			for _, name := range shownOf(wanted, made) {
				got[name] = string(made[name])
			}
			if *update {
				for name := range wanted {
					kept = append(kept, txtar.File{Name: "out/" + name, Data: made[name]})
				}
				a.Files = sorted(kept)
				if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(wanted, got); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
		})
	}
}

// Each file is what it says it is, whatever module it was written for.
func TestWhatIsWrittenIsValid(t *testing.T) {
	for _, path := range goldens(t) {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			dir := repository(t, a)
			made := written(t, dir)
			for name, content := range made {
				if left := regexp.MustCompile(`<<|>>|<no value>`).Find(content); left != nil {
					t.Errorf("%s: %s is left of the template", name, left)
				}
				checkPipeline(t, name, content)
				if strings.HasSuffix(name, ".yml") || strings.HasSuffix(name, ".yaml") {
					var document map[string]any
					if err := yaml.Unmarshal(content, &document); err != nil {
						t.Errorf("%s is no YAML: %v", name, err)
					}
				}
			}
			checkConfig(t, dir, made["syncproof.yaml"])
			checkConfig(t, dir, inUse(made["syncproof.yaml"]))
			checkProfile(t, dir, made["syncproof-panel.yaml"])
		})
	}
}

// inUse takes the # from the settings that are not in use, but not from prose.
func inUse(raw []byte) []byte {
	return regexp.MustCompile(`(?m)^#(  )?([a-z_]+:)`).ReplaceAll(raw, []byte("$1$2"))
}

func checkConfig(t *testing.T, dir string, raw []byte) {
	t.Helper()
	path := filepath.Join(dir, config.FileName)
	if err := os.WriteFile(path, raw, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := config.Load(context.Background(), path); err != nil {
		t.Errorf("the configuration is not valid: %v\n%s", err, raw)
	}
}

func checkProfile(t *testing.T, dir string, raw []byte) {
	t.Helper()
	path := filepath.Join(dir, setup.ProfileFile)
	if err := os.WriteFile(path, raw, 0o644); err != nil {
		t.Fatal(err)
	}
	p, err := panel.Load(context.Background(), path)
	if err != nil {
		t.Fatalf("the profile cannot be read: %v", err)
	}
	for _, f := range panel.Check(context.Background(), p) {
		if f.Wrong {
			t.Errorf("the profile is wrong at line %d: %s", f.Line, f.Message)
		}
	}
	if !strings.Contains(string(raw), "TODO") {
		t.Error("nothing says what is left to do in the profile")
	}
}

func TestPipelinesThatCannotBeWritten(t *testing.T) {
	var f setup.Findings
	if _, err := setup.PipelineFor("travis", f, "0.1.0", ""); !errors.Is(err, setup.ErrCI) {
		t.Errorf("unknown CI: %v", err)
	}
	for _, bad := range []string{"syncproof", "https://x/$(id)", "git@host:x'; id", "https://x/a b", "-u@x"} {
		_, err := setup.PipelineFor(setup.GitHub, f, "0.1.0", bad)
		if !errors.Is(err, setup.ErrSource) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
