package php

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"

	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

// relabel turns paths of the scratch tree into the vendor's own, so that what
// a report says points into the vendor's repository and is the same on every
// run and machine.
type relabel struct {
	module module
	// mounts, the deepest place first.
	mounts []mount
	text   *strings.Replacer
	// signs are what a text must hold to be worth looking at.
	signs [][]byte
}

// elsewhere stands before paths in the WHMCS root that are not the vendor's.
const elsewhere = "<whmcs>"

func newRelabel(m module, mounts []mount, s *session) *relabel {
	r := &relabel{module: m, mounts: slices.Clone(mounts)}
	slices.SortStableFunc(r.mounts, func(a, b mount) int { return len(b.place) - len(a.place) })
	var pairs []string
	add := func(from, to string) {
		pairs = append(pairs, from, to)
		if slashed := filepath.ToSlash(from); slashed != from {
			pairs = append(pairs, slashed, to)
		}
	}
	for _, at := range r.mounts {
		laid := filepath.Join(s.root, filepath.FromSlash(at.place))
		shown := m.display(at.from)
		if shown == "." {
			add(laid+string(filepath.Separator), "")
		} else {
			add(laid+string(filepath.Separator), shown+"/")
		}
		add(laid, shown)
	}
	add(s.root, elsewhere)
	add(s.temp, "<temp>")
	add(s.home, "<home>")
	add(s.wrapper, "<syncproof>")
	add(s.dir, "<syncproof>")
	add(s.scratch, "<syncproof>")
	r.text = strings.NewReplacer(pairs...)
	r.signs = [][]byte{[]byte(filepath.Base(s.scratch)), []byte(`"` + phpvalue.KindBytes + `"`)}
	return r
}

// file turns a path relative to the WHMCS root into the vendor's.
func (r *relabel) file(path string) string {
	if path == "" {
		return ""
	}
	path = r.text.Replace(path)
	for _, at := range r.mounts {
		if path == at.place {
			return r.module.display(at.from)
		}
		if rest, ok := strings.CutPrefix(path, at.place+"/"); ok {
			return r.module.display(filepath.Join(at.from, filepath.FromSlash(rest)))
		}
	}
	for _, own := range []string{"modules/", "lang/", "includes/", "vendor/", "init.php", "configuration.php", "dbconnect.php"} {
		if strings.HasPrefix(path, own) {
			return elsewhere + "/" + path
		}
	}
	return path
}

// event rewrites an event in place.
func (r *relabel) event(e *transcript.Event, line []byte) {
	switch b := e.Body.(type) {
	case *transcript.Load:
		r.warnings(b.Warnings)
		r.throwable(b.Throwable)
		r.output(&b.Output)
		r.state(b.State)
		r.texts(b.Headers)
		r.texts(b.Files)
		for _, symbols := range [][]transcript.Symbol{b.Functions, b.Classes, b.Constants} {
			for i := range symbols {
				symbols[i].File = r.file(symbols[i].File)
			}
		}
		r.libraries(b.Libraries)
		r.source(b.Source)
	case *transcript.Returned:
		r.effects(&b.Effects)
		b.Value = r.value(b.Value, line)
	case *transcript.Threw:
		r.effects(&b.Effects)
		r.throwable(&b.Throwable)
	case *transcript.Shutdown:
		r.effects(&b.Effects)
		if b.Fatal != nil {
			b.Fatal.File, b.Fatal.Message = r.file(b.Fatal.File), r.text.Replace(b.Fatal.Message)
		}
	case *transcript.Record:
		b.File = r.file(b.File)
		b.Args = r.value(b.Args, line)
	case *transcript.CallInfo:
		b.Params = r.value(b.Params, line)
	case *transcript.AccountLine:
		r.account(b, line)
	}
}

func (r *relabel) effects(e *transcript.Effects) {
	r.output(&e.Output)
	r.warnings(e.Warnings)
	r.state(e.State)
	r.texts(e.Headers)
	r.texts(e.Files)
	r.libraries(e.Libraries)
}

func (r *relabel) libraries(list []transcript.Library) {
	for i := range list {
		list[i].File = r.file(list[i].File)
	}
}

func (r *relabel) source(s *transcript.Source) {
	if s == nil {
		return
	}
	for i := range s.Tries {
		s.Tries[i].File = r.file(s.Tries[i].File)
	}
	for i := range s.Clients {
		s.Clients[i].File = r.file(s.Clients[i].File)
	}
}

func (r *relabel) texts(list []string) {
	for i := range list {
		list[i] = r.text.Replace(list[i])
	}
}

// output also takes the length of our own paths out of the count: what prints
// the same in two sessions must not look different.
func (r *relabel) output(o *transcript.Output) {
	rest := max(0, o.Bytes-textLength(o.Text))
	o.Text = r.walk(o.Text)
	o.Bytes = textLength(o.Text) + rest
}

func textLength(text any) int64 {
	if raw, ok := phpvalue.Bytes(text); ok {
		return int64(len(raw))
	}
	s, _ := text.(string)
	return int64(len(s))
}

func (r *relabel) warnings(list []transcript.Warning) {
	for i := range list {
		list[i].File, list[i].Message = r.file(list[i].File), r.text.Replace(list[i].Message)
	}
}

func (r *relabel) state(list []transcript.StateChange) {
	for i := range list {
		list[i].Before, list[i].After = r.text.Replace(list[i].Before), r.text.Replace(list[i].After)
	}
}

func (r *relabel) throwable(t *transcript.Throwable) {
	if t != nil {
		t.File, t.Message = r.file(t.File), r.text.Replace(t.Message)
	}
}

func (r *relabel) account(a *transcript.AccountLine, line []byte) {
	if !r.concerns(line) {
		return
	}
	d := json.NewDecoder(bytes.NewReader(a.Value))
	d.UseNumber()
	var value any
	if d.Decode(&value) != nil {
		return
	}
	if again, err := json.Marshal(r.walk(value)); err == nil {
		a.Value = again
	}
	a.Key = r.walk(a.Key)
}

func (r *relabel) value(v any, line []byte) any {
	if !r.concerns(line) {
		return v
	}
	return r.walk(v)
}

// concerns says that a line may hold a path. Long lists do not, and walking
// through them would take longer than all the rest.
func (r *relabel) concerns(line []byte) bool {
	for _, sign := range r.signs {
		if bytes.Contains(line, sign) {
			return true
		}
	}
	return false
}

// walk rewrites every string of a PHP value.
func (r *relabel) walk(v any) any {
	switch v := v.(type) {
	case string:
		return r.text.Replace(v)
	case []any:
		for i := range v {
			v[i] = r.walk(v[i])
		}
		return v
	case map[string]any:
		if raw, ok := phpvalue.Bytes(v); ok {
			v["b64"] = base64.StdEncoding.EncodeToString([]byte(r.text.Replace(string(raw))))
			return v
		}
		return r.walkMap(v)
	}
	return v
}

func (r *relabel) walkMap(m map[string]any) map[string]any {
	out := make(map[string]any, len(m))
	for k, v := range m {
		out[r.text.Replace(k)] = r.walk(v)
	}
	return out
}
