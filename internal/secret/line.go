package secret

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
)

// Line takes every secret out of one line of a transcript and leaves it valid
// JSON. What syncproof itself wrote, such as the event's name, is never touched.
// A line without a secret comes back as it is, not copied.
func (r *Redactor) Line(line []byte) []byte {
	if r.clean(line) {
		return line
	}
	w := rewriter{redactor: r, line: line}
	out, ok := w.run()
	if !ok {
		return []byte(r.Text(string(line)))
	}
	return out
}

// clean reports that a line surely holds no secret. Without escapes in it the
// line can be searched as a whole, since its strings stand there as they are.
func (r *Redactor) clean(line []byte) bool {
	suspect := r.suspects.in(line)
	if suspect && bytes.ContainsAny(line, escapeBytes) {
		return false
	}
	for value := range r.weak {
		if containsString(line, value) {
			return false
		}
	}
	if bytes.Contains(line, []byte(`"b64":`)) || bytes.Contains(line, []byte(`"head":`)) || bytes.Contains(line, []byte(`"tail":`)) {
		return false
	}
	if !suspect {
		return true
	}
	at, _ := r.patterns.next(line, 0, false)
	return at < 0 && len(r.packed(line)) == 0
}

// containsString reports whether value stands in a line between quotes. A value
// that JSON has to escape makes the line hold a backslash.
func containsString(line []byte, value string) bool {
	for from := 0; ; {
		at := bytes.Index(line[from:], []byte(value))
		if at < 0 {
			return false
		}
		at += from
		end := at + len(value)
		if at > 0 && line[at-1] == '"' && end < len(line) && line[end] == '"' {
			return true
		}
		from = at + 1
	}
}

// rewriter copies a line and replaces strings in it.
type rewriter struct {
	redactor *Redactor
	line     []byte
	out      []byte
	// copied is how much of line is in out already.
	copied int
	stack  []frame
}

// frame is an object or list that the rewriter is in.
type frame struct {
	object bool
	// key is the current key of an object; wantsKey says that a string now is
	// the next one.
	key      string
	wantsKey bool
}

// run returns the line rewritten, or false when it is no JSON.
func (w *rewriter) run() ([]byte, bool) {
	for i := 0; i < len(w.line); i++ {
		switch w.line[i] {
		case '{':
			w.stack = append(w.stack, frame{object: true, wantsKey: true})
		case '[':
			w.stack = append(w.stack, frame{})
		case '}', ']':
			if len(w.stack) == 0 {
				return nil, false
			}
			w.stack = w.stack[:len(w.stack)-1]
		case ',':
			if top := w.top(); top != nil {
				top.wantsKey = top.object
			}
		case '"':
			end := stringEnd(w.line, i)
			if end < 0 {
				return nil, false
			}
			if !w.text(i, end) {
				return nil, false
			}
			i = end - 1
		}
	}
	if len(w.stack) > 0 {
		return nil, false
	}
	if w.copied == 0 {
		return w.line, true
	}
	return append(w.out, w.line[w.copied:]...), true
}

func (w *rewriter) top() *frame {
	if len(w.stack) == 0 {
		return nil
	}
	return &w.stack[len(w.stack)-1]
}

// stringEnd is the place after the string that begins at start, or -1.
func stringEnd(line []byte, start int) int {
	for i := start + 1; i < len(line); {
		at := bytes.IndexByte(line[i:], '"')
		if at < 0 {
			return -1
		}
		slash := bytes.IndexByte(line[i:i+at], '\\')
		if slash < 0 {
			return i + at + 1
		}
		i += slash + 2
	}
	return -1
}

// text takes the string between start and end, which is a key or a value.
func (w *rewriter) text(start, end int) bool {
	value, ok := decode(w.line[start:end])
	if !ok {
		return false
	}
	top := w.top()
	isKey := top != nil && top.wantsKey
	var changed []byte
	switch {
	case isKey:
		top.key, top.wantsKey = string(value), false
		changed = w.newKey(value)
	case w.isOwn():
	case w.isBinary():
		changed = w.newBinary(value)
	default:
		changed = w.newText(value)
	}
	if changed == nil {
		return true
	}
	quoted, err := json.Marshal(string(changed))
	if err != nil {
		return false
	}
	w.out = append(append(w.out, w.line[w.copied:start]...), quoted...)
	w.copied = end
	return true
}

func decode(quoted []byte) ([]byte, bool) {
	inner := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		return inner, true
	}
	var s string
	err := json.Unmarshal(quoted, &s)
	return []byte(s), err == nil
}

// newKey replaces secrets in the keys of PHP arrays, never in the transcript's
// own keys or in those that rules look for. Nil means no change.
func (w *rewriter) newKey(key []byte) []byte {
	switch w.stack[0].key {
	case "value", "params", "args", "key":
	default:
		return nil
	}
	if len(w.stack) < 2 || fixedKey(string(key)) {
		return nil
	}
	if name, known := w.redactor.weak[string(key)]; known {
		return []byte(mark(name, ""))
	}
	return w.redactor.within(key)
}

// newText replaces secrets in a value. Nil means no change.
func (w *rewriter) newText(value []byte) []byte {
	if name, known := w.redactor.weak[string(value)]; known && !accountField(w.key()) {
		return []byte(mark(name, ""))
	}
	return w.redactor.within(value)
}

// newBinary replaces secrets in what a base64 value stands for. Nil means no
// change.
func (w *rewriter) newBinary(value []byte) []byte {
	raw, err := base64.StdEncoding.DecodeString(string(value))
	if err != nil {
		return w.newText(value)
	}
	changed := w.newText(raw)
	if changed != nil {
		value = []byte(base64.StdEncoding.EncodeToString(changed))
	}
	// By chance the base64 text itself may read like a secret.
	if hits := w.redactor.hits(value); len(hits) > 0 {
		return []byte(base64.StdEncoding.EncodeToString([]byte(mark(hits[0].name, inBase64))))
	}
	if changed == nil {
		return nil
	}
	return value
}

// within replaces the secrets in a text; nil means that there are none.
func (r *Redactor) within(text []byte) []byte {
	if r.patterns.empty() {
		return nil
	}
	hits := r.hits(text)
	if len(hits) == 0 {
		return nil
	}
	return replace(text, hits)
}

// key is the key the current value stands under, "" in a list.
func (w *rewriter) key() string {
	if top := w.top(); top != nil {
		return top.key
	}
	return ""
}

// isOwn reports whether syncproof wrote the current value.
func (w *rewriter) isOwn() bool {
	if len(w.stack) == 0 {
		return false
	}
	first, key := w.stack[0].key, w.key()
	switch {
	case ownKey(first), key == "$php":
		return true
	case first == "target":
		return key == "kind"
	case first == "warnings":
		return key == "level"
	}
	return false
}

// isBinary reports whether the current value is base64 by the transcript's
// format: bytes that are no text, or the ends of a module's file.
func (w *rewriter) isBinary() bool {
	key := w.key()
	return key == "b64" || len(w.stack) == 1 && (key == "head" || key == "tail")
}
