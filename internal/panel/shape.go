package panel

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"syncproof/internal/nearest"
	"syncproof/internal/phpvalue"
	"syncproof/internal/schema"
	"syncproof/schemas"
)

// shape is the part of the published schema that messages use: which keys there
// are and, in title, what a value must look like.
type shape struct {
	Title       string            `json:"title"`
	Ref         string            `json:"$ref"`
	Properties  map[string]*shape `json:"properties"`
	Items       *shape            `json:"items"`
	Additional  json.RawMessage   `json:"additionalProperties"`
	Definitions map[string]*shape `json:"definitions"`
}

// at follows a path of keys and list positions, nil when it leads nowhere.
func (s *shape) at(path []string) *shape {
	root := s
	for _, step := range path {
		switch s = s.resolved(root); {
		case s == nil:
			return nil
		case s.Properties[step] != nil:
			s = s.Properties[step]
		case s.Items != nil:
			s = s.Items
		default:
			var values shape
			if json.Unmarshal(s.Additional, &values) != nil {
				return nil
			}
			s = &values
		}
	}
	return s.resolved(root)
}

func (s *shape) resolved(root *shape) *shape {
	if s == nil || s.Ref == "" {
		return s
	}
	return root.Definitions[strings.TrimPrefix(s.Ref, "#/definitions/")]
}

// checkShape holds a tree of nodes against the published schema.
func checkShape(root *node) ([]*Error, error) {
	raw, err := schemas.Read(schemas.Panel)
	if err != nil {
		return nil, err
	}
	var known shape
	if err := json.Unmarshal(raw, &known); err != nil {
		return nil, fmt.Errorf("reading the built-in schema of panel profiles: %w", err)
	}
	compiled, err := schema.Compile(schemas.Panel, raw)
	if err != nil {
		return nil, err
	}
	violations, err := compiled.Validate(root.Plain())
	if err != nil {
		return nil, err
	}
	var problems []*Error
	for i, v := range violations {
		// Several keywords can fail at one value; one message is enough.
		if i > 0 && slices.Equal(v.Path, violations[i-1].Path) {
			continue
		}
		problems = append(problems, wording(root, &known, v))
	}
	return problems, nil
}

// wording says what is wrong in a sentence that shows what to write.
func wording(root *node, known *shape, v schema.Violation) *Error {
	switch v.Keyword {
	case schema.Additional:
		return unknownKey(root, known, v.Path)
	case schema.Required:
		section := root.Find(v.Path[:len(v.Path)-1])
		key := known.at(v.Path)
		if section == nil || key == nil {
			break
		}
		return section.Place.Problem("the key %s is missing%s; it takes %s", phpvalue.Quote(v.Field()), under(v.Path), key.Title)
	}
	n, wanted := root.Find(v.Path), known.at(v.Path)
	if n == nil || wanted == nil {
		return root.Place.Problem("%s: %s", strings.Join(v.Path, "."), v.Text)
	}
	name := strings.Join(v.Path, ".")
	switch {
	case name == "":
		return n.Place.Problem("the file takes %s; got %s", wanted.Title, n.Show())
	case n.Empty():
		return n.Place.Problem("%s has no value; give it one or remove the line", name)
	case n.Keys != nil && len(wanted.Additional) > 0 && string(wanted.Additional) != "false":
		return n.Place.Problem("%s has a name in it that cannot be used, or too many of them; names begin with a letter and are made of "+
			"small letters, digits and _, those of headers of letters, digits and -", name)
	}
	return n.Place.Problem("%s takes %s; got %s", name, wanted.Title, n.Show())
}

func under(path []string) string {
	if len(path) < 2 {
		return ""
	}
	return " under " + strings.Join(path[:len(path)-1], ".")
}

// unknownKey says what was probably meant.
func unknownKey(root *node, known *shape, path []string) *Error {
	section, key := root.Find(path[:len(path)-1]), path[len(path)-1]
	at := section.Place
	for _, e := range section.Keys {
		if e.Name == key {
			at = e.Place
		}
	}
	if len(path) == 1 && key == "version" {
		return at.Problem("this profile names a version of its format, which no profile for this version of syncproof does; " +
			"update syncproof, or remove the line if the profile is not from a newer one")
	}
	var names []string
	if s := known.at(path[:len(path)-1]); s != nil {
		names = slices.Sorted(maps.Keys(s.Properties))
	}
	end := "; the keys here are " + strings.Join(names, ", ")
	if words := nearest.Words(key, names, 2); len(words) > 0 {
		end = nearest.Question(words)
	}
	return at.Problem("unknown key %s%s%s", phpvalue.Quote(key), under(path), end)
}
