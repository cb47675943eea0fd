package transcript

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"syncproof/internal/phpvalue"
)

// PointID names the session, and its call, in which a fault is played at one
// request of a conversation; at 0 it is played at all of them.
func PointID(fault string, at int) string {
	if at == 0 {
		return PointPrefix + fault + "@all"
	}
	return PointPrefix + fault + "@" + strconv.Itoa(at)
}

// Conversation is the session in which the module listed the accounts of a
// panel that works and its requests were recorded, nil unless it ended in a list
// and at least one request was seen.
func (t *Transcript) Conversation() *Session {
	s := t.Session(SessionConversation)
	if s == nil || len(s.Troubles) > 0 || len(s.Exchanges) == 0 || len(s.Calls) == 0 {
		return nil
	}
	answer, ok := phpvalue.Map(s.Calls[0].Value)
	if !ok || answer["success"] != true || phpvalue.KindOf(answer["accounts"]) != phpvalue.KindAccounts {
		return nil
	}
	return s
}

// Shape is what requests of the same kind have in common: method, host, the
// path with numbers and long codes left out, and the names of query fields.
func (x Exchange) Shape() string {
	u, err := url.Parse(x.URL)
	if err != nil {
		return x.Method + " " + x.URL
	}
	parts := strings.Split(u.Path, "/")
	for i, p := range parts {
		if code.MatchString(p) {
			parts[i] = "*"
		}
	}
	names := []string{}
	for name := range u.Query() {
		names = append(names, name)
	}
	slices.Sort(names)
	return x.Method + " " + u.Scheme + "://" + u.Host + strings.Join(parts, "/") + "?" + strings.Join(names, "&")
}

// code matches the parts of a path that name one thing among many.
var code = regexp.MustCompile(`^[0-9]+$|^[0-9a-fA-F-]{16,}$`)
