package recording

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
)

// shaped makes a text of the same length and the same kinds of characters as a
// secret, since modules check what a token looks like. What it is made from is
// the name alone, so that nothing can be told from it.
func shaped(name, like string) string {
	digits := stream(name)
	hexadecimal := isHex(like)
	out := make([]byte, 0, len(like))
	for i := range len(like) {
		n := digits()
		switch c := like[i]; {
		case hexadecimal && c >= 'a' && c <= 'f':
			out = append(out, 'a'+n%6)
		case hexadecimal && c >= 'A' && c <= 'F':
			out = append(out, 'A'+n%6)
		case c >= '0' && c <= '9' && i == 0:
			out = append(out, '1'+n%9)
		case c >= '0' && c <= '9':
			out = append(out, '0'+n%10)
		case c >= 'a' && c <= 'z':
			out = append(out, 'a'+n%26)
		case c >= 'A' && c <= 'Z':
			out = append(out, 'A'+n%26)
		default:
			out = append(out, c)
		}
	}
	return string(out)
}

func isHex(text string) bool {
	_, err := hex.DecodeString(text + strings.Repeat("0", len(text)%2))
	return err == nil
}

// stream gives bytes that depend on the name alone.
func stream(name string) func() byte {
	block, at := sha256.Sum256([]byte("syncproof canary "+name)), 0
	return func() byte {
		if at == len(block) {
			block, at = sha256.Sum256(block[:]), 0
		}
		at++
		return block[at-1]
	}
}

func sortedNames[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
