package transcript

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"
)

// Fleet is accounts that the panel held which syncproof played: what a list of
// them should have said. Long fleets come in several events.
type Fleet struct {
	// Name is FleetAccounts for ordinary accounts, or that of a fleet whose
	// accounts are odd in one way.
	Name string `json:"fleet"`
	// Title says in a few words what is odd.
	Title string `json:"title,omitempty"`
	// From is how many accounts of the fleet earlier events held.
	From     int    `json:"from"`
	Accounts []Held `json:"accounts"`
}

// FleetAccounts is the fleet of ordinary accounts. A session in which the panel
// held fewer of them than were recorded held the first ones.
const FleetAccounts = "accounts"

// FleetPrefix begins the ids of the sessions in which a played panel held other
// accounts than in the rest of the run.
const FleetPrefix = "fleet:"

// FleetInstants is the fleet that is listed twice, the second time, in sessions
// whose ids end in InOtherZone, while PHP's own time zone is OtherZone.
const (
	FleetInstants = "instants"
	InOtherZone   = "@elsewhere"
	// OtherZone is nine hours ahead of UTC, all year.
	OtherZone      = "Etc/GMT-9"
	OtherZoneAhead = 9 * 60 * 60
)

// FleetID names such a session, and its call, by the fleet's name, and by how
// many accounts it has where they are ordinary.
func FleetID(fleet string, size int) string {
	if fleet == FleetAccounts {
		return FleetPrefix + strconv.Itoa(size)
	}
	return FleetPrefix + fleet
}

var errFleetGap = errors.New("accounts of a fleet are missing")

// Held is an account as the panel knew it. Empty texts and lists stand for what
// it did not know.
type Held struct {
	ID       string     `json:"id"`
	Username string     `json:"username"`
	Domain   string     `json:"domain"`
	Aliases  []string   `json:"aliases,omitempty"`
	Email    string     `json:"email"`
	Plans    []HeldPlan `json:"plans,omitempty"`
	IPv4     []string   `json:"ipv4,omitempty"`
	IPv6     []string   `json:"ipv6,omitempty"`
	// Created is RFC 3339, in the zone the panel wrote it in.
	Created string `json:"created,omitempty"`
	// State is the profile's name of the account's state and Word the panel's.
	State string `json:"state"`
	Word  string `json:"word"`
	// Status is the WHMCS status the profile declares to be right for it, "" when
	// it declares none.
	Status string `json:"status,omitempty"`
}

// HeldPlan is a plan as the panel knew it.
type HeldPlan struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// PlantedPrefix begins every planted password.
const PlantedPrefix = "pw-"

// PlantedPassword is the password that an account of a played panel has: a secret
// that is in no list of accounts by right.
func PlantedPassword(id string) string {
	sum := sha256.Sum256([]byte("password of " + id))
	return PlantedPrefix + hex.EncodeToString(sum[:9])
}

// foldFleet adds accounts to a fleet.
func (t *Transcript) foldFleet(f *Fleet) error {
	known := t.fleet(f.Name)
	if known == nil {
		t.fleets = append(t.fleets, &Fleet{Name: f.Name, Title: f.Title})
		known = t.fleets[len(t.fleets)-1]
	}
	if f.From != len(known.Accounts) {
		return errFleetGap
	}
	known.Accounts = append(known.Accounts, f.Accounts...)
	return nil
}

func (t *Transcript) fleet(name string) *Fleet {
	for _, f := range t.fleets {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// Fleet returns the accounts the panel held in a session, and what is odd about
// them; false when no panel was played there, or when it is not recorded what it
// held.
func (t *Transcript) Fleet(s *Session) (Fleet, bool) {
	if s == nil || s.Upstream == nil || s.Upstream.Fleet == "" {
		return Fleet{}, false
	}
	f := t.fleet(s.Upstream.Fleet)
	if f == nil || s.Upstream.Size > len(f.Accounts) || s.Upstream.Size < 0 {
		return Fleet{}, false
	}
	part := *f
	part.Accounts = f.Accounts[:s.Upstream.Size:s.Upstream.Size]
	return part, true
}
