package schemas_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
	"syncproof/schemas"
)

// These tests compare the schemas with the types that are written, key by key,
// so that neither can change without the other.

func TestTranscriptSchemaNamesEveryKey(t *testing.T) {
	root := read(t, schemas.Transcript)
	for event, body := range map[string]any{
		transcript.EventRun: transcript.Header{}, transcript.EventSubject: transcript.Subject{},
		transcript.EventSession: transcript.SessionInfo{}, transcript.EventBoot: transcript.Boot{},
		transcript.EventLoaded: transcript.Load{}, transcript.EventCall: transcript.CallInfo{},
		transcript.EventUnreached: transcript.CallInfo{}, transcript.EventRecord: transcript.Record{},
		transcript.EventAccount: transcript.AccountLine{}, transcript.EventReturned: transcript.Returned{},
		transcript.EventThrew: transcript.Threw{}, transcript.EventMissing: transcript.Missing{},
		transcript.EventShutdown: transcript.Shutdown{}, transcript.EventExit: transcript.Exit{},
		transcript.EventTrouble: transcript.Trouble{}, transcript.EventEnd: transcript.End{},
	} {
		node := eventNode(root, event)
		if node == nil {
			t.Errorf("the schema has no definition for event %q", event)
			continue
		}
		for _, problem := range compare(root, node, reflect.TypeOf(body), event) {
			t.Error(problem)
		}
	}
}

func TestJudgementSchemaNamesEveryKey(t *testing.T) {
	root := read(t, schemas.Judgement)
	for _, problem := range compare(root, root, reflect.TypeFor[contract.Judgement](), "judgement") {
		t.Error(problem)
	}
}

func TestComparisonSeesEveryKindOfDrift(t *testing.T) {
	type inner struct {
		Kept  string `json:"kept"`
		Added int    `json:"added,omitempty"`
	}
	type outer struct {
		Inner []inner `json:"inner"`
		Flag  bool    `json:"flag"`
	}
	node := map[string]any{
		"type": "object", "required": []any{"inner"},
		"properties": map[string]any{
			"inner": map[string]any{"type": "array", "items": map[string]any{
				"type": "object", "required": []any{"kept"},
				"properties": map[string]any{
					"kept": map[string]any{"type": "integer"}, "gone": map[string]any{"type": "string"},
				},
			}},
			"flag": map[string]any{"type": "boolean"},
		},
	}
	got := compare(node, node, reflect.TypeFor[outer](), "x")
	slices.Sort(got)
	want := []string{
		"x.inner[].kept: type integer in the schema, string in what is written",
		"x.inner[]: the schema has the key \"gone\", which is never written",
		"x.inner[]: the schema lacks the key \"added\"",
		"x: required are [inner], but [flag inner] are always written",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func read(t *testing.T, name string) map[string]any {
	t.Helper()
	raw, err := schemas.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	v, err := phpvalue.Decode(raw)
	if err != nil {
		t.Fatalf("schema %q: %v", name, err)
	}
	return v.(map[string]any)
}

// eventNode finds the definition the schema applies to lines of that event.
func eventNode(root map[string]any, event string) map[string]any {
	for _, part := range root["allOf"].([]any) {
		condition := part.(map[string]any)
		when := condition["if"].(map[string]any)["properties"].(map[string]any)["event"].(map[string]any)
		if when["const"] == event {
			return resolve(root, condition["then"].(map[string]any))
		}
	}
	return nil
}

func resolve(root, node map[string]any) map[string]any {
	if ref, ok := node["$ref"].(string); ok {
		return root["definitions"].(map[string]any)[strings.TrimPrefix(ref, "#/definitions/")].(map[string]any)
	}
	return node
}

// compare reports where a schema node and the JSON form of a type differ.
func compare(root, node map[string]any, typ reflect.Type, at string) []string {
	node = resolve(root, node)
	for typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	if typ == reflect.TypeFor[json.RawMessage]() || typ.Kind() == reflect.Interface {
		return nil
	}
	want := schemaType(typ)
	if node["type"] != want {
		return []string{fmt.Sprintf("%s: type %v in the schema, %s in what is written", at, node["type"], want)}
	}
	switch {
	case typ.Kind() == reflect.Struct:
		return compareKeys(root, node, typ, at)
	case want == "array":
		return compare(root, node["items"].(map[string]any), typ.Elem(), at+"[]")
	}
	return nil
}

func schemaType(typ reflect.Type) string {
	switch typ.Kind() {
	case reflect.Struct, reflect.Map:
		return "object"
	case reflect.Slice:
		if typ.Elem().Kind() == reflect.Uint8 {
			return "string"
		}
		return "array"
	case reflect.Bool:
		return "boolean"
	case reflect.Float64:
		return "number"
	case reflect.String:
		return "string"
	default:
		return "integer"
	}
}

func compareKeys(root, node map[string]any, typ reflect.Type, at string) []string {
	var problems, always []string
	properties, _ := node["properties"].(map[string]any)
	written := map[string]bool{}
	for _, f := range reflect.VisibleFields(typ) {
		if f.Anonymous || !f.IsExported() {
			continue
		}
		key, rest, _ := strings.Cut(f.Tag.Get("json"), ",")
		written[key] = true
		if rest != "omitempty" && rest != "omitzero" {
			always = append(always, key)
		}
		if property, ok := properties[key].(map[string]any); ok {
			problems = append(problems, compare(root, property, f.Type, at+"."+key)...)
		} else {
			problems = append(problems, fmt.Sprintf("%s: the schema lacks the key %q", at, key))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(properties)) {
		if !written[key] {
			problems = append(problems, fmt.Sprintf("%s: the schema has the key %q, which is never written", at, key))
		}
	}
	slices.Sort(always)
	required := texts(node["required"])
	if slices.Sort(required); !slices.Equal(required, always) {
		problems = append(problems, fmt.Sprintf("%s: required are %v, but %v are always written", at, required, always))
	}
	return problems
}

func texts(v any) []string {
	list, _ := v.([]any)
	out := make([]string, 0, len(list))
	for _, e := range list {
		out = append(out, e.(string))
	}
	return out
}
