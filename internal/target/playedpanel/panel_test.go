package playedpanel_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/scenario"
	"syncproof/internal/target"
	"syncproof/internal/target/exchange"
	"syncproof/internal/target/playedpanel"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream"
	"syncproof/internal/upstream/fault"
)

// module is an implementation of ListAccounts that asks its server one request, or
// nobody. It is what an address or a command is to the target.
type module struct {
	*exchange.Conductor
	// asks is false for a module that lists a server of its own.
	asks bool
	// trusts says that it trusts the authority it is told of.
	trusts bool
	// waits is how long it waits for an answer; limit is when its caller gives up.
	waits, limit time.Duration

	mu   sync.Mutex
	told []string
}

func newModule(m *module) *module {
	if m.waits == 0 {
		m.waits = 5 * time.Second
	}
	m.Conductor = exchange.NewConductor(m, "acme", "this endpoint")
	return m
}

func (*module) Describe(context.Context) (target.Description, error) {
	return target.Description{Target: transcript.Target{Kind: transcript.TargetEndpoint, Ref: "test", Module: "acme"}}, nil
}

type asked struct {
	Params    map[string]any `json:"params"`
	Authority string         `json:"authority"`
}

// Exchange implements exchange.Exchanger.
func (m *module) Exchange(ctx context.Context, request []byte) (exchange.Reply, error) {
	var a asked
	if err := json.Unmarshal(request, &a); err != nil {
		return exchange.Reply{}, err
	}
	answer := map[string]any{"success": true, "accounts": []any{}}
	if m.asks {
		done := make(chan map[string]any, 1)
		go func() { done <- m.list(a) }()
		var over <-chan time.Time
		if m.limit > 0 {
			timer := time.NewTimer(m.limit)
			defer timer.Stop()
			over = timer.C
		}
		select {
		case answer = <-done:
		case <-over:
			return exchange.Reply{}, &exchange.NoAnswerError{Trouble: transcript.Trouble{Kind: transcript.TroubleTimeout, Message: "no answer in time"}}
		case <-ctx.Done():
			return exchange.Reply{}, ctx.Err()
		}
	}
	raw, err := json.Marshal(answer)
	return exchange.Reply{Body: raw, Exit: transcript.Exit{}}, err
}

func (m *module) list(a asked) map[string]any {
	host, port := fmt.Sprint(a.Params["serverhostname"]), fmt.Sprint(a.Params["serverport"])
	if host == "" {
		host = fmt.Sprint(a.Params["serverip"])
	}
	at := fmt.Sprint(a.Params["serverhttpprefix"]) + "://" + net.JoinHostPort(host, port)
	m.mu.Lock()
	m.told = append(m.told, at)
	m.mu.Unlock()
	pool := x509.NewCertPool()
	if m.trusts {
		pool.AppendCertsFromPEM([]byte(a.Authority))
	}
	client := http.Client{Timeout: m.waits, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, DisableKeepAlives: true}}
	failed := func(err error) map[string]any { return map[string]any{"success": false, "error": err.Error()} }
	reply, err := client.Get(at + "/list")
	if err != nil {
		return failed(err)
	}
	defer reply.Body.Close()
	body, err := io.ReadAll(reply.Body)
	if err != nil || reply.StatusCode != http.StatusOK || !json.Valid(body) {
		return failed(fmt.Errorf("%d %w", reply.StatusCode, err))
	}
	var page struct {
		Next string `json:"next"`
	}
	if json.Unmarshal(body, &page) == nil && page.Next != "" {
		further, err := client.Get(page.Next)
		if err != nil {
			return failed(err)
		}
		defer further.Body.Close()
	}
	return map[string]any{"success": true, "accounts": []any{}}
}

// params name a server that exists nowhere.
func params(scheme string) map[string]any {
	return map[string]any{
		"server": true, "serverhostname": "panel.syncproof.invalid", "serverip": "192.0.2.1", "serverport": "2087",
		"serversecure": scheme == "https", "serverhttpprefix": scheme,
	}
}

func session(t *testing.T, id, scheme string, u scenario.Upstream) scenario.Session {
	t.Helper()
	u.Scheme = scheme
	return scenario.Session{
		ID: id, Purpose: "a test", Request: scenario.RequestAdmin, Upstream: &u,
		Steps: []scenario.Step{{Call: id, Function: "ListAccounts", Params: params(scheme)}},
	}
}

func known(t *testing.T, id string) fault.Fault {
	t.Helper()
	f, ok := fault.Find(id)
	if !ok {
		t.Fatalf("there is no fault %q", id)
	}
	return f
}

func played(t *testing.T, m *module, change func(*playedpanel.Options)) *playedpanel.Target {
	t.Helper()
	o := playedpanel.Options{Caller: newModule(m), Params: params("https"), Timeout: 10 * time.Second}
	if change != nil {
		change(&o)
	}
	made := playedpanel.New(o)
	t.Cleanup(func() {
		if err := made.Close(); err != nil {
			t.Error(err)
		}
	})
	return made
}

func run(t *testing.T, through target.Target, s scenario.Session) *transcript.Session {
	t.Helper()
	r := transcript.NewRecorder(io.Discard, nil)
	if err := through.Run(t.Context(), s, r); err != nil {
		t.Fatal(err)
	}
	made := r.Transcript().Session(s.ID)
	if made == nil {
		t.Fatal("the session was not recorded")
	}
	return made
}

// Faults reach the module at the listener it is told of, those before a connection
// comes about as well, and what is recorded names the server that was meant.
func TestFaultsArePlayedAtAListener(t *testing.T) {
	type seen struct {
		Success bool
		URLs    []string
		Faults  []string
	}
	const at = "https://panel.syncproof.invalid:2087/list"
	for _, tt := range []struct {
		fault string
		want  seen
	}{
		{"refused", seen{}},
		{"unresolvable", seen{}},
		{"connect-hang", seen{}},
		{"silent-accept", seen{URLs: []string{""}, Faults: []string{"silent-accept"}}},
		{"reset-on-accept", seen{URLs: []string{""}, Faults: []string{"reset-on-accept"}}},
		{"tls-expired", seen{URLs: []string{""}, Faults: []string{"tls-expired"}}},
		{"tls-wrong-host", seen{URLs: []string{""}, Faults: []string{"tls-wrong-host"}}},
		{"http-500", seen{URLs: []string{at}, Faults: []string{"http-500"}}},
		{"short-body", seen{URLs: []string{at}, Faults: []string{"short-body"}}},
		{"redirect-elsewhere", seen{
			URLs: []string{at, "https://" + fault.ElsewhereHost + "/list"}, Faults: []string{"redirect-elsewhere", "redirect-elsewhere"},
		}},
	} {
		t.Run(tt.fault, func(t *testing.T) {
			t.Parallel()
			m := &module{asks: true, trusts: true, waits: 2 * time.Second}
			s := session(t, "fault:"+tt.fault, "https", scenario.Upstream{Fault: known(t, tt.fault)})
			if s.Upstream.Fault.Play.Act == fault.Hang && !hangsHere {
				t.Skip("connections can be made to hang on Linux only")
			}
			made := run(t, played(t, m, nil), s)
			if len(made.Troubles) > 0 {
				t.Fatalf("got the trouble %+v", made.Troubles)
			}
			var got seen
			answer, _ := made.Calls[0].Value.(map[string]any)
			got.Success = answer["success"] == true
			for _, x := range made.Exchanges {
				got.URLs, got.Faults = append(got.URLs, x.URL), append(got.Faults, x.Fault)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s\n%v", diff, made.Calls[0].Value)
			}
			if diff := cmp.Diff(s.Steps[0].Params, made.Calls[0].Params); diff != "" {
				t.Errorf("the parameters are not those that were meant (-want +got):\n%s", diff)
			}
			if made.Upstream == nil || made.Upstream.Level != transcript.InterceptListener || made.Upstream.Told["panel.syncproof.invalid:2087"] == "" {
				t.Errorf("got the panel described as %+v", made.Upstream)
			}
		})
	}
}

// panel answers with a link to its own second page.
type panel struct{}

func (panel) Respond(_ context.Context, r upstream.Request) (upstream.Reply, error) {
	body := fmt.Sprintf(`{"next":"%s:\/\/%s\/list?page=2"}`, r.Scheme, r.Host)
	if strings.Contains(r.Target, "page") {
		body = `{}`
	}
	return upstream.Reply{Status: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(body)}, nil
}

// Each session has a listener and a scenario of its own, also for a command whose
// sessions run side by side, and links of a panel lead back to the session's listener.
func TestSessionsAreToldApartByTheirPorts(t *testing.T) {
	m := &module{asks: true, trusts: true}
	through := played(t, m, func(o *playedpanel.Options) {
		o.Command, o.NoCell = true, true
		o.Panel = func(string, int) upstream.Responder { return panel{} }
	})
	talk := session(t, transcript.SessionConversation, "http", scenario.Upstream{Answers: transcript.AnswersPanel})
	if made := run(t, through, talk); len(made.Exchanges) != 2 || made.Exchanges[1].URL != "http://panel.syncproof.invalid:2087/list?page=2" {
		t.Fatalf("got the conversation %+v, troubles %+v", made.Exchanges, made.Troubles)
	}
	const sessions = 8
	var wg sync.WaitGroup
	made := make([]*transcript.Session, sessions)
	for i := range sessions {
		wg.Go(func() {
			u := scenario.Upstream{Answers: transcript.AnswersRecorded}
			if i%2 == 1 {
				u.Fault, u.At = known(t, "http-500"), 2
			}
			made[i] = run(t, through, session(t, fmt.Sprint("point:", i), "http", u))
		})
	}
	wg.Wait()
	for i, s := range made {
		if len(s.Exchanges) != 2 || (s.Exchanges[1].Fault != "") != (i%2 == 1) || s.Exchanges[0].Problem != "" {
			t.Errorf("session %d got %+v", i, s.Exchanges)
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	slices.Sort(m.told)
	if once := slices.Compact(slices.Clone(m.told)); len(once) != len(m.told) {
		t.Errorf("two sessions had one address: %v", m.told)
	}
}

// Of a module whose requests do not arrive nothing is believed.
func TestNothingIsSaidOfModulesThatCannotBeReached(t *testing.T) {
	for _, tt := range []struct {
		name   string
		module *module
		want   string
	}{
		{"lists a server of its own", &module{}, "no request of the module reached the control panel that syncproof plays at 127.0.0.1"},
		{"distrusts the certificate", &module{asks: true}, "the module does not trust the certificate of the control panel that syncproof plays"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			through := played(t, tt.module, nil)
			for _, id := range []string{"http-500", "tls-expired", "tls-wrong-host", "truncated-json"} {
				made := run(t, through, session(t, "fault:"+id, "https", scenario.Upstream{Fault: known(t, id)}))
				if len(made.Troubles) != 1 || made.Troubles[0].Kind != transcript.TroubleUnsupported || !strings.HasPrefix(made.Troubles[0].Message, tt.want) {
					t.Errorf("%s: got the troubles %+v, want %q", id, made.Troubles, tt.want)
				}
				if len(made.Calls) != 1 || made.Calls[0].Ending != transcript.EndNoAnswer {
					t.Errorf("%s: got the calls %+v, want one without an answer", id, made.Calls)
				}
			}
		})
	}
}

// Where only plain http can be played, sessions over http are.
func TestPlainHTTPNeedsNoTrust(t *testing.T) {
	through := played(t, &module{asks: true}, nil)
	made := run(t, through, session(t, "fault:http-500", "http", scenario.Upstream{Fault: known(t, "http-500")}))
	if len(made.Troubles) > 0 || len(made.Exchanges) != 1 {
		t.Errorf("got the exchanges %+v and the troubles %+v", made.Exchanges, made.Troubles)
	}
	// Neither does what goes wrong before a certificate is shown.
	for _, id := range []string{"refused", "tls-garbage"} {
		made := run(t, through, session(t, "fault:"+id, "https", scenario.Upstream{Fault: known(t, id)}))
		if len(made.Troubles) > 0 || len(made.Calls) != 1 || made.Calls[0].Ending != transcript.EndReturned {
			t.Errorf("%s: got the calls %+v and the troubles %+v", id, made.Calls, made.Troubles)
		}
	}
}

// A module that waits for the panel longer than its caller waits for it is late; one
// that never asked the panel is not.
func TestLateModules(t *testing.T) {
	m := &module{asks: true, trusts: true, waits: time.Minute, limit: 2 * time.Second}
	through := played(t, m, func(o *playedpanel.Options) { o.Timeout = time.Second })
	made := run(t, through, session(t, "fault:silent-request", "https", scenario.Upstream{Fault: known(t, "silent-request")}))
	if len(made.Troubles) > 0 || made.Exit == nil || !made.Exit.TimedOut || made.Calls[0].Ending != transcript.EndTimedOut {
		t.Errorf("got the end %+v, the calls %+v and the troubles %+v", made.Exit, made.Calls, made.Troubles)
	}
}

// What an implementation of the protocol cannot be asked for is not played.
func TestWhatTheProtocolCannotAsk(t *testing.T) {
	through := played(t, &module{asks: true, trusts: true}, nil)
	for name, change := range map[string]func(*scenario.Session){
		"helpers":          func(s *scenario.Session) { s.Helpers = scenario.HelpersMissing },
		"settings":         func(s *scenario.Session) { s.Settings = map[string]string{"default_socket_timeout": "8"} },
		"no services":      func(s *scenario.Session) { s.NoServices = true },
		"no web request":   func(s *scenario.Session) { s.Request = scenario.RequestNone },
		"another function": func(s *scenario.Session) { s.Steps[0].Function = "TerminateAccount" },
		"a service":        func(s *scenario.Session) { s.Steps[0].Service = true },
		"two servers":      func(s *scenario.Session) { s.ID = transcript.SessionTwoServers },
		"no port":          func(s *scenario.Session) { s.ID = transcript.PortPrefix + "empty" },
		"no panel profile": func(s *scenario.Session) {
			s.Upstream = &scenario.Upstream{Answers: transcript.AnswersPanel, Scheme: "https"}
		},
		"no recording": func(s *scenario.Session) {
			s.Upstream = &scenario.Upstream{Answers: transcript.AnswersRecorded, Scheme: "https"}
		},
		"no live server": func(s *scenario.Session) {
			s.Upstream = &scenario.Upstream{Answers: transcript.AnswersLive, Scheme: "https"}
		},
		"no name from here": func(s *scenario.Session) { s.Upstream.Fault, s.Upstream.At = known(t, "unresolvable"), 2 },
	} {
		t.Run(name, func(t *testing.T) {
			s := session(t, "fault:http-500", "https", scenario.Upstream{Fault: known(t, "http-500")})
			change(&s)
			made := run(t, through, s)
			if len(made.Troubles) != 1 || made.Troubles[0].Kind != transcript.TroubleUnsupported || made.Troubles[0].Advice == "" {
				t.Errorf("got the troubles %+v, want that it cannot be played", made.Troubles)
			}
		})
	}
}

// Sessions without a panel pass through untouched.
func TestOtherSessionsPassThrough(t *testing.T) {
	m := &module{}
	through := played(t, m, nil)
	s := session(t, "list", "https", scenario.Upstream{})
	s.Upstream = nil
	var direct, passed bytes.Buffer
	for out, by := range map[*bytes.Buffer]target.Target{&direct: m, &passed: through} {
		if err := by.Run(t.Context(), s, withoutTimes{out}); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(direct.String(), passed.String()); diff != "" || direct.Len() == 0 {
		t.Errorf("(-direct +passed):\n%s", diff)
	}
}

type withoutTimes struct{ out *bytes.Buffer }

func (w withoutTimes) Record(e transcript.Event) error {
	fmt.Fprintln(w.out, e.Event, e.Session, e.Call)
	return nil
}
