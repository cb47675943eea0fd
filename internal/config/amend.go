package config

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"syncproof/internal/contract"
)

// Errors of AddWaiver, for errors.Is.
var (
	// ErrForm: the file is valid, but written in a way that cannot be added to
	// without rewriting it.
	ErrForm = errors.New("the file is written in a way that syncproof does not change by itself")
)

// otherLineEnds end lines as well in YAML, so that places in it count them.
const otherLineEnds = "\r\u0085\u2028\u2029"

// AddWaiver returns the file's bytes with one more waiver at the end of its list,
// and everything else, comments included, as it was. file is the file's name, for
// messages.
func AddWaiver(file string, raw []byte, w contract.Waiver) ([]byte, error) {
	root, err := parse(file, raw)
	if err != nil {
		return nil, err
	}
	end := "\n"
	if bytes.Contains(raw, []byte("\r\n")) {
		end = "\r\n"
	}
	text := strings.ReplaceAll(string(raw), "\r\n", "\n")
	if strings.ContainsAny(text, otherLineEnds) {
		return nil, ErrForm
	}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(raw) == 0 {
		lines = nil
	}
	at, entry, err := amendment(root, lines, w)
	if err != nil {
		return nil, err
	}
	// A blank line before it looks better, but can become part of the text above.
	for _, entry := range [][]string{entry, slices.DeleteFunc(slices.Clone(entry), func(line string) bool { return line == "" })} {
		amended := []byte(strings.Join(slices.Concat(lines[:at], entry, lines[at:]), end) + end)
		if adds(file, root, amended, w) {
			return amended, nil
		}
	}
	return nil, ErrForm
}

// amendment says before which line, counted from 0, which lines are to be added.
func amendment(root *node, lines []string, w contract.Waiver) (int, []string, error) {
	waivers, _ := root.Entry("waivers")
	list, key := waivers.Node, waivers.Place
	switch {
	case list == nil:
		entry := append([]string{"waivers:"}, WaiverLines(w, 2)...)
		if len(lines) > 0 && strings.TrimSpace(lines[len(lines)-1]) != "" {
			entry = append([]string{""}, entry...)
		}
		return len(lines), entry, nil
	case len(list.Items) == 0:
		return 0, nil, fmt.Errorf("%w: the list waivers is empty; remove that line", ErrForm)
	}
	last := list.Items[len(list.Items)-1].Place
	dash := strings.Index(lines[last.Line-1], "-")
	if key.Line == last.Line || dash < 0 || strings.TrimSpace(lines[last.Line-1][:dash]) != "" {
		return 0, nil, ErrForm
	}
	return endOfEntry(lines, last.Line-1, dash), WaiverLines(w, dash), nil
}

// endOfEntry is the line behind the last one of an entry of a list. Blank lines
// and comments that stand further left belong to what follows.
func endOfEntry(lines []string, first, dash int) int {
	end := first + 1
	for i := first + 1; i < len(lines); i++ {
		text := strings.TrimLeft(lines[i], " ")
		switch indent := len(lines[i]) - len(text); {
		case strings.TrimSpace(text) == "":
		case indent > dash:
			end = i + 1
		case !strings.HasPrefix(text, "#"):
			return end
		}
	}
	return end
}

// adds reports whether the amended file says what the first one said, and one
// waiver more.
func adds(file string, before *node, amended []byte, w contract.Waiver) bool {
	after, err := parse(file, amended)
	if err != nil || after == nil {
		return false
	}
	config, err := Default().apply(after, "")
	if err != nil || len(config.Waivers) == 0 || !reflect.DeepEqual(config.Waivers[len(config.Waivers)-1].Waiver, w) {
		return false
	}
	was := map[string]any{}
	if before != nil {
		was, _ = before.Plain().(map[string]any)
	}
	is, _ := after.Plain().(map[string]any)
	listed, _ := is["waivers"].([]any)
	if old, had := was["waivers"].([]any); had {
		is["waivers"] = listed[:len(listed)-1]
		return len(listed) == len(old)+1 && reflect.DeepEqual(was, is)
	}
	delete(is, "waivers")
	return len(listed) == 1 && reflect.DeepEqual(was, is)
}

// WaiverLines writes a waiver as an entry of the list, indented by so many blanks.
func WaiverLines(w contract.Waiver, indent int) []string {
	margin := strings.Repeat(" ", indent)
	lines := []string{margin + "- rule: " + w.Rule}
	add := func(key, value string) { lines = append(lines, margin+"  "+key+": "+scalar(value)) }
	if w.Module != "" {
		add("module", w.Module)
	}
	if w.Scope != contract.ScopeRule {
		add("scope", w.Scope)
	}
	add("owner", w.Owner)
	add("reason", w.Reason)
	lines = append(lines, margin+"  expires: "+w.Expires)
	switch len(w.Messages) {
	case 0:
	case 1:
		add("message", w.Messages[0])
	default:
		lines = append(lines, margin+"  message:")
		for _, m := range w.Messages {
			lines = append(lines, margin+"    - "+scalar(m))
		}
	}
	return lines
}

var plainText = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9 .,;()/_@-]*$`)

// scalar writes one line of text so that YAML reads back the same.
func scalar(text string) string {
	switch strings.ToLower(text) {
	case "true", "false", "null", "nan", "inf", "yes", "no", "on", "off":
	default:
		if plainText.MatchString(text) && strings.TrimSpace(text) == text {
			return text
		}
	}
	return "'" + strings.ReplaceAll(text, "'", "''") + "'"
}
