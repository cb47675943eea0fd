package scenario

import (
	"encoding/json"

	"syncproof/internal/transcript"
)

// hasPlainValue reports whether a reply that is an object holds anything but
// objects, as the answers of panels do that are no mere map of accounts.
func hasPlainValue(x transcript.Exchange) bool {
	text, _ := x.ReplyBody.Text.(string)
	var whole map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &whole) != nil {
		// Too long to have been kept as a whole; say nothing about it.
		return false
	}
	for _, v := range whole {
		if len(v) > 0 && v[0] != '{' {
			return true
		}
	}
	return false
}
