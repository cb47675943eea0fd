package config

import (
	"slices"
	"strings"

	"syncproof/internal/nearest"
	"syncproof/internal/schema"
	"syncproof/schemas"
)

// check holds a tree of nodes against the published schema and words what is
// wrong for its place.
func check(root *node) ([]*Error, error) {
	shape, err := loadShape()
	if err != nil {
		return nil, err
	}
	raw, err := schemas.Read(schemas.Config)
	if err != nil {
		return nil, err
	}
	compiled, err := schema.Compile(schemas.Config, raw)
	if err != nil {
		return nil, err
	}
	violations, err := compiled.Validate(root.Plain())
	if err != nil {
		return nil, err
	}
	w := wording{root: root, shape: shape}
	var problems []*Error
	var last []string
	for i, v := range violations {
		// Several keywords can fail at one value; one message is enough.
		if i > 0 && slices.Equal(v.Path, last) {
			continue
		}
		last = v.Path
		problems = append(problems, w.problem(v))
	}
	return problems, nil
}

// wording turns violations of the schema into messages.
type wording struct {
	root  *node
	shape *shape
}

func (w wording) problem(v schema.Violation) *Error {
	if v.Keyword == schema.Additional {
		return w.unknownKey(v.Path[:len(v.Path)-1], v.Field())
	}
	if v.Keyword == schema.Required {
		return w.missingKey(v.Path[:len(v.Path)-1], v.Field())
	}
	n := w.root.Find(v.Path)
	wanted := w.shape.at(v.Path)
	if n == nil || wanted == nil {
		return w.root.Place.Problem("%s: %s", strings.Join(v.Path, "."), v.Text)
	}
	name, subject := settingName(v.Path), n.Place.Subject(settingName(v.Path))
	if name == "" {
		return rootProblem(n, wanted)
	}
	switch {
	case strings.HasSuffix(name, "_env"):
		// What stands here instead of a name may be the secret itself.
		return n.Place.ProblemWithin(beforeValue(n), "%s takes %s; what is given is not such a name, "+
			"and is not shown in case it is the secret itself", subject, wanted.Title)
	case n.Empty() && wanted.Properties != nil:
		return n.Place.Problem("%s has nothing under it; indent its keys below it or remove the line", subject)
	case n.Empty():
		return n.Place.Problem("%s has no value; give it one or remove the line", subject)
	}
	return n.Place.ProblemWithin(shown(n), "%s takes %s; got %s%s", subject, wanted.Title, show(n), hint(n, wanted))
}

// settingName is the dotted name without positions in lists.
func settingName(path []string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(path), func(step string) bool {
		return step != "" && strings.Trim(step, "0123456789") == ""
	}), ".")
}

// missingKey says what has to stand in an entry of a list.
func (w wording) missingKey(path []string, key string) *Error {
	n, wanted := w.root.Find(path), w.shape.at(append(slices.Clone(path), key))
	if n == nil || wanted == nil {
		return w.root.Place.Problem("%s lacks the key %s", settingName(path), key)
	}
	return n.Place.Problem("this entry of %s lacks the key %s: %s", settingName(path), key, wanted.Title)
}

// rootProblem does not show the text found: a file that is no configuration may
// be one that holds nothing but a secret.
func rootProblem(n *node, wanted *shape) *Error {
	got, end := show(n), ""
	if s, ok := n.Value.(string); ok {
		got = "text"
		if strings.Contains(s, ":") {
			end = "; a colon must be followed by a space"
		}
	}
	e := n.Place.Problem("the file takes %s; got %s%s", wanted.Title, got, end)
	e.Excerpt = ""
	return e
}

// hint adds what usually goes wrong with such a value.
func hint(n *node, wanted *shape) string {
	if n.Keys != nil || n.Items != nil {
		return ""
	}
	s, isText := n.Value.(string)
	switch {
	case isText && strings.Contains(wanted.Title, "a size with") && sizeAmbiguous(s):
		return ", which can mean two sizes; write " + strings.TrimRight(s, "bB") + "iB"
	case !isText && (wanted.Title == "text" || strings.HasPrefix(wanted.Title, "the path of")):
		return `; if that is meant as text, put it in quotes: "` + n.Text + `"`
	}
	return ""
}

// unknownKey says what was probably meant, and for a secret why it cannot stand
// there. Nothing behind the key is shown: it may be a mistyped secret.
func (w wording) unknownKey(path []string, key string) *Error {
	section := w.root.Find(path)
	e, _ := section.Entry(key)
	visible := keyEnd(e)
	if len(path) == 0 && key == "version" {
		return e.Place.ProblemWithin(visible, "this file names a version of its format, which no file for this version of syncproof does; "+
			"update syncproof, or remove the line if the file is not from a newer one")
	}
	where := "at the top level"
	if len(path) > 0 {
		where = "under " + settingName(path)
	}
	if names := secretNames(path, key); names != "" {
		return e.Place.ProblemWithin(visible, "%s %s would put a secret into this file, and so into version control, backups and logs; "+
			"put it into an environment variable and give the variable's name: %s", showKey(key), where, names)
	}
	return e.Place.ProblemWithin(visible, "unknown key %s %s%s", showKey(key), where, w.suggest(path, key))
}

func (w wording) suggest(path []string, key string) string {
	here := w.shape.at(path)
	if sections := w.shape.sections(key); len(sections) > 0 {
		for i, s := range sections {
			if sections[i] = "under " + s; s == "" {
				sections[i] = "at the top level"
			}
		}
		return "; it belongs " + strings.Join(sections, " or ")
	}
	if words := near(key, here.keys()); len(words) > 0 {
		return nearest.Question(words)
	}
	if words := near(key, w.shape.settings()); len(words) > 0 {
		return nearest.Question(words)
	}
	return "; the keys here are " + strings.Join(here.keys(), ", ")
}

// near finds the settings whose last part looks like key. A mistyped "password"
// means password_env as well.
func near(key string, settings []string) []string {
	var candidates []string
	meant := map[string]string{}
	for _, s := range settings {
		name := s[strings.LastIndexByte(s, '.')+1:]
		for _, c := range []string{name, strings.TrimSuffix(name, "_env")} {
			if meant[c] == "" {
				candidates = append(candidates, c)
				meant[c] = s
			}
		}
	}
	var words []string
	for _, c := range nearest.Words(key, candidates, 2) {
		if !slices.Contains(words, meant[c]) {
			words = append(words, meant[c])
		}
	}
	return words
}

// secretNames tells which setting takes the name of the variable, for keys under
// which people write the secret itself, and "" for other keys.
func secretNames(path []string, key string) string {
	const password, hash, token = "password_env: PANEL_PASSWORD", "accesshash_env: PANEL_ACCESSHASH", "token_env: SYNCPROOF_TOKEN"
	section := settingName(path)
	var of string
	switch strings.NewReplacer("_", "", "-", "", "server", "").Replace(strings.ToLower(key)) {
	case "password", "passwd", "pass", "pwd", "passphrase":
		of = password
	case "accesshash", "hash", "apikey", "apitoken", "accesskey", "secretkey":
		of = hash
	case "token", "secret", "key", "credentials", "authtoken", "bearer", "bearertoken", "endpointtoken":
		of = hash
		if section == "endpoint" {
			of = token
		}
		if section == "" {
			return "under server " + password + " or " + hash + ", under endpoint " + token
		}
	default:
		return ""
	}
	switch {
	case section == "endpoint":
		return token
	case section != "server":
		return "under server " + of
	}
	return of
}
