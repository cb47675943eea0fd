package transcript

import (
	"encoding/json"
	"unicode/utf8"
)

// texts are the long texts of a transcript, each kept once. A module logs the same
// replies in each of hundreds of sessions, which would be most of what is held in
// memory.
type texts map[string]string

// longText is from how many bytes on a text is looked up.
const longText = 256

// share gives back the text that was kept before, or keeps this one.
func (t *texts) share(text string) string {
	if len(text) < longText {
		return text
	}
	if kept, known := (*t)[text]; known {
		return kept
	}
	if *t == nil {
		*t = texts{}
	}
	(*t)[text] = text
	return text
}

// shared is a value with its texts shared.
func (t *texts) shared(value any) any {
	switch v := value.(type) {
	case string:
		return t.share(v)
	case []any:
		for i, inner := range v {
			v[i] = t.shared(inner)
		}
	case map[string]any:
		for k, inner := range v {
			v[k] = t.shared(inner)
		}
	}
	return value
}

// asDecoded says that the event would be the same after it was written and read
// again, so that this need not be done.
func (r *Record) asDecoded() bool {
	return utf8.ValidString(r.Function) && utf8.ValidString(r.Phase) && utf8.ValidString(r.File) && asDecoded(r.Args)
}

// asDecoded says so of a value.
func asDecoded(value any) bool {
	switch v := value.(type) {
	case nil, bool, json.Number:
		return true
	case string:
		return utf8.ValidString(v)
	case []any:
		for _, inner := range v {
			if !asDecoded(inner) {
				return false
			}
		}
		return v != nil
	case map[string]any:
		for k, inner := range v {
			if !utf8.ValidString(k) || !asDecoded(inner) {
				return false
			}
		}
		return v != nil
	}
	return false
}
