// Package panel plays a vendor's control panel from a profile: a YAML file that
// says how the panel's API answers, as templates over a fleet of accounts. A
// profile is foreign input: reading and playing one is bounded in size, time and
// memory, and its templates reach neither files nor the network.
package panel

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
)

// Credentials are what a client has to present: the parameters of the server
// that the module is given. An empty one opens nothing.
type Credentials struct {
	Username   string
	Password   string
	AccessHash string
}

// Panel answers requests as its profile says. It may be used from several
// goroutines; what it answers depends on the profile, the fleet, the credentials
// and the requests so far only.
type Panel struct {
	profile     *Profile
	credentials Credentials

	mu       sync.Mutex
	accounts []Account
	sorted   map[string][]Account
	index    map[string]map[string]int
	plans    []Plan
	flags    string
	state    string
	sessions map[string]*session
	issued   int
	// behaviour is what it does wrong with lists, "" for nothing; see Behave.
	behaviour string
	chosen    uint64
}

// New returns a panel that holds the fleet. Changes its clients make stay inside
// the panel.
func New(p *Profile, fleet []Account, c Credentials) *Panel {
	played := &Panel{profile: p, credentials: c, accounts: slices.Clone(fleet), sessions: map[string]*session{}}
	played.plans = plansOf(played.accounts)
	for _, a := range fleet {
		played.flags = or(a.Flags, played.flags)
	}
	return played
}

// Accounts are the accounts as the panel holds them now.
func (p *Panel) Accounts() []Account {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.accounts)
}

// State is a digest of everything the panel holds about its accounts. It changes
// when, and only when, a request changed one of them: logging in does not.
func (p *Panel) State() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.state == "" {
		sum := sha256.New()
		encoder := json.NewEncoder(sum)
		for i := range p.accounts {
			// An account holds only text, lists and a time, which always encode.
			_ = encoder.Encode(p.accounts[i])
		}
		p.state = hex.EncodeToString(sum.Sum(nil))
	}
	return p.state
}

// changed forgets what was derived from the accounts.
func (p *Panel) changed() {
	p.state, p.sorted, p.index = "", nil, nil
}

// find is the position of the account whose field is value, -1 for none. Of
// several the first counts.
func (p *Panel) find(field, value string) int {
	if p.index[field] == nil {
		known := make(map[string]int, len(p.accounts))
		for i := range p.accounts {
			key := p.accounts[i].field(field)
			if _, twice := known[key]; !twice {
				known[key] = i
			}
		}
		if p.index == nil {
			p.index = map[string]map[string]int{}
		}
		p.index[field] = known
	}
	if i, ok := p.index[field][value]; ok {
		return i
	}
	return -1
}

// listed are the accounts in the order a list shows them.
func (p *Panel) listed(by string) []Account {
	if by == "" {
		return p.accounts
	}
	if p.sorted[by] == nil {
		list := slices.Clone(p.accounts)
		slices.SortStableFunc(list, func(a, b Account) int {
			x, y := a.field(by), b.field(by)
			// Ids count upwards whatever their length.
			if by == ByID && len(x) != len(y) {
				return len(x) - len(y)
			}
			if x < y {
				return -1
			}
			if x > y {
				return 1
			}
			return 0
		})
		if p.sorted == nil {
			p.sorted = map[string][]Account{}
		}
		p.sorted[by] = list
	}
	return p.sorted[by]
}

// session is one login.
type session struct {
	used int
}

// maxSessions bounds how many sessions are kept.
const maxSessions = 10_000

// token is the token of the n-th login. It looks like no other value a panel
// gives and is the same in every run.
func (p *Panel) token(n int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "session %d of %s", n, p.profile.Name))
	return hex.EncodeToString(sum[:20])
}

// login issues a session.
func (p *Panel) login() string {
	if len(p.sessions) >= maxSessions {
		clear(p.sessions)
	}
	p.issued++
	t := p.token(p.issued)
	p.sessions[t] = &session{}
	return t
}

// ExpireSessions ends every session, as a panel does after a restart.
func (p *Panel) ExpireSessions() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.sessions)
}
