package schema

import (
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"
)

// IsFilled reports whether s holds anything that can be seen.
func IsFilled(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsSpace(r) && !IsInvisible(r) })
}

// IsInvisible reports whether r is a control character, or a format character
// that hides in text or turns its direction. The two joiners are not: names in
// several scripts need them.
func IsInvisible(r rune) bool {
	switch r {
	case '\u00AD', '\u200B', '\u200E', '\u200F', '\u2028', '\u2029', '\u2060', '\uFEFF':
		return true
	}
	return unicode.IsControl(r) || r >= '\u202A' && r <= '\u202E' || r >= '\u2066' && r <= '\u2069'
}

// Limits of DNS, in bytes.
const (
	maxHost  = 253
	maxLabel = 63
)

// IsHost reports whether s is a bare host name: labels of letters, digits,
// hyphens and underscores between single dots, in ASCII or Unicode, without a
// scheme, path, port, space or trailing dot. One label alone will do, and an
// IPv4 address has that shape too.
func IsHost(s string) bool {
	if s == "" || !utf8.ValidString(s) {
		return false
	}
	ascii := true
	for label := range strings.SplitSeq(s, ".") {
		if label == "" {
			return false
		}
		plain := true
		for _, r := range label {
			if !isHostRune(r) {
				return false
			}
			plain = plain && r < utf8.RuneSelf
		}
		// In Unicode the limits hold for the encoded form, which is not at hand.
		if plain && len(label) > maxLabel {
			return false
		}
		ascii = ascii && plain
	}
	return !ascii || len(s) <= maxHost
}

func isHostRune(r rune) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_':
		return true
	case r < utf8.RuneSelf:
		return false
	case r == '\u200C' || r == '\u200D':
		return true
	case r == utf8.RuneError:
		return false
	}
	return unicode.IsGraphic(r) && !unicode.IsSpace(r)
}

// IsAddress reports whether s is one IPv4 or IPv6 address without zone, port,
// prefix length or spaces. An IPv4 address written as IPv6 is not.
func IsAddress(s string) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && a.Zone() == "" && !a.Is4In6()
}

// IsSingle reports whether a value that is not empty could at least be meant as
// a single address: it is no list, and has no port, prefix length or host name.
func IsSingle(s string) bool {
	s = strings.TrimSpace(s)
	return !isAddressList(s) && !hasPrefixLength(s) && !hasPort(s) && !isNamed(s)
}

// isAddressList reports whether s holds separators and at least one address
// between them, or a range.
func isAddressList(s string) bool {
	if strings.Trim(s, "[]\"'{}()") != s && isAddressList(strings.Trim(s, "[]\"'{}()")) {
		return true
	}
	parts := strings.FieldsFunc(s, func(r rune) bool {
		return r == ',' || r == ';' || r == '|' || r == '-' || unicode.IsSpace(r)
	})
	if len(parts) == 1 && parts[0] == s {
		return false
	}
	for _, p := range parts {
		if IsAddress(strings.Trim(p, "[]\"'{}()")) {
			return true
		}
	}
	return false
}

func hasPrefixLength(s string) bool {
	address, _, found := strings.Cut(s, "/")
	return found && IsAddress(strings.TrimSpace(address))
}

// hasPort also holds for an address in the square brackets that only a port
// needs.
func hasPort(s string) bool {
	if inner, ok := strings.CutPrefix(s, "["); ok {
		address, _, closed := strings.Cut(inner, "]")
		return closed && IsAddress(address)
	}
	host, _, found := strings.Cut(s, ":")
	return found && (IsAddress(host) || isNamed(host))
}

// isNamed holds for what can only be a host name. A single word may also stand
// for "no address", so it counts only when it is localhost.
func isNamed(s string) bool {
	if strings.EqualFold(s, "localhost") {
		return true
	}
	s = strings.TrimSuffix(s, ".")
	return strings.Contains(s, ".") && IsHost(s) && strings.ContainsFunc(s, unicode.IsLetter)
}
