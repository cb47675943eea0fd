package stubpanel

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOneAccount(t *testing.T) {
	listed := askList(t, Regular, "").Data
	for _, want := range listed[:2] {
		got := ask(t, Regular, "GET", "/api/v2/accounts/"+jsonText(t, want.ID), bearer(), "")
		var reply struct{ Data jsonAccount }
		if err := json.Unmarshal([]byte(got.body), &reply); got.status != http.StatusOK || err != nil {
			t.Fatalf("status %d, %v: %s", got.status, err, got.body)
		}
		if diff := cmp.Diff(want, reply.Data); diff != "" {
			t.Error(diff)
		}
	}
	for target, want := range map[string]int{
		"/api/v2/accounts/1": http.StatusNotFound, "/api/v2/accounts/x": http.StatusNotFound, "/api/v2/accounts/1001/more": http.StatusNotFound,
	} {
		if got := ask(t, Regular, "GET", target, bearer(), ""); got.status != want {
			t.Errorf("%s: status %d", target, got.status)
		}
	}
	if got := ask(t, Regular, "DELETE", "/api/v2/accounts/1001", bearer(), ""); got.status != http.StatusMethodNotAllowed {
		t.Errorf("DELETE: status %d", got.status)
	}
	if got := ask(t, Regular, "GET", "/api/v2/accounts/1001", "", ""); got.status != http.StatusUnauthorized {
		t.Errorf("without the key: status %d", got.status)
	}
}

func TestMarkingAsSeenChangesNothing(t *testing.T) {
	before := ask(t, Regular, "GET", "/api/v2/accounts", bearer(), "")
	if got := ask(t, Regular, "PUT", "/api/v2/accounts/seen", bearer(), ""); got.status != http.StatusOK || got.body != `{"seen":9}`+"\n" {
		t.Errorf("status %d: %s", got.status, got.body)
	}
	if got := ask(t, Regular, "PUT", "/api/v2/accounts/seen", "Bearer x", ""); got.status != http.StatusUnauthorized {
		t.Errorf("with another key: status %d", got.status)
	}
	if after := ask(t, Regular, "GET", "/api/v2/accounts", bearer(), ""); after.body != before.body {
		t.Error("the list is another one")
	}
}

func jsonText(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
