package panel_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"syncproof/fixtures/panels"
	"syncproof/internal/panel"
)

// credentials hold what badly written clients break.
func credentials() panel.Credentials {
	return panel.Credentials{Username: "sync-operator", Password: `pä:ss <w&rd> +%41'"`, AccessHash: "hash-8f14e45f"}
}

// shipped reads a profile that comes with syncproof.
func shipped(t testing.TB, name string) *panel.Profile {
	t.Helper()
	raw, err := panels.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	p, err := panel.Read(name+".yaml", raw)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// client talks to a panel over HTTP.
type client struct {
	t     *testing.T
	panel *panel.Panel
	url   string
}

func start(t *testing.T, p *panel.Profile, fleet []panel.Account) client {
	t.Helper()
	played := panel.New(p, fleet, credentials())
	server := httptest.NewServer(played)
	t.Cleanup(server.Close)
	return client{t, played, server.URL}
}

// ask sends a request; headers are given as name and value in turn.
func (c client) ask(method, target, body string, headers ...string) (int, http.Header, string) {
	c.t.Helper()
	if !strings.HasPrefix(target, "http") {
		target = c.url + target
	}
	r, err := http.NewRequest(method, target, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	reply, err := http.DefaultClient.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer reply.Body.Close()
	raw, err := io.ReadAll(reply.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return reply.StatusCode, reply.Header, string(raw)
}

// want sends a request and wants that status.
func (c client) want(status int, method, target, body string, headers ...string) string {
	c.t.Helper()
	got, _, reply := c.ask(method, target, body, headers...)
	if got != status {
		c.t.Fatalf("%s %s: status %d, want %d: %s", method, target, got, status, reply)
	}
	return reply
}

func decode[T any](t *testing.T, raw string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(raw), &v); err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	return v
}

type restPage struct {
	Data []struct {
		ID    json.Number
		Login string
		State string
	}
	Page, Pages, Total int
}

func TestRESTProfile(t *testing.T) {
	fleet := panel.Fleet(7, 53)
	c := start(t, shipped(t, "rest"), fleet)
	before := c.panel.State()

	c.want(401, "GET", "/api/v2/accounts", "")
	c.want(401, "GET", "/api/v2/accounts", "", "Authorization", "Bearer ")
	c.want(401, "GET", "/api/v2/accounts", "", "Authorization", "Bearer hash-8f14e45g")
	c.want(401, "GET", "/api/v2/nothing", "")
	c.want(401, "POST", "/api/v2/sessions", `{"key": "wrong"}`)
	login := decode[struct{ Token string }](t, c.want(200, "POST", "/api/v2/sessions", `{"key": "hash-8f14e45f"}`))
	auth := []string{"Authorization", "bearer " + login.Token}

	var got []string
	pages := 1
	for n := 1; n <= pages; n++ {
		page := decode[restPage](t, c.want(200, "GET", fmt.Sprintf("/api/v2/accounts?page=%d", n), "", auth...))
		if page.Total != 53 || page.Page != n || page.Pages != 3 {
			t.Fatalf("page %d: %+v", n, page)
		}
		pages = page.Pages
		for _, a := range page.Data {
			got = append(got, a.ID.String()+" "+a.Login+" "+a.State)
		}
	}
	var want []string
	for _, a := range fleet {
		want = append(want, a.ID+" "+a.Username+" "+a.State)
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if page := decode[restPage](t, c.want(200, "GET", "/api/v2/accounts?page=9&per_page=1000", "", auth...)); len(page.Data) != 0 || page.Pages != 1 {
		t.Errorf("beyond the end: %+v", page)
	}
	for _, bad := range []string{"page=0", "page=x", "page=-1", "per_page=0", "page=99999999999999999999"} {
		c.want(400, "GET", "/api/v2/accounts?"+bad, "", auth...)
	}
	c.want(200, "GET", "/api/v2/plans", "", auth...)
	c.want(200, "GET", "/api/v2/accounts/"+fleet[3].ID, "", auth...)
	if body := c.want(404, "GET", "/api/v2/accounts/999999", "", auth...); !strings.Contains(body, `"not_found"`) {
		t.Errorf("an unknown account: %s", body)
	}
	if c.panel.State() != before {
		t.Error("reading changed the state")
	}
	if body := c.want(200, "POST", "/api/v2/accounts/"+fleet[3].ID+"/suspend", "", auth...); !strings.Contains(body, `"state": "suspended"`) {
		t.Errorf("suspended: %s", body)
	}
	if c.panel.State() == before {
		t.Error("a change left the state as it was")
	}
	c.want(204, "DELETE", "/api/v2/sessions", "", auth...)
	c.want(401, "GET", "/api/v2/accounts", "", auth...)
}
