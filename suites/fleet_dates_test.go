package suites_test

import (
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	tt "syncproof/internal/transcript/transcripttest"
)

func TestDatesOfThePanel(t *testing.T) {
	at := func(text string) func(*transcript.Held) { return func(h *transcript.Held) { h.Created = text } }
	created := func(v string) tt.Array { return tt.Array{"created": v} }
	in := func(zone, row string, elsewhere bool) odd {
		return odd{fleet: "instants-" + zone[19:20] + zone[20:22], held: at(zone), row: created(row), elsewhere: elsewhere}
	}
	unknown := odd{fleet: "dates-1", held: at("")}
	with := func(row string) []odd { o := unknown; o.row = created(row); return []odd{o} }
	refused := unknown
	refused.refused = true
	declared := func(policy string) contract.Policies { return contract.Policies{UnknownDate: policy} }
	const east, west = "2021-01-16T00:30:15+02:00", "2021-01-15T17:30:15-05:00"
	judgeTruths(t, []truth{
		{name: "in UTC", rule: "DATE-05", lists: []odd{in(east, "2021-01-15 22:30:15", false), in(west, "2021-01-15 22:30:15", false), in(west, "2021-01-15 22:30:15", true)}},
		{name: "in PHP's zone", rule: "DATE-05", lists: []odd{in(east, "2021-01-15 22:30:15", false), in(east, "2021-01-16 07:30:15", true)}},
		{name: "in PHP's zone, of Berlin", rule: "DATE-05", lists: []odd{in(east, "2021-01-15 23:30:15", false), in(east, "2021-01-16 07:30:15", true)}},
		{name: "without the offset", rule: "DATE-05", lists: []odd{in(east, "2021-01-16 00:30:15", false), in(west, "2021-01-15 17:30:15", false)},
			got: []string{`"2021-01-15 17:30:15" (string), which is in UTC-05:00 | the panel's date is ` + west}, wants: []string{`accounts[2].created of ListAccounts() of a panel with an odd account (instants--05: odd in some way) | a time in UTC+02:00, as that of "id-odd" ("odd")`}},
		{name: "neither zone", rule: "DATE-05", lists: []odd{in(east, "2021-01-15 22:30:15", false), in(east, "2021-01-16 00:30:15", true)},
			got: []string{`"2021-01-16 00:30:15" (string), which is in UTC+02:00 | PHP is set to the time zone Etc/GMT-9 here; the date goes neither with it nor by the same zone as before; the panel's date is ` + east}},
		{name: "the day alone", rule: "DATE-05", lists: []odd{in(east, "2021-01-16 00:00:00", false), in(west, "2021-01-15 00:00:00", false)}, outcome: contract.NotApplicable},
		{name: "without the offset in PHP's other zone", rule: "DATE-05", lists: []odd{
			in(east, "2021-01-15 22:30:15", false), in(west, "2021-01-15 22:30:15", false), in(east, "2021-01-16 07:30:15", true), in(west, "2021-01-15 22:30:15", true),
		},
			got: []string{`"2021-01-15 22:30:15" (string), which is in UTC | the panel's date is ` + west}},
		{name: "two zones in PHP's other one", rule: "DATE-05", lists: []odd{
			in(east, "2021-01-15 22:30:15", false), in(west, "2021-01-15 22:30:15", false), in(east, "2021-01-16 07:30:15", true), in(west, "2021-01-16 00:30:15", true),
		},
			got: []string{`"2021-01-16 00:30:15" (string), which is in UTC+02:00 | the panel's date is ` + west}},
		{name: "refused but in PHP's other zone", rule: "DATE-05", lists: []odd{
			{fleet: "instants--05", held: at(west), refused: true}, in(west, "2021-01-16 00:30:15", true),
		}},
		{name: "half an hour off", rule: "DATE-05", lists: []odd{in(east, "2021-01-15 22:30:15", false), in(west, "2021-01-16 04:00:15", false)},
			got: []string{`"2021-01-16 04:00:15" (string), which is in UTC+05:30 | the panel's date is ` + west}},
		{name: "no date", rule: "DATE-05", lists: []odd{in(east, "15.1.2021 22:30:15", false)}, outcome: contract.NotApplicable},
		{name: "a date the panel does not know", rule: "DATE-05", lists: []odd{{fleet: "instants-1", held: at(""), row: created("2021-01-15 22:30:15")}}, outcome: contract.NotApplicable},
		{name: "no offsets in the profile", rule: "DATE-05", outcome: contract.NotApplicable},
		{name: "nothing declared", rule: "DATE-06", lists: with(""), outcome: contract.NotApplicable},
		{name: "empty as declared", rule: "DATE-06", lists: with(""), policies: declared(contract.PolicyEmpty)},
		{name: "empty, declared to fail", rule: "DATE-06", lists: with(""), policies: declared(contract.PolicyFail), got: []string{`"" (string) | syncproof.yaml declares policies: {unknown_date: fail}`}, wants: []string{"accounts[2].created of ListAccounts() of a panel with an odd account (dates-1: odd in some way) | success => false with an error"}},
		{name: "fails as declared", rule: "DATE-06", lists: []odd{refused}, policies: declared(contract.PolicyFail)},
		{name: "a panel with this account alone fails as declared", rule: "DATE-06", lists: []odd{{fleet: "dates-1", held: at(""), refused: true, alone: true}}, policies: declared(contract.PolicyFail)},
		{name: "a panel without accounts, refused", rule: "DATE-06", lists: []odd{{fleet: "dates-1", refused: true, nobody: true}}, policies: declared(contract.PolicyFail), outcome: contract.NotApplicable},
		{name: "refused in a session that broke off", rule: "DATE-06", lists: []odd{{fleet: "dates-1", held: at(""), refused: true, broken: true}}, policies: declared(contract.PolicyFail), outcome: contract.NotTestable},
		{name: "fails, declared empty", rule: "DATE-06", lists: []odd{refused}, policies: declared(contract.PolicyEmpty),
			got: []string{`success => false with the error "The panel holds an account that cannot be listed." (string) | syncproof.yaml declares policies: {unknown_date: empty}`}},
		{name: "made up", rule: "DATE-06", lists: with("2015-01-01 00:00:00"), policies: declared(contract.PolicyEmpty),
			got: []string{`"2015-01-01 00:00:00" (string) | syncproof.yaml declares policies: {unknown_date: empty}`}, wants: []string{`accounts[2].created of ListAccounts() of a panel with an odd account (dates-1: odd in some way) | ""`}},
		{name: "null, declared empty", rule: "DATE-06", lists: []odd{{fleet: "dates-1", held: at(""), row: tt.Array{"created": nil}}}, policies: declared(contract.PolicyEmpty),
			got: []string{`null | syncproof.yaml declares policies: {unknown_date: empty}`}},
		{name: "a date the panel knows, refused", rule: "DATE-06", lists: []odd{{fleet: "dates-1", refused: true}}, policies: declared(contract.PolicyEmpty), outcome: contract.NotApplicable},
		{name: "a date the panel knows", rule: "DATE-06", lists: []odd{{fleet: "dates-1"}}, policies: declared(contract.PolicyEmpty), outcome: contract.NotApplicable},
		{name: "the panel's own future", rule: "DATE-04", lists: []odd{{fleet: "dates-7", held: at("2040-01-01T00:00:00Z"), row: created("2040-01-01 09:00:00")}}},
		{name: "26 hours from the panel's own future", rule: "DATE-04", lists: []odd{{fleet: "dates-7", held: at("2040-01-01T00:00:00Z"), row: created("2040-01-02 02:00:00")}}},
		{name: "more than 26 hours from the panel's own future", rule: "DATE-04", lists: []odd{{fleet: "dates-7", held: at("2040-01-01T00:00:00Z"), row: created("2040-01-02 02:00:01")}},
			got: []string{`"2040-01-02 02:00:01" (string) | ` + oddNote}},
		{name: "another future", rule: "DATE-04", lists: []odd{{fleet: "dates-1", held: at(""), row: created("2040-01-01 09:00:00")}}, got: []string{`"2040-01-01 09:00:00" (string) | ` + oddNote}},
	})
}
