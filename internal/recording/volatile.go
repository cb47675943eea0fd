package recording

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ParseField checks the name of a field of requests: query:NAME, body:NAME,
// where NAME leads through JSON and XML with dots, body for a body that is
// compared as a whole, path:N for the N-th part of the path, or path. The error
// is for the user.
func ParseField(name string) (string, error) {
	name = strings.TrimSpace(name)
	part, key, named := strings.Cut(name, ":")
	switch {
	case (part == inPath || part == inBody) && !named:
		return name, nil
	case part == inPath:
		if n, err := strconv.Atoi(key); err == nil && n >= 1 {
			return name, nil
		}
	case (part == inQuery || part == inBody) && key != "":
		return name, nil
	}
	return "", fmt.Errorf("%q names no part of a request; write query:ts for a field of the query, body:nonce for one of a form, "+
		"body:auth.nonce for one inside JSON or XML, body for the whole body, or path:3 for the third part of the path", name)
}

// volatile says which fields do not count.
type volatile struct {
	names     map[string]bool
	parts     map[int]bool
	wholePath bool
}

func newVolatile(names []string) volatile {
	v := volatile{names: map[string]bool{}, parts: map[int]bool{}}
	for _, name := range names {
		v.names[name] = true
		if name == inPath {
			v.wholePath = true
		}
		if number, ok := strings.CutPrefix(name, inPath+":"); ok {
			if n, err := strconv.Atoi(number); err == nil {
				v.parts[n] = true
			}
		}
	}
	return v
}

// has reports whether a field does not count. Of several with the same name all
// do not.
func (v volatile) has(name string) bool {
	if v.names[name] {
		return true
	}
	i := strings.LastIndexByte(name, '#')
	return i > 0 && v.names[name[:i]]
}

// path leaves out the parts of a path that do not count.
func (v volatile) path(path string) string {
	if v.wholePath {
		return "*"
	}
	if len(v.parts) == 0 {
		return path
	}
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	for n := range v.parts {
		if n <= len(parts) {
			parts[n-1] = "*"
		}
	}
	return "/" + strings.Join(parts, "/")
}

// momentWithin is how far from the moment of its request a time can lie and
// still be that moment: clocks go wrong and zones differ.
const momentWithin = 36 * time.Hour

// looksVolatile reports whether two values of a field differ only because the
// requests were made at different moments: both are times, each of about its own
// moment, or both are what a field that speaks of a signature or a nonce holds.
// It is strict: taking page 2 for page 3 would give the module a wrong list.
func looksVolatile(name, recorded, asked string, then, now time.Time) bool {
	if isMoment(recorded, then) && isMoment(asked, now) {
		return true
	}
	return drawnByLot.MatchString(name) && sameCode(recorded, asked)
}

// drawnByLot matches names of fields that hold something made for one request.
var drawnByLot = regexp.MustCompile(`(?i)(nonce|signature|hmac|digest|checksum|salt|(request|trace|correlation)_?id|idempotency|messageid|` +
	`(^|[^a-z])(sign?|mac)($|[^a-z]))[^.:]*$`)

var (
	hexCode  = regexp.MustCompile(`^"?[0-9a-fA-F-]{8,}"?$`)
	textCode = regexp.MustCompile(`^"?[0-9A-Za-z+/_:.=-]{8,}"?$`)
)

func sameCode(a, b string) bool {
	if hexCode.MatchString(a) && hexCode.MatchString(b) {
		return len(a) == len(b)
	}
	return textCode.MatchString(a) && textCode.MatchString(b)
}

// isMoment reports whether a value is a time close to the given one, in seconds
// or smaller units since 1970, or as text.
func isMoment(value string, near time.Time) bool {
	value = strings.Trim(value, `"`)
	if near.IsZero() {
		return false
	}
	if n, err := strconv.ParseFloat(value, 64); err == nil {
		for _, unit := range []float64{1, 1e3, 1e6, 1e9} {
			if d := n/unit - float64(near.Unix()); d > -momentWithin.Seconds() && d < momentWithin.Seconds() {
				return true
			}
		}
		return false
	}
	return slices.ContainsFunc(timeLayouts(), func(layout string) bool {
		t, err := time.Parse(layout, value)
		return err == nil && t.Sub(near).Abs() < momentWithin
	})
}

func timeLayouts() []string {
	return []string{
		time.RFC3339Nano, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05", time.DateTime, time.RFC1123, time.RFC1123Z,
		"20060102T150405Z", "20060102150405", "20060102T150405",
	}
}

// Detect names the fields that differ between two conversations in which the
// same was asked. A field that was the same in any pair of requests is not among
// them: an account's number differs from request to request, but not from one
// time to the next.
func Detect(first, second *Conversation) []string {
	none := newVolatile(nil)
	var left []question
	for _, e := range second.Entries {
		left = append(left, ask(e.Request, none))
	}
	d := detection{differs: map[string]bool{}, same: map[string]bool{}}
	var rest []question
	for _, e := range first.Entries {
		q := ask(e.Request, none)
		i := slices.IndexFunc(left, func(other question) bool { return len(differences(q, other, none)) == 0 })
		if i < 0 {
			rest = append(rest, q)
			continue
		}
		left = slices.Delete(left, i, i+1)
		d.pair(q, q)
	}
	for _, q := range rest {
		i := slices.IndexFunc(left, func(other question) bool { return sameShape(q, other) })
		if i >= 0 {
			d.pair(q, left[i])
			left = slices.Delete(left, i, i+1)
		}
	}
	return d.found()
}

type detection struct{ differs, same map[string]bool }

// pair compares two requests that ask for the same.
func (d detection) pair(a, b question) {
	for _, f := range a.fields {
		if other, _ := b.value(f.name); other == f.value {
			d.same[f.name] = true
		} else {
			d.differs[f.name] = true
		}
	}
	partsA, partsB := strings.Split(a.path, "/"), strings.Split(b.path, "/")
	for i := 1; i < len(partsA); i++ {
		// What a part of a path means depends on the parts before it and on how
		// many there are.
		name := inPath + ":" + strconv.Itoa(i) + "/" + strconv.Itoa(len(partsA)) + strings.Join(partsA[:i], "/")
		if partsA[i] == partsB[i] {
			d.same[name] = true
		} else {
			d.differs[name] = true
		}
	}
}

func (d detection) found() []string {
	names := []string{}
	for name := range d.differs {
		if d.same[name] {
			continue
		}
		if part, ok := strings.CutPrefix(name, inPath+":"); ok {
			number, _, _ := strings.Cut(part, "/")
			name = inPath + ":" + number
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// sameShape reports whether two requests go to the same place, but for one part
// of the path at most, and have the same fields.
func sameShape(a, b question) bool {
	if a.method != b.method || a.address != b.address || len(a.fields) != len(b.fields) {
		return false
	}
	for name := range a.at {
		if _, there := b.at[name]; !there {
			return false
		}
	}
	partsA, partsB := strings.Split(a.path, "/"), strings.Split(b.path, "/")
	if len(partsA) != len(partsB) {
		return false
	}
	differ := 0
	for i := range partsA {
		if partsA[i] != partsB[i] {
			differ++
		}
	}
	return differ <= 1
}
