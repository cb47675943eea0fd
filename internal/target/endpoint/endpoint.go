// Package endpoint calls a module behind an HTTP(S) address. Whatever answers
// there is foreign: its answers are bounded in size and time, its certificate
// is verified, and credentials go nowhere but to the address that was named.
package endpoint

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"syncproof/internal/scenario"
	"syncproof/internal/target"
	"syncproof/internal/target/answer"
	"syncproof/internal/target/exchange"
	"syncproof/internal/transcript"
)

// Options name the endpoint. The zero value of everything but URL is usable.
type Options struct {
	// URL is the http or https address. A user name and password in it are sent
	// as Basic authentication and shown nowhere.
	URL string
	// Module prefixes the module's functions. Without it the address names it:
	// https://dev.example.com/acme.php is acme.
	Module string
	// Token is sent as X-Syncproof-Token and, unless the address brings a user
	// name, as Authorization: Bearer.
	Token string
	// Header holds further headers to send. They are taken for secrets.
	Header http.Header
	// Timeout bounds one request and its whole answer; the default is 60
	// seconds.
	Timeout time.Duration
	// MaxBody bounds how many bytes of an answer, after decompression, are in memory
	// as a whole; the default is 128 MiB. Two lists of 100,000 accounts take half of
	// it. A long list is read while it arrives and does not count.
	MaxBody int64
	// MaxAnswer bounds an answer's bytes in any case. The default is 1 GiB, in which a
	// list of a million accounts can be sent twice, or MaxBody where that is given.
	MaxAnswer int64
	// CAFile holds certificates, in PEM form, to trust besides the system's.
	CAFile string
	// Version is syncproof's own, for the User-Agent header.
	Version string
	// Proxy names the proxy for a request, nil for none. Without it the environment
	// does, as it was when the program first asked. Loopback addresses are never
	// proxied by the environment.
	Proxy func(*http.Request) (*url.URL, error)
}

// Defaults of Options.
const (
	DefaultTimeout   = 60 * time.Second
	DefaultMaxBody   = 128 << 20
	DefaultMaxAnswer = 1 << 30
)

// Target is a module behind an address. It may be used from several goroutines.
type Target struct {
	address   address
	module    string
	secrets   map[string]string
	conductor *exchange.Conductor
}

// New prepares the calls. It sends nothing. Its errors are the vendor's to fix.
func New(o Options) (*Target, error) {
	address, err := parseAddress(o.URL)
	if err != nil {
		return nil, err
	}
	module, err := moduleName(address, o.Module)
	if err != nil {
		return nil, err
	}
	if o.Timeout == 0 {
		o.Timeout = DefaultTimeout
	}
	if o.MaxAnswer == 0 {
		o.MaxAnswer = cmp.Or(o.MaxBody, DefaultMaxAnswer)
	}
	o.MaxBody = min(cmp.Or(o.MaxBody, DefaultMaxBody), o.MaxAnswer)
	header, err := headers(o, address)
	if err != nil {
		return nil, err
	}
	transport, err := newTransport(o)
	if err != nil {
		return nil, err
	}
	t := &Target{address: address, module: module, secrets: secretsOf(o, address)}
	t.conductor = exchange.NewConductor(&client{
		transport: transport, address: address, header: header, timeout: o.Timeout, secrets: t.secrets,
		limits: answer.Limits{Whole: o.MaxBody, All: o.MaxAnswer},
	}, module, "this endpoint")
	return t, nil
}

// Describe names the endpoint. It calls nothing.
func (t *Target) Describe(context.Context) (target.Description, error) {
	return target.Description{Target: transcript.Target{
		Kind: transcript.TargetEndpoint, Ref: t.address.shown, Module: t.module,
	}}, nil
}

// Run makes one session; see target.Target.
func (t *Target) Run(ctx context.Context, session scenario.Session, sink target.Sink) error {
	return t.conductor.Run(ctx, session, sink)
}

// RunThrough makes one session whose requests travel as wrap says. What it is given
// is Patient.
func (t *Target) RunThrough(ctx context.Context, session scenario.Session, sink target.Sink, wrap exchange.Wrap) error {
	return t.conductor.RunThrough(ctx, session, sink, wrap)
}

// Secrets are the credentials that are sent, by name, so that they can be kept
// out of everything that is written.
func (t *Target) Secrets() map[string]string { return t.secrets }

// tokenHeader carries the token past web servers that drop Authorization, as
// Apache does with PHP over CGI.
const tokenHeader = "X-Syncproof-Token"

func headers(o Options, a address) (http.Header, error) {
	h := http.Header{}
	if o.Token != "" {
		h.Set(tokenHeader, o.Token)
		if a.user == nil {
			h.Set("Authorization", "Bearer "+o.Token)
		}
	}
	for name, values := range o.Header {
		h[http.CanonicalHeaderKey(name)] = values
	}
	h.Set("Content-Type", "application/json")
	h.Set("Accept", "application/json")
	h.Set("User-Agent", userAgent(o.Version))
	for name, values := range h {
		if !headerName.MatchString(name) {
			return nil, fmt.Errorf("%q cannot be the name of an HTTP header", name)
		}
		for _, value := range values {
			if strings.ContainsFunc(value, controls) {
				return nil, fmt.Errorf("the token, or the value of the header %s, holds a line break or another character that HTTP does not allow", name)
			}
		}
	}
	return h, nil
}

// headerName is what RFC 9110 calls a token.
var headerName = regexp.MustCompile("^[-!#$%&'*+.^_`|~0-9A-Za-z]+$")

// controls tells the characters that HTTP does not allow in the value of a header.
func controls(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }

func userAgent(version string) string {
	if version == "" {
		return "syncproof"
	}
	return "syncproof/" + version
}

func secretsOf(o Options, a address) map[string]string {
	secrets := map[string]string{}
	if o.Token != "" {
		secrets["endpoint token"] = o.Token
	}
	if password, ok := a.user.Password(); ok && password != "" {
		secrets["endpoint password"] = password
	}
	for name, values := range o.Header {
		for i, value := range values {
			secrets[fmt.Sprintf("endpoint header %s %d", name, i+1)] = value
		}
	}
	for key, values := range a.url.Query() {
		for i, value := range values {
			if value != "" && soundsSecret(key) {
				secrets[fmt.Sprintf("endpoint address %s %d", key, i+1)] = value
			}
		}
	}
	return secrets
}

// soundsSecret reports whether a parameter of the address holds a credential.
// Others must not be taken for one: a module's name would then be cut out of
// all evidence.
func soundsSecret(key string) bool {
	key = strings.ToLower(key)
	for _, word := range []string{"token", "key", "secret", "pass", "auth", "sign"} {
		if strings.Contains(key, word) {
			return true
		}
	}
	return false
}
