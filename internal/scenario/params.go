package scenario

import (
	"maps"
	"slices"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream/fault"
)

// Servers that exist only in the network a module is put into. .invalid is never
// resolved (RFC 2606); 198.51.100.0/24 and 2001:db8::/32 are for documentation
// (RFC 5737, RFC 3849). The ports are those of no panel, so that a module that
// has one of its own shows.
const (
	firstHost  = "panel-one.syncproof.invalid"
	secondHost = "panel-two.syncproof.invalid"
	plainHost  = "panel-plain.syncproof.invalid"
	firstIP    = "198.51.100.31"
	secondIP   = "198.51.100.32"
	onlyIP     = "198.51.100.33"
	onlyIPv6   = "2001:db8::10"
	firstPort  = "12087"
	secondPort = "12187"
	// secondID is no id that a run's own server is likely to have: two servers in
	// WHMCS never share one.
	secondID  = 987654
	plainPort = "12086"
)

// Made-up credentials. They open nothing and are no secret, so that a transcript
// shows where a module puts them, and how. Real ones are not used where the
// server is not real.
const (
	firstPassword  = "syncproofFirst1"
	firstHash      = "5f2c9d0e7a1b4c3d8e6f0a9b2c4d6e8f"
	secondPassword = "syncproofSecond2"
	secondHash     = "a81d3f6b0c9e4d7f92b5c6e8d0f1a3b4"
	// No entity is among these: some modules undo the HTML escapes that WHMCS
	// once stored passwords with. %41 is an A to whoever decodes it twice.
	specialPassword = `p&q<r>"s"'t'%41+é`
	specialHash     = `h&i<j>"k"'l'%42+ñ=`
)

// refusal is the fault that is played where only the request matters. A module
// tries again after it less often than after others, and clients that wait to be
// asked for credentials send them then.
const refusal = "http-401"

// variantProviders names the sessions in which something is varied.
func variantProviders(n contract.Need) []string {
	var ids []string
	switch n {
	case contract.NeedServerParams:
		ids = []string{transcript.SessionServerTLS, transcript.SessionServerPlain, transcript.SessionServerIP}
	case contract.NeedServerForms:
		ids = []string{transcript.SessionServerTLS, transcript.SessionServerPlain}
		for _, f := range serverForms() {
			ids = append(ids, f.id)
		}
	case contract.NeedSuperglobals:
		ids = []string{transcript.SessionServerTLS, transcript.SessionBare, transcript.SessionBareList, transcript.SessionConversation}
	case contract.NeedCredentials:
		ids = []string{transcript.SessionServerTLS, transcript.SessionCredentials}
	case contract.NeedTwoServers:
		ids = []string{transcript.SessionTwoServers, transcript.SessionTwoLists}
	case contract.NeedIPv6:
		ids = []string{transcript.SessionServerIP, transcript.SessionServerIPv6}
	case contract.NeedHelpers:
		ids = []string{
			transcript.SessionServerTLS, transcript.SessionNoLog, transcript.SessionNoLogList,
			transcript.SessionBrokenLog, transcript.SessionBrokenLogList, transcript.SessionConversation,
		}
	case contract.NeedTestConnection:
		for _, id := range crossChecked() {
			ids = append(ids, transcript.TestConnectionPrefix+id)
		}
	case contract.NeedSocketTimeout:
		ids = []string{transcript.SessionSocketTimeout}
	default:
		return nil
	}
	return append(ids, transcript.SessionMetaData)
}

// variants are all sessions in which something is varied. Those with a list are
// only made where a panel that works can be asked.
func variants(run Run) []Session {
	v := variation{run}
	sessions := slices.Concat(v.servers(), v.forms(), v.surroundings(), v.processes(), v.tested())
	if run.Answers != transcript.AnswersNone {
		sessions = append(sessions, v.lists()...)
	}
	return sessions
}

type variation struct{ run Run }

// place is where a server is said to be.
type place struct {
	host, ip string
	port     any
	scheme   string
}

func first() place { return place{firstHost, firstIP, firstPort, HTTPS} }

// params are the run's parameters with another server in them.
func (v variation) params(p place) map[string]any {
	params := withScheme(v.run.Params, p.scheme)
	params["serverhostname"], params["serverip"], params["serverport"] = p.host, p.ip, p.port
	return credentials(params, firstPassword, firstHash)
}

// credentials replaces those that are given, because which of the two a module
// uses can depend on whether the other one is empty.
func credentials(params map[string]any, password, hash string) map[string]any {
	given := func(key string) bool { return params[key] != nil && params[key] != "" }
	hasPassword, hasHash := given("serverpassword"), given("serveraccesshash")
	if hasPassword || !hasHash {
		params["serverpassword"] = password
	}
	if hasHash || !hasPassword {
		params["serveraccesshash"] = hash
	}
	return params
}

// refused is a session in which every request is refused.
func refused(id, purpose, scheme string, params map[string]any) Session {
	f, _ := fault.Find(refusal)
	return Session{
		ID: id, Purpose: purpose, Request: RequestAdmin,
		Upstream: &Upstream{Fault: f, Scheme: scheme}, Steps: []Step{listStep(id, params)},
	}
}

func (v variation) at(id, purpose string, p place) Session {
	return refused(id, purpose, p.scheme, v.params(p))
}

func (v variation) servers() []Session {
	special := refused(transcript.SessionCredentials, "ask a server whose credentials hold special characters", HTTPS,
		credentials(v.params(first()), specialPassword, specialHash))
	return []Session{
		v.at(transcript.SessionServerTLS, "ask a server over https, at a port of its own", first()),
		v.at(transcript.SessionServerPlain, "ask a server over http, at a port of its own", place{plainHost, onlyIP, plainPort, HTTP}),
		v.at(transcript.SessionServerIP, "ask a server without a host name", place{"", onlyIP, firstPort, HTTPS}),
		v.at(transcript.SessionServerIPv6, "ask a server that has only an IPv6 address", place{"", onlyIPv6, firstPort, HTTPS}),
		special,
	}
}

// serverForm is one parameter in another form than the usual one.
type serverForm struct {
	id, key string
	value   any
	scheme  string
}

// serverForms are the forms that settings take on their way through databases
// and versions.
func serverForms() []serverForm {
	const secure, port = "serversecure", "serverport"
	return []serverForm{
		{transcript.SecurePrefix + "on", secure, "on", HTTPS},
		{transcript.SecurePrefix + "int-1", secure, 1, HTTPS},
		{transcript.SecurePrefix + "empty", secure, "", HTTP},
		{transcript.SecurePrefix + "string-0", secure, "0", HTTP},
		{transcript.SecurePrefix + "null", secure, nil, HTTP},
		{transcript.PortPrefix + "int", port, 12087, HTTPS},
		{transcript.PortPrefix + "empty", port, "", HTTPS},
	}
}

func (v variation) forms() []Session {
	var sessions []Session
	for _, f := range serverForms() {
		p := first()
		if f.scheme == HTTP {
			p = place{plainHost, onlyIP, plainPort, HTTP}
		}
		params := v.params(p)
		params[f.key] = f.value
		sessions = append(sessions, refused(f.id, "ask a server with another form of "+f.key, f.scheme, params))
	}
	return sessions
}

// surroundings are sessions that lack what WHMCS puts around a call.
func (v variation) surroundings() []Session {
	bare := v.at(transcript.SessionBare, "ask a server outside a web request", first())
	bare.Request = RequestNone
	missing := v.at(transcript.SessionNoLog, "ask a server while logModuleCall() is missing", first())
	missing.Helpers = HelpersMissing
	throwing := v.at(transcript.SessionBrokenLog, "ask a server while logModuleCall() throws", first())
	throwing.Helpers = HelpersThrowing
	return []Session{bare, missing, throwing}
}

// processes are sessions about what a module keeps, and how long it waits.
func (v variation) processes() []Session {
	one := v.params(first())
	two := credentials(v.params(place{secondHost, secondIP, secondPort, HTTPS}), secondPassword, secondHash)
	two["serverid"] = secondID
	both := refused(transcript.SessionTwoServers, "ask one server, another one, and the first one again", HTTPS, one)
	both.Steps = alternating(transcript.SessionTwoServers, one, two)

	f, _ := fault.Find(silence)
	limit := v.at(transcript.SessionSocketTimeout, "wait for a silent panel under another default_socket_timeout", first())
	limit.Upstream.Fault, limit.Waits = f, true
	limit.Settings = map[string]string{"default_socket_timeout": "8"}
	return []Session{both, limit}
}

// alternating lists the first server, the second and the first again.
func alternating(id string, one, two map[string]any) []Step {
	return []Step{listStep(id+"#1", one), listStep(id+"#2", two), listStep(id+"#3", one)}
}

// crossChecked are the faults that TestConnection() is asked about.
func crossChecked() []string { return []string{"refused", refusal, "html-login"} }

func (v variation) tested() []Session {
	var sessions []Session
	for _, name := range crossChecked() {
		f, _ := fault.Find(name)
		id := transcript.TestConnectionPrefix + name
		s := v.at(id, "test the connection while the panel answers so: "+f.Title, first())
		s.Upstream.Fault = f
		test := Step{Call: id + "#test", Function: "TestConnection", Params: maps.Clone(s.Steps[0].Params)}
		s.Steps = []Step{test, s.Steps[0]}
		sessions = append(sessions, s)
	}
	return sessions
}

// lists are the sessions in which the run's own server, or the recording of one,
// gives its good answers.
func (v variation) lists() []Session {
	listed := func(id, purpose string) Session {
		return Session{
			ID: id, Purpose: purpose, Request: RequestAdmin,
			Upstream: v.run.answered(),
			Steps:    []Step{listStep(id, v.run.Params)},
		}
	}
	bare := listed(transcript.SessionBareList, "list the accounts outside a web request")
	bare.Request = RequestNone
	missing := listed(transcript.SessionNoLogList, "list the accounts while logModuleCall() is missing")
	missing.Helpers = HelpersMissing
	throwing := listed(transcript.SessionBrokenLogList, "list the accounts while logModuleCall() throws")
	throwing.Helpers = HelpersThrowing

	both := listed(transcript.SessionTwoLists, "list the accounts of the server, of one that refuses, and of the first again")
	both.Upstream.Fault, _ = fault.Find(refusal)
	both.Upstream.OnlyHost = secondHost
	other := credentials(v.params(place{secondHost, secondIP, secondPort, SchemeOf(v.run.Params)}), secondPassword, secondHash)
	other["serverid"] = secondID
	both.Steps = alternating(transcript.SessionTwoLists, v.run.Params, other)
	return []Session{bare, missing, throwing, both}
}
