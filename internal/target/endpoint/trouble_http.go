package endpoint

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"syncproof/internal/transcript"
)

// httpTrouble words what net/http has no error types for.
func (c *client) httpTrouble(err error) (transcript.Trouble, bool) {
	text := err.Error()
	switch {
	case strings.Contains(text, "headers exceeded"), strings.Contains(text, "header list larger"):
		return transcript.Trouble{
			Kind: transcript.TroubleLimit, Message: fmt.Sprintf("%s answers with more than %d KiB of headers", c.address.shown, maxHeader>>10),
			Advice: "see what sets so many headers or cookies there",
		}, true
	case containsAny(text, "malformed HTTP", "malformed MIME header", "transport connection broken"):
		return transcript.Trouble{
			Kind: transcript.TroubleAnswer, Message: fmt.Sprintf("what listens at %s does not answer in proper HTTP", c.address.url.Host),
			Advice: "check host and port of the address; with TLS it begins with https://",
		}, true
	case containsAny(text, "stream error:", "connection error:", "http2:"):
		return c.http2Trouble(text), true
	}
	return transcript.Trouble{}, false
}

// http2Trouble words the end of an HTTP/2 conversation. Nothing of the text but
// the code is shown: GOAWAY comes with words of the server's, of any length.
func (c *client) http2Trouble(text string) transcript.Trouble {
	code := ""
	if i := slices.IndexFunc(http2Codes(), func(code string) bool { return strings.Contains(text, code) }); i >= 0 {
		code = " (" + http2Codes()[i] + ")"
	}
	if hungUp(text) {
		return transcript.Trouble{
			Kind: transcript.TroubleAnswer, Message: fmt.Sprintf("%s broke off the HTTP/2 conversation without an answer%s", c.address.shown, code),
			Advice: "look at the web server's error log, and whether it limits requests",
		}
	}
	return transcript.Trouble{
		Kind: transcript.TroubleAnswer, Message: fmt.Sprintf("what listens at %s does not answer in proper HTTP/2%s", c.address.url.Host, code),
		Advice: "look at the web server's error log; without HTTP/2 it may answer properly",
	}
}

// hungUp reports whether it was the server that ended an HTTP/2 stream.
func hungUp(text string) bool { return containsAny(text, "received from peer", "GOAWAY") }

// http2Codes are those of RFC 9113, section 7.
func http2Codes() []string {
	return []string{
		"ENHANCE_YOUR_CALM", "REFUSED_STREAM", "HTTP_1_1_REQUIRED", "INADEQUATE_SECURITY", "COMPRESSION_ERROR", "FLOW_CONTROL_ERROR",
		"FRAME_SIZE_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED", "CONNECT_ERROR", "INTERNAL_ERROR", "PROTOCOL_ERROR", "CANCEL", "NO_ERROR",
	}
}

// cut reports whether a body ended too early, rather than in a wrong way.
func cut(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || reset(err) || hungUp(err.Error())
}

func containsAny(text string, signs ...string) bool {
	return slices.ContainsFunc(signs, func(sign string) bool { return strings.Contains(text, sign) })
}
