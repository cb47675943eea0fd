package schema

import (
	"net/netip"
	"strings"
	"time"

	"github.com/xeipuuv/gojsonschema"
)

// DateTimeLayout is PHP's Y-m-d H:i:s in Go's notation.
const DateTimeLayout = "2006-01-02 15:04:05"

// format is one format checker of ours: the library's own are too lax.
type format struct {
	words string
	ok    func(string) bool
}

func formats() map[string]format {
	return map[string]format{
		"whmcs-datetime": {"a real time as Y-m-d H:i:s, such as 2019-07-02 13:15:00", func(s string) bool {
			return s == "" || IsDateTime(s)
		}},
		"whmcs-address": {"one bare IP address, such as 192.0.2.10, or \"\"", func(s string) bool {
			return s == "" || IsAddress(s)
		}},
	}
}

func formatWords(name string) string { return formats()[name].words }

// addFormats registers the checkers with the library, whose registry is global
// and guards itself; registering the same names again changes nothing.
func addFormats() {
	for name, f := range formats() {
		gojsonschema.FormatCheckers.Add(name, checker(f.ok))
	}
}

type checker func(string) bool

// IsFormat passes values that are no strings: their type is judged elsewhere.
func (c checker) IsFormat(input any) bool {
	s, ok := input.(string)
	return !ok || c(s)
}

// IsDateTime reports whether s is exactly Y-m-d H:i:s and a time that exists:
// PHP's createFromFormat would turn 2023-02-30 into 2 March. Years before 1000
// and signs do not fit the format's four digits.
func IsDateTime(s string) bool {
	t, err := time.Parse(DateTimeLayout, s)
	return err == nil && len(s) == len(DateTimeLayout) && t.Format(DateTimeLayout) == s
}

// IsAddress reports whether s is one IPv4 or IPv6 address without zone, port,
// prefix length or spaces. An IPv4 address in IPv6 clothes is not.
func IsAddress(s string) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && a.Zone() == "" && !(a.Is4In6() && strings.Contains(s, "."))
}
