package panel

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"syncproof/internal/upstream"
	"syncproof/schemas"
)

func readGuide(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile("../../docs/panel-profiles.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// The pieces of the guide make a profile to which nothing is left to say.
func TestGuideMakesAProfile(t *testing.T) {
	pieces := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(readGuide(t), -1)
	var text strings.Builder
	for _, piece := range pieces {
		text.WriteString(piece[1] + "\n")
	}
	p, err := Read("guide.yaml", []byte(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	if p.Routes() != 7 || len(pieces) != 9 {
		t.Errorf("%d routes in %d pieces", p.Routes(), len(pieces))
	}
	for _, f := range Check(context.Background(), p) {
		t.Errorf("%d: %s", f.Line, f.Message)
	}
}

// The guide names everything a profile can use.
func TestGuideIsComplete(t *testing.T) {
	guide := readGuide(t)
	want := func(what string) {
		if !strings.Contains(guide, what) {
			t.Errorf("the guide does not name %s", what)
		}
	}
	for name, f := range newTemplates(time.UTC).functions(&run{}) {
		if _, gone := f.(func(...any) (string, error)); gone || name == tick {
			continue
		}
		want("`" + name + "`")
	}
	p := &Profile{States: map[string]State{}}
	for name := range p.view(&Account{}, 0) {
		want("`." + name + "`")
	}
	played := New(&Profile{Name: "x", States: map[string]State{}}, Fleet(1, 1), Credentials{})
	a := played.outset(ask(upstream.Request{Target: "/", Header: http.Header{}}))
	played.showList(a, &list{paging: pagingNone})
	for name := range a.data {
		want("`." + name + "`")
	}
	for _, kind := range partKinds() {
		if !strings.Contains(guide, "`"+kind+"`") && !strings.Contains(guide, "`"+kind+":") {
			t.Errorf("the guide does not name the part %s", kind)
		}
	}
	for _, name := range fieldNames() {
		want(name)
	}
	for _, f := range Fleets() {
		if f.Name == "edge" {
			continue
		}
		want(fmt.Sprintf("| `%s` | %s |", f.Name, f.Title))
	}
}

func TestGuideNamesTheBehaviours(t *testing.T) {
	guide := readGuide(t)
	for _, b := range Behaviours() {
		if line := fmt.Sprintf("| `%s` | %s |", b.Name, b.Title); !strings.Contains(guide, line) {
			t.Errorf("the guide has no line %s", line)
		}
	}
}

// Messages are made of the titles, so that none may be missing.
func TestSchemaHasWordsForMessages(t *testing.T) {
	raw, err := schemas.Read(schemas.Panel)
	if err != nil {
		t.Fatal(err)
	}
	var known shape
	if err := json.Unmarshal(raw, &known); err != nil {
		t.Fatal(err)
	}
	var walk func(at string, s *shape)
	walk = func(at string, s *shape) {
		if s.Ref == "" && (s.Title == "" || strings.HasSuffix(s.Title, ".")) {
			t.Errorf("%s: the title %q does not continue a sentence", at, s.Title)
		}
		for name, child := range s.Properties {
			walk(at+"."+name, child)
		}
		if s.Items != nil {
			walk(at+"[]", s.Items)
		}
		var values shape
		if json.Unmarshal(s.Additional, &values) == nil && len(s.Additional) > 0 {
			walk(at+".*", &values)
		}
	}
	walk("panel", &known)
	for name, s := range known.Definitions {
		walk(name, s)
	}
}
