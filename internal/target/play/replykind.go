package play

import (
	"bytes"
	"encoding/json"

	"syncproof/internal/transcript"
)

// replyKind says what a whole reply is. Rules see only its beginning.
func replyKind(reply []byte) string {
	text := bytes.TrimSpace(bytes.TrimPrefix(reply, []byte("\xEF\xBB\xBF")))
	if len(text) == 0 {
		return transcript.ReplyEmpty
	}
	if json.Valid(text) {
		switch text[0] {
		case '{':
			return transcript.ReplyObject
		case '[':
			return transcript.ReplyArray
		}
		return transcript.ReplyScalar
	}
	start := bytes.ToLower(text[:min(len(text), 100)])
	switch {
	case bytes.HasPrefix(start, []byte("<!doctype html")), bytes.HasPrefix(start, []byte("<html")):
		return transcript.ReplyHTML
	case start[0] == '<':
		return transcript.ReplyXML
	}
	return transcript.ReplyOther
}
