package suites_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	tt "syncproof/internal/transcript/transcripttest"
)

// heldAccount is an account of the panel, with changes.
func heldAccount(name string, changes ...func(*transcript.Held)) transcript.Held {
	h := transcript.Held{
		ID: "id-" + name, Username: name, Domain: name + ".example", Email: "info@" + name + ".example",
		Plans: []transcript.HeldPlan{{ID: "basic", Name: "Starter"}}, IPv4: []string{"192.0.2.10"},
		Created: "2019-07-02T13:15:00Z", State: "active", Word: "live", Status: "Active",
	}
	for _, change := range changes {
		change(&h)
	}
	return h
}

// heldRow is the right row for it, with changes.
func heldRow(h transcript.Held, changes ...tt.Array) tt.Array {
	row := tt.Account(h.Domain, tt.Array{"uniqueIdentifier": h.ID, "username": h.Username, "email": h.Email, "product": "basic"})
	for _, change := range changes {
		for k, v := range change {
			row[k] = v
		}
	}
	return row
}

// odd is a list of two ordinary accounts and an odd one: what the module made of
// it, as a row with these values, no row at all, or a failure.
type odd struct {
	fleet     string
	held      func(*transcript.Held)
	row       tt.Array
	left      bool
	refused   bool
	elsewhere bool
	// answer is what it returned instead, nil where that was a list or a failure.
	answer any
	// first changes the row of the first ordinary account.
	first tt.Array
	// warns is what PHP said meanwhile, and asked the panel's reply.
	warns, reply string
	// cut says that more of the reply came than was kept.
	cut bool
	// alone says that the panel holds no other account, nobody that it holds none, and
	// broken that the session did not end well.
	alone, nobody, broken bool
}

func (o odd) hold(r *tt.Run) {
	accounts := []transcript.Held{heldAccount("anna"), heldAccount("bert"), heldAccount("odd", func(h *transcript.Held) {
		if o.held != nil {
			o.held(h)
		}
	})}
	switch {
	case o.alone:
		accounts = accounts[2:]
	case o.nobody:
		accounts = nil
	}
	c := r.Hold(transcript.Fleet{Name: o.fleet, Title: "odd in some way", Accounts: accounts}, o.elsewhere)
	if o.broken {
		r.Sessions[len(r.Sessions)-1].Troubles = []transcript.Trouble{{Message: "the machine went to sleep"}}
	}
	if o.refused {
		c.Returns(tt.Failure("The panel holds an account that cannot be listed."))
		return
	}
	rows := []any{heldRow(accounts[0], o.first), heldRow(accounts[1])}
	if !o.left {
		rows = append(rows, heldRow(accounts[2], o.row))
	}
	c.Returns(tt.Success(rows...))
	if o.answer != nil {
		c.Returns(o.answer)
	}
	if o.warns != "" {
		c.Effects.Warnings = []transcript.Warning{{Level: "warning", Message: o.warns, File: "acme.php", Line: 70}}
	}
	body := tt.Printed(o.reply)
	if o.cut {
		body.Bytes++
	}
	r.Sessions[len(r.Sessions)-1].Exchanges[0].ReplyBody = body
}

// truth is a rule judged on lists for which it is known what the panel held.
type truth struct {
	name     string
	rule     string
	lists    []odd
	policies contract.Policies
	outcome  contract.Outcome
	// got are what the findings show, each with its note.
	got []string
	// wants, where it is given, are the places of the findings and what they want.
	wants []string
}

func judgeTruths(t *testing.T, truths []truth) {
	t.Helper()
	for _, test := range truths {
		t.Run(test.rule+" "+test.name, func(t *testing.T) {
			result := judgeOne(t, test.rule, recordedOnce(t, func(tb testing.TB) *transcript.Transcript {
				run := tt.Played(tb)
				run.Header.Policies = test.policies
				for _, o := range test.lists {
					o.hold(run)
				}
				return run.Transcript()
			}))
			var got, wants []string
			for _, f := range result.Findings {
				wants = append(wants, f.At+" | "+f.Want)
				got = append(got, strings.TrimSuffix(f.Got+" | "+f.Note, " | "))
			}
			if diff := cmp.Diff(test.wants, wants); test.wants != nil && diff != "" {
				t.Errorf("places and what is wanted (-want +got):\n%s", diff)
			}
			want := test.outcome
			if want == "" {
				want = contract.Pass
			}
			if len(test.got) > 0 {
				want = contract.Fail
			}
			if diff := cmp.Diff(test.got, got); diff != "" || result.Outcome != want {
				t.Errorf("%s (%s), want %s; findings (-want +got):\n%s", result.Outcome, result.Reason, want, diff)
			}
		})
	}
}

const oddNote = "the panel's account: odd in some way"

func TestStatesOfThePanel(t *testing.T) {
	state := func(name, word, status string) func(*transcript.Held) {
		return func(h *transcript.Held) { h.State, h.Word, h.Status = name, word, status }
	}
	status := func(v any) tt.Array { return tt.Array{"status": v} }
	unknown := odd{fleet: "states-quarantined", held: state("quarantined", "quarantined", ""), left: true}
	frozen := odd{fleet: "states-frozen", held: state("frozen", "F", "Suspended"), left: true}
	deleted := odd{fleet: "states-deleted", held: state("deleted", "gone", "Terminated"), left: true}
	stopped := odd{fleet: "states-stopped", held: state("stopped", "off", "Active"), row: status("Suspended")}
	listed := deleted
	listed.left, listed.row = false, status("Suspended")
	omits := func(names ...string) contract.Policies { return contract.Policies{OmittedStates: names} }
	left := func(name string) []string {
		return []string{"a list without the account | to leave out accounts in this state on purpose, declare it: policies: {omitted_states: [" + name + "]}"}
	}
	judgeTruths(t, []truth{
		{name: "guessed", rule: "STAT-02", lists: []odd{{fleet: "states-quarantined", held: state("quarantined", "quarantined", ""), row: status("Suspended")}}},
		{name: "refused", rule: "STAT-02", lists: []odd{{fleet: "states-quarantined", refused: true}}},
		{name: "the panel's word", rule: "STAT-02", lists: []odd{{fleet: "states-frozen", held: state("frozen", "F", "Suspended"), row: status("F")}}, got: []string{`"F" (string)`}},
		{name: "null", rule: "STAT-02", lists: []odd{{fleet: "states-frozen", held: state("frozen", "F", ""), row: status(nil)}}, got: []string{"null"}},
		{name: "left out, unknown", rule: "STAT-02", lists: []odd{unknown}, got: left("unknown")},
		{name: "left out as declared, unknown", rule: "STAT-02", lists: []odd{unknown}, policies: omits("unknown")},
		{name: "left out, known", rule: "STAT-02", lists: []odd{frozen}, policies: omits("unknown"), got: left("frozen")},
		{name: "left out as declared, known", rule: "STAT-02", lists: []odd{frozen}, policies: omits("frozen")},
		{name: "left out, deleted", rule: "STAT-02", lists: []odd{deleted}},
		{name: "stopped is suspended", rule: "STAT-03", lists: []odd{stopped}, got: []string{`"Suspended" (string) | the account's state on the panel is "stopped"`}},
		{name: "suspended is active", rule: "STAT-03", lists: []odd{{fleet: "states-frozen", held: state("frozen", "F", "Suspended"), row: status("Active")}},
			got: []string{`"Active" (string) | the account's state on the panel is "frozen"`}},
		{name: "no status declared", rule: "STAT-03", lists: []odd{{fleet: "states-x", held: state("x", "y", ""), row: status("Suspended")}}},
		{name: "not a status", rule: "STAT-03", lists: []odd{{fleet: "states-frozen", held: state("frozen", "F", "Suspended"), row: status("F")}}},
		{name: "listed, deleted", rule: "STAT-05", lists: []odd{listed}, got: []string{`"Suspended" (string) | the panel profile declares that accounts in this state are Terminated`}},
		{name: "left out, deleted", rule: "STAT-05", lists: []odd{deleted}},
		{name: "refused", rule: "STAT-05", lists: []odd{{fleet: "states-deleted", refused: true}}},
		{name: "right", rule: "STAT-04", lists: []odd{{fleet: "flags-word", held: state("suspended", "yes", "Suspended"), row: status("Suspended")}}},
		{name: "every flag is true", rule: "STAT-04", lists: []odd{{fleet: "flags-word", held: state("suspended", "yes", "Suspended"), row: status("Suspended"), first: status("Suspended")}},
			got: []string{`"Suspended" (string) | the account's state on the panel is "active"`}},
		{name: "no flag is true", rule: "STAT-04", lists: []odd{{fleet: "flags-word", held: state("suspended", "yes", "Suspended"), row: status("Active")}},
			got: []string{`"Active" (string) | the account's state on the panel is "suspended"`}},
		{name: "known by the panel's own word", rule: "STAT-02", lists: []odd{{fleet: "states-gone", held: state("gone", "gone", "Active"), left: true}}, got: left("gone")},
		{name: "known by another word, no status", rule: "STAT-02", lists: []odd{{fleet: "states-gone", held: state("gone", "G", ""), left: true}}, got: left("gone")},
		{name: "left out as declared by its name, unknown", rule: "STAT-02", lists: []odd{unknown}, policies: omits("quarantined")},
		{name: "two lists", rule: "STAT-02", lists: []odd{frozen, unknown}, got: append(left("frozen"), left("unknown")...)},
		{name: "suspended is suspended", rule: "STAT-03", lists: []odd{{fleet: "states-frozen", held: state("frozen", "F", "Suspended"), row: status("Suspended")}}},
		{name: "listed, active", rule: "STAT-05", lists: []odd{{fleet: "states-frozen", held: state("frozen", "F", "Suspended"), row: status("Suspended")}}},
		{name: "listed, no status declared", rule: "STAT-05", lists: []odd{{fleet: "states-x", held: state("x", "y", ""), row: status("Active")}}},
		{name: "listed under its own word, deleted", rule: "STAT-05", lists: []odd{{fleet: "states-deleted", held: state("deleted", "gone", "Terminated"), row: status("gone")}}},
		{name: "refused", rule: "STAT-03", lists: []odd{{fleet: "states-stopped", refused: true}}},
		{name: "refused", rule: "STAT-04", lists: []odd{{fleet: "flags-word", refused: true}}},
		{name: "not a status", rule: "STAT-04", lists: []odd{{fleet: "flags-word", held: state("suspended", "yes", "Suspended"), row: status("yes")}}},
		{name: "no status declared", rule: "STAT-04", lists: []odd{{fleet: "flags-word", held: state("x", "y", ""), row: status("Suspended")}}},
		{name: "deleted", rule: "STAT-04", lists: []odd{{fleet: "flags-word", held: state("deleted", "y", "Terminated"), row: status("Suspended")}}},
		{name: "of nobody", rule: "STAT-04", lists: []odd{{fleet: "flags-word", row: tt.Array{"uniqueIdentifier": "x", "username": "x", "domain": "x.example", "email": "x@x.example", "status": "Suspended"},
			first: status("Suspended")}}, got: []string{`"Suspended" (string) | the account's state on the panel is "active"`}},
		{name: "no flags in the profile", rule: "STAT-04", outcome: contract.NotApplicable},
	})
}

func TestIDsOfThePanel(t *testing.T) {
	id := func(held string) func(*transcript.Held) { return func(h *transcript.Held) { h.ID = held } }
	var truths []truth
	for held, made := range map[string]string{"007": "7", "12345678901234567890": "12345678901234567168", "9007199254740993": "9007199254740992", "1e3": "1000", "0x1A": "26"} {
		truths = append(truths,
			truth{name: held, rule: "UID-06", lists: []odd{{fleet: "ids-1", held: id(held)}}},
			truth{name: held + " as a number", rule: "UID-06", lists: []odd{{fleet: "ids-1", held: id(held), row: tt.Array{"uniqueIdentifier": made}}}, got: []string{fmt.Sprintf("%q (string)", made)}})
	}
	judgeTruths(t, append(truths,
		truth{name: "another identifier", rule: "UID-06", lists: []odd{{fleet: "ids-1", held: id("007"), row: tt.Array{"uniqueIdentifier": "odd"}, first: tt.Array{"uniqueIdentifier": "anna"}}}, outcome: contract.NotApplicable},
		truth{name: "refused", rule: "UID-06", lists: []odd{{fleet: "ids-1", refused: true}}, outcome: contract.NotApplicable}))
}

func plan(id, name string) func(*transcript.Held) {
	return func(h *transcript.Held) { h.Plans = []transcript.HeldPlan{{ID: id, Name: name}} }
}

func TestPlansOfThePanel(t *testing.T) {
	none := func(h *transcript.Held) { h.Plans = nil }
	two := func(h *transcript.Held) {
		h.Plans = []transcript.HeldPlan{{ID: "pro", Name: "Business"}, {ID: "basic", Name: "Starter"}}
	}
	product := func(v string) tt.Array { return tt.Array{"product": v} }
	oneFleet := func(row string) []odd {
		return []odd{{fleet: "accounts", held: plan("pro", "Business"), row: product(row)}}
	}
	judgeTruths(t, []truth{
		{name: "by id", rule: "PROD-03", lists: []odd{{fleet: "plans-6", held: plan(" Basic ", " B "), row: product(" Basic ")}}},
		{name: "by name", rule: "PROD-03", lists: []odd{{fleet: "plans-6", held: plan("7", " Basic "), row: product(" Basic ")}}},
		{name: "of a table of its own", rule: "PROD-03", lists: []odd{{fleet: "plans-6", held: plan("7", "Basic"), row: product("gold")}}},
		{name: "trimmed", rule: "PROD-03", lists: []odd{{fleet: "plans-6", held: plan("7", " Basic "), row: product("Basic")}}, got: []string{`"Basic" | the white space around it was cut off`}},
		{name: "lower case", rule: "PROD-03", lists: []odd{{fleet: "plans-6", held: plan("7", "Basic"), row: product("basic")}}, got: []string{`"basic" | its case was changed`}},
		{name: "with a prefix", rule: "PROD-03", lists: []odd{{fleet: "plans-6", held: plan("7", "Basic"), row: product("root_Basic")}}, got: []string{`"root_Basic" | something was put before it`}},
		{name: "with the panel's prefix", rule: "PROD-03", lists: []odd{{fleet: "plans-6", held: plan("7", "Basic"), row: product("root_Basic"), reply: `{"plan":"root_Basic"}`}}},
		{name: "with a prefix of one letter", rule: "PROD-03", lists: []odd{{fleet: "plans-6", held: plan("7", "Pro"), row: product("xPro")}}, got: []string{`"xPro" | something was put before it`}},
		{name: "of two letters, with a prefix", rule: "PROD-03", lists: []odd{{fleet: "plans-6", held: plan("7", "XL"), row: product("planXL")}}},
		{name: "refused", rule: "PROD-03", lists: []odd{{fleet: "plans-6", held: plan("7", "Basic"), refused: true}}},
		{name: "left out", rule: "PROD-03", lists: []odd{{fleet: "plans-6", held: plan("7", "Basic"), left: true}}},
		{name: "several plans", rule: "PROD-03", lists: []odd{{fleet: "plans-6", held: two, row: product("basic 2")}}},
		{name: "no plan", rule: "PROD-03", lists: []odd{{fleet: "plans-6", held: none, row: product("BASIC")}}},
		{name: "a plan without a name", rule: "PROD-03", lists: []odd{{fleet: "plans-6", held: plan("Gold", ""), row: product("gold")}}},
		{name: "a plan without an id", rule: "PROD-03", lists: []odd{{fleet: "plans-6", held: plan("", "Gold"), row: product("gold")}}},
		{name: "no text", rule: "PROD-03", lists: []odd{{fleet: "plans-6", held: plan("7", " "), row: tt.Array{"product": nil}}}},
		{name: "no plan", rule: "PROD-04", lists: []odd{{fleet: "accounts", held: none, row: product("basic")}}, outcome: contract.NotTestable},
		{name: "several plans", rule: "PROD-04", lists: []odd{{fleet: "accounts", held: two, row: product("basic")}}, outcome: contract.NotTestable},
		{name: "refused", rule: "PROD-04", lists: []odd{{fleet: "accounts", held: plan("pro", "Business"), refused: true}}, outcome: contract.NotTestable},
		{name: "left out", rule: "PROD-04", lists: []odd{{fleet: "accounts", held: plan("pro", "Business"), left: true}}, outcome: contract.NotTestable},
		{name: "empty", rule: "PROD-04", lists: []odd{{fleet: "accounts", held: plan("pro", "Business"), row: product(""), first: product("")}}, outcome: contract.NotTestable},
		{name: "no text", rule: "PROD-04", lists: []odd{{fleet: "accounts", held: plan("pro", "Business"), row: tt.Array{"product": nil}, first: tt.Array{"product": nil}}}, outcome: contract.NotTestable},
		{name: "apart in the first of two lists", rule: "PROD-04", lists: []odd{oneFleet("pro")[0], {fleet: "accounts", held: plan("pro", "Business"), left: true, elsewhere: true}}},
		{name: "apart", rule: "PROD-04", lists: oneFleet("pro")},
		{name: "one for all", rule: "PROD-04", lists: oneFleet("basic"), got: []string{`"basic" | the account's plan on the panel is "pro"`}},
		{name: "one plan", rule: "PROD-04", lists: []odd{{fleet: "accounts"}}, outcome: contract.NotTestable},
		{name: "empty", rule: "PROD-01", lists: []odd{{fleet: "plans-1", held: none, row: product("")}}, got: []string{`"" (string) | ` + oddNote}},
		{name: "empty as declared", rule: "PROD-01", lists: []odd{{fleet: "plans-1", held: none, row: product("")}}, policies: contract.Policies{NoPlan: contract.PolicyEmpty}},
		{name: "empty as declared, of an account with a plan", rule: "PROD-01", lists: []odd{{fleet: "plans-1", row: product("")}}, policies: contract.Policies{NoPlan: contract.PolicyEmpty},
			got: []string{`"" (string) | ` + oddNote}},
		{name: "a space, declared empty", rule: "PROD-01", lists: []odd{{fleet: "plans-1", held: none, row: product(" ")}}, policies: contract.Policies{NoPlan: contract.PolicyEmpty},
			got: []string{`" " (string) | there is nothing in it but white space; ` + oddNote}},
		{name: "null, declared empty", rule: "PROD-01", lists: []odd{{fleet: "plans-1", held: none, row: tt.Array{"product": nil}}}, policies: contract.Policies{NoPlan: contract.PolicyEmpty},
			got: []string{"null | " + oddNote}},
		{name: "refused with plans, declared empty", rule: "PROD-01", lists: []odd{{fleet: "plans-1", refused: true}}, policies: contract.Policies{NoPlan: contract.PolicyEmpty}},
		{name: "refused", rule: "PROD-01", lists: []odd{{fleet: "plans-1", held: none, refused: true}}},
		{name: "refused, declared empty", rule: "PROD-01", lists: []odd{{fleet: "plans-1", held: none, refused: true}}, policies: contract.Policies{NoPlan: contract.PolicyEmpty},
			got: []string{`success => false with the error "The panel holds an account that cannot be listed." (string) | syncproof.yaml declares policies: {no_plan: empty}`}},
		{name: "made up, declared to fail", rule: "PROD-01", lists: []odd{{fleet: "plans-1", held: none, row: product("x")}}, policies: contract.Policies{NoPlan: contract.PolicyFail},
			got: []string{"success => true with 3 accounts | syncproof.yaml declares policies: {no_plan: fail}"}},
	})
}
