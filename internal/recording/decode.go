package recording

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"syncproof/internal/phpvalue"
	"syncproof/internal/schema"
	"syncproof/internal/upstream"
	"syncproof/schemas"
)

var errNotOurs = errors.New("this is no recording: it holds nothing under log._syncproof, which syncproof record writes. " +
	"An HTTP Archive of a browser or another tool cannot be replayed")

// Decode reads a recording. Its error is for the user and names the line or the
// entry, counted from 1.
func Decode(raw []byte) (*File, error) {
	v, err := phpvalue.Decode(raw)
	if err != nil {
		return nil, fmt.Errorf("line %d: %w", lineOf(raw, err), err)
	}
	root, _ := phpvalue.Map(v)
	if log, isMap := phpvalue.Map(root["log"]); isMap && log["_syncproof"] == nil {
		return nil, errNotOurs
	}
	// What else is there, only the version that wrote it knows.
	var version struct {
		Log struct {
			Own struct {
				Version int `json:"version"`
			} `json:"_syncproof"`
		} `json:"log"`
	}
	if json.Unmarshal(raw, &version) == nil && version.Log.Own.Version > FormatVersion {
		return nil, otherVersion(version.Log.Own.Version)
	}
	if err := check(v); err != nil {
		return nil, err
	}
	var a archive
	if err := json.Unmarshal(raw, &a); err != nil {
		return nil, fmt.Errorf("reading the recording: %w", err)
	}
	if a.Log.Own == nil {
		return nil, errNotOurs
	}
	return a.Log.file()
}

var atByte = regexp.MustCompile(`(?:at|after) (?:byte )?(\d+)`)

// lineOf is the line an error of the decoder speaks of.
func lineOf(raw []byte, err error) int {
	end := 0
	if m := atByte.FindStringSubmatch(err.Error()); m != nil {
		end, _ = strconv.Atoi(m[1])
	}
	return 1 + bytes.Count(raw[:min(end, len(raw))], []byte("\n"))
}

// check holds the document against the published schema.
func check(v any) error {
	raw, err := schemas.Read(schemas.Recording)
	if err != nil {
		return err
	}
	compiled, err := schema.Compile(schemas.Recording, raw)
	if err != nil {
		return err
	}
	violations, err := compiled.Validate(v)
	if err != nil {
		return err
	}
	if len(violations) == 0 {
		return nil
	}
	first := violations[0]
	more := ""
	if n := len(violations) - 1; n > 0 {
		more = fmt.Sprintf(", and %d more places are wrong", n)
	}
	return fmt.Errorf("%s: want %s, got %s%s", place(first.Path), first.Want(), first.Got(), more)
}

// place names a part of the document, entries by their number.
func place(path []string) string {
	if len(path) >= 3 && path[0] == "log" && path[1] == "entries" {
		if n, err := strconv.Atoi(path[2]); err == nil {
			at := "entry " + strconv.Itoa(n+1)
			if rest := strings.Join(path[3:], "."); rest != "" {
				at += ", " + phpvalue.Printable(rest)
			}
			return at
		}
	}
	if len(path) == 0 {
		return "the document"
	}
	return phpvalue.Printable(strings.Join(path, "."))
}

func otherVersion(v int) error {
	return fmt.Errorf("the recording is written in version %d of the format, and this version of syncproof reads version %d; "+
		"record again, or update syncproof", v, FormatVersion)
}

func (l harLog) file() (*File, error) {
	own := l.Own
	if own.Version != FormatVersion {
		return nil, otherVersion(own.Version)
	}
	f := &File{
		Module: own.Module, Tool: strings.TrimSpace(l.Creator.Name + " " + l.Creator.Version), Empty: own.Empty,
		Accounts: own.Accounts, Params: plain(own.Params), Secrets: own.Secrets,
	}
	for _, name := range own.Volatile {
		field, err := ParseField(name)
		if err != nil {
			return nil, fmt.Errorf("log._syncproof.volatile: %w", err)
		}
		f.Volatile = append(f.Volatile, field)
	}
	return f, l.conversations(f)
}

// conversations sorts the entries by the page they belong to, the one to replay
// first.
func (l harLog) conversations(f *File) error {
	at := map[string]*Conversation{}
	var replayed *Conversation
	for _, p := range l.Pages {
		if at[p.ID] != nil {
			return fmt.Errorf("log.pages: two pages are called %s", phpvalue.Quote(p.ID))
		}
		c := &Conversation{}
		at[p.ID] = c
		if p.ID == l.Own.Replay {
			replayed = c
			continue
		}
		f.Conversations = append(f.Conversations, c)
	}
	if replayed == nil {
		return fmt.Errorf("log._syncproof.replay names the page %s, which is not in log.pages", phpvalue.Quote(l.Own.Replay))
	}
	f.Conversations = append([]*Conversation{replayed}, f.Conversations...)
	for i, e := range l.Entries {
		entry, err := e.entry(i + 1)
		if err != nil {
			return fmt.Errorf("entry %d: %w", i+1, err)
		}
		c := at[e.Page]
		if c == nil {
			return fmt.Errorf("entry %d, pageref: there is no page %s", i+1, phpvalue.Quote(e.Page))
		}
		c.Entries = append(c.Entries, entry)
	}
	return nil
}

// plain turns whole numbers back into those PHP is given.
func plain(params map[string]any) map[string]any {
	out := make(map[string]any, len(params))
	for name, v := range params {
		if n, ok := v.(float64); ok && n == float64(int(n)) {
			v = int(n)
		}
		out[name] = v
	}
	return out
}

func (h harEntry) entry(n int) (Entry, error) {
	started, err := time.Parse(time.RFC3339Nano, h.Started)
	if err != nil {
		return Entry{}, errors.New("startedDateTime is no time such as 2026-03-01T10:00:00.000Z")
	}
	r, err := h.Request.request()
	if err != nil {
		return Entry{}, err
	}
	r.N = n
	reply, err := h.Response.reply()
	return Entry{Request: r, Reply: reply, Started: started, Seconds: h.Time / 1e3}, err
}

func (h harRequest) request() (upstream.Request, error) {
	scheme, rest, ok := strings.Cut(h.URL, "://")
	if !ok || scheme != "http" && scheme != "https" {
		return upstream.Request{}, errors.New("request.url is no address that begins with http:// or https://")
	}
	host, target := rest, "/"
	if i := strings.IndexAny(rest, "/?"); i >= 0 {
		host, target = rest[:i], rest[i:]
	}
	if host == "" {
		return upstream.Request{}, errors.New("request.url names no host")
	}
	r := upstream.Request{Method: h.Method, Scheme: scheme, Host: host, Target: target, Proto: h.HTTPVersion}
	var err error
	if r.Header, err = header(h.Headers); err != nil {
		return r, fmt.Errorf("request.headers: %w", err)
	}
	if h.Post != nil {
		r.Body, err = decoded(h.Post.Text, h.Post.Encoding)
		if err != nil {
			return r, fmt.Errorf("request.postData: %w", err)
		}
	}
	return r, nil
}

func (h harResponse) reply() (upstream.Reply, error) {
	head, err := header(h.Headers)
	if err != nil {
		return upstream.Reply{}, fmt.Errorf("response.headers: %w", err)
	}
	body, err := decoded(h.Content.Text, h.Content.Encoding)
	if err != nil {
		return upstream.Reply{}, fmt.Errorf("response.content: %w", err)
	}
	return upstream.Reply{Status: h.Status, Header: head, Body: body}, nil
}

var headerName = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

func header(list []harPair) (http.Header, error) {
	h := http.Header{}
	for _, p := range list {
		if !headerName.MatchString(p.Name) {
			return nil, fmt.Errorf("%s is no name of a header", phpvalue.Quote(p.Name))
		}
		h[p.Name] = append(h[p.Name], p.Value)
	}
	return h, nil
}

func decoded(content, encoding string) ([]byte, error) {
	switch encoding {
	case "":
		if content == "" {
			return nil, nil
		}
		return []byte(content), nil
	case "base64":
		body, err := base64.StdEncoding.DecodeString(content)
		if err != nil {
			return nil, fmt.Errorf("the text is not base64: %w", err)
		}
		return body, nil
	}
	return nil, fmt.Errorf("the encoding %s is not known; it is base64 or left out", phpvalue.Quote(encoding))
}
