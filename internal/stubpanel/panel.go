// Package stubpanel is a small hosting control panel for tests and for the
// demonstration: a fixed fleet of accounts behind invented APIs, with JSON, XML,
// SOAP and XML-RPC, that check credentials and answer errors the way real panels
// do.
package stubpanel

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"
)

// Credentials are what clients have to present.
type Credentials struct {
	// Username and Password open the XML, SOAP and XML-RPC APIs.
	Username string
	Password string
	// AccessHash opens the JSON API.
	AccessHash string
}

// Options describe a panel. The zero value is the regular fleet behind
// DefaultCredentials.
type Options struct {
	Variant     Variant
	Credentials Credentials
}

// DefaultCredentials hold characters that badly written clients break:
// markup, percent and plus signs, a space, a colon and letters outside ASCII.
func DefaultCredentials() Credentials {
	return Credentials{
		Username:   "sync-operator",
		Password:   `pä:ss <w&rd> +%41'"`,
		AccessHash: "hash-8f14e45fceea167a5a36dedd4bea2543",
	}
}

// maxPage is how many accounts the panel gives at a time at most; the variant
// SmallPages gives fewer.
const (
	maxPage   = 100
	smallPage = 4
)

// panel holds what both APIs answer from. It never changes, so any number of
// requests may be served at once.
type panel struct {
	fleet       []Account
	credentials Credentials
	maxPage     int
}

// New returns the panel's web server. It errs on an unknown variant.
func New(o Options) (http.Handler, error) {
	fleet, err := Fleet(o.Variant)
	if err != nil {
		return nil, err
	}
	p := &panel{fleet: fleet, credentials: o.Credentials, maxPage: maxPage}
	if p.credentials == (Credentials{}) {
		p.credentials = DefaultCredentials()
	}
	if o.Variant == SmallPages {
		p.maxPage = smallPage
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/v2/sessions", p.openSession)
	mux.HandleFunc("/api/v2/accounts", p.jsonOnly(p.listAccounts))
	mux.HandleFunc("/api/v2/accounts/{id}", p.jsonOnly(p.showAccount))
	mux.HandleFunc("PUT /api/v2/accounts/seen", p.authorized(p.markSeen))
	mux.HandleFunc("/api/v2/plans", p.jsonOnly(p.listPlans))
	mux.HandleFunc("/xml/", p.answerXML)
	mux.HandleFunc("/soap/", p.answerSOAP)
	mux.HandleFunc("/rpc/", p.answerXMLRPC)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		writeJSONError(w, http.StatusNotFound, "not_found", "There is no resource at "+r.URL.Path+".")
	})
	return mux, nil
}

// Server is a panel that listens on the loopback interface.
type Server struct {
	// Host and Port are where it listens.
	Host        string
	Port        int
	credentials Credentials
	server      *http.Server
	served      chan error
}

// Start serves a panel on a free port of 127.0.0.1 until Close is called or
// the context is done.
func Start(ctx context.Context, o Options) (*Server, error) {
	handler, err := New(o)
	if err != nil {
		return nil, err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("opening a port for the stub panel: %w", err)
	}
	if o.Credentials == (Credentials{}) {
		o.Credentials = DefaultCredentials()
	}
	address := listener.Addr().(*net.TCPAddr)
	s := &Server{
		Host: address.IP.String(), Port: address.Port, credentials: o.Credentials,
		server: &http.Server{
			Handler:           handler,
			ReadHeaderTimeout: 10 * time.Second,
			// Clients that are killed in mid-request are part of the job.
			ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
		},
		served: make(chan error, 1),
	}
	stop := context.AfterFunc(ctx, func() { _ = s.server.Close() })
	go func() {
		s.served <- s.server.Serve(listener)
		stop()
	}()
	return s, nil
}

// Close stops the panel and drops its connections. It may be called once.
func (s *Server) Close() error {
	err := s.server.Close()
	if served := <-s.served; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	if err != nil {
		return fmt.Errorf("stopping the stub panel: %w", err)
	}
	return nil
}

// Params are the server parameters WHMCS would hand a module to reach this
// panel: the ten keys its documentation shows for calls about a server.
func (s *Server) Params() map[string]any {
	return map[string]any{
		"server":           true,
		"serverid":         1,
		"serverip":         s.Host,
		"serverhostname":   s.Host,
		"serverusername":   s.credentials.Username,
		"serverpassword":   s.credentials.Password,
		"serveraccesshash": s.credentials.AccessHash,
		"serversecure":     false,
		"serverhttpprefix": "http",
		"serverport":       strconv.Itoa(s.Port),
	}
}

// same compares secrets without telling by its duration where they differ.
func same(a, b string) bool {
	return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}
