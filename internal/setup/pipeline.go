package setup

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// The CIs a pipeline can be written for.
const (
	GitHub    = "github"
	GitLab    = "gitlab"
	Jenkins   = "jenkins"
	Bitbucket = "bitbucket"
)

// CIs lists them.
func CIs() []string { return []string{GitHub, GitLab, Jenkins, Bitbucket} }

// ErrCI says that there is no such CI.
var ErrCI = errors.New("no pipeline can be written for it")

// ErrSource says that the address cannot stand in a pipeline.
var ErrSource = errors.New("not a Git address")

// Pipeline is a CI configuration to be written.
type Pipeline struct {
	// Path is where it goes, from the repository's top folder.
	Path string
	// Included says that the CI has a configuration already, so that this one takes
	// effect only when that is changed; Advice says how.
	Included bool
	Advice   string
	Content  []byte
}

// pipeline is what the templates are filled with.
type pipeline struct {
	Findings
	// Version of syncproof, and Source, the Git address it is built from, "" where
	// that is not known.
	Version, Source string
	Path            string
	Included        bool
}

// address is a Git address that means nothing to a shell, to YAML or to Groovy.
var address = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9+.-]*(?:://|@)[A-Za-z0-9@:._/~+-]+$`)

// PipelineFor writes the pipeline for a CI.
func PipelineFor(ci string, f Findings, version, source string) (Pipeline, error) {
	if source != "" && !address.MatchString(source) {
		return Pipeline{}, fmt.Errorf("%w: %s; write one like https://git.example.com/tools/syncproof.git", ErrSource, source)
	}
	p := pipeline{Findings: f, Version: version, Source: source}
	_, p.Included = f.Present[ci]
	var advice, name string
	switch ci {
	case GitHub:
		// Workflows lie side by side.
		name, p.Path, p.Included = "github.yml", ".github/workflows/syncproof.yml", false
	case GitLab:
		name, p.Path = "gitlab.yml", ".gitlab-ci.yml"
		if p.Included {
			p.Path = ".gitlab/syncproof.yml"
			advice = "add it to .gitlab-ci.yml under include: as - local: " + p.Path
		}
	case Jenkins:
		name, p.Path = "Jenkinsfile", "Jenkinsfile"
		if p.Included {
			p.Path = "Jenkinsfile.syncproof"
			advice = "copy its stages into Jenkinsfile, or make a job whose script path it is"
		}
	case Bitbucket:
		name, p.Path = "bitbucket.yml", "bitbucket-pipelines.yml"
		if p.Included {
			p.Path = "bitbucket-pipelines.syncproof.yml"
			advice = "copy its cache and its steps into bitbucket-pipelines.yml"
		}
	default:
		return Pipeline{}, fmt.Errorf("%w: %q; take one of %s", ErrCI, ci, strings.Join(CIs(), ", "))
	}
	content, err := render(name, p, "<<", ">>")
	if err != nil {
		return Pipeline{}, err
	}
	return Pipeline{Path: p.Path, Included: p.Included, Advice: advice, Content: content}, nil
}

// AllExtensions are the extensions to install where PHP comes with none: those
// that nearly every module needs, and those this one uses.
func (p pipeline) AllExtensions() []string {
	all := append([]string{"curl", "mbstring", "xml"}, p.Extensions...)
	slices.Sort(all)
	return slices.Compact(all)
}

// Packages are Debian's packages of the libraries that WHMCS brings.
func (p pipeline) Packages() []string {
	var names []string
	for _, l := range p.Libraries {
		switch l {
		case "Guzzle":
			names = append(names, "php-guzzlehttp-guzzle")
		case "Carbon":
			names = append(names, "php-nesbot-carbon")
		case "Illuminate":
			names = append(names, "php-illuminate-database", "php-sqlite3")
		}
	}
	return names
}

// Install is the command that adds to the official PHP image what the module uses
// and the image lacks; "" when it lacks nothing. Its extensions are curl, mbstring,
// xml and pdo_sqlite among others.
func (p pipeline) Install() string {
	needs := map[string]string{"soap": "libxml2-dev", "bcmath": "", "intl": "libicu-dev", "gmp": "libgmp-dev", "sockets": ""}
	var packages, extensions []string
	for _, e := range p.Extensions {
		if source, known := needs[e]; known {
			extensions = append(extensions, e)
			if source != "" {
				packages = append(packages, source)
			}
		}
	}
	// Debian's libraries do not need Debian's PHP, which their packages recommend.
	for _, name := range p.Packages() {
		if name != "php-sqlite3" {
			packages = append(packages, name)
		}
	}
	var commands []string
	if len(p.Packages()) > 0 {
		// The image forbids Debian's PHP packages, and its PHP does not look where
		// they lie.
		commands = append(commands, "rm -f /etc/apt/preferences.d/no-debian-php",
			"echo include_path=.:/usr/share/php > /usr/local/etc/php/conf.d/debian.ini")
	}
	if len(packages) > 0 {
		commands = append(commands, "apt-get update && apt-get install -y --no-install-recommends "+strings.Join(packages, " "))
	}
	if len(extensions) > 0 {
		commands = append(commands, "docker-php-ext-install "+strings.Join(extensions, " "))
	}
	return strings.Join(commands, " && ")
}
