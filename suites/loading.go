package suites

import (
	"strconv"
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

// loadings are the sessions that show how the file loads with WHMCS present,
// leaving out those that were disturbed from outside.
func loadings(t *transcript.Transcript) []*transcript.Session {
	var list []*transcript.Session
	for _, s := range t.Sessions {
		if s.Sees.Load && !s.WithoutWHMCS && undisturbed(s) && !s.Varied() {
			list = append(list, s)
		}
	}
	return list
}

func undisturbed(s *transcript.Session) bool {
	return len(s.Troubles) == 0 && s.Exit != nil && !s.Exit.Interrupted
}

// hasLoaded reports whether the include came to its end.
func hasLoaded(s *transcript.Session) bool { return s.Load != nil && s.Load.OK }

// endedLoading returns what PHP said when it shut down while loading, or nil.
func endedLoading(s *transcript.Session) *transcript.Shutdown {
	if s.Shutdown != nil && s.Shutdown.Phase == transcript.PhaseLoad {
		return s.Shutdown
	}
	return nil
}

// exitedLoading reports whether the file called exit or die while it loaded.
func exitedLoading(s *transcript.Session) bool {
	_, exited := endOfLoading(s)
	return exited
}

// loadFailure says how loading failed: in the vendor's words, and where.
func loadFailure(s *transcript.Session) contract.Finding {
	f, _ := endOfLoading(s)
	return f
}

// endOfLoading says how loading failed in a session that came to its end, and
// whether by exit or die.
func endOfLoading(s *transcript.Session) (f contract.Finding, exited bool) {
	f.Call = firstCall(s)
	switch down := endedLoading(s); {
	case s.Load != nil && s.Load.Throwable != nil:
		thrown := s.Load.Throwable
		f.Got, f.File, f.Line = thrown.Class+": "+phpvalue.Quote(thrown.Message), thrown.File, thrown.Line
	case s.Exit.TimedOut:
		f.Got = "it was still loading after " + seconds(s.Exit.Limit) + " and was stopped"
	case down != nil && down.Fatal != nil:
		f.Got, f.File, f.Line = "a fatal error: "+phpvalue.Quote(down.Fatal.Message), down.Fatal.File, down.Fatal.Line
	case s.Exit.OutOfMemory:
		f.Got = "PHP ran out of memory"
	case s.Exit.Signal != "":
		f.Got = "PHP crashed (" + s.Exit.Signal + ")"
	case down != nil:
		f.Got, exited = "it called exit or die"+andPrinted(down.Output), true
	default:
		f.Got = "PHP ended without any result"
	}
	return f, exited
}

// firstCall names the call a session was made for.
func firstCall(s *transcript.Session) string {
	if len(s.Calls) == 0 {
		return ""
	}
	return s.Calls[0].ID
}

// encodedWith names the product that encoded the module's file, "" when it is
// readable. Where a target shows no file, what it prints instead of loading
// tells: every encoder's stub asks for its loader by name.
func encodedWith(t *transcript.Transcript) string {
	if t.Subject != nil {
		return t.Subject.Encoder
	}
	for _, s := range loadings(t) {
		if !exitedLoading(s) {
			continue
		}
		text, _ := s.Shutdown.Output.Text.(string)
		for _, name := range []string{"ionCube", "SourceGuardian", "Zend Guard", "phpSHIELD"} {
			if strings.Contains(strings.ToLower(text), strings.ToLower(name)) {
				return name
			}
		}
	}
	return ""
}

// followLoad closes the case when nothing was found and the file never loaded:
// then nothing more can be said.
func (c *Case) followLoad(consequence string) {
	for _, s := range loadings(c.T) {
		if !hasLoaded(s) {
			c.followGate(unloaded(c.T, consequence))
			return
		}
	}
}

// followGate closes the case by a gate, unless something else already did.
func (c *Case) followGate(g gate) {
	if !g.open && c.result.Outcome == contract.Pass {
		g.apply(c)
	}
}

// failed reports whether a failure was noted.
func (c *Case) failed() bool { return c.result.Outcome == contract.Fail }

// once remembers what was reported, so that what happens in every session is
// told once.
type once map[string]bool

func (o once) first(parts ...string) bool {
	key := strings.Join(parts, "\x00")
	if o[key] {
		return false
	}
	o[key] = true
	return true
}

// seconds writes a time limit as people say it.
func seconds(n float64) string {
	if n == 1 {
		return "1 second"
	}
	return strconv.FormatFloat(n, 'f', -1, 64) + " seconds"
}

// layoutServers is the layout in which the folder's name is WHMCS's, not that
// of a repository.
const layoutServers = "modules/servers/x/x.php"

// folderInWHMCS is the name of the folder the module lies in below
// modules/servers, "" where it does not.
func folderInWHMCS(t *transcript.Transcript) string {
	if t.Subject == nil || t.Subject.Layout != layoutServers {
		return ""
	}
	return t.Subject.Folder
}
