package report

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"path"
	"regexp"
	"strings"

	"syncproof/internal/contract"
)

// issue is one broken place as code reviews and scanners take it: a rule, a file
// with a line, and words.
type issue struct {
	result  contract.Result
	finding contract.Finding
	// path is the file as seen from the repository, "" when nothing is known of
	// any; line is 0 when it is not known.
	path string
	line int
	text string
	// print tells the issue apart from the others of the run, and is the same in a
	// later run in which only lines have moved.
	print string
}

// issues lists the places of some results, each at most MaxFindings.
func (v *view) issues(results []contract.Result) []issue {
	var all []issue
	seen := map[string]int{}
	for _, r := range results {
		findings := r.Findings[:min(len(r.Findings), contract.MaxFindings)]
		if len(findings) == 0 {
			findings = []contract.Finding{{}}
		}
		for i, f := range findings {
			x := issue{result: r, finding: f, path: v.file(f), text: issueText(r, f)}
			if f.File != "" {
				x.line = max(0, f.Line)
			}
			if more := max(r.Count, len(r.Findings)) - len(findings); more > 0 && i == len(findings)-1 {
				x.text += " (and " + itoa(more) + " more)"
			}
			x.print = fingerprint(r.Rule.ID, x.path, numbers.ReplaceAllString(clip(f.At, maxMessage), "*"), f.Fault)
			seen[x.print]++
			if n := seen[x.print]; n > 1 {
				x.print = fingerprint(x.print, itoa(n))
			}
			all = append(all, x)
		}
	}
	return all
}

// brokenRules are the failures that are not just the consequence of another.
func (v *view) brokenRules() []contract.Result {
	var all []contract.Result
	for _, f := range v.failures() {
		all = append(all, f.Result)
	}
	return all
}

var numbers = regexp.MustCompile(`[0-9]+`)

func fingerprint(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// issueText says in one line what is wrong in a place.
func issueText(r contract.Result, f contract.Finding) string {
	if f.At == "" && f.Note == "" {
		return reasoned(outcomeWords(r.Outcome), r.Reason)
	}
	text := oneLine(f.At, maxMessage)
	for _, part := range [][2]string{{": want ", f.Want}, {", got ", f.Got}, {"; ", f.Note}} {
		if part[1] != "" {
			text += part[0] + oneLine(part[1], maxMessage)
		}
	}
	return text
}

// file is where a finding stands, seen from the repository; the module's own
// file where PHP could not tell.
func (v *view) file(f contract.Finding) string {
	folder, main := moduleFolder(v.Target), ""
	if v.Target.Kind == "php" {
		main = v.Target.Module + ".php"
		if ref := slashed(v.Target.Ref); isSource(ref) {
			main = path.Base(ref)
		}
	}
	name := slashed(f.File)
	if name == "" {
		name = main
	}
	if name = path.Clean("/" + clip(name, maxMessage))[1:]; name == "" {
		return ""
	}
	return path.Join(folder, name)
}

// moduleFolder is the folder the vendor named, "" when it does not lie below the
// folder syncproof ran in: where that is on the machine is nobody's business.
func moduleFolder(target contract.TargetRef) string {
	ref := slashed(target.Ref)
	if target.Kind != "php" || path.IsAbs(ref) || drive.MatchString(ref) {
		return ""
	}
	if isSource(ref) {
		ref = path.Dir(ref)
	}
	ref = path.Clean(ref)
	if ref == "." || ref == ".." || strings.HasPrefix(ref, "../") {
		return ""
	}
	return ref
}

var drive = regexp.MustCompile(`^[A-Za-z]:`)

func isSource(file string) bool { return strings.EqualFold(path.Ext(file), ".php") }

// relativeURI is a path as an address: a colon or a percent sign in a name cannot
// make it an absolute one.
func relativeURI(file string) string { return (&url.URL{Path: file}).String() }
