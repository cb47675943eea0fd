package report

import (
	"regexp"
	"slices"
	"strconv"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
)

// Evidence is what stands behind a judgement, as far as a report for people
// shows it: the calls in which rules were broken, what came of each fault, and
// how time and memory grow. It is small whatever the transcript's size.
type Evidence struct {
	// Calls are those that failures name, by id.
	Calls map[string]CallEvidence
	// Strikes are what came of each fault; see package suites. Asked are the
	// requests they struck, in order, by method and address.
	Strikes []contract.Strike
	Asked   []string
	// Sizes are what whole lists of different lengths cost, shortest first; fewer
	// than two say nothing.
	Sizes []Size
}

// CallEvidence is one call: what the control panel answered during it, and what
// it gave back.
type CallEvidence struct {
	// Requests are the first ones, and those that met a fault; More counts the rest.
	Requests []Request
	More     int
	// Returned is the value as PHP writes it, or in a sentence how the call ended.
	Returned string
	// Rows are the entries of its list that failures name, as PHP writes them.
	Rows map[int]string
}

// Request is one request of the module and the answer it got.
type Request struct {
	// N counts the session's requests from 1.
	N            int
	Method, URL  string
	Status       int
	Fault        string
	Problem      string
	Reply        string
	ReplyBytes   int64
	RequestBody  string
	RequestBytes int64
}

// How much of the evidence is kept.
const (
	evidenceCalls    = 3
	evidenceRequests = 6
	evidenceBody     = 700
)

// Gather picks the evidence for a judgement's failures out of its transcript.
func Gather(t *transcript.Transcript, j contract.Judgement) Evidence {
	e := Evidence{Calls: map[string]CallEvidence{}, Sizes: sizes(t)}
	if talk := t.Conversation(); talk != nil {
		for _, x := range talk.Exchanges[:min(len(talk.Exchanges), mapColumns)] {
			e.Asked = append(e.Asked, x.Method+" "+x.URL)
		}
	}
	byID := map[string]*transcript.Call{}
	for _, s := range t.Sessions {
		for _, c := range s.Calls {
			if byID[c.ID] == nil {
				byID[c.ID] = c
			}
		}
	}
	for _, r := range j.Results {
		if len(r.Findings) == 0 || isFollowOn(r) {
			continue
		}
		for _, id := range firstCalls(r) {
			call := byID[id]
			if call == nil {
				continue
			}
			kept, known := e.Calls[id]
			if !known {
				kept = callEvidence(call)
			}
			keepRows(kept.Rows, call, r.Findings)
			e.Calls[id] = kept
		}
	}
	return e
}

// firstCalls are the calls whose evidence is shown with a failure.
func firstCalls(r contract.Result) []string {
	calls := callsOf(r.Findings[:min(len(r.Findings), contract.MaxFindings)])
	return calls[:min(len(calls), evidenceCalls)]
}

func callEvidence(call *transcript.Call) CallEvidence {
	c := CallEvidence{Rows: map[int]string{}, Returned: returnedText(call)}
	exchanges := call.Session.Exchanges
	for i, x := range exchanges {
		struck := x.Fault != "" || x.Problem != ""
		if len(c.Requests) >= evidenceRequests || i >= evidenceRequests-1 && !struck {
			continue
		}
		c.Requests = append(c.Requests, Request{
			N: x.N, Method: x.Method, URL: x.URL, Status: x.Status, Fault: x.Fault, Problem: x.Problem,
			Reply: outputText(x.ReplyBody), ReplyBytes: x.ReplyBody.Bytes,
			RequestBody: outputText(x.RequestBody), RequestBytes: x.RequestBody.Bytes,
		})
	}
	c.More = len(exchanges) - len(c.Requests)
	return c
}

// rowPlace finds the row in a place such as accounts[3].status.
var rowPlace = regexp.MustCompile(`accounts"?\]?\[([0-9]{1,9})\]`)

func rowOf(f contract.Finding) (int, bool) {
	m := rowPlace.FindStringSubmatch(f.At)
	if m == nil {
		return 0, false
	}
	n, err := strconv.Atoi(m[1])
	return n, err == nil
}

func keepRows(rows map[int]string, call *transcript.Call, findings []contract.Finding) {
	for _, f := range findings[:min(len(findings), contract.MaxFindings)] {
		n, named := rowOf(f)
		if !named || f.Call != call.ID {
			continue
		}
		if account, ok := call.Account(n); ok && account.Key == "" {
			rows[n] = phpText(account.Value)
		}
	}
}

// Size is what ListAccounts() cost for a list of that many accounts, the most of
// all calls.
type Size struct {
	Accounts int
	Seconds  float64
	// Memory is PHP's peak in bytes, 0 where it is not known.
	Memory int64
	Calls  int
}

// lengthRatio is how much longer the longest list must be than the shortest for the
// cost of length to show at all.
const lengthRatio = 2

func sizes(t *transcript.Transcript) []Size {
	var all []Size
	for _, s := range t.Sessions {
		if s.WithoutWHMCS || s.Varied() || s.ID == transcript.SessionSlow || s.Upstream != nil && s.Upstream.Fault != "" {
			continue
		}
		for _, c := range s.Calls {
			if c.Function != "ListAccounts" || c.Ending != transcript.EndReturned || c.Len() == 0 {
				continue
			}
			i := slices.IndexFunc(all, func(z Size) bool { return z.Accounts == c.Len() })
			if i < 0 {
				all = append(all, Size{Accounts: c.Len()})
				i = len(all) - 1
			}
			z := &all[i]
			z.Calls++
			z.Seconds, z.Memory = max(z.Seconds, c.Seconds), max(z.Memory, c.Memory)
		}
	}
	slices.SortFunc(all, func(a, b Size) int { return a.Accounts - b.Accounts })
	if n := len(all); n < 2 || all[n-1].Accounts < lengthRatio*all[0].Accounts {
		return nil
	}
	return all
}
