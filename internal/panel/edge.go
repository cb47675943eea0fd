package panel

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"syncproof/internal/nearest"
)

// NamedFleet is a fleet of accounts that are odd in one way.
type NamedFleet struct {
	Name string
	// Title says in a few words what is odd.
	Title string

	// together is how many of its accounts are odd together; 0 means each alone.
	together int
	odd      func(states []string) []Account
	// spelt makes fleets that depend on the profile's words.
	spelt func(*Profile) []Account
	// suits says that a profile can show what is odd; nil for every profile.
	suits func(*Profile) bool
}

// FleetEdge is the fleet of all odd accounts.
const FleetEdge = "edge"

// FleetStates is the fleet of an account in every state.
const FleetStates = "states"

// FleetInstants is the fleet of accounts created at instants the panel tells.
const FleetInstants = "instants"

// Fleets lists the named fleets. The one named edge has the accounts of all before it.
func Fleets() []NamedFleet {
	fleets := []NamedFleet{
		{Name: "ids", Title: "ids with leading zeros, of 20 digits, of letters", odd: oddIDs},
		{Name: FleetStates, Title: "an account in every state of the profile, and one in a state it has no word for", odd: oddStates},
		{Name: "duplicates", Title: "accounts the panel lists twice", together: 2, odd: duplicates},
		{Name: "case", Title: "user names and domains that differ in case only", together: 2, odd: caseVariants},
		{Name: "users", Title: "no user name, user names of digits only, with dots and at signs", odd: oddUsers},
		{Name: "addresses", Title: "no IP address, IPv6 only, several addresses", odd: oddAddresses},
		{Name: "mail", Title: "no e-mail address, one that two accounts share, odd ones", odd: oddMail},
		{Name: "domains", Title: "international, upper-case and very long domains, trailing dots, none", odd: oddDomains},
		{Name: "text", Title: "markup, quotes, control characters, emoji and very long values", odd: oddTexts},
		{Name: "plans", Title: "no plan, two plans, a plan without a name", odd: oddPlans},
		{Name: "dates", Title: "no creation date, the epoch, leap days, midnight, the future", odd: oddDates},
		{Name: "flags", Title: "panels that write flags as 0, \"0\", false, \"no\" or null, and their opposites", odd: oddFlags, suits: (*Profile).usesFlags},
		{Name: FleetInstants, Title: "creation dates in several time zones, which tell the instant", odd: oddInstants, suits: (*Profile).tellsInstants},
	}
	fleets = append(fleets, NamedFleet{Name: FleetEdge, Title: "all of these together", odd: func(states []string) []Account {
		var all []Account
		for _, f := range fleets {
			if f.Name == FleetEdge {
				continue // this one
			}
			for _, a := range f.odd(states) {
				a.Flags = "" // a panel writes its flags in one way only
				all = append(all, a)
			}
		}
		return all
	}})
	return append(fleets, spelledFleets()...)
}

// FleetNamed makes a named fleet for a profile: three ordinary accounts and the
// odd ones, or the one that a name with a number or state means; see Odd. It errs
// on a name that is none.
func FleetNamed(name string, p *Profile) ([]Account, error) {
	var names []string
	for _, f := range Fleets() {
		names = append(names, f.Name)
		if f.Name == name {
			return append(Fleet(1, 3), f.made(p)...), nil
		}
		if !strings.HasPrefix(name, f.Name+"-") {
			continue
		}
		for _, odd := range f.Apart(p) {
			if odd.Name == name {
				return odd.Accounts, nil
			}
		}
	}
	if meant := nearest.Words(name, names, 1); len(meant) > 0 {
		return nil, fmt.Errorf("there is no fleet named %q%s", name, nearest.Question(meant))
	}
	return nil, fmt.Errorf("there is no fleet named %q; there are %s", name, strings.Join(names, ", "))
}

// What odd accounts have where they are not odd.
const oddIP = "192.0.2.77"

func oddCreated() time.Time { return time.Date(2021, 5, 17, 8, 30, 0, 0, time.UTC) }

// made are the odd accounts of a fleet.
func (f NamedFleet) made(p *Profile) []Account {
	if f.spelt != nil {
		return f.spelt(p)
	}
	return f.odd(slices.Sorted(maps.Keys(p.States)))
}

// odd makes an account that is ordinary but for what change does to it.
func odd(area string, n int, change func(*Account)) Account {
	created := oddCreated()
	username := fmt.Sprintf("%s%d", area, n)
	a := Account{
		ID: fmt.Sprintf("%d%02d", 5000+len(area)*100+int(area[0]-'a'), n), Username: username, Domain: username + ".example",
		Name: "Customer " + username, Email: "info@" + username + ".example", Plans: Plans()[:1], IPv4: []string{oddIP},
		Created: &created, State: Active,
	}
	change(&a)
	return a
}

func oddEach(area string, changes ...func(*Account)) []Account {
	list := make([]Account, 0, len(changes))
	for i, change := range changes {
		list = append(list, odd(area, i+1, change))
	}
	return list
}

func oddIDs([]string) []Account {
	var list []Account
	for i, id := range []string{"007", "7", "0", "12345678901234567890", "9007199254740993", "1e3", "0x1A", "a1b2-c3d4", "-5"} {
		list = append(list, odd("idcase", i+1, func(a *Account) { a.ID = id }))
	}
	return list
}

func oddStates(states []string) []Account {
	var list []Account
	for i, state := range append(slices.Clone(states), "quarantined") {
		list = append(list, odd("state", i+1, func(a *Account) { a.State = state }))
	}
	return list
}

func duplicates([]string) []Account {
	a := odd("twice", 1, func(*Account) {})
	b := odd("twice", 2, func(*Account) {})
	// The same user name under another id, as after a restore.
	c := odd("twice", 3, func(c *Account) { c.Username, c.Domain = b.Username, b.Domain })
	return []Account{a, a.clone(), b, c}
}

func caseVariants([]string) []Account {
	return oddEach("letter",
		func(a *Account) { a.Username, a.Domain = "anna", "anna.example" },
		func(a *Account) { a.Username, a.Domain = "Anna", "ANNA.example" },
		func(a *Account) { a.Username, a.Domain = "straße", "strasse.example" },
		func(a *Account) { a.Username, a.Domain = "strasse", "STRASSE.example" })
}

// oddUsers have names that PHP takes for numbers, as keys of arrays or compared
// with ==, and one has none.
func oddUsers([]string) []Account {
	var list []Account
	for i, name := range []string{"", "20481", "007", "1e3", "Web.Host-2_b", "web@host.example"} {
		list = append(list, odd("user", i+1, func(a *Account) { a.Username = name }))
	}
	return list
}

func oddAddresses([]string) []Account {
	return oddEach("address",
		func(a *Account) { a.IPv4 = nil },
		func(a *Account) { a.IPv4, a.IPv6 = nil, []string{"2001:db8::77"} },
		func(a *Account) { a.IPv4 = []string{"192.0.2.1", "198.51.100.1", "203.0.113.1"} },
		func(a *Account) { a.IPv6 = []string{"2001:DB8:0:0::77", "2001:db8::78"} },
		func(a *Account) { a.IPv4 = []string{"192.0.2.1/24"} },
		func(a *Account) { a.IPv4 = []string{"192.0.2.1:8443"} },
		func(a *Account) { a.IPv4 = []string{"0.0.0.0"} },
		func(a *Account) { a.IPv4 = []string{"::ffff:192.0.2.9"} })
}

func oddMail([]string) []Account {
	mail := func(address string) func(*Account) { return func(a *Account) { a.Email = address } }
	return oddEach("mailbox", mail(""), mail("shared@customer.example"), mail("shared@customer.example"), mail("o'brien+host@customer.example"),
		mail("info@Müller-München.example"), mail("INFO@CUSTOMER.EXAMPLE"), mail("a@b.example, c@d.example"), mail("root@localhost"),
		mail(strings.Repeat("a", 64)+"@customer.example"))
}

func oddDomains([]string) []Account {
	domain := func(name string) func(*Account) { return func(a *Account) { a.Domain = name } }
	label := strings.Repeat("a", 63)
	return oddEach("zone", domain("xn--mller-mnchen-dlbg.example"), domain("müller-münchen2.example"), domain("例え.example"), domain("UPPER.Example"),
		domain("dotted.example."), domain("*.wild.example"), domain("under_score.example"), domain(""), domain(label+"."+label+"."+label+".example"),
		func(a *Account) { a.Aliases = []string{"one.example", "TWO.example.", "drei-ü.example"} })
}

func oddTexts([]string) []Account {
	text := func(value string) func(*Account) { return func(a *Account) { a.Name = value } }
	list := oddEach("prose", text(`<b>Bold & "quoted"</b> 'single'`), text("</script><!-- ]]> -->"), text("line\r\nbreak\tand tab"),
		text("control \x01\x1b[31m\x7f"), text("😀 👩‍👩‍👧 ﷽"), text("עברית \u202ereversed"), text(strings.Repeat("long ", 20_000)),
		text(`back\slash %s {{.id}} ${x} $a[0]`), text("\u00a0\u200b"), text("null"), text("0"), text(""))
	return append(list, odd("prose", len(list)+1, func(a *Account) { a.Username = "o'<neil>&\"co\"" }),
		odd("prose", len(list)+2, func(a *Account) { a.Username = strings.Repeat("u", 300) }))
}

func oddPlans([]string) []Account {
	return oddEach("plan",
		func(a *Account) { a.Plans = nil },
		func(a *Account) { a.Plans = Plans()[:2] },
		func(a *Account) { a.Plans = []Plan{{"plan_x", ""}} },
		func(a *Account) { a.Plans = []Plan{{"0", "0"}} },
		func(a *Account) { a.Plans = []Plan{{"plan_y", "plan_s"}} },
		func(a *Account) { a.Plans = []Plan{{"Basic", "Basic"}} },
		func(a *Account) { a.Plans = []Plan{{"basic", "basic"}} },
		func(a *Account) { a.Plans = []Plan{{" Basic ", " Basic "}} })
}

func oddDates([]string) []Account {
	at := func(t time.Time) func(*Account) { return func(a *Account) { a.Created = &t } }
	return oddEach("date", func(a *Account) { a.Created = nil }, at(time.Unix(0, 0).UTC()), at(time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)),
		at(time.Date(2021, 3, 28, 2, 30, 0, 0, time.UTC)), at(time.Date(2023, 12, 31, 23, 59, 59, 0, time.UTC)),
		at(time.Date(1999, 12, 31, 23, 0, 0, 0, time.UTC)), at(time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC)))
}

// oddInstants lie in one week of winter, so that any one zone shifts them all by
// the same. Read in another zone some of them fall on another day.
func oddInstants([]string) []Account {
	in := func(offset, day, hour, minute int) func(*Account) {
		at := time.Date(2021, 1, day, hour, minute, 15, 0, time.FixedZone("", offset*60))
		return func(a *Account) { a.Created = &at }
	}
	return oddEach("moment", in(120, 16, 0, 30), in(-300, 15, 17, 30), in(330, 16, 4, 0), in(-480, 15, 19, 15))
}
