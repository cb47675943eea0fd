package panel

import (
	"fmt"
	"strconv"
	"strings"
)

// Odd is one odd account, or as many as are odd together, among ordinary ones.
// Alone each shows what becomes of it: a module that refuses one odd account
// rightly refuses the list, and all that is in it.
type Odd struct {
	// Name is the fleet's name, a dash, and a number or the name of a state.
	Name string
	// Title says what is odd, such as: domain "dotted.example.".
	Title string
	// Accounts are three ordinary accounts and the odd ones.
	Accounts []Account
}

// Apart splits a fleet into its odd accounts.
func (f NamedFleet) Apart(p *Profile) []Odd {
	var apart []Odd
	if f.suits != nil && !f.suits(p) {
		return nil
	}
	accounts := f.made(p)
	for i := 0; i < len(accounts); i += max(1, f.together) {
		odd := accounts[i:min(len(accounts), i+max(1, f.together))]
		name := strconv.Itoa(len(apart) + 1)
		switch {
		case f.Name == FleetStates:
			name = odd[0].State
		case odd[0].Flags != "":
			name = odd[0].Flags
		}
		apart = append(apart, Odd{Name: f.Name + "-" + name, Title: oddWords(odd), Accounts: append(Fleet(1, 3), odd...)})
	}
	return apart
}

// oddWords say in which values accounts differ from an ordinary one.
func oddWords(odd []Account) string {
	if len(odd) > 1 {
		var names []string
		for _, a := range odd {
			names = append(names, fmt.Sprintf("%s %s %s", a.ID, quoted(a.Username), quoted(a.Domain)))
		}
		return "the accounts " + strings.Join(names, " and ")
	}
	a := odd[0]
	var words []string
	say := func(field string, odd bool, value string) {
		if odd {
			words = append(words, field+" "+value)
		}
	}
	// All that is made for an ordinary account goes by its user name.
	named, ok := strings.CutPrefix(a.Name, "Customer ")
	if !ok {
		named = a.Username
	}
	say("id", !ordinaryID(a.ID), quoted(a.ID))
	say("user name", a.Username != named, quoted(a.Username))
	say("domain", a.Domain != named+".example", quoted(a.Domain))
	say("aliases", len(a.Aliases) > 0, quoted(strings.Join(a.Aliases, ", ")))
	say("customer", !ok, quoted(a.Name))
	say("e-mail address", a.Email != "info@"+named+".example", quoted(a.Email))
	say("plan", len(a.Plans) != 1 || a.Plans[0] != Plans()[0], planWords(a.Plans))
	say("IPv4", len(a.IPv4) != 1 || a.IPv4[0] != oddIP, quoted(strings.Join(a.IPv4, ", ")))
	say("IPv6", len(a.IPv6) > 0, quoted(strings.Join(a.IPv6, ", ")))
	say("flags", a.Flags != "", "written as "+a.Flags)
	say("state", a.State != Active, quoted(a.State))
	if a.Spelled != nil {
		return spelledWords(a)
	}
	switch {
	case a.Created == nil:
		words = append(words, "no creation date")
	case !a.Created.Equal(oddCreated()):
		words = append(words, "created "+a.Created.Format("2006-01-02 15:04:05 -07:00"))
	}
	if len(words) == 0 {
		return "an account like any other"
	}
	return strings.Join(words, ", ")
}

// spelledWords say what an account is, and how the panel writes it.
func spelledWords(a Account) string {
	if a.Spelled.HasState {
		text, err := toJSON(a.Spelled.State)
		if err != nil {
			text = "something else"
		}
		return a.State + ", written as " + text
	}
	if a.Created == nil {
		return "no creation date, written as " + strconv.Quote(*a.Spelled.Created)
	}
	return "created " + a.Created.Format("2006-01-02 15:04:05 UTC") + ", written as " + strconv.Quote(*a.Spelled.Created)
}

// quoted shows a value in few characters.
func quoted(s string) string {
	const longest = 40
	if s == "" {
		return "none"
	}
	if r := []rune(s); len(r) > longest {
		return strconv.QuoteToASCII(string(r[:longest])) + "… of " + strconv.Itoa(len(r)) + " characters"
	}
	return strconv.QuoteToGraphic(s)
}

func ordinaryID(id string) bool {
	return len(id) == len("500001") && strings.Trim(id, "0123456789") == ""
}

func planWords(plans []Plan) string {
	var words []string
	for _, p := range plans {
		words = append(words, quoted(p.ID)+" ("+quoted(p.Name)+")")
	}
	if words == nil {
		return "none"
	}
	return strings.Join(words, " and ")
}
