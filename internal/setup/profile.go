package setup

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"text/template"

	"syncproof/fixtures/panels"
)

// Profile writes a first panel profile. Where the module speaks an API whose
// profile comes with syncproof it is that one; otherwise it is as small as one can
// be, with what the module shows of its panel, and what has to be filled in is
// marked with TODO. It can be played as it is.
func Profile(f Findings) ([]byte, error) {
	if known := f.Panel.Known; known != "" {
		raw, err := panels.Read(known)
		if err != nil {
			return nil, err
		}
		head := fmt.Sprintf(`# A first profile of the panel that %s asks, written by "syncproof init". The
# module speaks an API of this kind, so this is the profile of it that comes with
# syncproof.
# TODO: compare it with what your panel answers; docs/panel-profiles.md says how.

`, f.Module)
		return append([]byte(head), raw...), nil
	}
	name := "profile-json.yaml"
	if f.Panel.XML {
		name = "profile-xml.yaml"
	}
	// The profile is made of templates itself, so these use other marks.
	return render(name, f, "<<", ">>")
}

// render fills one of the templates.
func render(name string, data any, left, right string) ([]byte, error) {
	t, err := template.New(name).Delims(left, right).Option("missingkey=error").Funcs(template.FuncMap{
		"list": list,
		"join": func(words []string) string { return strings.Join(words, ", ") },
		// JSON's quotes are YAML's as well.
		"quote":     strconv.Quote,
		"printAuth": func(auth [2]string) string { return auth[0] + ": " + strconv.Quote(auth[1]) },
		"wrap":      wrapComment,
	}).ParseFS(templates, "templates/"+name)
	if err != nil {
		return nil, fmt.Errorf("reading the template %s: %w", name, err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, data); err != nil {
		return nil, fmt.Errorf("filling in the template %s: %w", name, err)
	}
	return b.Bytes(), nil
}

// commentWidth is how wide comments become.
const commentWidth = 84

// wrapComment breaks text into lines of a comment, each after the prefix.
func wrapComment(prefix, text string) string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(prefix)+len(line)+1+len(word) > commentWidth {
			lines = append(lines, prefix+line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return strings.Join(append(lines, prefix+line), "\n")
}
