package schema

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/xeipuuv/gojsonschema"
)

// The defects that the guards of this package are for, as the library has them.
// Where one of these fails, the library was mended and a guard can go.
func TestTheLibraryNeedsItsGuards(t *testing.T) {
	library := func(t *testing.T, text string) *gojsonschema.Schema {
		s, err := gojsonschema.NewSchema(gojsonschema.NewStringLoader(text))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	accepts := func(t *testing.T, text string, value any) bool {
		r, err := library(t, text).Validate(gojsonschema.NewRawLoader(value))
		return err == nil && r.Valid()
	}
	crashes := func(t *testing.T, text string, value any) (crashed bool) {
		s := library(t, text)
		defer func() { crashed = recover() != nil }()
		_, _ = s.Validate(gojsonschema.NewRawLoader(value))
		return false
	}
	for name, there := range map[string]bool{
		"an int passes as a string":      accepts(t, `{"type": "string"}`, 1),
		"a float64 passes as a string":   accepts(t, `{"type": "string"}`, 1.5),
		"a struct passes as a string":    accepts(t, `{"type": "string"}`, struct{}{}),
		"a list of strings crashes":      crashes(t, `{"type": "array"}`, []string{"a"}),
		"a huge exponent crashes":        crashes(t, `{"minimum": 0}`, json.Number("1e99999999")),
		"a misspelt keyword is ignored":  accepts(t, `{"typ": "string"}`, nil),
		"an unknown format is ignored":   accepts(t, `{"format": "no-such"}`, "x"),
		"its email takes a name":         accepts(t, `{"format": "email"}`, "John <a@b.c>"),
		"its ipv4 takes IPv6":            accepts(t, `{"format": "ipv4"}`, "::ffff:1.2.3.4"),
		"its date-time takes a time":     accepts(t, `{"format": "date-time"}`, "12:00:00"),
		"its date-time refuses a format": !accepts(t, `{"format": "date-time"}`, "2019-07-02 13:15:00"),
		"text after the document passes": func() bool {
			r, err := library(t, `{}`).Validate(gojsonschema.NewStringLoader(`{} nonsense`))
			return err == nil && r.Valid()
		}(),
		"a key twice passes": func() bool {
			r, err := library(t, `{"properties": {"a": {"type": "string"}}}`).Validate(gojsonschema.NewStringLoader(`{"a": 1, "a": "x"}`))
			return err == nil && r.Valid()
		}(),
	} {
		if !there {
			t.Errorf("no longer: %s", name)
		}
	}
}

// A crash that no guard foresaw is an error, not the end of the run.
func TestACrashOfTheLibraryIsAnError(t *testing.T) {
	gojsonschema.FormatCheckers.Add("whmcs-crash", checker(func(string) bool { panic("boom") }))
	defer gojsonschema.FormatCheckers.Remove("whmcs-crash")
	compiled, err := gojsonschema.NewSchema(gojsonschema.NewStringLoader(`{"format": "whmcs-crash"}`))
	if err != nil {
		t.Fatal(err)
	}
	s := &Schema{name: "test", compiled: compiled}
	for name, validate := range map[string]func(any) ([]Violation, error){"JSON": s.Validate, "PHP": s.ValidatePHP} {
		violations, err := validate("x")
		if err == nil || violations != nil || !strings.Contains(err.Error(), `schema "test": the schema library failed: boom`) {
			t.Errorf("%s: got %v, %v", name, violations, err)
		}
	}
}
