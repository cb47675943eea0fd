package suites

import (
	"regexp"
	"slices"
	"strings"

	"syncproof/internal/phpvalue"
)

// markPattern is how a transcript shows a secret: by its name, and by its
// encoding when it was not plain.
var markPattern = regexp.MustCompile(`\[redacted:([A-Za-z0-9_]+)(?: ([a-z0-9 -]+))?\]`)

// marksIn are the secrets in a text in the vendor's words, each once.
func marksIn(text string) []string {
	if !strings.Contains(text, "[redacted:") {
		return nil
	}
	var found []string
	for _, m := range markPattern.FindAllStringSubmatch(text, -1) {
		words := m[1]
		if m[2] != "" {
			words += " (" + m[2] + ")"
		}
		if !slices.Contains(found, words) {
			found = append(found, words)
		}
	}
	return found
}

// marksWithin are the secrets in all the texts of a value.
func marksWithin(value any) []string {
	var found []string
	for _, text := range texts(value) {
		for _, m := range marksIn(text) {
			if !slices.Contains(found, m) {
				found = append(found, m)
			}
		}
	}
	return found
}

// texts are all strings in a PHP value, keys included.
func texts(value any) []string {
	switch v := value.(type) {
	case string:
		return []string{v}
	case []any:
		var all []string
		for _, e := range v {
			all = append(all, texts(e)...)
		}
		return all
	case map[string]any:
		if raw, ok := phpvalue.Bytes(v); ok {
			return []string{string(raw)}
		}
		var all []string
		for _, p := range phpvalue.Pairs(v) {
			all = append(append(all, p.Name()), texts(p.Value)...)
		}
		// Objects keep what they hold under a key of their own.
		if phpvalue.KindOf(v) == phpvalue.KindObject {
			all = append(all, texts(v["properties"])...)
		}
		return all
	}
	return nil
}

// plainText is a PHP string of any bytes, "" for everything else.
func plainText(value any) string {
	if raw, ok := phpvalue.Bytes(value); ok {
		return string(raw)
	}
	text, _ := value.(string)
	return text
}
