package request

import (
	"slices"
	"strings"
	"testing"
)

func TestIntentOfNames(t *testing.T) {
	for want, names := range map[Intent][]string{
		Reads: {
			"list", "listAccounts", "ListAccounts", "list_accounts", "LIST-ACCOUNTS", "listaccts", "accountlist", "getHTTPStatus", "HTTPGet",
			"accounts.list", "account.getDeleted", "client/accounts/list", "urn:panel#ListAccounts", "http://panel.example/Service/GetAll",
			"CMD_API_SHOW_ALL_USERS", "get_add_ons", "find_new_accounts", "listUpdates", "search_settings", "status", "server_info", "accountsummary_status",
			"/api/v1/accounts/search", "/api/search/annaberg", "describe_set", "getSettings", "show_edit_form", "listNewAccounts", "lookUpAccount",
			"/query/jobs", "version", "ping", "count_all", "userinfo", "domaininfo", "get_updates_and_more_no", "v2/list/v3",
			// Signing in and out.
			"login", "auth.login", "/api/v2/sessions", "createSession", "session_destroy", "/oauth2/token", "getToken", "sign-in", "log_out",
			"/v1/auth/tokens", "delete_token", "api_login", "refreshToken", "authenticate",
		},
		Writes: {
			"create", "createAccount", "accounts.create", "createacct", "modifyacct", "killacct", "removeacct", "accounts/1001/suspend", "UnsuspendAccount", "setStatus",
			"set_password", "status_update", "update_account", "account.update", "user-create", "accounts/update", "password_change", "delete_all_logs",
			"/accounts/suspend/annaberg", "terminate", "disableUser", "enable", "account_delete", "list/delete", "resetCounters", "drop", "rename_domain",
			"touch", "/accounts/*/touch", "move", "install", "upgrade_account", "edit", "new", "accounts/new", "create_user_session_settings", "login_disable",
			"reset_stats", "set_info", "account.set",
		},
		Unsaid: {
			"", "/", "...", "rpc", "/api/v1/rpc", "api.php", "accounts", "settings", "address", "addresses", "newsletter", "updates", "created", "deleted",
			"getaway", "setup", "reader", "counter", "add-ons", "addon", "record_set", "dataset", "changelog", "change_log", "update_history", "new_accounts_list",
			"find_or_create", "search_and_delete", "reset_query", "upgrade_options", "install_status", "update_status_x", "/auth/users", "/sessions/accounts",
			"/update/accounts", "process", "run", "execute", "42", "v2", "\xff\xfe", "münchen",
		},
	} {
		for _, name := range names {
			if got := intentOfName(name); got != want {
				t.Errorf("%q: got %d, want %d", name, got, want)
			}
		}
	}
}

func TestWordsOf(t *testing.T) {
	for name, want := range map[string]string{
		"listAccounts": "list accounts", "getHTTPStatus": "get http status", "HTTPGet": "http get", "LIST_ALL": "list all", "list-add-ons": "list addons",
		"listaccts": "list accts", "accountlist": "account list", "settings": "settings", "Sign-In": "signin", "": "", "v2": "v2", "ÄndereKonto": "ändere konto",
		"listener": "listener", "--": "",
	} {
		if got := strings.Join(wordsOf(name), " "); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func FuzzIntentOfName(f *testing.F) {
	for _, seed := range []string{"listAccounts", "a.b/c:d", "\xff", "CMD_API", "ÀÉÎ", "////"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		in := intentOfName(name)
		if !slices.Contains([]Intent{Unsaid, Reads, Writes}, in) {
			t.Errorf("%q: got %d", name, in)
		}
		if strings.Join(wordsOf(name), "") == "" && in != Unsaid {
			t.Errorf("%q has no words but says %d", name, in)
		}
	})
}
