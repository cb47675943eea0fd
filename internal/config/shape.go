package config

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"syncproof/schemas"
)

// shape is the part of the published schema that messages and flags use: which
// keys there are and, in title, what a value must look like.
type shape struct {
	Title      string            `json:"title"`
	Type       any               `json:"type"`
	Properties map[string]*shape `json:"properties"`
	Items      *shape            `json:"items"`
}

func loadShape() (*shape, error) {
	raw, err := schemas.Read(schemas.Config)
	if err != nil {
		return nil, err
	}
	var s shape
	if err := json.Unmarshal(raw, &s); err != nil {
		return nil, fmt.Errorf("reading the built-in schema of the configuration: %w", err)
	}
	return &s, nil
}

// at follows a path of keys and list positions, nil when it leads nowhere.
func (s *shape) at(path []string) *shape {
	for _, step := range path {
		switch {
		case s == nil:
			return nil
		case s.Properties != nil:
			s = s.Properties[step]
		default:
			s = s.Items
		}
	}
	return s
}

// is reports whether the schema allows that JSON type.
func (s *shape) is(kind string) bool {
	if list, ok := s.Type.([]any); ok {
		return slices.Contains(list, any(kind))
	}
	return s.Type == kind
}

// keys are the names a section knows, sorted.
func (s *shape) keys() []string { return slices.Sorted(maps.Keys(s.Properties)) }

// settings are the dotted names of everything that can be set, sorted.
func (s *shape) settings() []string {
	var all []string
	for _, key := range s.keys() {
		child := s.Properties[key]
		if child.Properties == nil {
			all = append(all, key)
			continue
		}
		for _, rest := range child.settings() {
			all = append(all, key+"."+rest)
		}
	}
	return all
}

// sections are the dotted names of the settings whose last part is name, so
// that a key in the wrong section can be told where it belongs.
func (s *shape) sections(name string) []string {
	var found []string
	for _, setting := range s.settings() {
		section, key, nested := strings.Cut(setting, ".")
		if !nested {
			section, key = "", setting
		}
		if key == name {
			found = append(found, section)
		}
	}
	return found
}
