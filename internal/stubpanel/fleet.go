package stubpanel

import (
	"fmt"
	"slices"
)

// Account is one account as the panel knows it. Empty strings and nil slices
// stand for what the panel does not know; its answers say null there.
type Account struct {
	ID int
	// ExternalID is what a billing system left behind. Accounts made by hand
	// in the panel have none.
	ExternalID string
	// Customer owns the account; one customer may own several.
	Customer string
	Login    string
	Name     string
	Email    string
	Domain   string
	Aliases  []string
	// Plan is the id of one of Plans.
	Plan string
	IPv4 []string
	IPv6 []string
	// State is active, suspended or over_quota; the last is still in service.
	State string
	// CreatedAt is RFC 3339, in the zone the account was made in.
	CreatedAt string
	// UptimeSeconds is how long the account's web server has been up, as the
	// panel sampled it.
	UptimeSeconds int
}

// Plan is something the panel sells.
type Plan struct {
	ID    string `json:"id"`
	Label string `json:"label"`
}

// Plans lists the panel's plans. Ids and labels differ, as they do in life.
func Plans() []Plan {
	return []Plan{
		{"starter", "Starter 10 GB"},
		{"business", "Business 50 GB"},
		{"agency", "Agency & Resellers"},
	}
}

// Variant names a panel whose data differ from the regular fleet in one point.
type Variant string

// The variants.
const (
	// Regular is the fleet every conformant module lists without a finding.
	Regular Variant = ""
	// SmallPages answers at most four accounts at a time.
	SmallPages Variant = "small-pages"
	// CaseVariants has two logins that differ in case only.
	CaseVariants Variant = "case-variants"
	// UmlautLogins has a login outside ASCII.
	UmlautLogins Variant = "umlaut-logins"
	// UnicodeDomains gives international domains as they are typed.
	UnicodeDomains Variant = "unicode-domains"
	// UnknownDates lacks the creation date of accounts that were migrated.
	UnknownDates Variant = "unknown-dates"
	// ImpossibleDates has an account made on 30 February.
	ImpossibleDates Variant = "impossible-dates"
	// WithoutPlan has an account that was never given a plan.
	WithoutPlan Variant = "without-plan"
	// UnknownState has an account in a state that older modules do not know.
	UnknownState Variant = "unknown-state"
	// Empty has no accounts.
	Empty Variant = "empty"
)

// Variants lists every variant.
func Variants() []Variant {
	return []Variant{
		Regular, SmallPages, CaseVariants, UmlautLogins, UnicodeDomains,
		UnknownDates, ImpossibleDates, WithoutPlan, UnknownState, Empty,
	}
}

// Fleet returns the accounts of a variant, always in the same order and with
// the same values.
func Fleet(v Variant) ([]Account, error) {
	if !slices.Contains(Variants(), v) {
		return nil, fmt.Errorf("the stub panel has no variant %q", v)
	}
	fleet := regularFleet()
	switch v {
	case Regular, SmallPages: // the same accounts
	case CaseVariants:
		find(fleet, 1002).Login = "AnnaBerg"
	case UmlautLogins:
		find(fleet, 1003).Login = "müller"
	case UnicodeDomains:
		find(fleet, 1003).Domain = "Müller-München.example"
	case UnknownDates:
		find(fleet, 1004).CreatedAt = ""
		find(fleet, 1007).CreatedAt = ""
	case ImpossibleDates:
		find(fleet, 1005).CreatedAt = "2023-02-30T10:00:00+01:00"
	case WithoutPlan:
		find(fleet, 1006).Plan = ""
	case UnknownState:
		find(fleet, 1005).State = "quarantined"
	case Empty:
		return nil, nil
	}
	return fleet, nil
}

func find(fleet []Account, id int) *Account {
	i := slices.IndexFunc(fleet, func(a Account) bool { return a.ID == id })
	return &fleet[i]
}

// regularFleet covers what is odd but right: an account without e-mail, one
// with IPv6 only, one with two addresses, two of one customer under one e-mail
// address, an apostrophe, a plus sign, an international domain, a leap day,
// midnight, creation times in several zones, and a name that languages sort
// differently.
func regularFleet() []Account {
	return []Account{
		{
			ID: 1001, ExternalID: "whmcs-17", Customer: "C-301", Login: "annaberg", Name: "Anna Berg",
			Email: "anna@annaberg.example", Domain: "annaberg.example", Aliases: []string{"anna-berg.example"},
			Plan: "starter", IPv4: []string{"192.0.2.10"}, IPv6: []string{"2001:db8:0:10::1"},
			State: "active", CreatedAt: "2019-07-02T13:15:00+02:00", UptimeSeconds: 86400,
		},
		{
			ID: 1002, ExternalID: "whmcs-18", Customer: "C-302", Login: "obrien", Name: "Sean O'Brien",
			Email: "sean.o'brien@obrien.example", Domain: "obrien.example",
			Plan: "business", IPv4: []string{"192.0.2.11", "198.51.100.11"},
			State: "active", CreatedAt: "2020-02-29T00:00:00Z", UptimeSeconds: 1209600,
		},
		{
			ID: 1003, ExternalID: "whmcs-23", Customer: "C-303", Login: "mueller", Name: "Jörg Müller",
			Email: "joerg+hosting@mueller.example", Domain: "xn--mller-mnchen-dlbg.example",
			Plan: "business", IPv4: []string{"192.0.2.12"},
			State: "suspended", CreatedAt: "2020-12-31T23:59:59-05:00", UptimeSeconds: 259200,
		},
		{
			ID: 1004, Customer: "C-304", Login: "kiosk", Name: "Lobby kiosk",
			Domain: "kiosk.example",
			Plan:   "starter", IPv4: []string{"192.0.2.13"},
			State: "active", CreatedAt: "2021-03-28T02:30:00Z", UptimeSeconds: 7200,
		},
		{
			ID: 1005, ExternalID: "whmcs-31", Customer: "C-305", Login: "sixonly", Name: "Ines Seis",
			Email: "ines@sixonly.example", Domain: "sixonly.example",
			Plan: "starter", IPv6: []string{"2001:db8:0:50::1", "2001:db8:0:51::1"},
			State: "active", CreatedAt: "2022-05-17T08:00:00+09:30", UptimeSeconds: 3600,
		},
		{
			ID: 1006, ExternalID: "whmcs-40", Customer: "C-306", Login: "studio1", Name: "Studio Blau",
			Email: "office@studioblau.example", Domain: "studioblau.example", Aliases: []string{"studio-blau.example", "blau.example"},
			Plan: "agency", IPv4: []string{"198.51.100.20"},
			State: "active", CreatedAt: "2022-11-06T01:30:00-04:00", UptimeSeconds: 604800,
		},
		{
			ID: 1007, ExternalID: "whmcs-41", Customer: "C-306", Login: "studio2", Name: "Studio Blau",
			Email: "office@studioblau.example", Domain: "shop.studioblau.example",
			Plan: "agency", IPv4: []string{"198.51.100.21"},
			State: "over_quota", CreatedAt: "2023-01-01T00:00:00+01:00", UptimeSeconds: 604800,
		},
		{
			ID: 1008, Customer: "C-307", Login: "latepay", Name: "Ömer Say",
			Email: "late@latepay.example", Domain: "latepay.example",
			Plan: "starter", IPv4: []string{"203.0.113.7"},
			State: "suspended", CreatedAt: "2023-09-15T18:45:10Z", UptimeSeconds: 172800,
		},
		{
			ID: 1009, ExternalID: "whmcs-52", Customer: "C-308", Login: "007bonds", Name: "Bond & Söhne",
			Email: "info@bonds.example", Domain: "007.bonds.example",
			Plan: "business", IPv4: []string{"203.0.113.8"}, IPv6: []string{"2001:db8:0:90::1"},
			State: "active", CreatedAt: "2024-02-29T12:00:00+00:00", UptimeSeconds: 43200,
		},
	}
}
