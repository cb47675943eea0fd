package recording

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"syncproof/internal/secret"
	"syncproof/internal/upstream"
)

// ErrNotSealed is in every error that says why what was recorded cannot be kept
// free of secrets.
var ErrNotSealed = errors.New("nothing was recorded")

// Source is what was recorded, secrets and all.
type Source struct {
	Module, Tool string
	Empty        bool
	Accounts     int
	// Params are the server parameters, and Secrets the run's secrets by name,
	// those among the parameters included.
	Params  map[string]any
	Secrets map[string]string
	// Volatile are the fields the user named.
	Volatile []string
	// Conversations were made one after the other with the same parameters.
	Conversations []*Conversation
}

// Seal replaces every secret by a canary and returns the recording with the
// bytes to store. When a secret is left, or could not be searched for, it returns
// an error for the user and nothing to store.
func Seal(s Source) (*File, []byte, error) {
	if err := s.Check(); err != nil {
		return nil, nil, err
	}
	canaries := s.canaries()
	f := &File{Module: s.Module, Tool: s.Tool, Empty: s.Empty, Accounts: s.Accounts}
	all := maps.Clone(s.Secrets)
	var alike []*Conversation
	for i, talk := range s.Conversations {
		plain, err := talk.unpacked()
		if err != nil {
			return nil, nil, err
		}
		sealing := sealing{user: s.user(), secrets: s.Secrets, canaries: canaries, session: sessionSecrets(plain)}
		f.Conversations = append(f.Conversations, sealing.seal(plain))
		alike = append(alike, sealing.alike(plain))
		for _, x := range sealing.session {
			all[fmt.Sprintf("%s of call %d", x.label, i+1)] = x.value
		}
	}
	f.Volatile = slices.Clone(s.Volatile)
	if len(alike) > 1 {
		f.Volatile = append(f.Volatile, Detect(alike[0], alike[1])...)
	}
	slices.Sort(f.Volatile)
	f.Volatile = slices.Compact(f.Volatile)
	f.setParams(s, canaries)
	return f.finish(all)
}

// Check says whether the secrets are such that a recording could be kept free of
// them.
func (s Source) Check() error {
	if weak := secret.New(s.Secrets).Weak(); len(weak) > 0 {
		return errWeak(weak)
	}
	return nil
}

// canaries are what takes the place of each secret, by name. Equal secrets get
// equal canaries: where one of them stands, nobody can tell which it is.
func (s Source) canaries() map[string]string {
	byName, byValue := map[string]string{}, map[string]string{}
	for _, name := range sortedNames(s.Secrets) {
		value := s.Secrets[name]
		if byValue[value] == "" {
			byValue[value] = canary(name, value)
		}
		byName[name] = byValue[value]
	}
	return byName
}

// finish searches the finished recording for secrets.
func (f *File) finish(secrets map[string]string) (*File, []byte, error) {
	content, err := f.Encode()
	if err != nil {
		return nil, nil, err
	}
	if err := newSearch(secrets, f.user()).file(f, content); err != nil {
		return nil, nil, err
	}
	return f, content, nil
}

// errWeak says that secrets cannot be found again in what was recorded.
func errWeak(names []string) error {
	return fmt.Errorf("%w: %s is so short or so ordinary that it cannot be told from other text in the panel's answers, "+
		"and would end up in the recording. Give the test server a secret that is long and random", ErrNotSealed, strings.Join(names, " and "))
}

func (s Source) user() string {
	user, _ := s.Params["serverusername"].(string)
	return user
}

// setParams stores the parameters, canaries in the place of secrets.
func (f *File) setParams(s Source, canaries map[string]string) {
	swap := newSwap(s.Secrets, canaries, "")
	f.Params = map[string]any{}
	for name, v := range s.Params {
		if value, isText := v.(string); isText {
			v = swap.text(value)
			if value != "" && value == s.Secrets[name] {
				v = canaries[name]
				f.Secrets = append(f.Secrets, name)
			}
		}
		f.Params[name] = v
	}
	slices.Sort(f.Secrets)
}

// sealing replaces the secrets of one conversation.
type sealing struct {
	user              string
	secrets, canaries map[string]string
	session           []sessionSecret
}

func (s sealing) seal(c *Conversation) *Conversation {
	from, to := maps.Clone(s.secrets), maps.Clone(s.canaries)
	for _, x := range s.session {
		from[x.label], to[x.label] = x.value, shaped(x.label, x.value)
	}
	kept := slices.Collect(maps.Values(to))
	swap := newSwap(from, to, s.user)
	out := &Conversation{}
	for _, e := range c.Entries {
		e.Request, e.Reply = swap.request(e.Request), swap.reply(e.Reply)
		cover(e.Request.Header, kept)
		resize(e.Request.Header, len(e.Request.Body))
		resize(e.Reply.Header, len(e.Reply.Body))
		out.Entries = append(out.Entries, e)
	}
	return out
}

// alike replaces what was given out for one session by where it was given, so
// that two sessions can be compared.
func (s sealing) alike(c *Conversation) *Conversation {
	from, to := map[string]string{}, map[string]string{}
	for _, x := range s.session {
		from[x.label], to[x.label] = x.value, x.label
	}
	swap := newSwap(from, to, s.user)
	out := &Conversation{}
	for _, e := range c.Entries {
		e.Request = swap.request(e.Request)
		out.Entries = append(out.Entries, e)
	}
	return out
}

// coveredName stands for what a header held that nobody could read.
const coveredName = "syncproof-canary-authorization"

// cover replaces what an Authorization header holds besides canaries: a
// signature, a token that the module has built in. Headers are not compared when
// a recording is replayed.
func cover(h http.Header, canaries []string) {
	for _, name := range []string{"Authorization", "Proxy-Authorization"} {
		for i, v := range h[name] {
			scheme, rest, split := strings.Cut(v, " ")
			known := slices.Contains([]string{"basic", "bearer", "token", "whm", "cpanel"}, strings.ToLower(scheme))
			switch {
			case known && split && holds(rest, canaries):
			case known && split:
				h[name][i] = scheme + " " + coveredName
			default:
				h[name][i] = coveredName
			}
		}
	}
}

// holds reports whether credentials are a canary, alone or behind a user name.
func holds(credentials string, canaries []string) bool {
	credentials = strings.TrimSpace(credentials)
	if _, plain := decodeBase64(credentials); plain != "" && holdsPlain(plain, canaries) {
		return true
	}
	return holdsPlain(credentials, canaries)
}

func holdsPlain(credentials string, canaries []string) bool {
	_, after, behind := strings.Cut(credentials, ":")
	return slices.ContainsFunc(canaries, func(c string) bool { return credentials == c || behind && after == c })
}

// resize makes a header agree with a body whose length changed.
func resize(h http.Header, length int) {
	if h.Get("Content-Length") != "" {
		h.Set("Content-Length", strconv.Itoa(length))
	}
}

// unpacked undoes compression, which would hide secrets.
func (c *Conversation) unpacked() (*Conversation, error) {
	out := &Conversation{}
	for i, e := range c.Entries {
		if kind := e.Request.Header.Get("Content-Encoding"); kind != "" && !strings.EqualFold(kind, "identity") {
			return nil, fmt.Errorf("%w: the body of request %d is compressed (%s), so that no secret could be replaced in it", ErrNotSealed, i+1, kind)
		}
		reply, err := unpack(e.Reply)
		if err != nil {
			return nil, fmt.Errorf("%w: the reply to request %d %w", ErrNotSealed, i+1, err)
		}
		e.Reply = reply
		e.Request.Header = e.Request.Header.Clone()
		out.Entries = append(out.Entries, e)
	}
	return out, nil
}

var errCompressed = errors.New("is compressed in a way that syncproof does not undo, so that no secret could be replaced in it")

func unpack(r upstream.Reply) (upstream.Reply, error) {
	r.Header = r.Header.Clone()
	if r.Header == nil {
		r.Header = http.Header{}
	}
	kind := strings.ToLower(strings.TrimSpace(r.Header.Get("Content-Encoding")))
	if kind == "" || kind == "identity" || len(r.Body) == 0 {
		return r, nil
	}
	body, err := inflate(kind, r.Body)
	if err != nil {
		return r, err
	}
	r.Body = body
	r.Header.Del("Content-Encoding")
	return r, nil
}
