package schema

import (
	"time"

	"github.com/xeipuuv/gojsonschema"
)

// Formats of ours. The library's own are too lax: its "email" takes a display
// name, its "ipv4" takes ::ffff:1.2.3.4, its "date-time" takes 12:00:00 but not
// Y-m-d H:i:s.
const (
	FormatDateTime = "whmcs-datetime"
	FormatAddress  = "whmcs-address"
	FormatHost     = "whmcs-host"
	FormatEmail    = "whmcs-email"
	FormatFilled   = "whmcs-filled"
)

// DateTimeLayout is PHP's Y-m-d H:i:s in Go's notation.
const DateTimeLayout = "2006-01-02 15:04:05"

// format is one format checker and what it asks for.
type format struct {
	words string
	ok    func(string) bool
}

func formats() map[string]format {
	return map[string]format{
		FormatDateTime: {`a real time as Y-m-d H:i:s, such as "2019-07-02 13:15:00"`, orEmpty(IsDateTime)},
		FormatAddress:  {`one bare IP address, such as "192.0.2.10", or ""`, orEmpty(IsAddress)},
		FormatHost:     {`a bare host name, such as "example.com", or ""`, orEmpty(IsHost)},
		FormatEmail:    {`one email address, such as "john@example.net", or ""`, orEmpty(IsEmail)},
		FormatFilled:   {"a value that is not empty", IsFilled},
	}
}

func orEmpty(ok func(string) bool) func(string) bool {
	return func(s string) bool { return s == "" || ok(s) }
}

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
// PHP's createFromFormat would turn 2023-02-30 into 2 March. There was no year
// 0, and signs and years beyond 9999 do not fit the format.
func IsDateTime(s string) bool {
	_, ok := ParseDateTime(s)
	return ok
}

// ParseDateTime reads a time for which IsDateTime holds, as UTC: WHMCS does not
// document the timezone.
func ParseDateTime(s string) (time.Time, bool) {
	// time.Parse also takes fractions of a second and single-digit hours.
	if len(s) != len(DateTimeLayout) || s[:4] == "0000" {
		return time.Time{}, false
	}
	t, err := time.Parse(DateTimeLayout, s)
	if err != nil || t.Format(DateTimeLayout) != s {
		return time.Time{}, false
	}
	return t, true
}
