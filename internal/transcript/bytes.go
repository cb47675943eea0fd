package transcript

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"
)

// bare reports whether a text has none of the bytes that JSON has to escape or
// that encoding/json does, quotes aside, and whether it has bytes beyond ASCII.
// A million accounts are 300 MB of text: looking at eight bytes in one step takes
// half as long as looking at each.
func bare(text []byte) (ok, wide bool) {
	for _, c := range [...]byte{'\\', '&', '<', '>'} {
		if bytes.IndexByte(text, c) >= 0 {
			return false, false
		}
	}
	const each, high = 0x0101010101010101, 0x8080808080808080
	var control, all uint64
	for len(text) >= 8 {
		x := binary.LittleEndian.Uint64(text)
		text = text[8:]
		all |= x
		// Subtracting borrows from the bit above where a byte is smaller.
		control |= (x - each*0x20) &^ x
	}
	wide = all&high != 0
	for _, c := range text {
		if c < 0x20 {
			return false, false
		}
		wide = wide || c >= utf8.RuneSelf
	}
	return control&high == 0, wide
}

// quoteAt is the place of the first quote at or after from, or the text's length.
// The texts of an account are too short for anything cleverer.
func quoteAt(text []byte, from int) int {
	for from < len(text) && text[from] != '"' {
		from++
	}
	return from
}
