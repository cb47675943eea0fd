package suites

import (
	"math"
	"slices"
	"strconv"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream/fault"
)

func perf03() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "PERF-03", Level: contract.Should, Basis: contract.Evidence, Hazard: contract.Misleading,
			Title:  "the module sets limits of its own on connecting and on the whole request",
			Source: sources(curlTimeout, guzzleOptions, phpSockets),
			Why:    "Curl and Guzzle wait for an answer without end unless told otherwise, and PHP's streams wait for as long as the server's default_socket_timeout says: a minute, or whatever else was set there. While the panel hangs, so does the administration page.",
			Fix:    "Set a limit for connecting and one for the whole request, and do not rely on settings of the machine.",
			Good:   "curl_setopt($ch, CURLOPT_CONNECTTIMEOUT, 5);\ncurl_setopt($ch, CURLOPT_TIMEOUT, 20);",
			Bad:    "$body = file_get_contents($url); // waits for default_socket_timeout",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedSync, contract.NeedSocketTimeout},
		Wants: []contract.Need{contract.NeedFaults(hanging)},
		Check: checkOwnLimits,
	}
}

// hanging is the rule of the faults that keep a module waiting.
const hanging = "FLT-02"

// checkOwnLimits names the limits that are missing where that rule found calls
// that did not end, and otherwise looks whether a setting of PHP ends the wait.
func checkOwnLimits(c *Case) {
	connecting, whole := false, false
	for _, p := range usable(c.T, hanging) {
		if p.call.Ending == transcript.EndTimedOut && p.struck {
			connecting = connecting || p.fault.Play.Act == fault.Hang
			whole = whole || p.fault.Play.Act != fault.Hang
		}
	}
	switch {
	case connecting && whole:
		c.followGate(following(hanging, "the limits on connecting and on the whole request are missing or too long"))
	case connecting:
		c.followGate(following(hanging, "the limit on connecting is missing or too long"))
	case whole:
		c.followGate(following(hanging, "the limit on the whole request is missing or too long"))
	}
	if !c.failed() {
		c.checkSocketTimeout()
	}
	c.followGate(askFaults(hanging, c.T))
	c.followGate(unusable(c.T, hanging))
}

// socketTimeout is the PHP setting that ends a wait when nothing else does.
const socketTimeout = "default_socket_timeout"

// checkSocketTimeout compares how long the module waits for a silent panel with
// how long it does under another setting.
func (c *Case) checkSocketTimeout() {
	v, _ := variantOf(c.T, transcript.SessionSocketTimeout)
	limit, err := strconv.ParseFloat(v.Settings[socketTimeout], 64)
	waited, waits := firstWait(v.Exchanges)
	if err != nil || !waits {
		return
	}
	// apart is by how much a wait under the usual setting must differ.
	const apart = 4
	for _, p := range usable(c.T, hanging) {
		usual, waits := firstWait(p.Exchanges)
		if p.fault.ID != v.Upstream.Fault || !waits || waited < limit-1 || math.Abs(usual-waited) < apart {
			continue
		}
		// What a busy machine may add to a wait: the less, the nearer the two settings.
		if late := max(2, (usual-limit)/4); waited > limit+late {
			c.followGate(notTestable(
				"the module waited for "+rounded(waited)+" with "+socketTimeout+" = "+v.Settings[socketTimeout]+", and for "+rounded(usual)+
					" without: the machine was too busy to tell which limit ended the wait",
				"run syncproof again while the machine has less else to do"))
			return
		}
		place := c.inFunction(v.call, "ListAccounts() while the panel is silent, with "+socketTimeout+" = "+v.Settings[socketTimeout])
		place.Want = "a limit of the module's own"
		place.Got = "it waits for " + rounded(waited) + ", and for " + rounded(usual) + " without this setting"
		place.Note = "what ends the wait is PHP's setting " + socketTimeout + ", which is 60 seconds by default and differs from machine to machine"
		c.Fail(place)
		return
	}
}

// firstWait is how long the module waited at its first request before it gave
// up itself.
func firstWait(exchanges []transcript.Exchange) (seconds float64, gaveUp bool) {
	i := slices.IndexFunc(exchanges, func(x transcript.Exchange) bool { return x.GaveUp })
	if i < 0 {
		return 0, false
	}
	return exchanges[i].Seconds, true
}

// rounded writes a measured wait without false precision.
func rounded(n float64) string { return seconds(math.Round(n)) }
