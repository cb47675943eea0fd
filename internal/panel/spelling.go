package panel

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// Spelling is how a panel writes an account oddly, in place of its own words. What
// is true of the account stays as it is.
type Spelling struct {
	// State stands for the word of its state: a text, a whole number, true, false,
	// or nil for null. It counts when HasState is true.
	State    any  `json:"state,omitempty"`
	HasState bool `json:"has_state,omitempty"`
	// Created stands for the date in whatever notation; it counts when it is not
	// nil. Where it names no time, the account's Created is nil.
	Created *string `json:"created,omitempty"`
}

// spelled is a value that templates write as it is.
type spelled struct{ value any }

// MarshalJSON keeps the type: "0" is not 0.
func (s spelled) MarshalJSON() ([]byte, error) { return json.Marshal(s.value) }

// apply puts the odd spellings into the account as templates see it.
func (s *Spelling) apply(v map[string]any) {
	if s == nil {
		return
	}
	if s.HasState {
		v["state"] = spelled{s.State}
	}
	if s.Created != nil {
		v["created"] = spelled{*s.Created}
	}
}

// spelledFleets are odd in how they are written, which only a profile's own words
// make sense of. They are not among the accounts of edge: not every template can
// write them.
func spelledFleets() []NamedFleet {
	return []NamedFleet{
		{Name: "words", Title: "the words for active and suspended as number, text, true or false, yes or no, null, or in other letters", spelt: oddStateWords},
		{Name: "notations", Title: "the date of creation in seconds and milliseconds, with Z and offsets, without a time, empty, zero, junk", spelt: oddNotations},
		{Name: "undated", Title: "what panels write in place of a date they do not know: nothing, zero, a zero date, a day that does not exist, words", spelt: undated},
	}
}

// flags are what panels write for yes and no.
func flags(yes bool) []any {
	if yes {
		return []any{1, "1", true, "true", "yes", "on"}
	}
	return []any{0, "0", false, "false", "no", "off", nil, ""}
}

// oddStateWords spells the two usual states in every way. Panels whose words are none
// of yes and no write them in other letters.
func oddStateWords(p *Profile) []Account {
	active, suspended := p.States[Active].Word, p.States[Suspended].Word
	isOf := func(word string, yes bool) bool {
		return slices.ContainsFunc(flags(yes), func(f any) bool { return f != nil && plainText(f) == word && word != "" })
	}
	var list []Account
	add := func(state string, spelling any) {
		list = append(list, odd("word", len(list)+1, func(a *Account) {
			a.State, a.Spelled = state, &Spelling{State: spelling, HasState: true}
		}))
	}
	for _, one := range []struct{ state, word string }{{Active, active}, {Suspended, suspended}} {
		switch {
		case isOf(active, false) && isOf(suspended, true), isOf(active, true) && isOf(suspended, false):
			for _, f := range flags(isOf(one.word, true)) {
				add(one.state, f)
			}
		default:
			for _, word := range []string{one.word, strings.ToUpper(one.word), strings.ToLower(one.word), " " + one.word} {
				add(one.state, word)
			}
		}
	}
	return list
}

// oddNotations writes one instant in many ways, and then what is none.
func oddNotations(*Profile) []Account {
	at := time.Date(2021, 5, 17, 22, 30, 0, 0, time.UTC)
	var list []Account
	add := func(text string, created *time.Time) {
		list = append(list, odd("notation", len(list)+1, func(a *Account) { a.Created, a.Spelled = created, &Spelling{Created: &text} }))
	}
	east, west := time.FixedZone("", 2*60*60), time.FixedZone("", -8*60*60)
	for _, text := range []string{
		"1621290600", "1621290600000", at.Format(time.RFC3339), at.In(east).Format(time.RFC3339), at.In(west).Format(time.RFC3339),
		at.Format("2006-01-02T15:04:05.000000Z"), at.In(east).Format("Mon, 02 Jan 2006 15:04:05 -0700"), at.Format("2006-01-02 15:04:05"),
	} {
		add(text, &at)
	}
	day := time.Date(2021, 5, 17, 0, 0, 0, 0, time.UTC)
	add("2021-05-17", &day)
	for _, text := range noDates() {
		add(text, nil)
	}
	return list
}

// noDates are what panels write where there is no date.
func noDates() []string {
	return []string{"", "0", "0000-00-00 00:00:00", "0000-00-00", "2021-02-30", "yesterday-ish", "n/a", "-1"}
}

// undated are accounts whose date the panel does not know, in every way it can say
// that.
func undated(*Profile) []Account {
	var list []Account
	for i, text := range noDates() {
		list = append(list, odd("undated", i+1, func(a *Account) { a.Created, a.Spelled = nil, &Spelling{Created: &text} }))
	}
	return list
}
