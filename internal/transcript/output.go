package transcript

import (
	"encoding/base64"
	"unicode/utf8"

	"syncproof/internal/phpvalue"
)

// NewOutput is text of total bytes of which only the beginning may have been
// kept.
func NewOutput(total int64, kept []byte) Output {
	if total == 0 {
		return Output{}
	}
	if total > int64(len(kept)) {
		kept = phpvalue.WholeRunes(kept)
	}
	return Output{Bytes: total, Text: text(kept)}
}

// text is bytes as a PHP string, tagged when they are not UTF-8.
func text(b []byte) any {
	if utf8.Valid(b) {
		return string(b)
	}
	return map[string]any{phpvalue.Tag: phpvalue.KindBytes, "b64": base64.StdEncoding.EncodeToString(b)}
}
