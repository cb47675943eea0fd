package schema

import (
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of an address, RFC 5321, in bytes.
const (
	maxEmail = 254
	maxLocal = 64
)

// IsEmail reports whether s is one bare address: local part, @, and a domain
// with a dot or an address literal. It takes what RFC 5322 and RFC 6531 allow
// in the local part, so that no deliverable address is refused, but no display
// name, comment, space or list.
func IsEmail(s string) bool {
	local, domain, ok := SplitEmail(s)
	return ok && len(s) <= maxEmail && isLocal(local) && isMailDomain(domain)
}

// SplitEmail splits at the last @, for a quoted local part may hold others.
func SplitEmail(s string) (local, domain string, ok bool) {
	at := strings.LastIndexByte(s, '@')
	if at < 0 || !utf8.ValidString(s) {
		return "", "", false
	}
	return s[:at], s[at+1:], true
}

func isLocal(local string) bool {
	if local == "" || len(local) > maxLocal {
		return false
	}
	if local[0] == '"' {
		return isQuoted(local)
	}
	for atom := range strings.SplitSeq(local, ".") {
		if atom == "" || strings.ContainsFunc(atom, func(r rune) bool { return !isAtomRune(r) }) {
			return false
		}
	}
	return true
}

func isAtomRune(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' ||
			strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r)
	}
	return r != utf8.RuneError && unicode.IsGraphic(r) && !unicode.IsSpace(r)
}

func isQuoted(local string) bool {
	inner, ok := strings.CutSuffix(local[1:], `"`)
	if !ok {
		return false
	}
	escaped := false
	for _, r := range inner {
		switch {
		case unicode.IsControl(r):
			return false
		case escaped:
			escaped = false
		case r == '\\':
			escaped = true
		case r == '"':
			return false
		}
	}
	return !escaped
}

func isMailDomain(domain string) bool {
	if inner, ok := strings.CutPrefix(domain, "["); ok {
		inner, ok = strings.CutSuffix(inner, "]")
		return ok && IsAddress(strings.TrimPrefix(inner, "IPv6:"))
	}
	if _, err := netip.ParseAddr(domain); err == nil {
		return false
	}
	return strings.Contains(domain, ".") && IsHost(domain)
}
