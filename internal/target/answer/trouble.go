package answer

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

// unreadable words what is wrong with an answer.
func unreadable(text []byte, call Call, err error) *transcript.Trouble {
	return unreadableFrom(excerpt{text: trimmed(text)}, call, err)
}

// excerpt is text of which that many bytes are missing at one place.
type excerpt struct {
	text    []byte
	at      int
	missing int64
}

// offset is where a byte of the excerpt stood.
func (e excerpt) offset(at int) int64 {
	if at >= e.at {
		return int64(at) + e.missing
	}
	return int64(at)
}

func unreadableFrom(from excerpt, call Call, err error) *transcript.Trouble {
	what, advice := words(from, err)
	t := transcript.Trouble{Kind: transcript.TroubleAnswer, Message: subject(call) + " " + what, Advice: advice}
	if isLimit(err) {
		t.Kind = transcript.TroubleLimit
	}
	return &t
}

func subject(call Call) string {
	if call.Info.Function == "" {
		return "the answer"
	}
	return "the answer to " + call.Info.Function + "()"
}

const (
	adviceForm = "answer with nothing but what the function returns, written by json_encode(); docs/protocol.md shows both forms of an answer"
	adviceLog  = "look at PHP's error log for the reason: a fatal error, memory_limit, max_execution_time"
	adviceSize = "check the function for an endless loop or for data that does not belong into its return value"
)

func words(from excerpt, err error) (what, advice string) {
	text := from.text
	var broken brokenError
	var form formError
	switch {
	case errors.Is(err, errEmpty):
		return "is empty where JSON belongs", adviceLog
	case errors.Is(err, errPage), errors.Is(err, errNone) && isPage(bytes.ToLower(text[:min(len(text), maxText)])):
		return "is a web page instead of JSON; it " + begins(text),
			"a login page, an error page or another program answers there: open it in a browser, and check the address and the credentials"
	case errors.Is(err, errSource):
		return "is PHP source code instead of its output; it " + begins(text), "have the web server run the file with PHP"
	case errors.Is(err, errNone):
		return "is not JSON; it " + begins(text), adviceForm
	case errors.Is(err, errSeveral):
		return "holds several JSON documents, so that it is not clear which one is meant; it " + begins(text), adviceForm
	case errors.Is(err, errBreaksOff):
		return fmt.Sprintf("breaks off inside its JSON after %d bytes; it %s", from.offset(len(text)), ends(text)), adviceLog
	case errors.As(err, &broken):
		return fmt.Sprintf("is broken JSON at byte %d, %s", from.offset(int(broken))+1, near(text, int(broken))),
			"write it with json_encode() instead of by hand"
	case errors.Is(err, errTooDeep):
		return fmt.Sprintf("nests deeper than the %d levels PHP itself reads", phpvalue.MaxDepth), adviceSize
	case isLimit(err):
		return "is too large: " + err.Error(), adviceSize
	case errors.Is(err, phpvalue.ErrUTF8):
		return "holds bytes that are not UTF-8, " + near(text, firstInvalid(text)),
			"convert the panel's text to UTF-8 before json_encode(); with bridge.php (syncproof bridge) such bytes are recorded as they are"
	case errors.As(err, &form):
		return "is an envelope, but " + form.Error(), "docs/protocol.md describes the events; bridge.php (syncproof bridge) writes them for you"
	}
	return "cannot be read without doubt: " + err.Error(), adviceForm
}

// Excerpts show about a line of text, escaped.
const (
	beginning = 120
	tail      = 40
	around    = 20
)

// begins shows the first characters of text.
func begins(text []byte) string {
	if len(text) <= beginning {
		return "is " + phpvalue.Quote(string(text))
	}
	return "begins with " + quoteOpen(phpvalue.WholeRunes(text[:beginning]))
}

// ends shows the last characters of text.
func ends(text []byte) string {
	if len(text) <= tail {
		return "is " + phpvalue.Quote(string(text))
	}
	end := text[len(text)-tail:]
	for len(end) > 0 && !utf8.RuneStart(end[0]) {
		end = end[1:]
	}
	return "ends with " + phpvalue.Quote(string(end))
}

// near shows the characters around an offset.
func near(text []byte, at int) string {
	from, to := max(0, at-around), min(len(text), at+around)
	for from < at && !utf8.RuneStart(text[from]) {
		from++
	}
	return "near " + phpvalue.Quote(string(phpvalue.WholeRunes(text[from:to])))
}

// quoteOpen is Quote for text that goes on.
func quoteOpen(text []byte) string {
	return strings.TrimSuffix(phpvalue.Quote(string(text)), `"`) + `…"`
}

// firstInvalid is the offset of the first byte that is not UTF-8.
func firstInvalid(text []byte) int {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size < 2 {
			return i
		}
		i += size
	}
	return len(text)
}

// Excerpt shows the beginning of foreign text in one escaped line, for messages
// such as "it begins with …".
func Excerpt(text []byte) string { return begins(trimmed(text)) }
