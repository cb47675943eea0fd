package config

import (
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func readDocs(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// The schema, the code and the guide know the same settings.
func TestSettingsAreKnownEverywhere(t *testing.T) {
	s, err := loadShape()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s.settings(), slices.Sorted(maps.Keys(setters()))); diff != "" {
		t.Errorf("schema and code differ (-schema +code):\n%s", diff)
	}
	var documented []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z_.]+)` \\|").FindAllStringSubmatch(readDocs(t), -1) {
		documented = append(documented, row[1])
	}
	slices.Sort(documented)
	if diff := cmp.Diff(s.settings(), documented); diff != "" {
		t.Errorf("schema and guide differ (-schema +guide):\n%s", diff)
	}
}

// Messages are made of the titles, so that none may be missing, and every
// setting explains itself to editors.
func TestSchemaHasWordsForMessages(t *testing.T) {
	s, err := loadShape()
	if err != nil {
		t.Fatal(err)
	}
	var walk func(at string, s *shape)
	walk = func(at string, s *shape) {
		if s.Title == "" || strings.HasSuffix(s.Title, ".") {
			t.Errorf("%s: the title %q does not continue a sentence", at, s.Title)
		}
		for _, key := range s.keys() {
			walk(at+"."+key, s.Properties[key])
		}
		if s.Items != nil {
			walk(at+"[]", s.Items)
		}
	}
	walk("config", s)
}

func TestGuideExamplesLoad(t *testing.T) {
	waivers, err := os.ReadFile("../../docs/waivers.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(readDocs(t)+string(waivers), -1)
	if len(blocks) < 4 {
		t.Fatalf("found %d examples", len(blocks))
	}
	for _, b := range blocks {
		root, err := parse("example.yaml", []byte(b[1]))
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		if _, err := Default().apply(root, "."); err != nil {
			t.Errorf("%v", err)
		}
	}
}

func TestGuideNamesDefaults(t *testing.T) {
	docs := readDocs(t)
	for _, row := range []string{
		"| `php` | command | How PHP is started. Default: `" + strings.Join(Default().PHP, " ") + "`. |",
		"to `1h`. Default: `" + Default().Timeout.String() + "`. |",
		"to `64GiB`. Default: `512MiB`. |", "to `1GiB`. Default: `8MiB`. |",
		"`serverid`. Default: `1`. |", "Default: `" + Default().Out + "`. |",
		nobodyHostname, nobodyIP, "the port `" + nobodyPort + "`", "the user name `" + nobodyUsername + "`",
	} {
		if !strings.Contains(docs, row) {
			t.Errorf("the guide lacks %q", row)
		}
	}
	if d := Default(); d.Limits.Memory != 512<<20 || d.Limits.Output != 8<<20 || d.Limits.FileSize != 1<<30 || d.Limits.Disk != 2<<30 ||
		d.Limits.Files != 1024 || d.Limits.Processes != 256 || d.Limits.CPU != 0 || d.Sandbox != "auto" || d.Server.ID != 1 {
		t.Error("the guide names other limits or another id")
	}
}

// A setting that is forgotten when settings are copied would change two runs at
// once.
func TestCloneSharesNothing(t *testing.T) {
	c := Default()
	v := reflect.ValueOf(&c).Elem()
	for i := range v.NumField() {
		f := v.Field(i)
		if f.CanSet() && f.Kind() == reflect.Slice {
			f.Set(reflect.MakeSlice(f.Type(), 1, 1))
		}
	}
	c.Run = Run{Only: []string{""}, Skip: []string{""}}
	d := reflect.ValueOf(c.clone())
	for i := range d.NumField() {
		if f := d.Field(i); f.Kind() == reflect.Slice && f.Pointer() == v.Field(i).Pointer() {
			t.Errorf("%s is shared", d.Type().Field(i).Name)
		}
	}
	e := c.clone()
	if &e.Run.Only[0] == &c.Run.Only[0] || &e.Run.Skip[0] == &c.Run.Skip[0] {
		t.Error("the selectors are shared")
	}
}
