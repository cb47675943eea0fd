// Package ci_test looks at the files that other people's pipelines use.
package ci_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"syncproof/internal/cli"
)

func read(t *testing.T, path string) []byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestTheActionIsAComposite(t *testing.T) {
	var action struct {
		Name, Description string
		Inputs            map[string]struct{ Description, Default string }
		Runs              struct {
			Using string
			Steps []map[string]any
		}
	}
	raw := read(t, "../action.yml")
	if err := yaml.Unmarshal(raw, &action); err != nil {
		t.Fatal(err)
	}
	if action.Name == "" || action.Description == "" || action.Runs.Using != "composite" {
		t.Errorf("the action is %+v", action)
	}
	for name, in := range action.Inputs {
		if in.Description == "" {
			t.Errorf("the input %s has no description", name)
		}
		if !strings.Contains(string(raw), "inputs."+name+" }}") {
			t.Errorf("the input %s is not used", name)
		}
	}
	for i, step := range action.Runs.Steps {
		script, isScript := step["run"].(string)
		if isScript && step["shell"] != "bash" {
			t.Errorf("step %d names no shell, which a composite action needs", i)
		}
		if isScript && strings.Contains(script, "${{") {
			t.Errorf("step %d puts an expression into a script, where it could become a command", i)
		}
		if _, uses := step["uses"]; uses == isScript {
			t.Errorf("step %d has to have either uses or run", i)
		}
	}
}

func TestTheGitLabTemplateHasAHeadAndJobs(t *testing.T) {
	parts := strings.Split(string(read(t, "gitlab.yml")), "\n---\n")
	if len(parts) != 2 {
		t.Fatalf("the template has %d documents, not a head and a body", len(parts))
	}
	var head struct {
		Spec struct {
			Inputs map[string]struct{ Description string }
		}
	}
	if err := yaml.Unmarshal([]byte(parts[0]), &head); err != nil {
		t.Fatal(err)
	}
	for name, in := range head.Spec.Inputs {
		if in.Description == "" || !strings.Contains(parts[1], "$[[ inputs."+name+" ]]") {
			t.Errorf("the input %s has no description or is not used", name)
		}
	}
	var jobs map[string]struct {
		Image, Stage string
		Script       []string
	}
	if err := yaml.Unmarshal([]byte(parts[1]), &jobs); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"syncproof-build", "syncproof"} {
		if j := jobs[name]; j.Image == "" || len(j.Script) == 0 {
			t.Errorf("the job %s is %+v", name, j)
		}
	}
}

func TestTheContainerHasWhatSetupInstalls(t *testing.T) {
	file := string(read(t, "../Containerfile"))
	words := strings.Fields(file)
	for _, name := range []string{"php-cli", "php-curl", "php-mbstring", "php-xml", "php-soap", "php-sqlite3", "php-guzzlehttp-guzzle", "php-nesbot-carbon", "php-illuminate-database"} {
		if !slices.Contains(words, name) {
			t.Errorf("the Containerfile does not install %s", name)
		}
		if !strings.Contains(string(read(t, "../scripts/setup")), name) {
			t.Errorf("scripts/setup does not know %s", name)
		}
	}
	if !strings.Contains(file, `ENTRYPOINT ["syncproof"]`) {
		t.Error("the container does not run syncproof")
	}
}

// The version that pipelines build is this one.
func TestPipelinesBuildThisVersion(t *testing.T) {
	for _, path := range []string{"gitlab.yml", "../action.yml"} {
		if !strings.Contains(string(read(t, path)), "v"+cli.Version) {
			t.Errorf("%s does not name v%s", path, cli.Version)
		}
	}
}
