package suites

import (
	"encoding/json"
	"strconv"
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

// number reads a PHP int or float; NAN and INF are not numbers here.
func number(v any) (float64, bool) {
	n, ok := v.(json.Number)
	if !ok {
		return 0, false
	}
	f, err := n.Float64()
	return f, err == nil
}

// plural counts in words: 1 byte, 2 bytes.
func plural(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.FormatInt(n, 10) + " " + many
}

// printed shows output as a finding does: its beginning and its size.
func printed(o transcript.Output) string {
	text, _ := o.Text.(string)
	if raw, ok := phpvalue.Bytes(o.Text); ok {
		text = string(raw)
	}
	if text == "" {
		return plural(o.Bytes, "byte", "bytes")
	}
	return phpvalue.Quote(text) + " (" + plural(o.Bytes, "byte", "bytes") + ")"
}

// nearest returns the candidate within most single-letter edits of the word,
// regardless of case, or "".
func nearest(word string, candidates []string, most int) string {
	best, distance := "", most+1
	for _, c := range candidates {
		if d := edits(strings.ToLower(word), strings.ToLower(c)); d < distance {
			best, distance = c, d
		}
	}
	return best
}

// edits is the Levenshtein distance. Words longer than any key a module could
// mean are not compared letter by letter.
func edits(a, b string) int {
	const longest = 200
	if len(a) > longest || len(b) > longest {
		return max(len(a), len(b))
	}
	previous := make([]int, len(b)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := range len(a) {
		current := make([]int, len(b)+1)
		current[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			current[j+1] = min(previous[j+1]+1, current[j]+1, previous[j]+cost)
		}
		previous = current
	}
	return previous[len(b)]
}

// sentence joins parts that are not empty with "; ".
func sentence(parts ...string) string {
	var said []string
	for _, p := range parts {
		if p != "" {
			said = append(said, p)
		}
	}
	return strings.Join(said, "; ")
}

// atoi reads digits that a pattern has already checked.
func atoi(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

// locate points a finding at the line where PHP says that a call broke.
func locate(f *contract.Finding, call *transcript.Call) {
	switch {
	case call.Throwable != nil && call.Throwable.File != "":
		f.File, f.Line = call.Throwable.File, call.Throwable.Line
	case call.Fatal != nil && call.Fatal.File != "":
		f.File, f.Line = call.Fatal.File, call.Fatal.Line
	}
}

// endingWords says how a call ended, to follow the function's name.
func endingWords(c *transcript.Call) string {
	switch c.Ending {
	case transcript.EndReturned:
		return "returned " + phpvalue.Show(c.Value)
	case transcript.EndThrew:
		return "threw " + c.Throwable.Class + ": " + phpvalue.Quote(c.Throwable.Message)
	case transcript.EndMissing:
		return "is not defined"
	case transcript.EndExited:
		return "called exit or die"
	case transcript.EndFatal:
		return "ended with a fatal error: " + phpvalue.Quote(fatalMessage(c.Fatal))
	case transcript.EndOutOfMemory:
		return "ran out of memory"
	case transcript.EndTimedOut:
		return "did not answer in time and was stopped"
	case transcript.EndCrashed:
		return "crashed PHP (" + c.Session.Exit.Signal + ")"
	case transcript.EndLost:
		return "ended PHP without any result"
	case transcript.EndNotReached:
		return "was never reached"
	default:
		return "was not answered"
	}
}

func fatalMessage(f *transcript.Fatal) string {
	if f == nil {
		return ""
	}
	return f.Message
}
