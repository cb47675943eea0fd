package config

import (
	"errors"
	"net/netip"
	"regexp"
	"strings"
)

// What the module is called with when no server was named. Nothing here can
// reach anybody: .invalid is never resolved (RFC 2606) and 192.0.2.0/24 is never
// routed (RFC 5737). The secrets are recognisable, so that a leak can be told
// even without a real server.
const (
	nobodyHostname   = "panel.syncproof.invalid"
	nobodyIP         = "192.0.2.1"
	nobodyPort       = "2087"
	nobodyUsername   = "syncproof"
	canaryPassword   = "syncproof-canary-password-7f3a9c"
	canaryAccessHash = "syncproof-canary-accesshash-d41e08"
)

// Names of secrets, as redacted text shows them.
const (
	SecretPassword      = "serverpassword"
	SecretAccessHash    = "serveraccesshash"
	SecretEndpointToken = "endpointtoken"
)

// Params builds the ten parameters ListAccounts is called with, as WHMCS
// documents them for calls about a server
// (https://developers.whmcs.com/provisioning-modules/usage-metrics/), and
// returns the secrets among them, and the run's other secrets, by name. getenv
// returns a variable's value, "" when it is not set. A variable that is named
// but not set is an *Error.
//
// Without a server the parameters lead nowhere and hold made-up secrets. With
// one, what was not given is empty, the port and the address included: host
// names are not looked up.
func (c Config) Params(getenv func(string) string) (params map[string]any, secrets map[string]string, err error) {
	s := c.Server
	secrets = map[string]string{}
	password, err1 := c.secret(getenv, "server.password_env", s.PasswordEnv)
	hash, err2 := c.secret(getenv, "server.accesshash_env", s.AccessHashEnv)
	token, err3 := c.Token(getenv)
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, nil, err
	}
	hostname, ip, port, username := s.Hostname, s.address(), s.Port, s.Username
	if !s.Live() {
		if err := c.nobodyToTell(); err != nil {
			return nil, nil, err
		}
		hostname, ip, password, hash = nobodyHostname, nobodyIP, canaryPassword, canaryAccessHash
		port, username = or(port, nobodyPort), or(username, nobodyUsername)
	}
	secure, prefix := s.scheme()
	c.passedOn(getenv, secrets)
	for name, value := range map[string]string{
		SecretPassword: password, SecretAccessHash: hash, SecretEndpointToken: token,
	} {
		if value != "" {
			secrets[name] = value
		}
	}
	return map[string]any{
		"server":           true,
		"serverid":         s.ID,
		"serverip":         ip,
		"serverhostname":   hostname,
		"serverusername":   username,
		"serverpassword":   password,
		"serveraccesshash": hash,
		"serversecure":     secure,
		"serverhttpprefix": prefix,
		"serverport":       port,
	}, secrets, nil
}

// Token returns the endpoint's token, "" when none was named. A variable that is
// named but not set is an *Error.
func (c Config) Token(getenv func(string) string) (string, error) {
	token, err := c.secret(getenv, "endpoint.token_env", c.Endpoint.TokenEnv)
	return token, err
}

func (c Config) secret(getenv func(string) string, setting, name string) (string, error) {
	if name == "" {
		return "", nil
	}
	value := getenv(name)
	if value == "" {
		at := c.places[setting]
		return "", at.Problem("%s names the environment variable %s, which is not set or is empty", at.Subject(setting), name)
	}
	return value, nil
}

// nobodyToTell refuses a real secret without a server to use it with: the run
// would not be what the user thinks, and a module with a built-in address could
// send the secret there.
func (c Config) nobodyToTell() error {
	for _, named := range []struct{ setting, variable string }{
		{"server.password_env", c.Server.PasswordEnv}, {"server.accesshash_env", c.Server.AccessHashEnv},
	} {
		if named.variable != "" {
			at := c.places[named.setting]
			return at.Problem("%s is given, but no server to use it with; give server.hostname (--server-hostname) as well",
				at.Subject(named.setting))
		}
	}
	return nil
}

// address is serverip: as given, or the host name when that is an address.
func (s Server) address() string {
	if s.IP != "" {
		return s.IP
	}
	bare := strings.TrimSuffix(strings.TrimPrefix(s.Hostname, "["), "]")
	if _, err := netip.ParseAddr(bare); err != nil {
		return ""
	}
	return bare
}

// scheme is serversecure with the serverhttpprefix that goes with it.
func (s Server) scheme() (secure bool, prefix string) {
	secure = s.HTTPPrefix != "http"
	if s.Secure != nil {
		secure = *s.Secure
	}
	if secure {
		return true, "https"
	}
	return false, "http"
}

var secretVariable = regexp.MustCompile(`(?i)pass|pwd|secret|token|hash|key|cred|auth`)

// passedOn adds the variables passed on to the module whose names speak of a
// secret: the module can print them as well. Short values are left out: they
// are switches such as AUTH=1, and could not be told from ordinary text.
func (c Config) passedOn(getenv func(string) string, secrets map[string]string) {
	for _, name := range c.Env {
		if value := getenv(name); len(value) >= 8 && secretVariable.MatchString(name) {
			secrets[name] = value
		}
	}
}

func or(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}
