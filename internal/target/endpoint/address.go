package endpoint

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"strings"
)

// address is where the endpoint is.
type address struct {
	// url is what is requested, without credentials.
	url  *url.URL
	user *url.Userinfo
	// shown is the address as messages and transcripts show it: the query may
	// hold a key, so it is left out.
	shown string
}

// parseAddress reads an address. Its errors never repeat it, since what cannot
// be read may be a password in the wrong place.
func parseAddress(text string) (address, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Opaque != "" {
		return address{}, errors.New("the endpoint's address cannot be read; it must look like https://dev.example.com/acme.php " +
			"(in a user name or password, write @ as %40, : as %3A, / as %2F, and % as %25)")
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return address{}, fmt.Errorf("the endpoint's address begins with %s://; it must begin with http:// or https://", u.Scheme)
	}
	if u.Hostname() == "" {
		return address{}, errors.New("the endpoint's address names no host")
	}
	a := address{url: u, user: u.User}
	u.User, u.Fragment, u.RawFragment = nil, "", ""
	a.shown = show(u)
	return a, nil
}

// show writes an address without what may be secret in it.
func show(u *url.URL) string {
	public := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}
	if u.RawQuery != "" {
		return public.String() + "?…"
	}
	return public.String()
}

// moduleName is the name that was given, or the last part of the address.
func moduleName(a address, given string) (string, error) {
	if given != "" {
		if !isName(given) {
			return "", fmt.Errorf("--module %q cannot be the name of a module: a PHP function's name cannot begin with it", given)
		}
		return given, nil
	}
	last := path.Base(a.url.Path)
	name := strings.TrimSuffix(last, path.Ext(last))
	if !isName(name) || name == "bridge" || name == "index" {
		return "", fmt.Errorf("the address %s does not tell the module's name: add --module NAME, the prefix of its functions (acme for acme_ListAccounts)", a.shown)
	}
	return name, nil
}

// isName reports whether a PHP function's name can begin with name.
func isName(name string) bool {
	return regexp.MustCompile(`^[A-Za-z_\x{80}-\x{10FFFF}][A-Za-z0-9_\x{80}-\x{10FFFF}]*$`).MatchString(name)
}
