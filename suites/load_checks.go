package suites

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

func checkLoads(c *Case) {
	if checkEncoder(c); c.result.Outcome == contract.NotTestable {
		return
	}
	seen := once{}
	for _, s := range loadings(c.T) {
		if hasLoaded(s) {
			continue
		}
		f := loadFailure(s)
		f.At, f.Want = c.mainFile(), "a file that PHP loads to its end"
		if seen.first(f.Got, f.File) {
			c.Fail(f)
		}
	}
	checkUnreached(c)
	if c.failed() || c.lack.what != "" {
		return
	}
	checkListAccountsExists(c)
	checkFolder(c)
	if len(loadings(c.T)) == 0 {
		c.followGate(askCall(c.T, transcript.CallList))
	}
}

// checkUnreached covers targets that do not show loading but say that it kept
// the function from being called.
func checkUnreached(c *Case) {
	for _, s := range c.T.Sessions {
		if s.Sees.Load || s.WithoutWHMCS || len(s.Calls) == 0 || s.Calls[0].Ending != transcript.EndNotReached {
			continue
		}
		c.Fail(contract.Finding{
			Call: firstCall(s), At: c.mainFile(), Want: "a file that PHP loads to its end",
			Got: s.Calls[0].Function + "() was never reached",
		})
		return
	}
}

func checkListAccountsExists(c *Case) {
	module := c.T.Header.Target.Module
	missing := false
	var defined []transcript.Symbol
	if s := c.T.Loaded(); s != nil {
		defined = s.Load.Functions
		missing = s.Function(module, "ListAccounts") == nil
	}
	if call := c.T.Call(transcript.CallList); call != nil && call.Ending == transcript.EndMissing {
		missing = true
	}
	if !missing {
		return
	}
	f := contract.Finding{At: c.mainFile(), Want: "a function " + c.FunctionName("ListAccounts"), Got: "no such function"}
	if near, why := nearFunction(module, defined); near != nil {
		f.Got, f.Note, f.File, f.Line = near.Name+"()", why, near.File, near.Line
	}
	c.Fail(f)
}

// nearFunction finds the function that was probably meant, and says what is
// wrong with its name.
func nearFunction(module string, defined []transcript.Symbol) (*transcript.Symbol, string) {
	var best *transcript.Symbol
	why, rank := "", 0
	for i, f := range defined {
		name := f.Name
		if cut := strings.LastIndex(name, `\`); cut >= 0 {
			if strings.EqualFold(name[cut+1:], module+"_ListAccounts") && rank < 4 {
				best, rank = &defined[i], 4
				why = "it is in a namespace; WHMCS calls a global function"
			}
			continue
		}
		lower := strings.ToLower(name)
		prefix, isList := strings.CutSuffix(lower, "_listaccounts")
		own := strings.HasPrefix(lower, strings.ToLower(module)+"_")
		switch {
		case isList && plainName(prefix) == plainName(module) && rank < 3:
			best, rank = &defined[i], 3
			why = fmt.Sprintf("its prefix is %q, but the file is named %q; rename the file or the functions so that both agree", prefix, module)
		case isList && rank < 2:
			best, rank = &defined[i], 2
			why = fmt.Sprintf("its prefix belongs to a file named %s.php", prefix)
		case own && listLike(lower[len(module)+1:]) && rank < 3:
			best, rank = &defined[i], 3
			why = "WHMCS only looks for the suffix ListAccounts"
		}
	}
	return best, why
}

// listLike reports whether a function's suffix looks as if ListAccounts was
// meant.
func listLike(suffix string) bool {
	switch suffix {
	case "syncaccounts", "accountlist", "accountslist", "listusers", "getaccountlist", "sync", "serversync":
		return true
	}
	return nearest(suffix, []string{"listaccounts"}, 3) != ""
}

// plainName drops what people exchange in module names: case, - and _.
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r == '.' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToLower(name))
}

// checkFolder only judges a folder inside modules/servers: elsewhere it is the
// vendor's own, such as the name of a repository.
func checkFolder(c *Case) {
	folder := folderInWHMCS(c.T)
	if folder == "" || folder == c.T.Header.Target.Module {
		return
	}
	c.Fail(contract.Finding{
		At:   "modules/servers/" + folder + "/" + path.Base(c.T.Subject.File),
		Want: "modules/servers/" + c.T.Header.Target.Module + "/" + path.Base(c.T.Subject.File),
		Got:  "a folder named " + phpvalue.Quote(folder),
		Note: "WHMCS looks for a file that is named like its folder",
	})
}

// moduleName is WHMCS's naming rule.
var moduleName = regexp.MustCompile(`^[a-z][a-z0-9]*$`)

func checkName(c *Case) {
	wanted := satisfyText("one word of lower-case letters and digits that begins with a letter", moduleName.MatchString)
	place := contract.Finding{At: c.mainFile()}
	if spelled, ok := c.spelledPrefix(); ok {
		place.Note = "its functions begin with " + spelled + "; PHP does not distinguish case in function names, but file systems do"
	}
	ok := c.ExpectIn(place, c.T.Header.Target.Module, wanted)
	if folder := folderInWHMCS(c.T); ok && folder != "" {
		c.Expect("", "modules/servers/"+folder, folder, wanted)
	}
}

// spelledPrefix is the prefix of the module's ListAccounts when its case
// differs from the file's.
func (c *Case) spelledPrefix() (string, bool) {
	module := c.T.Header.Target.Module
	name := c.Function("ListAccounts").Name
	if len(name) <= len(module) || name[:len(module)] == module {
		return "", false
	}
	return name[:len(module)+1], true
}

func checkOptionsExist(c *Case) {
	call := c.T.Call(transcript.CallOptions)
	loaded := c.T.Loaded()
	found := call.Ending != transcript.EndMissing
	if loaded != nil && loaded.Load.OK && found {
		found = loaded.Function(c.T.Header.Target.Module, "ConfigOptions") != nil
	}
	if !found {
		c.Fail(contract.Finding{
			Call: transcript.CallOptions, At: c.mainFile(),
			Want: "a function " + c.FunctionName("ConfigOptions"), Got: "no such function",
		})
	}
}

// mainFile names the module's file as the vendor knows it.
func (c *Case) mainFile() string {
	if c.T.Subject != nil && c.T.Subject.File != "" {
		return c.T.Subject.File
	}
	return c.T.Header.Target.Module + ".php"
}

func checkSilentLoad(c *Case) {
	seen := once{}
	for _, s := range loadings(c.T) {
		if s.Load == nil || s.Load.Output.Bytes == 0 {
			continue
		}
		f := contract.Finding{
			Call: firstCall(s), At: "loading " + c.mainFile(), Want: "no output",
			Got: printed(s.Load.Output), Note: outputSource(c.T.Subject),
		}
		if seen.first(f.Got) {
			c.Fail(f)
		}
	}
	if !c.failed() && hasByteOrderMark(c.T.Subject) {
		c.Fail(contract.Finding{
			At: c.mainFile() + ", byte 1", Want: "<?php as the first bytes of the file",
			Got: "a UTF-8 byte order mark", Note: "PHP prints it as soon as the file is loaded",
		})
	}
	c.followLoad("so what it prints cannot be seen in full")
}

func hasByteOrderMark(s *transcript.Subject) bool {
	return s != nil && bytes.HasPrefix(s.Head, []byte("\xEF\xBB\xBF"))
}

// outputSource tells where output at load comes from, as far as the file's
// first and last bytes show.
func outputSource(s *transcript.Subject) string {
	if s == nil {
		return ""
	}
	opening := bytes.Index(s.Head, []byte("<?"))
	switch {
	case hasByteOrderMark(s):
		return "the file begins with a UTF-8 byte order mark; save it without"
	case opening > 0:
		return "the file has " + plural(int64(opening), "byte", "bytes") + " before <?php: " + phpvalue.Quote(string(s.Head[:opening]))
	case len(afterClosingTag(s)) > 0:
		return "the file goes on after its last ?>: " + phpvalue.Quote(string(afterClosingTag(s))) + "; leave the closing tag out"
	}
	return ""
}

// afterClosingTag leaves out the one line break that PHP swallows itself.
func afterClosingTag(s *transcript.Subject) []byte {
	tail := s.Tail
	if rest, ok := bytes.CutPrefix(tail, []byte("\r\n")); ok {
		return rest
	}
	return bytes.TrimPrefix(tail, []byte("\n"))
}

func checkEncoder(c *Case) {
	if encodedWith(c.T) == "" {
		return
	}
	for _, s := range loadings(c.T) {
		if hasLoaded(s) {
			return
		}
	}
	c.followGate(unloaded(c.T, "so nothing can be said of it"))
}
