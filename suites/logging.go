package suites

import (
	"slices"
	"strconv"
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream/fault"
)

func loggingSuite() Suite {
	return Suite{Area: "logging", Title: "The module log", Rules: []Rule{log01(), log02(), log03()}}
}

func log01() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "LOG-01", Level: contract.Should, Basis: contract.Documented, Hazard: contract.Misleading,
			Title:  "requests to the panel are passed to logModuleCall()",
			Quote:  "We recommend making use of the module log to record all external API calls and requests.",
			Source: sources(docLogs, docLogging),
			Why:    "The module log is where an administrator looks when a list is wrong or missing. Without an entry neither they nor you can see what the panel answered.",
			Fix:    "Call logModuleCall() after every request, also when it failed, with the secrets in its last argument.",
			Good:   "logModuleCall('acme', 'ListAccounts', $request, $body, $data, [$params['serverpassword'], $params['serveraccesshash']]);",
			Bad:    "$body = curl_exec($ch); // nobody ever sees what came back",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedSync},
		Wants: everyRefusal(),
		Check: checkLogged,
	}
}

func log02() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "LOG-02", Level: contract.Must, Basis: contract.Documented, Hazard: contract.Leak,
			Title:  "secrets are kept out of the logs, or named in the replace list of logModuleCall()",
			Quote:  "We recommend passing data strings such as usernames and passwords into the $replaceVars parameter to allow them to be automatically scrubbed and omitted from module log entries.",
			Source: sources(docLogs, docLogging, leakedSecrets),
			Why:    "Everyone who may read WHMCS's logs, and everyone a log is sent to for support, can read the server's password or key there. WHMCS recommends the replace list; syncproof demands it because a leaked key cannot be called back.",
			Fix:    "Leave secrets out of what you log, or pass each of them as the sixth argument in every form they have in the request: plain, URL-encoded, and as part of a Basic value.",
			Good:   "logModuleCall('acme', 'ListAccounts', $request, $body, $data, [\n    $params['serverpassword'], rawurlencode($params['serverpassword']),\n    base64_encode($params['serverusername'] . ':' . $params['serverpassword']),\n]);",
			Bad:    "logModuleCall('acme', 'ListAccounts', $params, $body, $data);",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedSync},
		Wants: everyRefusal(),
		Check: checkLogsClean,
	}
}

const (
	logModuleCall = "logModuleCall"
	logActivity   = "logActivity"
	// replaceList is where the sixth argument of logModuleCall() stands.
	replaceList = 5
)

// seesLogs is met when calls of WHMCS's functions are among the evidence. A bare return
// value shows none, and an envelope may leave them out.
func seesLogs(t *transcript.Transcript) gate {
	for _, s := range t.Sessions {
		if s.Sees.Load {
			return opened()
		}
		for _, call := range s.Calls {
			if len(call.Records) > 0 {
				return opened()
			}
		}
	}
	return notTestable(article(t.Header.Target.Kind)+" target that answers with the bare return value does not show what the module logs",
		"put bridge.php in front of the module (syncproof bridge), or point syncproof at the module's folder")
}

// checkLogged wants an entry in every call that got a whole answer from the panel
// and came to its end.
func checkLogged(c *Case) {
	if g := seesLogs(c.T); !g.open {
		c.followGate(askFaults(everyFault, c.T))
		c.followGate(g)
		return
	}
	answered, silent := 0, []played(nil)
	for _, p := range usable(c.T, everyFault) {
		if p.call.Ending != transcript.EndReturned || !p.answered() {
			continue
		}
		answered++
		if !slices.ContainsFunc(p.call.Records, func(r transcript.Record) bool { return strings.EqualFold(r.Function, logModuleCall) }) {
			silent = append(silent, p)
		}
	}
	if len(silent) > 0 {
		place := c.placeUnder(silent[0])
		place.Want = "a call of logModuleCall() for each request"
		place.Got = "none, although the panel was asked and had answered"
		place.Note = "so in " + strconv.Itoa(len(silent)) + " of " + plural(int64(answered), "call", "calls") + " with an answer of the panel"
		c.Fail(place)
	}
	c.followGate(askFaults(everyFault, c.T))
	c.followGate(unusable(c.T, everyFault))
	if answered == 0 {
		c.followGate(notTestable("no call that asked the panel came to its end, so what it logs is not known", "let ListAccounts() return whatever the panel answers"))
	}
}

// answered says that the module got a whole answer to a request. Some modules
// have nothing to log before that.
func (p played) answered() bool {
	whole := p.fault.Layer == fault.Status || p.fault.Layer == fault.Body
	return whole && slices.ContainsFunc(p.Exchanges, func(x transcript.Exchange) bool { return x.Status != 0 })
}

// checkLogsClean looks for secrets in what is logged, after doing what WHMCS
// documents for the replace list.
func checkLogsClean(c *Case) {
	if g := seesLogs(c.T); !g.open {
		c.followGate(askFaults(everyFault, c.T))
		c.followGate(g)
		return
	}
	seen := once{}
	for _, call := range ordinaryCalls(c.T) {
		for _, r := range call.Records {
			c.checkRecord(call, r, seen)
		}
	}
	c.followGate(askFaults(everyFault, c.T))
	c.followGate(unusable(c.T, everyFault))
	c.listIsJudged()
}

func (c *Case) checkRecord(call *transcript.Call, r transcript.Record, seen once) {
	args, _ := r.Args.([]any)
	var hidden []string
	logged := args
	switch {
	case strings.EqualFold(r.Function, logModuleCall):
		if len(args) > replaceList {
			logged, hidden = args[:replaceList], texts(args[replaceList])
		}
	case !strings.EqualFold(r.Function, logActivity):
		return
	}
	for i, arg := range logged {
		for _, m := range marksWithin(replaced(arg, hidden)) {
			if !seen.first(r.Function, r.File, strconv.Itoa(r.Line), strconv.Itoa(i), m) {
				continue
			}
			place := contract.Finding{Call: call.ID, At: callAt(call), File: r.File, Line: r.Line}
			place.Want = "no secret of the server in a log"
			place.Got = "argument " + strconv.Itoa(i+1) + " of " + r.Function + "() shows " + m
			if strings.EqualFold(r.Function, logModuleCall) {
				place.Note = "the replace list does not have it in this form"
				if len(args) <= replaceList {
					place.Note = "no replace list was given"
				}
			}
			c.Fail(place)
		}
	}
}

// replaced are the texts of an argument after everything in the replace list
// was taken out of them. Longer entries go first, so that a short one does not
// break a long one apart.
func replaced(arg any, hidden []string) []any {
	hidden = slices.DeleteFunc(slices.Clone(hidden), func(h string) bool { return h == "" })
	slices.SortStableFunc(hidden, func(a, b string) int { return len(b) - len(a) })
	var out []any
	for _, text := range texts(arg) {
		for _, h := range hidden {
			text = strings.ReplaceAll(text, h, "***")
		}
		out = append(out, text)
	}
	return out
}
