package fault

import "slices"

// All returns every fault, in the order reports show them.
func All() []Fault {
	return slices.Concat(connectFaults(), tlsFaults(), transportFaults(), statusFaults(), bodyFaults(), labelFaults(), pageFaults(), leafFaults())
}

// mustFail is what nearly every fault asks for.
const mustFail = "success => false, a non-empty error and no accounts, within the time budget; or the whole list after a retry"

func connectFaults() []Fault {
	return []Fault{
		{
			ID: "refused", Layer: Connect, Rule: "FLT-01", Title: "connection refused",
			Detail: "nothing listens on the port: the operating system refuses the connection",
			Expect: mustFail, Play: Play{Act: Refuse},
		},
		{
			ID: "unresolvable", Layer: Connect, Rule: "FLT-01", Title: "the panel's name does not resolve",
			Detail: "the name lookup fails",
			Expect: mustFail, Play: Play{Act: Unresolvable},
		},
		{
			ID: "connect-hang", Layer: Connect, Rule: "FLT-02", Title: "the connection attempt hangs",
			Detail: "the packets that ask for a connection are dropped, as by a firewall: it is neither accepted nor refused",
			Expect: mustFail, Play: Play{Act: Hang},
		},
		{
			ID: "reset-on-accept", Layer: Connect, Rule: "FLT-19", Title: "connection reset at once",
			Detail: "the connection is accepted and reset at its first byte",
			Expect: mustFail, Play: Play{Act: ResetOnAccept},
		},
		{
			ID: "silent-accept", Layer: Connect, Rule: "FLT-02", Title: "accepts and says nothing",
			Detail: "the connection is accepted; nothing is ever read or sent",
			Expect: mustFail, Play: Play{Act: SilentAccept},
		},
	}
}

func tlsFaults() []Fault {
	return []Fault{
		{
			ID: "tls-silent", Layer: TLS, Rule: "FLT-02", Title: "hangs in the TLS handshake",
			Detail: "the client's first TLS message is read and never answered",
			Expect: mustFail, Play: Play{Act: TLSSilent},
		},
		{
			ID: "tls-garbage", Layer: TLS, Rule: "FLT-01", Title: "garbage instead of TLS",
			Detail: "the client's first TLS message is answered with text",
			Expect: mustFail, Play: Play{Act: TLSGarbage},
		},
		{
			ID: "tls-wrong-host", Layer: TLS, Rule: "FLT-18", Title: "certificate of another host",
			Detail: "a certificate for wrong-host.invalid from a trusted authority",
			Expect: "refused: success => false", Play: Play{Act: TLSWrongHost},
		},
		{
			ID: "tls-expired", Layer: TLS, Rule: "FLT-18", Title: "expired certificate",
			Detail: "a certificate from a trusted authority that expired a day ago",
			Expect: "refused: success => false", Play: Play{Act: TLSExpired},
		},
		{
			ID: "tls-self-signed", Layer: TLS, Rule: "FLT-18", Title: "self-signed certificate",
			Detail: "a certificate for the right host that no authority signed",
			Expect: "refused: success => false", Play: Play{Act: TLSSelfSigned},
		},
	}
}

func transportFaults() []Fault {
	return []Fault{
		{
			ID: "silent-request", Layer: Transport, Rule: "FLT-02", Title: "reads the request and never answers",
			Detail: "the request is read; no answer is ever sent",
			Expect: mustFail, Play: Play{Act: SilentRequest},
		},
		{
			ID: "silent-body", Layer: Transport, Rule: "FLT-02", Title: "sends headers and stops",
			Detail: "status 200 and headers are sent, then nothing",
			Expect: mustFail, Play: Play{Act: SilentAfterHeaders},
		},
		{
			ID: "drip", Layer: Transport, Rule: "FLT-02", Title: "drips the answer byte by byte",
			Detail: "a good answer at one byte every 100 ms, for as long as the client waits",
			Expect: mustFail, Play: Play{Act: Drip},
		},
		{
			ID: "slow", Layer: Transport, Rule: "PERF-04", Title: "answers everything late",
			Detail: "every request gets its good answer just before the module would have given up on it, " +
				"or half a second late where the call would end in time even so",
			Expect: "the whole list, or success => false, within the time budget of one call",
			Play:   Play{Act: Late},
		},
		{
			ID: "reset-in-body", Layer: Transport, Rule: "FLT-19", Title: "connection reset in the body",
			Detail: "half of the announced body is sent, then the connection is reset",
			Expect: mustFail, Play: Play{Act: ResetInBody},
		},
		{
			ID: "short-body", Layer: Transport, Rule: "FLT-19", Title: "body shorter than Content-Length",
			Detail: "half of the announced body is sent, then the connection is closed",
			Expect: mustFail, Play: Play{Act: ShortBody},
		},
		{
			ID: "broken-chunk", Layer: Transport, Rule: "FLT-19", Title: "broken chunked encoding",
			Detail: "a chunked body whose second chunk has no valid length",
			Expect: mustFail, Play: Play{Act: BrokenChunk},
		},
		{
			ID: "not-http", Layer: Transport, Rule: "FLT-07", Title: "an answer that is not HTTP",
			Detail: "the request is answered with the greeting of a mail server",
			Expect: mustFail, Play: Play{Act: NotHTTP},
		},
		{
			ID: "flood", Layer: Transport, Rule: "FLT-07", Title: "a body of 200 MB",
			Detail: "status 200 and 200 MB of text that is not JSON",
			Expect: mustFail, Play: Play{Act: Flood},
		},
	}
}
