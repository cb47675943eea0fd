package panel_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"syncproof/fixtures/panels"
	"syncproof/internal/panel"
)

// Whatever a profile holds, it is read or refused with a place, and what is read
// can be played.
func FuzzRead(f *testing.F) {
	f.Add([]byte(small))
	names, err := panels.Names()
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		raw, err := panels.Read(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	for _, seed := range []string{"", "panel: [", "a: &a [*a]", "{{{{", "panel: x\nroutes: [{}]", strings.Repeat("[", 5000), strings.Repeat("- ", 5000), "\xff", "? a\n: b", "%YAML 1.2\n---\na"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		began := time.Now()
		p, err := panel.Read("p.yaml", raw)
		if took := time.Since(began); took > 20*time.Second {
			t.Errorf("reading took %s", took)
		}
		if err != nil {
			var e *panel.Error
			if !errors.As(err, &e) || e.Message == "" {
				t.Errorf("%T %v", err, err)
			}
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		for _, finding := range panel.Check(ctx, p) {
			if finding.Message == "" {
				t.Error("a finding without a message")
			}
		}
	})
}

// Whatever a module sends, the panel answers, and only its writing routes change
// anything.
func FuzzRequest(f *testing.F) {
	for _, seed := range [][4]string{
		{"GET", "/api/v2/accounts?page=2&per_page=3", "", ""},
		{"POST", "/api/v2/sessions", `{"key": "hash-8f14e45f"}`, ""},
		{"POST", "/graphql", `{"query": "query A($a: B = {c: [1]}) @d { x: accounts(after: $a, first: 2) { id } }", "variables": {"a": "1"}}`, "x"},
		{"POST", "/graphql", `{"query": "{ account(id: \"\\"}"}`, "x"},
		{"POST", "/RPC2", `<methodCall><methodName>account.list</methodName><params><param><value><struct><member/></struct></value></param></params></methodCall>`, ""},
		{"POST", "/soap/", `<Envelope><Header/><Body><GetAccounts/></Body></Envelope>`, "text/xml; action"},
		{"POST", "/enterprise/control/agent.php", `<packet><webspace><get><filter><id>1</id></filter></get></webspace></packet>`, ""},
		{"GET", "/CMD_API_SHOW_USER_CONFIG?user=%zz", "", "Basic !"},
		{"GET", "http://x/json-api/listaccts?api.version=1;", "", "whm"},
		{"", "%", strings.Repeat("<a>", 100), "\x00"},
		{"POST", "://", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", ""},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3])
	}
	var played []*panel.Panel
	var states []string
	names, err := panels.Names()
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		p := panel.New(shipped(f, name), panel.Fleet(1, 5), credentials())
		played, states = append(played, p), append(states, p.State())
	}
	f.Fuzz(func(t *testing.T, method, target, body, header string) {
		r := request(method, target, body, "Authorization", header, "Cookie", header, "X-Api-Key", header, "Content-Type", header)
		for i, p := range played {
			reply, err := p.Peek(context.Background(), r)
			if err != nil || reply.Status < 200 || reply.Status > 599 {
				t.Errorf("%s: %d, %v", names[i], reply.Status, err)
			}
			if p.State() != states[i] {
				t.Errorf("%s: the state changed", names[i])
			}
		}
	})
}
