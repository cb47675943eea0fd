package panel

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"
)

// MaxFleet bounds how many accounts a fleet may have.
const MaxFleet = 1_000_000

// Fleet makes size ordinary accounts, the same for the same seed. A smaller fleet
// is the beginning of a larger one of the same seed. Ids, user names and domains
// are unique; about one account in ten is suspended, and not all have aliases and
// IPv6 addresses.
func Fleet(seed uint64, size int) []Account {
	r := rand.New(rand.NewPCG(seed, 0x666c656574))
	fleet := make([]Account, 0, max(0, min(size, MaxFleet)))
	for i := range cap(fleet) {
		fleet = append(fleet, ordinary(r, i))
	}
	return fleet
}

// Plans are the plans ordinary accounts have.
func Plans() []Plan {
	return []Plan{{"plan_s", "Starter 10 GB"}, {"plan_m", "Business 50 GB"}, {"plan_l", "Agency & Resellers"}}
}

func syllables() []string {
	return []string{"an", "ber", "ca", "do", "el", "fi", "go", "hu", "in", "jo", "ka", "lu", "mo", "ni", "or", "pe", "qua", "ro", "se", "tu", "ul", "va", "wi", "yo", "ze"}
}

// firstCreated is when the first accounts can have been made; created adds at most
// nine years to it.
func firstCreated() time.Time { return time.Date(2016, 1, 1, 0, 0, 0, 0, time.UTC) }

const nineYears = 9 * 365 * 24 * 60 * 60

func ordinary(r *rand.Rand, i int) Account {
	words := syllables()
	word := func() string { return words[r.IntN(len(words))] }
	// The number makes the name unique; base 36 keeps it as short as panels like.
	username := word() + word() + strconv.FormatInt(int64(i), 36)
	domain := username + "-" + word() + word() + ".example"
	created := firstCreated().Add(time.Duration(r.IntN(nineYears)) * time.Second)
	plans := Plans()
	a := Account{
		ID: strconv.Itoa(1001 + i), Username: username, Domain: domain, Name: title(word()+word()) + " " + title(word()+word()),
		Email: "info@" + domain, Plans: plans[r.IntN(len(plans)):][:1:1], Created: &created, State: Active,
		IPv4: []string{fmt.Sprintf("%s.%d", []string{"192.0.2", "198.51.100", "203.0.113"}[r.IntN(3)], 1+r.IntN(254))},
	}
	if r.IntN(10) == 0 {
		a.State = Suspended
	}
	if r.IntN(4) == 0 {
		a.IPv6 = []string{fmt.Sprintf("2001:db8:%x::%x:%x", 1+r.IntN(0xfffe), 1+i>>16, i&0xffff)}
	}
	if r.IntN(5) == 0 {
		a.Aliases = []string{username + ".test"}
	}
	return a
}

func title(s string) string { return string(s[0]-'a'+'A') + s[1:] }
