package panel

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"time"

	"syncproof/internal/upstream"
)

var (
	_ upstream.Responder = (*Panel)(nil)
	_ upstream.Peeker    = (*Panel)(nil)
)

// Respond answers a request. Its error says why the profile has no answer; what
// the panel itself would refuse is an answer.
func (p *Panel) Respond(ctx context.Context, r upstream.Request) (upstream.Reply, error) {
	return p.answer(ctx, r, false)
}

// Peek is what Respond would answer, without anything changing: no session is
// issued or used, no account is changed.
func (p *Panel) Peek(ctx context.Context, r upstream.Request) (upstream.Reply, error) {
	return p.answer(ctx, r, true)
}

// Failure is the panel's own error reply of a kind, one of the Error constants,
// as it would answer any request. false means that the profile has none.
func (p *Panel) Failure(ctx context.Context, kind string, r upstream.Request) (upstream.Reply, bool, error) {
	a := p.outset(ask(r))
	a.fail(p.profile, kind, "The panel reports an error.")
	if !a.reply.given {
		return upstream.Reply{}, false, nil
	}
	reply, err := p.render(ctx, a)
	return reply, true, err
}

// answered is a decision about a request: which reply with which values.
type answered struct {
	question *question
	reply    reply
	data     map[string]any
	link     string
	// pageSize and changed are told of in the reply.
	pageSize int
	changed  bool
}

func (a *answered) fail(p *Profile, kind, message string) {
	a.reply = p.errors[kind]
	a.data["message"] = message
	if !a.reply.given {
		// Panels without words of their own still have a status.
		a.reply.status = map[string]int{ErrorAuth: 401, ErrorNotFound: 404, ErrorBadRequest: 400, ErrorServer: 500}[kind]
		a.reply.kind = "text/plain"
	}
}

func (p *Panel) answer(ctx context.Context, r upstream.Request, dry bool) (upstream.Reply, error) {
	if err := ctx.Err(); err != nil {
		return upstream.Reply{}, err
	}
	q := ask(r)
	p.mu.Lock()
	a := p.decide(q, dry)
	p.mu.Unlock()
	return p.render(ctx, a)
}

// outset are the values every reply can use.
func (p *Panel) outset(q *question) *answered {
	return &answered{question: q, data: map[string]any{
		"message": "", "method": q.request.Method, "path": q.path, "scheme": q.request.Scheme, "host": q.request.Host,
		"session": "", "username": p.credentials.Username, "catalogue": plansView(p.plans), "panel": p.profile.Name,
	}}
}

// decide finds the route, checks who asks, and does what the route does.
func (p *Panel) decide(q *question, dry bool) *answered {
	a := p.outset(q)
	r, found := p.match(q)
	// Who may not ask is not told what there is.
	if (found && !r.open && !p.admitted(q, r.auth, dry)) || (!found && len(p.profile.auth) > 0 && !p.admitted(q, p.profile.auth, dry)) {
		a.fail(p.profile, ErrorAuth, "The credentials are missing or not valid.")
		return a
	}
	if !found {
		a.fail(p.profile, ErrorNotFound, "There is nothing that answers "+q.request.Method+" "+q.path+".")
		return a
	}
	a.reply = r.reply
	switch {
	case r.login && dry:
		a.data["session"] = p.token(p.issued + 1)
	case r.login:
		a.data["session"] = p.login()
	case r.logout && !dry:
		p.logout(q, r)
	}
	if r.account != nil && !p.showAccount(a, r, dry) {
		return a
	}
	if r.change != nil && r.change.do == "create" {
		p.create(a, r, dry)
	}
	if r.list != nil {
		p.showList(a, r.list)
	}
	return a
}

// match is the first route that fits.
func (p *Panel) match(q *question) (route, bool) {
	method := q.request.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	for _, r := range p.profile.routes {
		inPath, fits := r.path.match(q.path)
		if !fits || !slices.Contains(r.methods, method) {
			continue
		}
		q.inPath = inPath
		if q.meets(r.when) {
			return r, true
		}
	}
	q.inPath = nil
	return route{}, false
}

func (q *question) meets(all []condition) bool {
	for _, c := range all {
		if got, ok := q.value(c.part); !ok || !glob(c.want, got) {
			return false
		}
	}
	return true
}

// showAccount finds the account a route is about, changes it where the route
// does that, and says whether there is one.
func (p *Panel) showAccount(a *answered, r route, dry bool) bool {
	value, ok := a.question.value(r.account.from)
	if !ok {
		a.fail(p.profile, ErrorBadRequest, "The parameter "+r.account.from.name+" is missing.")
		return false
	}
	i := p.find(r.account.by, value)
	if i < 0 {
		a.fail(p.profile, ErrorNotFound, "There is no such account.")
		if r.account.missing.given {
			a.reply = r.account.missing
		}
		return false
	}
	account := p.accounts[i].clone()
	if r.change != nil && r.change.do == "set" {
		r.change.apply(&account, a.question, p.plans)
	}
	a.data["account"] = p.profile.view(&account, 0)
	if r.change == nil || dry {
		return true
	}
	a.changed = r.change.do == "delete" || !reflect.DeepEqual(p.accounts[i], account)
	if r.change.do == "delete" {
		p.accounts = slices.Delete(p.accounts, i, i+1)
	} else {
		p.accounts[i] = account
	}
	p.changed()
	return true
}

// maxAccounts bounds what clients can create.
const maxAccounts = 1_000_000

func (p *Panel) create(a *answered, r route, dry bool) {
	if len(p.accounts) >= maxAccounts {
		a.fail(p.profile, ErrorServer, "The panel is full.")
		return
	}
	account := fresh(len(p.accounts))
	r.change.apply(&account, a.question, p.plans)
	for n := len(p.accounts) + 1; account.ID == "" || p.find(ByID, account.ID) >= 0; n++ {
		account.ID = strconv.Itoa(n)
	}
	a.data["account"] = p.profile.view(&account, 0)
	if !dry {
		a.changed = true
		p.accounts = append(p.accounts, account)
		p.changed()
	}
}

// fresh is a new account, with what a panel gives every account itself. When it
// was made depends on nothing but how many there were: a panel that is played
// answers alike on every day.
func fresh(held int) Account {
	made := firstCreated().AddDate(10, 0, 0).Add(time.Duration(held) * time.Second)
	return Account{State: Active, Created: &made, IPv4: []string{"203.0.113." + strconv.Itoa(1+held%254)}}
}

func (c *change) apply(a *Account, q *question, plans []Plan) {
	for _, s := range c.set {
		a.put(s.field, s.value, plans)
	}
	for _, t := range c.take {
		if value, ok := q.value(t.from); ok {
			a.put(t.field, value, plans)
		}
	}
}

// render writes the reply that was decided on.
func (p *Panel) render(ctx context.Context, a *answered) (upstream.Reply, error) {
	from := func(name string) (string, error) {
		what, err := parsePart(name)
		if err != nil {
			return "", err
		}
		v, _ := a.question.value(what)
		return bounded(v)
	}
	reply := upstream.Reply{Status: a.reply.status, Header: http.Header{}, PageSize: a.pageSize, Changed: a.changed}
	if a.reply.kind != "" {
		reply.Header.Set("Content-Type", a.reply.kind)
	}
	if a.link != "" {
		reply.Header.Set("Link", a.link)
	}
	data := maps.Clone(a.data)
	data["status"], data[flagsKey] = a.reply.status, p.flags
	for _, h := range a.reply.headers {
		value, err := p.profile.templates.render(ctx, h.value, data, from)
		if err != nil {
			return upstream.Reply{}, fmt.Errorf("the panel profile has no header %s for this request: %w", h.name, err)
		}
		if len(value) > 0 {
			reply.Header.Add(h.name, string(value))
		}
	}
	body, err := p.profile.templates.render(ctx, a.reply.body, data, from)
	if err != nil {
		return upstream.Reply{}, fmt.Errorf("the panel profile has no reply for this request: %w", err)
	}
	if a.reply.body == nil && !a.reply.given {
		body = []byte(fmt.Sprint(a.data["message"], "\n"))
	}
	reply.Body = body
	return reply, nil
}
