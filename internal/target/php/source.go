package php

import "bytes"

// sample is how much of a file's head and tail is kept as evidence.
const sample = 512

// tail returns what stands after the closing tag that ends a file, nil when
// the file ends inside PHP. PHP itself swallows one line end after the tag.
//
// A closing tag counts in code and in one-line comments, not in strings, block
// comments or heredocs, so those are skipped. Looking for the last "?>" alone
// would find the one in "<?xml … ?>" in a string of a module without any
// closing tag.
func tail(source []byte) []byte {
	rest := source
	for {
		open := openTag(rest)
		if open < 0 {
			return nil
		}
		end := endOfCode(rest[open:])
		if end < 0 {
			return nil
		}
		rest = rest[open+end:]
		if openTag(rest) < 0 {
			return rest
		}
	}
}

// openTag returns the position behind the next opening tag, or -1. Short tags
// without "php" or "=" are off by default and count as text.
func openTag(b []byte) int {
	for at := 0; ; {
		i := bytes.Index(b[at:], []byte("<?"))
		if i < 0 {
			return -1
		}
		at += i + 2
		switch after := b[at:]; {
		case len(after) >= 1 && after[0] == '=':
			return at + 1
		case len(after) >= 3 && bytes.EqualFold(after[:3], []byte("php")) && (len(after) == 3 || isSpace(after[3])):
			return at + 3
		}
	}
}

// endOfCode returns the position behind the closing tag of the code at b, or
// -1 when the code goes on to the end of the file.
func endOfCode(b []byte) int {
	for i := 0; i < len(b); {
		switch {
		case has(b, i, "?>"):
			return i + 2
		case b[i] == '\'' || b[i] == '"' || b[i] == '`':
			i = skipQuoted(b, i)
		case has(b, i, "/*"):
			i = skipTo(b, i+2, "*/")
		case has(b, i, "//"), b[i] == '#' && !has(b, i, "#["):
			i = skipLineComment(b, i)
		case has(b, i, "<<<"):
			i = skipHeredoc(b, i)
		case isWord(b[i]):
			start := i
			for i < len(b) && isWord(b[i]) {
				i++
			}
			if isHalt(b, start, i) {
				return -1 // everything behind it is data
			}
		default:
			i++
		}
	}
	return -1
}

// isHalt says that the word is __halt_compiler itself, not a variable or
// property of that name.
func isHalt(b []byte, start, end int) bool {
	if start > 0 && (b[start-1] == '$' || b[start-1] == '>') {
		return false
	}
	return bytes.EqualFold(b[start:end], []byte("__halt_compiler"))
}

func skipQuoted(b []byte, i int) int {
	quote := b[i]
	for i++; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case quote:
			return i + 1
		}
	}
	return len(b)
}

func skipTo(b []byte, i int, end string) int {
	if j := bytes.Index(b[min(i, len(b)):], []byte(end)); j >= 0 {
		return i + j + len(end)
	}
	return len(b)
}

// skipLineComment stops before the end of the line or a closing tag.
func skipLineComment(b []byte, i int) int {
	for ; i < len(b) && b[i] != '\n' && b[i] != '\r'; i++ {
		if has(b, i, "?>") {
			return i
		}
	}
	return i
}

// skipHeredoc skips a heredoc or nowdoc. Since PHP 7.3 its closing label may
// be indented and followed by anything that is not part of a name.
func skipHeredoc(b []byte, i int) int {
	label, at := heredocLabel(b, i+3)
	if label == nil {
		return i + 3
	}
	for at < len(b) {
		line := b[at:]
		if j := bytes.IndexByte(line, '\n'); j >= 0 {
			line = line[:j+1]
		}
		text := bytes.TrimLeft(line, " \t")
		if bytes.HasPrefix(text, label) && (len(text) == len(label) || !isWord(text[len(label)])) {
			return at + len(line) - len(text) + len(label)
		}
		at += len(line)
	}
	return len(b)
}

// heredocLabel reads the label at i and returns it with the position of the
// next line, or nil when this is no heredoc but, say, a shift operator.
func heredocLabel(b []byte, i int) ([]byte, int) {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t') {
		i++
	}
	var quote byte
	if i < len(b) && (b[i] == '\'' || b[i] == '"') {
		quote = b[i]
		i++
	}
	start := i
	for i < len(b) && isWord(b[i]) {
		i++
	}
	label := b[start:i]
	if len(label) == 0 || label[0] >= '0' && label[0] <= '9' {
		return nil, 0
	}
	if quote != 0 {
		if i >= len(b) || b[i] != quote {
			return nil, 0
		}
		i++
	}
	switch {
	case has(b, i, "\r\n"):
		return label, i + 2
	case has(b, i, "\n"):
		return label, i + 1
	}
	return nil, 0
}

func has(b []byte, i int, s string) bool {
	return len(b)-i >= len(s) && i <= len(b) && string(b[i:i+len(s)]) == s
}

func isWord(c byte) bool {
	return c == '_' || c >= 0x80 || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
