package config

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// parseSize reads a size such as 512MiB, or 512M as PHP's own settings write it.
func parseSize(text string) (int64, bool) {
	number := strings.TrimRight(text, "KMGkmgiB")
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || len(number) == len(text) {
		return 0, false
	}
	shift := map[byte]uint{'k': 10, 'm': 20, 'g': 30}[text[len(number)]|0x20]
	if n > math.MaxInt64>>shift {
		return 0, false
	}
	return n << shift, true
}

var decimalSize = regexp.MustCompile(`^[0-9]+[KMGkmg][Bb]$`)

// sizeAmbiguous reports whether text is a size such as 8MB, which is a million
// bytes to some and 1,048,576 to others.
func sizeAmbiguous(text string) bool { return decimalSize.MatchString(text) }

// commandWords are the words of a command given as one text or as a list.
func commandWords(n *node) ([]string, error) {
	words := n.Texts()
	if n.Items == nil {
		var err error
		if words, err = split(words[0]); err != nil {
			return nil, err
		}
	}
	if len(words) == 0 || words[0] == "" {
		return nil, errors.New("names no program")
	}
	return words, nil
}

// split breaks a command into words as a shell would, but without a shell:
// quotes join, and a backslash takes the meaning from a blank, a quote or a
// backslash after it. Before anything else a backslash stays, so that Windows
// paths need no doubling. What only a shell could do is refused rather than
// handed on as plain text.
func split(command string) ([]string, error) {
	var words []string
	var word strings.Builder
	inWord, quote := false, rune(0)
	runes := []rune(command)
	for i := 0; i < len(runes); i++ {
		r := runes[i]
		switch {
		case quote == '\'' && r != '\'', quote == '"' && r != '"' && r != '\\':
			word.WriteRune(r)
		case quote != 0 && r == quote:
			quote = 0
		case r == '\\' && i+1 < len(runes) && escapes(runes[i+1], quote):
			i++
			word.WriteRune(runes[i])
			inWord = true
		case quote == '"':
			word.WriteRune(r)
		case r == '\'' || r == '"':
			quote, inWord = r, true
		case r == ' ' || r == '\t' || r == '\n' || r == '\r':
			if inWord {
				words = append(words, word.String())
				word.Reset()
			}
			inWord = false
		case strings.ContainsRune("|&;<>()$`", r), r == '~' && !inWord:
			return nil, fmt.Errorf("has a %c, which only a shell would understand, and none is used; "+
				"put it in quotes if it is meant as it is, or start the shell: sh -c '…'", r)
		default:
			word.WriteRune(r)
			inWord = true
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("has an opening %c without a closing one", quote)
	}
	if inWord {
		words = append(words, word.String())
	}
	return words, nil
}

func escapes(next, quote rune) bool {
	if quote == '"' {
		return next == '"' || next == '\\'
	}
	return strings.ContainsRune(" \t\"'\\|&;<>()$`~", next)
}
