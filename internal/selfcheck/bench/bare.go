package bench

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"syncproof/internal/config"
	"syncproof/internal/harness"
	"syncproof/internal/panel"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream"
)

// waitsAbove tells the sessions that wait for a panel that stays silent from those
// that work.
const waitsAbove = 2.0

// bareSession is one session of a run, to be made again without syncproof.
type bareSession struct {
	calls []bareCall
	https bool
	// requests is how many the module made; with fails the last was answered with
	// an error, with waits not at all.
	requests     int
	fails, waits bool
	panel        *panel.Panel
}

type bareCall struct {
	Function string         `json:"function"`
	Params   map[string]any `json:"params"`
}

// bareRun is a whole run to be made again.
type bareRun struct {
	sessions []bareSession
	calls    int
	// requests is how many the module made in all, waiting how many of the sessions
	// wait.
	requests, waiting int
}

// readRun takes from a transcript which calls were made, with how many accounts on
// the panel, and how many requests each got answered.
func readRun(ctx context.Context, path, profileFile string) (bareRun, error) {
	profile, err := panel.Load(ctx, profileFile)
	if err != nil {
		return bareRun{}, fmt.Errorf("reading the panel profile: %w", err)
	}
	opened, err := transcript.Open(path)
	if err != nil {
		return bareRun{}, fmt.Errorf("reading the run to compare with: %w", err)
	}
	defer func() { _ = opened.Close() }()
	panels := map[int]*panel.Panel{}
	var run bareRun
	for _, s := range opened.Sessions {
		b := bareSession{requests: len(s.Exchanges)}
		run.requests += b.requests
		size := 107
		if s.Upstream != nil {
			b.https = s.Upstream.Scheme != "http"
			b.fails = s.Upstream.Fault != ""
			if s.Upstream.Fleet != "" {
				size = s.Upstream.Size
			}
		}
		for _, c := range s.Calls {
			b.calls = append(b.calls, bareCall{Function: c.Function})
			b.waits = b.waits || c.Seconds > waitsAbove
			run.calls++
		}
		if panels[size] == nil {
			fleet, err := harness.PanelFleet(config.Panel{Accounts: size, Seed: 1}, profile)
			if err != nil {
				return bareRun{}, fmt.Errorf("making the panel's accounts: %w", err)
			}
			panels[size] = panel.New(profile, fleet, panel.Credentials{Username: "syncproof", Password: "x", AccessHash: "bench"})
		}
		b.panel = panels[size]
		if b.waits {
			run.waiting++
		}
		run.sessions = append(run.sessions, b)
	}
	return run, nil
}

// barePanel answers the calls that are made bare. Which session asks it learns from
// the credentials.
type barePanel struct {
	sessions []bareSession
	mu       sync.Mutex
	asked    map[int]int
}

func (p *barePanel) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	i, err := strconv.Atoi(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer bench-"))
	if err != nil || i < 0 || i >= len(p.sessions) {
		http.Error(w, "who asks?", http.StatusForbidden)
		return
	}
	p.mu.Lock()
	p.asked[i]++
	n := p.asked[i]
	p.mu.Unlock()
	s := p.sessions[i]
	switch {
	case n >= s.requests && s.waits:
		<-r.Context().Done()
		return
	case n >= s.requests && s.fails:
		http.Error(w, "the panel is broken", http.StatusInternalServerError)
		return
	}
	// The panel knows one hash; which session asks is not its business.
	r.Header.Set("Authorization", "Bearer bench")
	body, _ := io.ReadAll(r.Body)
	reply, err := s.panel.Respond(r.Context(), upstream.Request{
		N: n, Method: r.Method, Scheme: "https", Host: r.Host, Target: r.URL.RequestURI(), Proto: r.Proto, Header: r.Header, Body: body,
	})
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	for name, values := range reply.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(reply.Status)
	_, _ = w.Write(reply.Body)
}

// replay makes every call of a run once more: a PHP process for each session, as
// many at a time, and nothing of syncproof. It also says how many requests that made.
func (b *Bench) replay(ctx context.Context, run bareRun, module string) (Cost, int, error) {
	handler := &barePanel{sessions: run.sessions, asked: map[int]int{}}
	secure, plain := httptest.NewUnstartedServer(handler), httptest.NewServer(handler)
	secure.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	secure.StartTLS()
	// A module that waits for an answer is gone when its time is over.
	defer plain.Close()
	defer secure.Close()
	authority := filepath.Join(b.scratch, "authority.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw})
	if err := os.WriteFile(authority, text, 0o600); err != nil {
		return Cost{}, 0, fmt.Errorf("writing the bare panel's certificate: %w", err)
	}
	working, waiting := make(chan struct{}, b.o.Cores), make(chan struct{}, 16)
	var all sync.WaitGroup
	var mu sync.Mutex
	var total Cost
	var failed error
	began := time.Now()
	for i, s := range run.sessions {
		slots := working
		if s.waits {
			slots = waiting
		}
		all.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			address := plain.URL
			if s.https {
				address = secure.URL
			}
			arguments, err := s.arguments(i, address)
			if err != nil {
				return
			}
			cost, err := Run(ctx, Command{
				Args:    []string{"php", "-d", "curl.cainfo=" + authority, b.fixture("call.php"), module, arguments},
				Discard: true, Codes: []int{255},
			})
			mu.Lock()
			defer mu.Unlock()
			total.CPU += cost.CPU
			if err != nil {
				failed = err
			}
		})
	}
	all.Wait()
	total.Wall = time.Since(began)
	requests := 0
	for _, n := range handler.asked {
		requests += n
	}
	return total, requests, failed
}

func (s bareSession) arguments(i int, address string) (string, error) {
	at, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	var calls []bareCall
	for _, c := range s.calls {
		c.Params = map[string]any{
			"server": true, "serverid": 1, "serverhostname": at.Hostname(), "serverip": at.Hostname(), "serverport": at.Port(),
			"serverhttpprefix": at.Scheme, "serversecure": at.Scheme == "https", "serverusername": "syncproof",
			"serverpassword": "x", "serveraccesshash": fmt.Sprintf("bench-%d", i),
		}
		calls = append(calls, c)
	}
	raw, err := json.Marshal(calls)
	return string(raw), err
}
