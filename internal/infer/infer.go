// Package infer makes a first panel profile from a recording: which reply lists
// the accounts, where their fields stand, how the list comes in pages, which
// requests are about one account, how a client shows who it is. What it cannot be
// certain of it says in the profile. A recording is foreign input: whatever stands
// in it, the result is a profile that can be played, or an error.
package infer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"syncproof/internal/panel"
	"syncproof/internal/recording"
)

// ErrNothing says that a recording shows no list of accounts. Its text is
// completed for the user.
var ErrNothing = errors.New("no profile can be made of this recording")

// maxExchanges bounds how many requests are looked at.
const maxExchanges = 5000

// Inferred is a profile and what stands in it.
type Inferred struct {
	// Profile is the YAML text, with comments that begin with "guessed:" and "TODO".
	Profile []byte
	// Accounts is how many accounts the recording shows, Routes how many routes the
	// profile has.
	Accounts, Routes int
	// Guessed and Missing count the comments.
	Guessed, Missing int
}

// Profile makes a profile of a recording.
func Profile(ctx context.Context, f *recording.File) (Inferred, error) {
	if len(f.Conversations) == 0 || len(f.Conversations[0].Entries) == 0 {
		return Inferred{}, fmt.Errorf("%w: there are no requests in it", ErrNothing)
	}
	if f.Empty {
		return Inferred{}, fmt.Errorf("%w: it is of a server without accounts; record one that has several", ErrNothing)
	}
	var exchanges []exchange
	for i, e := range f.Conversations[0].Entries {
		if err := ctx.Err(); err != nil {
			return Inferred{}, err
		}
		if i < maxExchanges {
			exchanges = append(exchanges, takeApart(e))
		}
	}
	s, err := study(exchanges, f)
	if err != nil {
		return Inferred{}, err
	}
	text := s.write()
	made := Inferred{Profile: []byte(text), Accounts: s.table.size, Guessed: strings.Count(text, "# guessed: "), Missing: strings.Count(text, "# TODO")}
	return made, s.proved(ctx, &made)
}

// proved plays the profile, as "panel check" does.
func (s *studied) proved(ctx context.Context, made *Inferred) error {
	p, err := panel.Read("profile", made.Profile)
	if err != nil {
		return fmt.Errorf("%w: what was made of it cannot be read: %w", ErrNothing, err)
	}
	for _, f := range panel.Check(ctx, p) {
		if f.Wrong {
			return fmt.Errorf("%w: what was made of it cannot be played: %s", ErrNothing, f.Message)
		}
	}
	made.Routes = p.Routes()
	return ctx.Err()
}

// studied is what was found out about a panel.
type studied struct {
	file   *recording.File
	table  *table
	lists  []*group
	others []*group
	// detail are groups of requests about one account each.
	details []*detail
	login   *session
	entry   *exchange
	who     credentials
	// ways are how requests authenticate, the most usual first.
	ways []way
}

// detail are the requests that ask for one account.
type detail struct {
	group
	by, from, path string
	accounts       []int
}

func study(exchanges []exchange, f *recording.File) (*studied, error) {
	s := &studied{file: f, who: credentialsOf(f)}
	groups := grouped(exchanges, (*exchange).shape)
	best, most := (*group)(nil), 0
	for _, g := range groups {
		score := g.bestList()
		// As many as the module made of it: hardly by chance.
		if score > 0 && len(g.records.per) == f.Accounts {
			score *= 10
		}
		if score > most {
			best, most = g, score
		}
	}
	if best == nil {
		return nil, fmt.Errorf("%w: no reply has a list of at least two accounts with an id, a user name or a domain. "+
			"Replies have to be JSON, XML or forms; record a server that has several accounts", ErrNothing)
	}
	s.table = newTable(best.records, best.fields)
	best.accounts = own(s.table.size)
	s.lists = append(s.lists, best)
	var rest []exchange
	for _, g := range groups {
		switch {
		case g == best:
		case g.listed && s.aboutAccounts(g):
			s.lists = append(s.lists, g)
			s.table.learn(g.fields, g.accounts)
		default:
			rest = append(rest, g.exchanges...)
		}
	}
	slices.SortStableFunc(rest, func(a, b exchange) int { return a.Request.N - b.Request.N })
	rest = s.takeLogin(exchanges, rest)
	rest = s.takeDetails(rest)
	s.others = grouped(rest, (*exchange).shape)
	s.takeWays(exchanges)
	return s, nil
}

func own(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

// aboutAccounts says that a second list is about the same accounts.
func (s *studied) aboutAccounts(g *group) bool {
	g.accounts = s.table.about(g.records)
	return g.accounts != nil
}

func credentialsOf(f *recording.File) credentials {
	c := credentials{secrets: map[string]string{}}
	c.username, _ = f.Params["serverusername"].(string)
	for name, value := range f.Canaries() {
		switch name {
		case "serverpassword":
			c.secrets["{password}"] = value
		case "serveraccesshash":
			c.secrets["{accesshash}"] = value
		}
	}
	return c
}

// takeLogin finds the request that opens a session, and takes it out of the rest.
func (s *studied) takeLogin(exchanges, rest []exchange) []exchange {
	listed := map[int]bool{}
	for i := range exchanges {
		listed[i] = !slices.ContainsFunc(rest, func(x exchange) bool { return x.Request.N == exchanges[i].Request.N })
	}
	s.login = login(exchanges, listed, s.table)
	if s.login == nil {
		return rest
	}
	s.entry = &exchanges[s.login.at]
	// Each login is answered by the same route.
	return slices.DeleteFunc(rest, func(x exchange) bool { return x.shape() == s.entry.shape() })
}

// takeDetails finds requests about one account each.
func (s *studied) takeDetails(rest []exchange) []exchange {
	var left []exchange
	by := map[string]*detail{}
	for _, x := range rest {
		field, from, path, account, ok := s.names(&x)
		if !ok || x.reply == nil {
			left = append(left, x)
			continue
		}
		shaped := x
		shaped.path = path
		key := field + " " + from + " " + shaped.shape()
		if by[key] == nil {
			by[key] = &detail{by: field, from: from, path: path}
			s.details = append(s.details, by[key])
		}
		by[key].exchanges, by[key].accounts = append(by[key].exchanges, x), append(by[key].accounts, account)
	}
	for _, d := range s.details {
		var roots []*value
		for _, x := range d.exchanges {
			roots = append(roots, x.reply.root)
		}
		d.records = merge(roots)
		d.fields = findFields(d.records)
		s.table.learn(d.fields, d.accounts)
	}
	return left
}

// names finds the account that a request names, and in which part.
func (s *studied) names(x *exchange) (field, from, path string, account int, ok bool) {
	segments := strings.Split(x.path, "/")
	for i := len(segments) - 1; i > 0; i-- {
		if f, a, known := s.table.account(segments[i]); known && len(segments[i]) > 1 {
			segments[i] = "{" + f + "}"
			return f, "path:" + f, strings.Join(segments, "/"), a, true
		}
	}
	for _, p := range x.parts {
		if !asks(p.name) || len(p.text) < 2 || isVerb(p.name) {
			continue
		}
		if f, a, known := s.table.account(p.text); known {
			return f, p.name, x.path, a, true
		}
	}
	return "", "", "", 0, false
}

// takeWays finds how requests authenticate.
func (s *studied) takeWays(exchanges []exchange) {
	count := map[string]int{}
	for i := range exchanges {
		x := &exchanges[i]
		w := s.who.shown(x)
		if s.login != nil && s.shows(x) {
			w = s.login.way
		}
		if len(w) == 0 || s.entry != nil && x.shape() == s.entry.shape() {
			continue
		}
		if count[w.key()] == 0 {
			s.ways = append(s.ways, w)
		}
		count[w.key()]++
	}
	slices.SortStableFunc(s.ways, func(a, b way) int { return count[b.key()] - count[a.key()] })
	if len(s.ways) > 20 {
		s.ways = s.ways[:20]
	}
}

// shows says that a request shows the session that was opened.
func (s *studied) shows(x *exchange) bool {
	text, ok := x.part(s.login.way[0].name)
	return ok && strings.Contains(text, s.login.value)
}
