package endpoint_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"syncproof/internal/target/endpoint"
)

func TestModuleName(t *testing.T) {
	tests := []struct{ url, given, want, problem string }{
		{"https://h/acme.php", "", "acme", ""},
		{"https://h/acme", "", "acme", ""},
		{"https://h/x/acme/", "", "acme", ""},
		{"https://h/acme.php", "other", "other", ""},
		{"https://h/bridge.php", "acme_2", "acme_2", ""},
		{"https://h/bridge.php", "", "", "the address https://h/bridge.php does not tell the module's name: add --module NAME, the prefix of its functions (acme for acme_ListAccounts)"},
		{"https://h/index.php", "", "", "the address https://h/index.php does not tell the module's name: add --module NAME, the prefix of its functions (acme for acme_ListAccounts)"},
		{"https://u:p@h?k=v", "", "", "the address https://h?… does not tell the module's name: add --module NAME, the prefix of its functions (acme for acme_ListAccounts)"},
		{"https://h/my-module.php", "", "", "the address https://h/my-module.php does not tell the module's name: add --module NAME, the prefix of its functions (acme for acme_ListAccounts)"},
		{"https://h/acme.php", "my-module", "", `--module "my-module" cannot be the name of a module: a PHP function's name cannot begin with it`},
	}
	for _, tt := range tests {
		t.Run(tt.url+" "+tt.given, func(t *testing.T) {
			e, err := endpoint.New(endpoint.Options{URL: tt.url, Module: tt.given})
			if tt.problem != "" {
				if err == nil || err.Error() != tt.problem {
					t.Fatalf("error %v, want %q", err, tt.problem)
				}
				return
			}
			if err != nil {
				t.Fatalf("New: %v", err)
			}
			d, err := e.Describe(t.Context())
			if err != nil || d.Target.Module != tt.want {
				t.Errorf("module %q, %v; want %q", d.Target.Module, err, tt.want)
			}
		})
	}
}

const unreadable = "the endpoint's address cannot be read; it must look like https://dev.example.com/acme.php " +
	"(in a user name or password, write @ as %40, : as %3A, / as %2F, and % as %25)"

func TestBadOptions(t *testing.T) {
	folder := t.TempDir()
	empty := filepath.Join(folder, "empty.pem")
	if err := os.WriteFile(empty, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	const address = "https://h/acme.php"
	tests := []struct {
		name    string
		options endpoint.Options
		want    string
	}{
		{"no address", endpoint.Options{}, unreadable},
		{"no scheme", endpoint.Options{URL: "h/acme.php"}, unreadable},
		{"opaque", endpoint.Options{URL: "https:h/acme.php"}, unreadable},
		{"a password that breaks the address", endpoint.Options{URL: "https://u:s3cret/%@h/acme.php"}, unreadable},
		{"no host", endpoint.Options{URL: "https://:443/acme.php"}, "the endpoint's address names no host"},
		{"another scheme", endpoint.Options{URL: "ftp://h/acme.php"}, "the endpoint's address begins with ftp://; it must begin with http:// or https://"},
		{"a line break in the token", endpoint.Options{URL: address, Token: "a\r\nb"}, ""},
		{"a header that is none", endpoint.Options{URL: address, Header: http.Header{"a b": {"c"}}}, `"a b" cannot be the name of an HTTP header`},
		{
			"a header value that is none", endpoint.Options{URL: address, Header: http.Header{"X-A": {"s3cret\n"}}},
			"the token, or the value of the header X-A, holds a line break or another character that HTTP does not allow",
		},
		{
			"no certificates", endpoint.Options{URL: address, CAFile: empty},
			"the file of certificates to trust, " + empty + ", holds none in PEM form (-----BEGIN CERTIFICATE-----)",
		},
		{"no certificate file", endpoint.Options{URL: address, CAFile: filepath.Join(folder, "none.pem")}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := endpoint.New(tt.options)
			if err == nil {
				t.Fatal("no error")
			}
			if tt.want != "" && err.Error() != tt.want {
				t.Errorf("error %q, want %q", err, tt.want)
			}
			assertNowhere(t, err.Error(), "s3cret")
		})
	}
}

// FuzzAddress: whatever is given as an address, no credential in it is shown.
func FuzzAddress(f *testing.F) {
	for _, seed := range []string{
		"https://u:p@h/acme.php", "https://u:p%40@h:8443/a?k=v#f", "http://u:@h", "https://[::1]:1/?a", "https://u:a/b@h", "//u:p@h", "h", "https://h/%zz",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := endpoint.New(endpoint.Options{URL: text, Module: "acme"})
		u, parseErr := url.Parse(text)
		if parseErr != nil {
			if err == nil || err.Error() != unreadable {
				t.Fatalf("error %v for an address that cannot be read", err)
			}
			return
		}
		if err != nil {
			return
		}
		d, err := e.Describe(t.Context())
		if err != nil {
			t.Fatalf("Describe: %v", err)
		}
		want := u.Scheme + "://" + u.Host + u.EscapedPath()
		if u.RawQuery != "" {
			want += "?…"
		}
		if got := d.Target.Ref; got != want && got != strings.Replace(want, u.Host, escapedHost(u), 1) {
			t.Errorf("shown as %q, want %q", got, want)
		}
		if password, ok := u.User.Password(); ok && password != "" && e.Secrets()["endpoint password"] != password {
			t.Error("the password is not named as a secret")
		}
	})
}

// escapedHost is the host as an address writes it.
func escapedHost(u *url.URL) string {
	return strings.TrimPrefix((&url.URL{Host: u.Host}).String(), "//")
}
