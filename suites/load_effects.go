package suites

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

// guardMessage is how long the message of a guard may be.
const guardMessage = 1024

func checkGuard(c *Case) {
	direct := c.T.Session(transcript.SessionDirect)
	if c.sameFailure(direct) {
		return
	}
	at := "opening " + c.mainFile() + " without WHMCS"
	fail := func(got, note string) {
		c.Fail(contract.Finding{At: at, Want: "it stops at once", Got: got, Note: note})
	}
	switch down := endedLoading(direct); {
	case hasLoaded(direct) && (c.T.Subject == nil || returnsFromGuard(c.T.Subject)):
	case hasLoaded(direct):
		fail("the whole file ran", ranOn(direct.Load))
	case direct.Load != nil, down != nil && down.Fatal != nil, down == nil:
		f := loadFailure(direct)
		f.At, f.Want, f.Note = at, "it stops at once", "it ran on without WHMCS until it failed"
		c.Fail(f)
	}
	effects := directEffects(direct)
	if effects.Output.Bytes > guardMessage {
		fail("it printed "+printed(effects.Output), "a short message is enough")
	}
	if direct.Sees.Network && effects.Network > 0 {
		fail(attempts(effects.Network), "it used the network before it stopped")
	}
	if direct.Sees.Files && len(effects.Files) > 0 {
		fail("it wrote "+strings.Join(effects.Files, ", "), "")
	}
	if c.T.Subject == nil {
		// A guard that leaves with return shows in the source only, and what
		// came before a guard on the network only.
		c.NotTestable(noFile(c.T)+", so whether a guard is its first statement cannot be told", "point syncproof at the module's folder or .php file")
	}
}

// returningGuard is a guard that leaves the file with return. PHP then defines
// the file's functions all the same, so only the source shows it.
var returningGuard = regexp.MustCompile(`!\s*\\?defined\s*\(\s*['"]WHMCS['"]\s*\)\s*\)\s*\{?\s*return\b`)

func returnsFromGuard(s *transcript.Subject) bool { return returningGuard.Match(s.Head) }

// sameFailure follows LOAD-01 when the file fails to load with WHMCS too, by
// other means than a guard: then the guard was never reached, or the file is no
// PHP that could have one.
func (c *Case) sameFailure(direct *transcript.Session) bool {
	for _, s := range loadings(c.T) {
		if !hasLoaded(s) && loadFailure(s).Got == loadFailure(direct).Got {
			c.followGate(unloaded(c.T, "so whether it guards itself cannot be seen"))
			return true
		}
	}
	return false
}

// ranOn says what the file did outside WHMCS, when it ran to its end.
func ranOn(l *transcript.Load) string {
	return fmt.Sprintf("it defined %s and did not stop; if it guards itself with return, use die or exit as WHMCS's sample does",
		plural(int64(len(l.Functions)), "function", "functions"))
}

// directEffects joins what is known of a session that may have ended anywhere.
func directEffects(s *transcript.Session) transcript.Effects {
	var e transcript.Effects
	if s.Load != nil {
		e.Output, e.Network, e.Files = s.Load.Output, s.Load.Network, s.Load.Files
	}
	if s.Shutdown != nil {
		e.Network = max(e.Network, s.Shutdown.Network)
		if e.Output.Bytes == 0 {
			e.Output = s.Shutdown.Output
		}
		if len(e.Files) == 0 {
			e.Files = s.Shutdown.Files
		}
	}
	return e
}

func attempts(n int64) string { return plural(n, "attempt", "attempts") + " to use the network" }

func checkLoadEffects(c *Case) {
	// The exit of an encoder's stub is not the module's doing.
	if checkEncoder(c); c.result.Outcome == contract.NotTestable {
		return
	}
	seen := once{}
	for _, s := range loadings(c.T) {
		fail := func(f contract.Finding) {
			f.Call, f.At = firstCall(s), "loading "+c.mainFile()
			if seen.first(f.Want, f.Got, f.File) {
				c.Fail(f)
			}
		}
		loadEffects(s, fail)
	}
	c.followLoad("so what loading does cannot be seen in full")
	c.followGate(askSees(contract.NeedNetwork, c.T))
}

func loadEffects(s *transcript.Session, fail func(contract.Finding)) {
	var headers []string
	if s.Load != nil {
		headers = s.Load.Headers
	} else if down := endedLoading(s); down != nil {
		headers = down.Headers
	}
	for _, h := range headers {
		fail(contract.Finding{Want: "no headers", Got: "the header " + phpvalue.Quote(h)})
	}
	if exitedLoading(s) {
		fail(contract.Finding{Want: "no exit", Got: loadFailure(s).Got})
	}
	for _, r := range s.Records {
		switch {
		case r.Phase != transcript.PhaseLoad || loadMayCall(r.Function):
		case r.Function == transcript.RecordDatabase:
			text, _ := firstArgument(r).(string)
			fail(contract.Finding{Want: "no queries to the database", Got: "the query " + phpvalue.Quote(oneLine(text)), File: r.File, Line: r.Line})
		default:
			fail(contract.Finding{Want: "no WHMCS functions called", Got: r.Function + "() was called", File: r.File, Line: r.Line})
		}
	}
	if s.Load == nil {
		return
	}
	if s.Sees.Network && s.Load.Network > 0 {
		fail(contract.Finding{Want: "no use of the network", Got: attempts(s.Load.Network)})
	}
	if s.Sees.Files {
		for _, name := range s.Load.Files {
			fail(contract.Finding{Want: "no files written", Got: "it wrote " + phpvalue.Quote(name)})
		}
	}
}

// loadMayCall lists WHMCS functions without effect beyond their result, or whose
// effect is the purpose of loading a file.
func loadMayCall(function string) bool {
	switch strings.ToLower(function) {
	case "decrypt", "encrypt", "add_hook", transcript.RecordMissing:
		return true
	}
	return false
}

func checkPrefixes(c *Case) {
	seen := once{}
	for _, s := range loadings(c.T) {
		if s.Load == nil {
			continue
		}
		c.checkSymbols(seen, "function", s.Load.Functions)
		c.checkSymbols(seen, "class", s.Load.Classes)
		// PHP does not tell where a constant was defined, so those of a
		// library cannot be told from the module's.
		if !loadsLibraries(s.Load) {
			c.checkSymbols(seen, "constant", s.Load.Constants)
		}
	}
	c.followLoad("so what it defines cannot be seen in full")
}

func loadsLibraries(l *transcript.Load) bool {
	return slices.ContainsFunc(slices.Concat(l.Functions, l.Classes), func(s transcript.Symbol) bool { return isForeign(s.File) })
}

func (c *Case) checkSymbols(seen once, kind string, symbols []transcript.Symbol) {
	module := c.T.Header.Target.Module
	for _, symbol := range symbols {
		if carriesName(symbol.Name, module) || isForeign(symbol.File) || !seen.first(kind, symbol.Name) {
			continue
		}
		c.Fail(contract.Finding{
			At:   kind + " " + symbol.Name,
			Want: "a name with the module's name in it, such as " + example(kind, module, symbol.Name) + ", or a namespace",
			Got:  symbol.Name, File: symbol.File, Line: symbol.Line,
		})
	}
}

// carriesName is generous: what counts is that no other module defines the
// name, so _acme_call, AcmeClient and whmcs_acme_call will do.
func carriesName(name, module string) bool {
	if strings.Contains(name, `\`) || strings.Contains(name, "@anonymous") || strings.ContainsRune(name, 0) {
		return true
	}
	plain, wanted := plainName(name), plainName(module)
	const telling = 4
	return strings.HasPrefix(plain, wanted) || len(wanted) >= telling && strings.Contains(plain, wanted)
}

// isForeign reports whether the file is none of the module's own: a library
// installed with Composer, which the module does not name, or a file outside
// the module, whose path is absolute or begins with a mark such as <whmcs>.
func isForeign(file string) bool {
	slashed := strings.ReplaceAll(file, `\`, "/")
	if strings.HasPrefix(slashed, "<") || strings.HasPrefix(slashed, "/") || strings.Contains(slashed, ":/") {
		return true
	}
	return slices.Contains(strings.Split(slashed, "/"), "vendor")
}

// example is a name that would do.
func example(kind, module, name string) string {
	name = strings.TrimLeft(name, "_")
	prefix := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return '_'
	}, module)
	switch kind {
	case "class":
		first, size := utf8.DecodeRuneInString(prefix)
		return string(unicode.ToUpper(first)) + prefix[size:] + name
	case "constant":
		return strings.ToUpper(prefix) + "_" + name
	default:
		return prefix + "_" + name
	}
}
