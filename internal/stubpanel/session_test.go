package stubpanel

import (
	"encoding/json"
	"net/http"
	"testing"
)

func TestSessions(t *testing.T) {
	got := ask(t, Regular, "POST", "/api/v2/sessions", "", `{"key":"`+DefaultCredentials().AccessHash+`"}`)
	var opened struct{ Token string }
	if err := json.Unmarshal([]byte(got.body), &opened); err != nil || got.status != http.StatusOK || opened.Token == "" {
		t.Fatalf("got %d %s: %v", got.status, got.body, err)
	}
	if list := ask(t, Regular, "GET", "/api/v2/accounts", "Bearer "+opened.Token, ""); list.status != http.StatusOK {
		t.Errorf("the token opens nothing: %d %s", list.status, list.body)
	}
	for body, want := range map[string]int{`{"key":"wrong"}`: 401, `{}`: 401, `not JSON`: 400} {
		if got := ask(t, Regular, "POST", "/api/v2/sessions", "", body); got.status != want {
			t.Errorf("%s: got %d %s, want %d", body, got.status, got.body, want)
		}
	}
	if got := ask(t, Regular, "GET", "/api/v2/sessions", bearer(), ""); got.status != http.StatusNotFound {
		t.Errorf("GET: got %d %s", got.status, got.body)
	}
}
