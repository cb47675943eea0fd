package upstream

import (
	"encoding/json"
	"fmt"
	"strings"
)

// echoed is an error in the common spellings whose text repeats the request, as
// panels do that were built to be debugged.
func echoed(r Request) []byte {
	var text strings.Builder
	fmt.Fprintf(&text, "Access denied for the request %s %s://%s%s", r.Method, r.Scheme, r.Host, r.Target)
	for _, name := range sortedKeys(r.Header) {
		fmt.Fprintf(&text, "; %s: %s", name, strings.Join(r.Header[name], ", "))
	}
	if len(r.Body) > 0 {
		fmt.Fprintf(&text, "; body: %s", r.Body[:min(len(r.Body), maxEcho)])
	}
	message := text.String()
	answer := map[string]any{
		"success": false, "status": "error", "error": message, "message": message, "reason": message, "errors": []string{message},
	}
	var out strings.Builder
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	// Text and booleans can always be written.
	_ = e.Encode(answer)
	return []byte(strings.TrimSpace(out.String()))
}

// maxEcho bounds how much of a request's body is repeated.
const maxEcho = 64 << 10
