package scenario

import (
	"net/http"
	"slices"
	"strings"

	"syncproof/internal/transcript"
	"syncproof/internal/upstream/fault"
)

// strikes reports whether a fault, played at one request of a conversation, is
// a failure beyond doubt. A page that answers [] may be a good last page where
// the panel's format is a bare list, and status 404 may end the pages where the
// conversation itself ended with one.
func strikes(f fault.Fault, x transcript.Exchange, talk []transcript.Exchange) bool {
	switch {
	case f.OnlyTimed(), f.Alters():
		return false
	case x.Method == "" || x.Method == http.MethodHead:
		return false
	case f.NeedsTLS():
		return strings.HasPrefix(x.URL, "https:")
	case f.Play.Mutate != nil:
		return mutates(f, x)
	case f.Play.Act != fault.Answer && f.Play.Act != fault.Echo:
		return x.ReplyBody.Bytes > 1 || f.Layer == fault.Connect
	case f.Layer == fault.Status:
		return !slices.ContainsFunc(talk, func(good transcript.Exchange) bool { return good.Status == f.Play.Status })
	}
	return !couldBeGood(f, x, talk)
}

// mutates reports whether what is left of a good answer is certainly broken, or
// certainly whole where the fault only changes its labels.
func mutates(f fault.Fault, x transcript.Exchange) bool {
	structured := x.ReplyKind == transcript.ReplyObject || x.ReplyKind == transcript.ReplyArray
	if x.Status != http.StatusOK || x.ReplyBody.Bytes < 2 {
		return false
	}
	switch f.ID {
	case "truncated-json":
		return structured || x.ReplyKind == transcript.ReplyXML
	case "json-then-html", "bom-json":
		return structured
	}
	return true
}

// couldBeGood reports whether the body a fault answers with could be an answer
// in the panel's own format.
func couldBeGood(f fault.Fault, x transcript.Exchange, talk []transcript.Exchange) bool {
	body := strings.TrimSpace(string(f.Play.Body))
	for _, good := range talk {
		if text, _ := good.ReplyBody.Text.(string); int64(len(text)) == good.ReplyBody.Bytes && strings.TrimSpace(text) == body {
			return true
		}
	}
	switch f.ID {
	case "array":
		return x.ReplyKind == transcript.ReplyArray
	case "object":
		// Accounts by name can be no accounts at all.
		return x.ReplyKind == transcript.ReplyObject && !hasPlainValue(x)
	case "null", "empty", "spaces", "string", "false", "zero", "error-string", "error-object", "error-flag", "error-status",
		"error-result", "error-list", "no-list":
		// Text that is no format of its own can be anything.
		return x.ReplyKind == transcript.ReplyOther || x.ReplyKind == transcript.ReplyEmpty || x.ReplyKind == transcript.ReplyScalar
	}
	return false
}
