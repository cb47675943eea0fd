// Package request takes the recorded requests of a module apart: which values
// they carry, and whether they say that they read or that they write.
package request

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Intent is what a request, or a name in it, says that it does.
type Intent int

// The intents.
const (
	Unsaid Intent = iota
	Reads
	Writes
)

// readingVerbs ask, readingNouns are what is asked for. "Status" alone reads,
// but "status update" does not, so the two are kept apart.
func readingVerbs() []string {
	return []string{
		"list", "get", "fetch", "read", "query", "search", "find", "show", "count", "describe", "ping",
		"lookup", "retrieve", "enumerate", "view", "select",
	}
}

func readingNouns() []string {
	return []string{"stat", "stats", "status", "info", "information", "version", "summary", "overview"}
}

// changing verbs say that something is written whatever stands beside them.
func changingVerbs() []string {
	return []string{
		"create", "add", "modify", "delete", "remove", "destroy", "drop", "suspend", "unsuspend", "terminate", "kill",
		"disable", "enable", "reset", "rename", "insert", "save", "purge", "erase", "activate", "deactivate", "provision", "put",
	}
}

// plainVerbs leave no doubt even where the method says that a request reads.
func plainVerbs() []string {
	return []string{"create", "delete", "remove", "destroy", "suspend", "unsuspend", "terminate", "kill"}
}

// loose verbs are nouns or adjectives as well: "new accounts", "update history",
// "change log". They count only where nothing speaks against it.
func looseVerbs() []string {
	return []string{"new", "set", "update", "edit", "change", "move", "upgrade", "install", "touch", "write", "patch"}
}

// signingWords belong to signing in and out, which changes nothing that WHMCS
// or a customer would notice; besideSigning may stand beside them.
func signingWords() []string {
	return []string{
		"session", "sessions", "token", "tokens", "login", "logon", "logout", "logoff", "signin", "signon", "signout",
		"auth", "oauth", "oauth2", "authenticate", "authentication", "authorize",
	}
}

func besideSigning() []string {
	return []string{
		"create", "new", "open", "close", "start", "begin", "end", "add", "delete", "remove", "destroy", "revoke", "drop", "kill",
		"invalidate", "refresh", "renew", "request", "issue", "obtain", "get", "api", "access", "bearer", "user", "admin", "client", "do", "to",
	}
}

// accountNouns are written together with verbs in some panels: listaccts.
func accountNouns() []string {
	return []string{
		"accounts", "account", "accts", "acct", "users", "user", "domains", "domain", "clients", "client", "customers", "customer",
		"services", "service", "packages", "package", "pkgs", "pkg", "plans", "plan", "sites", "site", "servers", "server", "all",
	}
}

// intentOfName reads a name such as listAccounts, accounts.create or
// /accounts/suspend. What stands last says most: "list" in list/suspend is the
// place, not the deed. Before it only a clear verb counts.
func intentOfName(name string) Intent {
	parts := strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune(`./:\#`, r) })
	for i, part := range slices.Backward(parts) {
		words := wordsOf(part)
		if len(words) == 0 || isVersion(words) {
			continue
		}
		last := i == len(parts)-1
		if in := intentOfWords(words); in != Unsaid && (last || saysClearly(words)) {
			return in
		}
	}
	return Unsaid
}

func isVersion(words []string) bool {
	return len(words) == 1 && version.MatchString(words[0])
}

var version = regexp.MustCompile(`^v?[0-9]+$`)

// saysClearly holds for words with a verb that is nothing but a verb.
func saysClearly(words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool {
		return slices.Contains(changingVerbs(), w) || slices.Contains(readingVerbs(), w)
	})
}

// intentOfWords judges the words of one name.
func intentOfWords(words []string) Intent {
	if signs(words) {
		return Reads
	}
	asks := indexOf(words, readingVerbs())
	about := indexOf(words, readingNouns())
	changes := indexOf(words, changingVerbs())
	loosely := indexOf(words, looseVerbs())
	switch {
	case asks < 0 && changes < 0 && loosely < 0:
		if about >= 0 {
			return Reads
		}
		return Unsaid
	case asks >= 0 && before(asks, changes) && before(asks, loosely):
		if max(changes, loosely) >= 0 && (slices.Contains(words, "and") || slices.Contains(words, "or")) {
			return Unsaid // find_or_create
		}
		return Reads
	case changes >= 0:
		if asks >= 0 || about >= 0 && about < changes && changes < len(words)-1 {
			return Unsaid // reset_query, status_reset_log
		}
		return Writes
	}
	return intentOfLoose(words, loosely, asks >= 0 || about >= 0)
}

// intentOfLoose takes a loose verb at its word where it stands alone, or begins
// or ends a name in which nothing is asked for.
func intentOfLoose(words []string, at int, asked bool) Intent {
	first, last := at == 0, at == len(words)-1
	switch {
	case first && last:
		return Writes
	case words[at] == "set":
		if first && !slices.Contains(words, "list") {
			return Writes // set_status is as clear as set_name
		}
	case words[at] == "new" || slices.ContainsFunc(words, isRecord):
	case last, first && !asked:
		return Writes
	}
	return Unsaid
}

// isRecord matches what is kept about changes rather than changed.
func isRecord(word string) bool {
	return slices.Contains([]string{"log", "logs", "history", "report", "reports", "options", "available", "policy", "notes"}, word)
}

// before reports whether index a comes before b, or b is nowhere.
func before(a, b int) bool { return b < 0 || a < b }

// signs holds for names that are about signing in or out and nothing else.
func signs(words []string) bool {
	return indexOf(words, signingWords()) >= 0 && !slices.ContainsFunc(words, func(w string) bool {
		return !slices.Contains(signingWords(), w) && !slices.Contains(besideSigning(), w) && !version.MatchString(w)
	})
}

func indexOf(words, among []string) int {
	return slices.IndexFunc(words, func(w string) bool { return slices.Contains(among, w) })
}

// wordsOf splits listAccounts, list_accounts, LIST-ACCOUNTS and listaccts into
// lower-case words. Settings stays one word, and add-on is none.
func wordsOf(name string) []string {
	var words []string
	for _, run := range strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		for _, w := range humps(run) {
			words = append(words, apart(strings.ToLower(w))...)
		}
	}
	return joined(words)
}

// humps splits at capitals: getHTTPStatus is get, HTTP, Status.
func humps(run string) []string {
	var words []string
	letters := []rune(run)
	from := 0
	for i := 1; i < len(letters); i++ {
		rises := unicode.IsUpper(letters[i]) && !unicode.IsUpper(letters[i-1])
		ends := i+1 < len(letters) && unicode.IsUpper(letters[i-1]) && unicode.IsUpper(letters[i]) && unicode.IsLower(letters[i+1])
		if rises || ends {
			words = append(words, string(letters[from:i]))
			from = i
		}
	}
	return append(words, string(letters[from:]))
}

// apart splits a verb from a noun it is written together with.
func apart(word string) []string {
	verbs := slices.Concat(readingVerbs(), changingVerbs(), looseVerbs())
	for _, noun := range accountNouns() {
		if verb, ok := strings.CutSuffix(word, noun); ok && slices.Contains(verbs, verb) {
			return []string{verb, noun}
		}
		if rest, ok := strings.CutPrefix(word, noun); ok && slices.Contains(slices.Concat(verbs, readingNouns()), rest) {
			return []string{noun, rest}
		}
	}
	return []string{word}
}

// joined puts together what is written apart but is one word: add-ons, sign-in.
func joined(words []string) []string {
	var out []string
	for i := 0; i < len(words); i++ {
		if i+1 < len(words) {
			next := words[i+1]
			switch {
			case words[i] == "add" && (next == "on" || next == "ons"),
				(words[i] == "sign" || words[i] == "log") && slices.Contains([]string{"in", "on", "out", "off"}, next),
				words[i] == "look" && next == "up":
				out = append(out, words[i]+next)
				i++
				continue
			}
		}
		out = append(out, words[i])
	}
	return out
}
