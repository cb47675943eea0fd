package panel

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// showList puts one page of the accounts into an answer.
func (p *Panel) showList(a *answered, l *list) {
	all := p.listed(l.sort)
	w, err := p.window(a.question, l, all)
	if err == nil && l.beyondIsError && w.offset > 0 && w.offset >= len(all) {
		err = errors.New("there is no such page")
	}
	if err != nil {
		a.fail(p.profile, ErrorBadRequest, "This page cannot be given: "+err.Error()+".")
		return
	}
	all, w = p.shown(l, all, w)
	end := len(all)
	if w.size > 0 && w.size < end-min(w.offset, end) {
		end = w.offset + w.size
	}
	views := []map[string]any{}
	for i := w.offset; i < end; i++ {
		views = append(views, p.profile.view(&all[i], i-w.offset))
	}
	a.pageSize = w.size
	size := w.size
	if size == 0 {
		size = max(1, len(all))
	}
	total := p.announced(len(all))
	pages := max(1, (total+size-1)/size)
	a.data["accounts"], a.data["count"], a.data["total"] = views, len(views), total
	a.data["size"], a.data["pages"], a.data["offset"] = size, pages, w.offset
	a.data["page"] = w.offset/size + l.first
	a.data["next"], a.data["next_url"], a.data["previous"] = "", "", ""
	if end < len(all) && len(views) > 0 {
		a.data["next"] = p.mark(l, all, end, size)
		a.data["next_url"] = turned(a.question, l, p.mark(l, all, end, size))
		if l.paging == pagingLink {
			a.link = "<" + turned(a.question, l, p.mark(l, all, end, size)) + `>; rel="next"`
		}
	}
	if w.offset > 0 && len(all) > 0 {
		a.data["previous"] = p.mark(l, all, min(max(0, w.offset-size), len(all)), size)
	}
}

// window is the part of a list a request asks for; size 0 is all of it.
type window struct{ offset, size int }

// largest bounds the numbers of pages and sizes, so that their products fit.
const largest = 1_000_000_000

func (p *Panel) window(q *question, l *list, all []Account) (window, error) {
	w := window{size: l.otherwise}
	if l.hasSize {
		if text, given := q.value(l.size); given && text != "" {
			n, err := strconv.Atoi(text)
			if err != nil || n < 1 || n > largest {
				return w, fmt.Errorf("%s must be a whole number from 1", l.size.name)
			}
			w.size = n
		}
	}
	if l.maximum > 0 && (w.size > l.maximum || w.size == 0) {
		w.size = l.maximum
	}
	if l.paging == pagingNone {
		return window{}, nil
	}
	text, given := q.value(l.page)
	if !given || text == "" {
		return w, nil
	}
	var err error
	w.offset, err = p.offset(l, all, text, w.size)
	// A page beyond the end begins at the end.
	w.offset = min(w.offset, len(all))
	return w, err
}

func (p *Panel) offset(l *list, all []Account, text string, size int) (int, error) {
	switch l.paging {
	case pagingCursor:
		return afterCursor(all, text)
	case pagingToken:
		return p.readToken(text)
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < l.first || n > largest {
		return 0, fmt.Errorf("%s must be a whole number from %d", l.page.name, l.first)
	}
	if l.paging == pagingOffset {
		return n - l.first, nil
	}
	if size == 0 {
		size = max(1, len(all))
	}
	return (n - l.first) * size, nil
}

// mark is how a request asks for the page that begins at offset.
func (p *Panel) mark(l *list, all []Account, offset, size int) string {
	switch l.paging {
	case pagingNone:
		return ""
	case pagingOffset:
		return strconv.Itoa(offset + l.first)
	case pagingCursor:
		return cursor(all, offset)
	case pagingToken:
		return p.makeToken(offset)
	}
	return strconv.Itoa(offset/size + l.first)
}

// cursor names the account before the page: by its id, with the position behind
// it where the list has that id several times.
func cursor(all []Account, offset int) string {
	if offset == 0 {
		return ""
	}
	id := all[offset-1].ID
	for i := range all {
		if all[i].ID == id && i < offset-1 {
			return id + "~" + strconv.Itoa(offset)
		}
		if i == offset-1 {
			break
		}
	}
	return id
}

func afterCursor(all []Account, text string) (int, error) {
	for i := range all {
		if all[i].ID == text {
			return i + 1, nil
		}
	}
	if i := strings.LastIndexByte(text, '~'); i >= 0 {
		n, err := strconv.Atoi(text[i+1:])
		if err == nil && n > 0 && n <= len(all) && all[n-1].ID == text[:i] {
			return n, nil
		}
	}
	return 0, errors.New("the cursor is not valid")
}

// makeToken names a page in a way nobody can guess from another's.
func (p *Panel) makeToken(offset int) string {
	text := strconv.Itoa(offset)
	sum := sha256.Sum256([]byte("page " + text + " of " + p.profile.Name))
	return base64.RawURLEncoding.EncodeToString([]byte(hex.EncodeToString(sum[:6]) + text))
}

func (p *Panel) readToken(text string) (int, error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil && len(raw) > 12 {
		if n, err := strconv.Atoi(string(raw[12:])); err == nil && n >= 0 && p.makeToken(n) == text {
			return n, nil
		}
	}
	return 0, errors.New("the page token is not valid")
}

// turned is the address of a request with another page in it.
func turned(q *question, l *list, mark string) string {
	address := q.request.Scheme + "://" + q.request.Host
	if q.request.Host == "" {
		address = ""
	}
	query := url.Values{}
	for name, values := range q.query {
		query[name] = values
	}
	if l.page.kind == "query" {
		query.Set(l.page.name, mark)
	}
	return address + (&url.URL{Path: q.path}).EscapedPath() + "?" + query.Encode()
}
