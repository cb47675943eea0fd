package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"unicode/utf16"
	"unicode/utf8"

	"syncproof/internal/contract"
)

// JSONVersion is the version of the JSON report; see
// schemas/judgement.schema.json.
const JSONVersion = 1

// JSON writes the whole judgement, indented, with keys in a fixed order. Bytes
// that are not UTF-8 are written as \xHH, since JSON cannot hold them, and
// characters that do not show are written as JSON escapes, so that the file is
// safe to look at.
func JSON(w io.Writer, j contract.Judgement) error {
	j.Version = JSONVersion
	if j.Calls == nil {
		j.Calls = []contract.CallRef{}
	}
	if j.Results == nil {
		j.Results = []contract.Result{}
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(keepBytes(reflect.ValueOf(j)).Interface()); err != nil {
		return fmt.Errorf("writing the JSON report: %w", err)
	}
	if _, err := w.Write(escapeHidden(out.Bytes())); err != nil {
		return fmt.Errorf("writing the JSON report: %w", err)
	}
	return nil
}

// keepBytes returns a copy of v with every string made valid UTF-8, because the
// encoder would replace what is not and the offending byte would be lost.
func keepBytes(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.String:
		if s := v.String(); !utf8.ValidString(s) {
			return reflect.ValueOf(validText(s)).Convert(v.Type())
		}
	case reflect.Struct:
		out := reflect.New(v.Type()).Elem()
		for i := range v.NumField() {
			out.Field(i).Set(keepBytes(v.Field(i)))
		}
		return out
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		out := reflect.New(v.Type().Elem())
		out.Elem().Set(keepBytes(v.Elem()))
		return out
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		out := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			out.Index(i).Set(keepBytes(v.Index(i)))
		}
		return out
	case reflect.Map:
		if v.IsNil() {
			return v
		}
		out := reflect.MakeMapWithSize(v.Type(), v.Len())
		for _, k := range v.MapKeys() {
			out.SetMapIndex(keepBytes(k), keepBytes(v.MapIndex(k)))
		}
		return out
	}
	return v
}

func validText(s string) string {
	var b bytes.Buffer
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && size == 1 {
			fmt.Fprintf(&b, `\x%02X`, s[0])
		} else {
			b.WriteString(s[:size])
		}
		s = s[size:]
	}
	return b.String()
}

// escapeHidden rewrites characters that do not show, and those that would make
// a command for a CI system of a printed report, as JSON escapes. In JSON text
// they can only stand inside a string, so this loses nothing.
func escapeHidden(document []byte) []byte {
	var out bytes.Buffer
	for len(document) > 0 {
		r, size := utf8.DecodeRune(document)
		switch {
		case (r == '\n' || shows(r)) && (r != '#' || !commands(string(document[:min(len(document), longestCommand)]))):
			out.Write(document[:size])
		case r > 0xFFFF:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&out, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
		document = document[size:]
	}
	return out.Bytes()
}
