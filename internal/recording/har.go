package recording

import (
	"encoding/base64"
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"
)

// The types below are an HTTP Archive 1.2, as browsers write it
// (http://www.softwareishard.com/blog/har-12-spec/). Names that begin with _ are
// additions, which the format allows.

type archive struct {
	Log harLog `json:"log"`
}

type harLog struct {
	Version string     `json:"version"`
	Creator harCreator `json:"creator"`
	Pages   []harPage  `json:"pages"`
	Entries []harEntry `json:"entries"`
	Own     *harOwn    `json:"_syncproof"`
}

type harCreator struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// harPage stands for one conversation.
type harPage struct {
	Started string   `json:"startedDateTime"`
	ID      string   `json:"id"`
	Title   string   `json:"title"`
	Timings struct{} `json:"pageTimings"`
}

// harOwn is what syncproof adds.
type harOwn struct {
	Version  int            `json:"version"`
	Module   string         `json:"module"`
	Empty    bool           `json:"empty"`
	Accounts int            `json:"accounts"`
	Params   map[string]any `json:"params"`
	Secrets  []string       `json:"secrets"`
	Volatile []string       `json:"volatile"`
	// Replay is the page whose entries are replayed.
	Replay string `json:"replay"`
}

type harEntry struct {
	Page     string      `json:"pageref"`
	Started  string      `json:"startedDateTime"`
	Time     float64     `json:"time"`
	Request  harRequest  `json:"request"`
	Response harResponse `json:"response"`
	Cache    struct{}    `json:"cache"`
	Timings  harTimings  `json:"timings"`
}

type harTimings struct {
	Send    float64 `json:"send"`
	Wait    float64 `json:"wait"`
	Receive float64 `json:"receive"`
}

type harRequest struct {
	Method      string    `json:"method"`
	URL         string    `json:"url"`
	HTTPVersion string    `json:"httpVersion"`
	Cookies     []harPair `json:"cookies"`
	Headers     []harPair `json:"headers"`
	Query       []harPair `json:"queryString"`
	Post        *harPost  `json:"postData,omitempty"`
	HeadersSize int       `json:"headersSize"`
	BodySize    int       `json:"bodySize"`
}

type harPair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type harPost struct {
	MimeType string `json:"mimeType"`
	Text     string `json:"text"`
	// Encoding is base64 for a body that is no text; the format has it for
	// replies only.
	Encoding string `json:"_encoding,omitempty"`
}

type harResponse struct {
	Status      int        `json:"status"`
	StatusText  string     `json:"statusText"`
	HTTPVersion string     `json:"httpVersion"`
	Cookies     []harPair  `json:"cookies"`
	Headers     []harPair  `json:"headers"`
	Content     harContent `json:"content"`
	Redirect    string     `json:"redirectURL"`
	HeadersSize int        `json:"headersSize"`
	BodySize    int        `json:"bodySize"`
}

type harContent struct {
	Size     int    `json:"size"`
	MimeType string `json:"mimeType"`
	Text     string `json:"text"`
	Encoding string `json:"encoding,omitempty"`
}

// notKnown is how the format writes a size that is not known.
const notKnown = -1

func pageID(i int) string { return fmt.Sprintf("conversation-%d", i+1) }

func (f *File) log() harLog {
	name, version, _ := strings.Cut(f.Tool, " ")
	l := harLog{
		Version: "1.2", Creator: harCreator{name, version}, Pages: []harPage{}, Entries: []harEntry{},
		Own: &harOwn{
			Version: FormatVersion, Module: f.Module, Empty: f.Empty, Accounts: f.Accounts, Params: f.Params,
			Secrets: orEmpty(f.Secrets), Volatile: orEmpty(f.Volatile), Replay: pageID(0),
		},
	}
	for i, c := range f.Conversations {
		page := harPage{ID: pageID(i), Title: fmt.Sprintf("%s_ListAccounts(), call %d", f.Module, i+1)}
		if len(c.Entries) > 0 {
			page.Started = moment(c.Entries[0].Started)
		} else {
			page.Started = moment(time.Time{})
		}
		l.Pages = append(l.Pages, page)
		for _, e := range c.Entries {
			l.Entries = append(l.Entries, e.har(page.ID))
		}
	}
	return l
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func moment(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func (e Entry) har(page string) harEntry {
	spent := math.Round(e.Seconds*1e6) / 1e3
	return harEntry{
		Page: page, Started: moment(e.Started), Time: spent, Timings: harTimings{Wait: spent},
		Request: e.harRequest(), Response: e.harResponse(),
	}
}

func (e Entry) harRequest() harRequest {
	r := e.Request
	out := harRequest{
		Method: r.Method, URL: r.Scheme + "://" + r.Host + r.Target, HTTPVersion: r.Proto, Cookies: []harPair{},
		Headers: pairs(r.Header), Query: []harPair{}, HeadersSize: notKnown, BodySize: len(r.Body),
	}
	for _, c := range (&http.Request{Header: r.Header}).Cookies() {
		out.Cookies = append(out.Cookies, harPair{text(c.Name), text(c.Value)})
	}
	_, query, _ := strings.Cut(r.Target, "?")
	for _, f := range queryFields(query) {
		out.Query = append(out.Query, harPair{text(strings.TrimPrefix(f.name, inQuery+":")), text(f.value)})
	}
	if len(r.Body) > 0 {
		out.Post = &harPost{MimeType: text(r.Header.Get("Content-Type"))}
		out.Post.Text, out.Post.Encoding = coding(r.Body)
	}
	return out
}

func (e Entry) harResponse() harResponse {
	r := e.Reply
	out := harResponse{
		Status: r.Status, StatusText: http.StatusText(r.Status), HTTPVersion: "HTTP/1.1", Cookies: []harPair{},
		Headers: pairs(r.Header), Redirect: text(r.Header.Get("Location")), HeadersSize: notKnown, BodySize: len(r.Body),
		Content: harContent{Size: len(r.Body), MimeType: text(r.Header.Get("Content-Type"))},
	}
	for _, c := range (&http.Response{Header: r.Header}).Cookies() {
		out.Cookies = append(out.Cookies, harPair{text(c.Name), text(c.Value)})
	}
	out.Content.Text, out.Content.Encoding = coding(r.Body)
	return out
}

// coding is a body as text, in base64 where it is none.
func coding(body []byte) (content, encoding string) {
	if utf8.Valid(body) {
		return string(body), ""
	}
	return base64.StdEncoding.EncodeToString(body), "base64"
}

// text makes what is only shown fit for JSON.
func text(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

func pairs(h http.Header) []harPair {
	list := []harPair{}
	for _, name := range sortedNames(h) {
		for _, v := range h[name] {
			list = append(list, harPair{text(name), text(v)})
		}
	}
	return list
}
