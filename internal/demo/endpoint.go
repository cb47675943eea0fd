// Package demo holds what syncproof can be shown on without a module or PHP: a
// ListAccounts implementation behind the endpoint protocol, conformant or with
// the defect this tool exists for.
package demo

import (
	"encoding/json"
	"net/http"
)

// Module is the name of the demo implementation.
const Module = "demopanel"

// Endpoint answers the endpoint protocol with bare return values. With broken
// set it answers a failed panel with success and an empty list.
func Endpoint(broken bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var call struct {
			Function string         `json:"function"`
			Params   map[string]any `json:"params"`
		}
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&call); err != nil {
			http.Error(w, "the request is not a call", http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		// A client that is gone needs no answer.
		_ = json.NewEncoder(w).Encode(answer(call.Function, call.Params, broken))
	})
}

func answer(function string, params map[string]any, broken bool) any {
	switch function {
	case "MetaData":
		return map[string]any{
			"DisplayName": "Demo panel", "APIVersion": "1.1", "RequiresServer": true,
			"ListAccountsUniqueIdentifierDisplayName": "Domain",
			"ListAccountsUniqueIdentifierField":       "domain",
			"ListAccountsProductField":                "configoption1",
		}
	case "ConfigOptions":
		return map[string]any{"Plan": map[string]any{"Type": "dropdown", "Options": map[string]string{"basic": "Basic", "pro": "Professional"}}}
	case "ListAccounts":
		return list(params, broken)
	default:
		return map[string]any{"syncproof": 1, "missing": true}
	}
}

func list(params map[string]any, broken bool) any {
	switch {
	case params["serverhostname"] == nil && !broken:
		return map[string]any{"success": false, "error": "No server is configured."}
	case broken:
		return map[string]any{"success": true, "accounts": []any{}, "error": "Could not read the list of accounts."}
	}
	account := func(user, domain, plan, status string) map[string]string {
		return map[string]string{
			"email": user + "@" + domain, "username": user, "domain": domain, "uniqueIdentifier": domain,
			"product": plan, "primaryip": "192.0.2.10", "created": "2024-03-01 09:30:00", "status": status,
		}
	}
	return map[string]any{"success": true, "accounts": []any{
		account("alice", "alice.example", "basic", "Active"),
		account("bob", "bob.example", "pro", "Suspended"),
	}}
}
