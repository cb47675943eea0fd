package stubpanel

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// jsonAccount is an account as the JSON API shows it.
type jsonAccount struct {
	ID         int       `json:"id"`
	ExternalID *string   `json:"external_id"`
	Customer   string    `json:"customer"`
	Login      string    `json:"login"`
	Name       string    `json:"name"`
	Email      *string   `json:"email"`
	Domain     string    `json:"domain"`
	Aliases    []string  `json:"aliases"`
	Plan       *Plan     `json:"plan"`
	Addresses  addresses `json:"addresses"`
	State      string    `json:"state"`
	CreatedAt  *string   `json:"created_at"`
	// ExpiresAt marks accounts without an end, which is all of them, by a date
	// far away, as panels like to.
	ExpiresAt     string `json:"expires_at"`
	UptimeSeconds int    `json:"uptime_seconds"`
}

type addresses struct {
	V4 []string `json:"v4"`
	V6 []string `json:"v6"`
}

const never = "2099-12-31T23:59:59Z"

func jsonView(a Account) jsonAccount {
	return jsonAccount{
		ID: a.ID, ExternalID: orNull(a.ExternalID), Customer: a.Customer, Login: a.Login, Name: a.Name,
		Email: orNull(a.Email), Domain: a.Domain, Aliases: orEmpty(a.Aliases), Plan: planOrNull(a.Plan),
		Addresses: addresses{V4: orEmpty(a.IPv4), V6: orEmpty(a.IPv6)},
		State:     a.State, CreatedAt: orNull(a.CreatedAt), ExpiresAt: never, UptimeSeconds: a.UptimeSeconds,
	}
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func planOrNull(id string) *Plan {
	for _, p := range Plans() {
		if p.ID == id {
			return &p
		}
	}
	return nil
}

// page is one page of any list.
type page struct {
	Data    any `json:"data"`
	Page    int `json:"page"`
	PerPage int `json:"per_page"`
	Pages   int `json:"pages"`
	Total   int `json:"total"`
}

// jsonOnly lets authenticated GET requests through.
func (p *panel) jsonOnly(next http.HandlerFunc) http.HandlerFunc {
	return p.authorized(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			w.Header().Set("Allow", http.MethodGet)
			writeJSONError(w, http.StatusMethodNotAllowed, "method_not_allowed", "Only GET is supported here.")
			return
		}
		next(w, r)
	})
}

// authorized lets authenticated requests through.
func (p *panel) authorized(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token, isBearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !isBearer || !same(token, p.credentials.AccessHash) && !same(token, p.token()) {
			w.Header().Set("WWW-Authenticate", `Bearer realm="panel"`)
			writeJSONError(w, http.StatusUnauthorized, "unauthorized", "The access hash is missing or not valid.")
			return
		}
		next(w, r)
	}
}

// token opens the lists to whoever opened a session. It never expires.
func (p *panel) token() string {
	sum := sha256.Sum256([]byte("session of " + p.credentials.AccessHash))
	return hex.EncodeToString(sum[:])
}

// openSession gives a token for the access hash.
func (p *panel) openSession(w http.ResponseWriter, r *http.Request) {
	var login struct {
		Key string `json:"key"`
	}
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)).Decode(&login)
	switch {
	case err != nil:
		writeJSONError(w, http.StatusBadRequest, "bad_request", "The body is not JSON.")
	case !same(login.Key, p.credentials.AccessHash):
		writeJSONError(w, http.StatusUnauthorized, "unauthorized", "The key is not valid.")
	default:
		writeJSON(w, http.StatusOK, map[string]string{"token": p.token()})
	}
}

func (p *panel) listAccounts(w http.ResponseWriter, r *http.Request) {
	number, okPage := positive(r, "page", 1)
	size, okSize := positive(r, "per_page", 25)
	if !okPage || !okSize {
		writeJSONError(w, http.StatusBadRequest, "bad_request", "page and per_page must be whole numbers from 1.")
		return
	}
	size = min(size, p.maxPage)
	views := []jsonAccount{}
	for _, a := range window(p.fleet, (number-1)*size, size) {
		views = append(views, jsonView(a))
	}
	writeJSON(w, http.StatusOK, page{
		Data: views, Page: number, PerPage: size,
		Pages: (len(p.fleet) + size - 1) / size, Total: len(p.fleet),
	})
}

// showAccount answers with one account, found by its id.
func (p *panel) showAccount(w http.ResponseWriter, r *http.Request) {
	if a := p.account(r.PathValue("id")); a != nil {
		writeJSON(w, http.StatusOK, map[string]jsonAccount{"data": jsonView(*a)})
		return
	}
	writeJSONError(w, http.StatusNotFound, "not_found", "There is no such account.")
}

// markSeen stands for all requests that change something. It changes nothing, so
// that several modules can be tested against one panel.
func (p *panel) markSeen(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]int{"seen": len(p.fleet)})
}

func (p *panel) account(id string) *Account {
	for i := range p.fleet {
		if strconv.Itoa(p.fleet[i].ID) == id {
			return &p.fleet[i]
		}
	}
	return nil
}

func (p *panel) listPlans(w http.ResponseWriter, _ *http.Request) {
	plans := Plans()
	writeJSON(w, http.StatusOK, page{Data: plans, Page: 1, PerPage: len(plans), Pages: 1, Total: len(plans)})
}

// window is the part of a list that begins at offset, and is empty beyond its
// end.
func window(fleet []Account, offset, size int) []Account {
	if offset < 0 || offset >= len(fleet) {
		return nil
	}
	return fleet[offset:min(offset+size, len(fleet))]
}

// positive reads a whole number of at least 1 and at most a million.
func positive(r *http.Request, name string, otherwise int) (int, bool) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return otherwise, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= 1 && n <= 1_000_000
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	// The only error left is a client that went away.
	_ = encoder.Encode(body)
}

func writeJSONError(w http.ResponseWriter, status int, code, message string) {
	type object struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}
	writeJSON(w, status, map[string]object{"error": {code, message}})
}
