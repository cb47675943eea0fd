package recording

import (
	"bytes"
	"fmt"
	"strings"

	"syncproof/internal/secret"
)

// LeakError says that a recording was not written because a secret is left in
// it.
type LeakError struct {
	// Secret is the secret's name, How in which form it stands there, "" for
	// plain, and Where in which part of the recording.
	Secret, How, Where string
}

func (e *LeakError) Error() string {
	how := ""
	if e.How != "" {
		how = " (" + e.How + ")"
	}
	return fmt.Sprintf("the recording was not written: %s%s is still in it, in %s, in a form that could not be replaced. "+
		"Record with a secret made for this, long and of letters and digits only, and change it afterwards", e.Secret, how, e.Where)
}

// search looks for secrets in every form in which they can be turned back, or
// tried out.
type search struct {
	redactor *secret.Redactor
	hashes   []hashedSecret
}

// hashedSecret is what stands for a secret where it was hashed.
type hashedSecret struct {
	name, how string
	text      []byte
}

func newSearch(secrets map[string]string, user string) search {
	named := map[string]string{}
	s := search{}
	for name, value := range secrets {
		for i, v := range meant(value) {
			key := name
			if i > 0 {
				key += " without its blanks"
			}
			if _, taken := named[key]; !taken {
				named[key] = v
			}
		}
	}
	for _, name := range sortedNames(named) {
		for _, d := range digests() {
			for _, text := range hashed(user, named[name]) {
				s.hashes = append(s.hashes, hashedSecret{name, d.name, []byte(d.write(text))})
			}
		}
	}
	s.redactor = secret.New(named)
	return s
}

// part is one place of a recording.
type part struct {
	where   string
	content []byte
}

// file searches every part, to say where a secret is left, and then the finished
// bytes as a whole.
func (s search) file(f *File, content []byte) error {
	for i, c := range f.Conversations {
		for k, e := range c.Entries {
			for _, p := range e.parts() {
				p.where = fmt.Sprintf("%s %d of call %d", p.where, k+1, i+1)
				if err := s.part(p); err != nil {
					return err
				}
			}
		}
	}
	for _, name := range sortedNames(f.Params) {
		if err := s.part(part{"the parameter " + name, fmt.Append(nil, f.Params[name])}); err != nil {
			return err
		}
	}
	return s.part(part{"the file", content})
}

func (e Entry) parts() []part {
	parts := []part{
		{"the address of request", []byte(e.Request.Host + e.Request.Target)}, {"the body of request", e.Request.Body},
		{"the body of the reply to request", e.Reply.Body},
	}
	for _, name := range sortedNames(e.Request.Header) {
		parts = append(parts, part{"the header " + name + " of request", []byte(strings.Join(e.Request.Header[name], "\n"))})
	}
	for _, name := range sortedNames(e.Reply.Header) {
		parts = append(parts, part{"the header " + name + " of the reply to request", []byte(strings.Join(e.Reply.Header[name], "\n"))})
	}
	return parts
}

func (s search) part(p part) error {
	found, err := s.redactor.Find(bytes.NewReader(p.content))
	if err != nil {
		return err
	}
	if len(found) > 0 {
		return &LeakError{found[0].Secret, found[0].Encoding, p.where}
	}
	for _, text := range [][]byte{p.content, []byte(formText(string(p.content))), bytes.ReplaceAll(p.content, []byte(`\/`), []byte("/"))} {
		for _, h := range s.hashes {
			if bytes.Contains(text, h.text) {
				return &LeakError{h.name, h.how, p.where}
			}
		}
	}
	return nil
}
