package panel

import (
	"slices"
	"time"

	"syncproof/internal/transcript"
)

// Account is one account as the panel knows it. Empty texts and lists and a nil
// time stand for what the panel does not know.
type Account struct {
	ID       string     `json:"id"`
	Username string     `json:"username"`
	Domain   string     `json:"domain"`
	Aliases  []string   `json:"aliases"`
	Name     string     `json:"name"`
	Email    string     `json:"email"`
	Plans    []Plan     `json:"plans"`
	IPv4     []string   `json:"ipv4"`
	IPv6     []string   `json:"ipv6"`
	Created  *time.Time `json:"created"`
	// State is the name of one of the profile's states, or of none that it has a
	// word for.
	State string `json:"state"`
	// Spelled is how the panel writes the account oddly, nil for as usual.
	Spelled *Spelling `json:"spelled,omitempty"`
	// Flags is how the panel that holds the account spells flags, one of the
	// FlagSpellings; "" for the profile's own way.
	Flags string `json:"flags,omitempty"`
}

// Plan is something the panel sells. Ids and names differ, as they do in life.
type Plan struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// The states every profile has a word for.
const (
	Active    = "active"
	Suspended = "suspended"
)

// The fields by which an account can be looked up.
const (
	ByID       = "id"
	ByUsername = "username"
	ByDomain   = "domain"
)

func (a *Account) field(name string) string {
	switch name {
	case ByUsername:
		return a.Username
	case ByDomain:
		return a.Domain
	default:
		return a.ID
	}
}

// clone shares nothing that put changes.
func (a Account) clone() Account {
	a.Plans = slices.Clone(a.Plans)
	a.IPv4, a.IPv6, a.Aliases = slices.Clone(a.IPv4), slices.Clone(a.IPv6), slices.Clone(a.Aliases)
	return a
}

// fieldNames are the fields a request can change.
func fieldNames() []string {
	return []string{"id", "username", "domain", "name", "email", "plan_id", "ip", "ipv6", "state"}
}

// put changes one field. Plans that are not known have their id for a name.
func (a *Account) put(field, value string, plans []Plan) {
	one := func(v string) []string {
		if v == "" {
			return nil
		}
		return []string{v}
	}
	switch field {
	case "id":
		a.ID = value
	case "username":
		a.Username = value
	case "domain":
		a.Domain = value
	case "name":
		a.Name = value
	case "email":
		a.Email = value
	case "ip":
		a.IPv4 = one(value)
	case "ipv6":
		a.IPv6 = one(value)
	case "state":
		a.State = value
		// What was written oddly was the state before.
		if a.Spelled != nil {
			a.Spelled = &Spelling{Created: a.Spelled.Created}
		}
	case "plan_id":
		i := slices.IndexFunc(plans, func(p Plan) bool { return p.ID == value })
		switch {
		case value == "":
			a.Plans = nil
		case i >= 0:
			a.Plans = []Plan{plans[i]}
		default:
			a.Plans = []Plan{{ID: value, Name: value}}
		}
	}
}

// view is the account as templates see it.
func (p *Profile) view(a *Account, index int) map[string]any {
	word, known := p.States[a.State]
	if !known {
		word.Word = a.State
	}
	v := map[string]any{
		"index": index, "id": a.ID, "username": a.Username, "domain": a.Domain, "aliases": orEmpty(a.Aliases),
		"name": a.Name, "email": a.Email, "password": "", "plan_id": "", "plan_name": "", "plans": plansView(a.Plans),
		"ip": first(a.IPv4), "ips": orEmpty(a.IPv4), "ipv6": first(a.IPv6), "ipv6s": orEmpty(a.IPv6), "created": nil,
		"state": word.Word, "state_name": a.State, "active": a.State == Active, "suspended": a.State == Suspended,
	}
	if p.passwords {
		v["password"] = transcript.PlantedPassword(a.ID)
	}
	if len(a.Plans) > 0 {
		v["plan_id"], v["plan_name"] = a.Plans[0].ID, a.Plans[0].Name
	}
	if a.Created != nil {
		v["created"] = *a.Created
	}
	a.Spelled.apply(v)
	return v
}

func plansView(plans []Plan) []map[string]any {
	views := make([]map[string]any, len(plans))
	for i, plan := range plans {
		views[i] = map[string]any{"index": i, "id": plan.ID, "name": plan.Name}
	}
	return views
}

// plansOf are the plans accounts have, in the order they first occur.
func plansOf(accounts []Account) []Plan {
	var plans []Plan
	seen := map[string]bool{}
	for i := range accounts {
		for _, plan := range accounts[i].Plans {
			if !seen[plan.ID] {
				seen[plan.ID] = true
				plans = append(plans, plan)
			}
		}
	}
	return plans
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}
