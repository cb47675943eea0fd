package setup

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// repository finds the Git repository around the configuration: where it begins,
// who hosts it, and which pipelines there are.
func (f *Findings) repository(base string) {
	root, config := gitConfig(base)
	if root != "" {
		f.Root = "."
		if rel, err := filepath.Rel(base, root); err == nil {
			f.Root = filepath.ToSlash(rel)
		}
		f.Host = host(config)
	} else {
		root = base
	}
	f.Present = map[string]string{}
	for _, p := range []struct{ ci, path string }{
		{GitHub, ".github/workflows"},
		{GitLab, ".gitlab-ci.yml"},
		{Bitbucket, "bitbucket-pipelines.yml"},
		{Jenkins, "Jenkinsfile"},
	} {
		if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(p.path))); err == nil {
			f.Present[p.ci] = p.path
		}
	}
}

// gitConfig finds the repository a folder lies in, and its configuration.
func gitConfig(folder string) (root string, config []byte) {
	for {
		git := filepath.Join(folder, ".git")
		if info, err := os.Stat(git); err == nil {
			if !info.IsDir() {
				// A worktree or submodule: the file names the repository, whose
				// settings are of no use for a first guess.
				return folder, nil
			}
			raw, err := os.ReadFile(filepath.Join(git, "config"))
			if err != nil {
				return folder, nil
			}
			return folder, raw
		}
		above := filepath.Dir(folder)
		if above == folder {
			return "", nil
		}
		folder = above
	}
}

var remote = regexp.MustCompile(`(?m)^\s*url\s*=\s*(\S+)`)

// host names the service that the first remote lies at, by its host name: many
// companies call their own server gitlab.example.com.
func host(config []byte) string {
	m := remote.FindSubmatch(config)
	if m == nil {
		return ""
	}
	address := strings.ToLower(string(m[1]))
	if _, rest, ok := strings.Cut(address, "://"); ok {
		address = rest
	}
	if _, rest, ok := strings.Cut(address, "@"); ok {
		address = rest
	}
	name, _, _ := strings.Cut(address, "/")
	name, _, _ = strings.Cut(name, ":")
	for _, ci := range []string{GitHub, GitLab, Bitbucket} {
		if slices.Contains(strings.Split(name, "."), ci) {
			return ci
		}
	}
	return ""
}

// CI is the pipeline to write when none is named: that of the repository's host,
// or of the only configuration that is there. "" when neither tells.
func (f Findings) CI() string {
	if f.Host != "" {
		return f.Host
	}
	if len(f.Present) == 1 {
		for ci := range f.Present {
			return ci
		}
	}
	return ""
}

// recordings are files that syncproof record wrote, near the module.
func recordings(base, module string) []string {
	var found []string
	for _, folder := range []string{base, filepath.Join(base, "tests"), module, filepath.Join(module, "tests")} {
		matches, _ := filepath.Glob(filepath.Join(folder, "*.har"))
		for _, path := range matches {
			if isRecording(path) {
				found = append(found, target(path, base))
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// recordingMost bounds how much of a file is searched for the mark.
const recordingMost = 64 << 20

func isRecording(path string) bool {
	info, err := os.Stat(path)
	if err != nil || info.Size() > recordingMost {
		return false
	}
	raw, err := os.ReadFile(path)
	return err == nil && bytes.Contains(raw, []byte(`"_syncproof"`))
}
