package suites_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/schema"
	"syncproof/suites"
)

// structural are the rules that the account schema decides.
func structural() []suites.Rule {
	return slices.DeleteFunc(suites.Rules(), func(r suites.Rule) bool { return r.Claims == nil })
}

// oddValues are values of every PHP type and texts of every kind, good ones too.
func oddValues() []any {
	tagged := func(kind string) any { return map[string]any{phpvalue.Tag: kind, "class": "A", "value": "NAN"} }
	values := []any{
		nil, true, false, []any{}, []any{"192.0.2.1"}, map[string]any{}, map[string]any{"a": nil},
		tagged(phpvalue.KindObject), tagged(phpvalue.KindClosure), tagged(phpvalue.KindResource), tagged(phpvalue.KindFloat),
		tagged(phpvalue.KindDepth), tagged(phpvalue.KindRecursion), tagged(phpvalue.KindArray), tagged("of tomorrow"),
		map[string]any{phpvalue.Tag: phpvalue.KindBytes, "b64": "/w=="}, map[string]any{phpvalue.Tag: phpvalue.KindBytes, "b64": "?"},
	}
	for _, number := range []string{"0", "-1", "1.0", "1e400", "1e99999", "-1e99999"} {
		values = append(values, json.Number(number))
	}
	for _, text := range []string{
		"", " ", "\x00", "\u200b", "one.example", "https://one.example/", "one.example:80", "a@b.example", "none", "N/A", "Active", "active",
		"192.0.2.1", "192.0.2.1/24", "192.0.2.1:80", "192.0.2.1,192.0.2.2", "2001:db8::1", "[::1]", "::ffff:1.2.3.4", "999.1.1.1", "localhost",
		"2019-07-02 13:15:00", "0000-00-00 00:00:00", "2019-07-02", "münchen.example",
	} {
		values = append(values, text)
	}
	return values
}

func accountSchema(tb testing.TB, identifier string) *schema.Schema {
	tb.Helper()
	s, err := schema.Account(identifier)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func violationsOf(tb testing.TB, s *schema.Schema, entry any) []schema.Violation {
	tb.Helper()
	violations, err := s.ValidatePHP(entry)
	if err != nil {
		tb.Fatalf("%v: %v", entry, err)
	}
	return violations
}

// entries yields accounts in which one field at a time holds an odd value, is
// missing, or stands beside a key that does not belong there.
func entries() []any {
	all := oddValues()
	for _, field := range append(contract.Fields(), "name", "password") {
		for _, value := range oddValues() {
			entry := account()
			entry[field] = value
			all = append(all, entry)
		}
		entry := account()
		delete(entry, field)
		all = append(all, entry)
	}
	return all
}

// No violation of the schema goes unreported, and no rule waits for one that
// cannot come.
func TestEveryViolationIsARules(t *testing.T) {
	claimed := map[string]bool{}
	kinds := map[string]bool{}
	for _, identifier := range []string{"", contract.FieldDomain, contract.FieldUsername} {
		s := accountSchema(t, identifier)
		for _, entry := range entries() {
			for _, v := range violationsOf(t, s, entry) {
				kinds[kindOf(v)] = true
				if claimants(v, claimed) == 0 {
					t.Errorf("no rule claims %s of %s", kindOf(v), phpvalue.Show(v.Value))
				}
			}
		}
	}
	for _, r := range structural() {
		if !claimed[r.ID] {
			t.Errorf("%s claims nothing", r.ID)
		}
	}
	// What the published schema and its two variants can say, all told.
	want := []string{"[] type", "[created] format", "[created] type", "[domain] format", "[domain] minLength", "[domain] type"}
	for _, field := range contract.Fields() {
		want = append(want, "["+field+"] required")
	}
	want = append(want,
		"[email] format", "[email] type", "[password] additionalProperties", "[primaryip] format", "[primaryip] type",
		"[product] format", "[product] type", "[status] enum", "[status] type", "[uniqueIdentifier] format",
		"[uniqueIdentifier] type", "[username] format", "[username] type")
	for _, kind := range want {
		if !kinds[kind] {
			t.Errorf("the entries of this test never provoke %s", kind)
		}
		delete(kinds, kind)
	}
	delete(kinds, "[a] additionalProperties")
	delete(kinds, "[0] additionalProperties")
	for kind := range kinds {
		t.Errorf("the schema can also say %s, which this test does not expect", kind)
	}
}

func kindOf(v schema.Violation) string { return fmt.Sprint(v.Path, " ", v.Keyword) }

func claimants(v schema.Violation, claimed map[string]bool) int {
	n := 0
	for _, r := range structural() {
		if r.Claims(v) {
			claimed[r.ID] = true
			n++
		}
	}
	return n
}

// Whatever stands under primaryip, at most one of the two rules about its
// notation has something to say.
func TestAnAddressBreaksOneRuleOnly(t *testing.T) {
	rules := map[string]suites.Rule{}
	for _, r := range structural() {
		rules[r.ID] = r
	}
	s := accountSchema(t, "")
	rapid.Check(t, func(t *rapid.T) {
		entry := account()
		entry[contract.FieldPrimaryIP] = rapid.OneOf(
			rapid.String(), rapid.StringMatching(`[0-9a-f.:/,\[\] -]{0,30}`), rapid.StringMatching(`[0-9]{1,3}(\.[0-9]{1,3}){3}[:/, ]?[0-9.a-z]{0,12}`),
		).Draw(t, "primaryip")
		violations, err := s.ValidatePHP(entry)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range violations {
			if one, two := rules["IP-01"].Claims(v), rules["IP-02"].Claims(v); one == two {
				t.Fatalf("IP-01 and IP-02 both say %v of %s", one, phpvalue.Show(v.Value))
			}
		}
	})
}

func TestRulesAboutTheListAreThoseOfTheContract(t *testing.T) {
	type stated struct {
		level contract.Level
		basis contract.Basis
	}
	want := map[string]stated{
		"ACC-01": {contract.Must, contract.Documented}, "ACC-02": {contract.Must, contract.Documented},
		"ACC-03": {contract.Must, contract.Documented}, "ACC-04": {contract.Should, contract.Undocumented},
		"ACC-05": {contract.Must, contract.Evidence},
		"ACC-06": {contract.Must, contract.Evidence}, "ACC-07": {contract.Should, contract.Evidence},
		"ACC-08": {contract.Should, contract.Evidence},
		"UID-01": {contract.Must, contract.Documented}, "UID-02": {contract.Must, contract.Inferred},
		"UID-03": {contract.Must, contract.Documented}, "UID-04": {contract.Must, contract.Inferred},
		"UID-06":  {contract.Should, contract.Evidence},
		"PROD-03": {contract.Should, contract.Undocumented}, "PROD-04": {contract.Must, contract.Inferred},
		"DATE-05": {contract.Should, contract.Undocumented},
		"DATE-06": {contract.Should, contract.Undocumented},
		"UID-05":  {contract.Should, contract.Inferred},
		"STAT-01": {contract.Must, contract.Documented},
		"STAT-02": {contract.Must, contract.Inferred}, "STAT-03": {contract.Should, contract.Inferred},
		"STAT-04": {contract.Must, contract.Evidence}, "STAT-05": {contract.Should, contract.Documented},
		"DATE-01": {contract.Must, contract.Documented}, "DATE-02": {contract.Must, contract.Inferred},
		"DATE-03": {contract.Must, contract.Inferred}, "DATE-04": {contract.Should, contract.Evidence},
		"PROD-01": {contract.Must, contract.Documented}, "PROD-02": {contract.Must, contract.Documented},
		"IP-01": {contract.Should, contract.Documented}, "IP-02": {contract.Must, contract.Documented},
		"IP-03":   {contract.Must, contract.Evidence},
		"MAIL-01": {contract.Should, contract.Inferred}, "MAIL-02": {contract.Should, contract.Undocumented},
		"MAIL-03": {contract.Must, contract.Evidence},
		"DOM-01":  {contract.Must, contract.Documented}, "DOM-02": {contract.Should, contract.Documented},
		"DOM-03": {contract.Should, contract.Undocumented}, "USER-01": {contract.Must, contract.Documented},
	}
	for _, r := range listRules() {
		if got := (stated{r.Level, r.Basis}); got != want[r.ID] {
			t.Errorf("%s is %v, the contract says %v", r.ID, got, want[r.ID])
		}
		delete(want, r.ID)
		for name, text := range map[string]string{
			"Title": r.Title, "Source": r.Source, "Why": r.Why, "Fix": r.Fix, "Good": r.Good, "Bad": r.Bad, "Since": r.Since, "Hazard": string(r.Hazard),
		} {
			if text == "" {
				t.Errorf("%s says nothing under %s", r.ID, name)
			}
		}
		if (r.Quote == "") == (r.Basis == contract.Documented || r.Basis == contract.Inferred) {
			t.Errorf("%s is %s and quotes %q", r.ID, r.Basis, r.Quote)
		}
		if ways := count(r.Check != nil, r.Row != nil, r.Claims != nil); ways != 1 || len(r.Needs) == 0 {
			t.Errorf("%s has %d ways to be decided and %d needs", r.ID, ways, len(r.Needs))
		}
	}
	for id := range want {
		t.Errorf("%s is missing", id)
	}
}

func count(conditions ...bool) int {
	n := 0
	for _, c := range conditions {
		if c {
			n++
		}
	}
	return n
}
