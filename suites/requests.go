package suites

import (
	"fmt"
	"slices"
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/request"
	"syncproof/internal/transcript"
)

func requestsSuite() Suite {
	return Suite{Area: "requests", Title: "Requests to the control panel", Rules: []Rule{ro01()}}
}

func ro01() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "RO-01", Level: contract.Must, Basis: contract.Inferred, Hazard: contract.Corrupt,
			Title:  "listing the accounts only reads",
			Source: sources(docSync, docServerSync),
			Why: "WHMCS shows the administrator what it found before anything is changed. A module that writes to the panel while it lists " +
				"changes customers' accounts before anybody agreed to it, and again whenever the page is opened.",
			Fix: "Send only requests that read from ListAccounts(). Where the panel's interface reads by POST, syncproof tells by the words " +
				"in it; declare what it cannot tell under reads in syncproof.yaml.",
			Good:  "$rows = $api->get('/accounts', ['page' => $page]);",
			Bad:   "foreach ($rows as $row) {\n    $api->put('/accounts/' . $row['id'], ['synced_at' => date('c')]);\n}",
			Since: "0.1.0",
		},
		Needs: []contract.Need{contract.NeedSync, contract.NeedConversation},
		Check: checkReadOnly,
	}
}

// kindOfRequest is what requests have in common that are judged as one.
type kindOfRequest struct {
	shape, said string
	in          request.Intent
	// first is the number of the first request of the kind, n how many there are.
	first, n int
	example  transcript.Exchange
}

// kindsOfRequests groups a conversation by shape and by what says what is done:
// one address may serve every operation.
func kindsOfRequests(talk *transcript.Session, reads []string) []kindOfRequest {
	type key struct {
		shape, said string
		in          request.Intent
	}
	var kinds []kindOfRequest
	at := map[key]int{}
	for i, x := range talk.Exchanges {
		if x.Method == "" {
			continue
		}
		k := kindOfRequest{shape: x.Shape(), first: i + 1, n: 1, example: x}
		k.in, k.said = request.Of(x)
		if request.Declared(x, reads) {
			k.in, k.said = request.Reads, "the declaration under reads"
		}
		this := key{k.shape, k.said, k.in}
		if j, known := at[this]; known {
			kinds[j].n++
			continue
		}
		at[this] = len(kinds)
		kinds = append(kinds, k)
	}
	return kinds
}

func checkReadOnly(c *Case) {
	talk := c.T.Conversation()
	var open []kindOfRequest
	for _, k := range kindsOfRequests(talk, c.T.Header.Reads) {
		switch k.in {
		case request.Writes:
			place := c.inFunction(talk.Calls[0], k.at())
			place.Want, place.Got = "requests that only read", "one that writes, by "+k.said
			if k.n > 1 {
				place.Note = fmt.Sprintf("there are %d requests of this kind", k.n)
			}
			c.Fail(place)
		case request.Unsaid:
			open = append(open, k)
		case request.Reads:
		}
	}
	c.failChanges()
	if len(open) > 0 {
		c.NotTestable(undecided(open))
	}
}

// failChanges notes requests that changed what a played panel holds, whatever
// they look like.
func (c *Case) failChanges() {
	noted := c.failed()
	for _, s := range c.T.Sessions {
		if s.ID == transcript.SessionService {
			continue // there the module is asked to change accounts
		}
		for i, x := range s.Exchanges {
			if !x.Changed || len(s.Calls) == 0 {
				continue
			}
			k := kindOfRequest{first: i + 1, example: x}
			if known, _ := request.Of(x); known == request.Writes && noted {
				continue // the conversation has such requests, and they were noted
			}
			place := c.inFunction(s.Calls[0], k.at())
			place.Want, place.Got = "requests that only read", "one that changed an account of the panel"
			c.Fail(place)
			return
		}
	}
}

func (k kindOfRequest) at() string {
	return fmt.Sprintf("request %d, %s %s", k.first, phpvalue.Printable(k.example.Method), shortURL(k.example.URL))
}

// undecided says which requests could be reading or writing, and how to declare
// the ones that read.
func undecided(open []kindOfRequest) (reason, supply string) {
	const most = 3
	var named, declared []string
	for _, k := range open {
		text := k.at()
		if k.said != "" {
			text += " (" + k.said + ")"
		}
		if len(named) < most {
			named = append(named, text)
		}
		if d := phpvalue.Quote(declaration(k.example)); len(declared) < most && !slices.Contains(declared, d) {
			declared = append(declared, d)
		}
	}
	if more := len(open) - len(named); more > 0 {
		named = append(named, plural(int64(more), "other", "others"))
	}
	return "nothing says whether these requests read or write: " + strings.Join(named, ", "),
		"if they only read, declare them in syncproof.yaml: reads: [" + strings.Join(declared, ", ") + "]"
}

// declaration is a request as it is declared under reads, with a star for the
// parts of its path that name one thing among many.
func declaration(x transcript.Exchange) string {
	_, place, _ := strings.Cut(x.Shape(), "://")
	_, place, _ = strings.Cut(place, "/")
	place, _, _ = strings.Cut(place, "?")
	return strings.ToUpper(x.Method) + " /" + strings.ReplaceAll(place, " ", "*")
}
