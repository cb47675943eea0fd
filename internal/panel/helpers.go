package panel

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"text/template"
	"time"
	"unicode/utf8"
)

var errTextTooLong = fmt.Errorf("a value is longer than %d MiB", maxText>>20)

// functions are what templates can call beside comparisons. Those of the
// template language that make large texts from small ones, or that run what they
// are given, are replaced by ones that say so.
func (t *templates) functions(r *run) template.FuncMap {
	gone := func(instead string) func(...any) (string, error) {
		return func(...any) (string, error) {
			return "", errors.New("this function is not there; use " + instead)
		}
	}
	return template.FuncMap{
		tick:   r.step,
		"json": toJSON, "xml": toXML, "form": toForm, "html": toHTML, "number": toNumber,
		"date": func(format string, v any) (string, error) { return t.date(format, v) },
		"comma": func(index int) string {
			if index > 0 {
				return ","
			}
			return ""
		},
		"null": func(v any) (string, error) {
			if s, ok := v.(string); ok && s == "" {
				return "null", nil
			}
			return toJSON(v)
		},
		"or_else": func(otherwise, v string) string {
			if v == "" {
				return otherwise
			}
			return v
		},
		"join": join2,
		"flag": func(off, on string, is bool) string { return flagWord(r.flags, off, on, is) },
		"flag_text": func(off, on string, is bool) string {
			return strings.Trim(strings.TrimPrefix(flagWord(r.flags, off, on, is), "null"), `"`)
		},
		"upper": func(s string) (string, error) { return bounded(strings.ToUpper(s)) },
		"lower": func(s string) (string, error) { return bounded(strings.ToLower(s)) },
		"add":   func(a, b int) int { return a + b },
		"from": func(name string) (string, error) {
			if r.from == nil {
				return "", nil
			}
			return r.from(name)
		},
		"printf": gone("json, xml, form, date and join"), "print": gone("join"), "println": gone("join"),
		"call": gone("the functions of profiles"), "js": gone("json"), "urlquery": gone("form"),
	}
}

func bounded(s string) (string, error) {
	if len(s) > maxText {
		return "", errTextTooLong
	}
	return s, nil
}

// plainText is a single value as text.
func plainText(v any) string {
	switch t := v.(type) {
	case nil:
		return ""
	case string:
		return t
	case bool:
		return strconv.FormatBool(t)
	case int:
		return strconv.Itoa(t)
	case time.Time:
		return t.Format(time.RFC3339)
	case spelled:
		return plainText(t.value)
	}
	return ""
}

// toJSON writes a value as JSON. Bytes that are no UTF-8 stay out, as JSON
// cannot hold them.
func toJSON(v any) (string, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "", errors.New("this value cannot be written as JSON")
	}
	return bounded(strings.TrimSuffix(b.String(), "\n"))
}

// toXML escapes text for XML; characters XML cannot hold become U+FFFD.
func toXML(v any) (string, error) {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(plainText(v))); err != nil {
		return "", err
	}
	return bounded(b.String())
}

func toForm(v any) (string, error) { return bounded(url.QueryEscape(plainText(v))) }

func toHTML(v any) (string, error) { return bounded(html.EscapeString(plainText(v))) }

var wholeNumber = regexp.MustCompile(`^(0|-?[1-9][0-9]*)$`)

// toNumber writes a text that is a whole number as one, and any other as a JSON
// string: an id such as 007 is no number.
func toNumber(v any) (string, error) {
	if odd, ok := v.(spelled); ok {
		return toJSON(odd)
	}
	s := plainText(v)
	if wholeNumber.MatchString(s) || s == "true" || s == "false" {
		return s, nil
	}
	return toJSON(s)
}

// join2 puts texts together with something between them.
func join2(separator string, lists ...any) (string, error) {
	var all []string
	size := 0
	add := func(s string) {
		size += len(s) + len(separator)
		if size <= maxText {
			all = append(all, s)
		}
	}
	for _, l := range lists {
		if list, ok := l.([]string); ok {
			for _, s := range list {
				add(s)
			}
			continue
		}
		add(plainText(l))
	}
	if size > maxText+len(separator) {
		return "", errTextTooLong
	}
	return strings.Join(all, separator), nil
}

// date writes a time in PHP's notation for dates; "" when there is none.
func (t *templates) date(format string, v any) (string, error) {
	if odd, ok := v.(spelled); ok {
		return plainText(odd), nil
	}
	at, ok := v.(time.Time)
	if !ok {
		if v == nil {
			return "", nil
		}
		return "", errors.New("date takes a format and a time, as in {{date \"Y-m-d\" .account.created}}")
	}
	if len(format) > 200 || !utf8.ValidString(format) {
		return "", errors.New("the format of a date is too long")
	}
	// A date that tells its offset may be in any zone.
	if at.Location() == time.UTC || !tellsOffset(format) {
		at = at.In(t.zone)
	}
	return phpDate(format, at), nil
}

var escapedLetter = regexp.MustCompile(`\\.`)

// tellsOffset says that a format of PHP leaves no doubt about the instant.
func tellsOffset(format string) bool {
	return strings.ContainsAny(escapedLetter.ReplaceAllString(format, ""), "cPpOrU")
}

var dateFormat = regexp.MustCompile(`date "(?:[^"\\]|\\.)*"`)

// tellsInstants says that some reply writes dates with their offset, or as seconds.
func (p *Profile) tellsInstants() bool {
	for _, t := range p.templates.root.Templates() {
		if t.Tree == nil {
			continue
		}
		for _, m := range dateFormat.FindAllString(t.Root.String(), -1) {
			if format, err := strconv.Unquote(strings.TrimPrefix(m, "date ")); err == nil && tellsOffset(format) {
				return true
			}
		}
	}
	return false
}

// phpDate writes a time as PHP's date() does.
func phpDate(format string, at time.Time) string {
	layouts := map[rune]string{
		'd': "02", 'j': "2", 'D': "Mon", 'l': "Monday", 'm': "01", 'n': "1", 'M': "Jan", 'F': "January", 'Y': "2006", 'y': "06",
		'H': "15", 'h': "03", 'g': "3", 'i': "04", 's': "05", 'A': "PM", 'a': "pm", 'P': "-07:00", 'O': "-0700", 'T': "MST",
		'c': "2006-01-02T15:04:05-07:00", 'r': "Mon, 02 Jan 2006 15:04:05 -0700", 'p': "Z07:00",
	}
	var b strings.Builder
	escaped := false
	for _, r := range format {
		layout, isLetter := layouts[r]
		switch {
		case escaped:
			b.WriteRune(r)
			escaped = false
		case r == '\\':
			escaped = true
		case r == 'U':
			b.WriteString(strconv.FormatInt(at.Unix(), 10))
		case r == 'v':
			b.WriteString(at.Format(".000")[1:])
		case r == 'G':
			b.WriteString(strconv.Itoa(at.Hour()))
		case isLetter:
			b.WriteString(at.Format(layout))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
