package secret

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"io"
)

const inGzip = "gzip"

const (
	// maxUnpacked bounds what is taken out of one compressed piece.
	maxUnpacked = 1 << 20
	// maxPacked bounds how many pieces of one window are looked into, since text
	// can be made of their beginnings.
	maxPacked = 1000
	// minPacked is how many characters of base64 a compressed secret takes.
	minPacked = 16
)

// packed finds secrets in what PHP's gzencode() and gzcompress() wrote, as bytes
// and in base64. Raw deflate has no mark it could be known by.
func (r *Redactor) packed(text []byte) []hit {
	found := r.members(text)
	for i, tries := 0, 0; i+minPacked <= len(text) && tries < maxPacked; i++ {
		// Few texts have many of these two letters at the beginning of a word.
		if c := text[i]; c != 'H' && c != 'e' || !beginsPacked(text[i:]) || i > 0 && codeByte(text[i-1]) && text[i-1] != '%' {
			continue
		}
		tries++
		end := i
		for end < len(text) && codeByte(text[end]) && text[end] != '%' {
			end++
		}
		if inner := r.members(unbase64(text[i:end])); len(inner) > 0 {
			found = append(found, hit{i, end, inner[0].name, inGzip, 1})
		}
		i = end
	}
	return found
}

// beginsPacked reports whether base64 begins as that of gzip or zlib does.
func beginsPacked(text []byte) bool {
	for _, begin := range packedBegins() {
		if bytes.HasPrefix(text, []byte(begin)) {
			return true
		}
	}
	return false
}

func packedBegins() [6]string { return [...]string{"H4sI", "eJ", "eAE", "eNo", "eNp", "eF4"} }

// unbase64 decodes as much as can be, in either alphabet.
func unbase64(text []byte) []byte {
	text = bytes.Map(func(r rune) rune {
		switch r {
		case '-':
			return '+'
		case '_':
			return '/'
		}
		return r
	}, text)
	if len(text)%4 == 1 {
		text = text[:len(text)-1]
	}
	raw := make([]byte, base64.RawStdEncoding.DecodedLen(len(text)))
	n, _ := base64.RawStdEncoding.Decode(raw, text)
	return raw[:n]
}

// members finds compressed pieces that hold a secret.
func (r *Redactor) members(text []byte) []hit {
	var found []hit
	for at, tries := 0, 0; at+2 < len(text) && tries < maxPacked; at++ {
		if text[at] != 0x1F && text[at] != 'x' || !beginsMember(text[at], text[at+1]) {
			continue
		}
		open := openZlib
		if text[at] == 0x1F {
			open = openGzip
		}
		tries++
		in := bytes.NewReader(text[at:])
		z, err := open(in)
		if err != nil {
			continue
		}
		// What breaks off, or has a wrong sum, is readable up to there.
		plain, _ := io.ReadAll(io.LimitReader(z, maxUnpacked))
		if inner := r.plainHits(plain); len(inner) > 0 {
			found = append(found, hit{at, len(text) - in.Len(), inner[0].name, inGzip, 1})
		}
	}
	return found
}

// beginsMember reports whether gzip or zlib writes these two bytes first.
func beginsMember(first, second byte) bool {
	if first == 0x1F {
		return second == 0x8B
	}
	return first == 'x' && (int('x')<<8|int(second))%31 == 0
}

func openGzip(in *bytes.Reader) (io.Reader, error) {
	z, err := gzip.NewReader(in)
	if err != nil {
		return nil, err
	}
	z.Multistream(false)
	return z, nil
}

func openZlib(in *bytes.Reader) (io.Reader, error) { return zlib.NewReader(in) }
