package suites

import (
	"slices"
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
)

func crosscheckSuite() Suite {
	return Suite{Area: "crosscheck", Title: "Other functions agree with the list", Rules: []Rule{xchk01(), xchk02(), xchk03()}}
}

func xchk02() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "XCHK-02", Level: contract.May, Basis: contract.Inferred, Hazard: contract.Misleading,
			Title:  "TestConnection() does not report success where ListAccounts() fails",
			Source: sources(sampleModule, docServerSync),
			Why:    "The administrator who is told that the list failed tests the connection next. A test that succeeds while the panel is unreachable, refuses the credentials or shows a login page sends them looking in the wrong place.",
			Fix:    "Let TestConnection() make a real request through the same code as ListAccounts(), and judge its answer in the same way.",
			Good:   "function acme_TestConnection(array $params)\n{\n    try {\n        acme_api($params)->accounts(1);\n        return ['success' => true, 'error' => ''];\n    } catch (\\Throwable $e) {\n        return ['success' => false, 'error' => $e->getMessage()];\n    }\n}",
			Bad:    "function acme_TestConnection(array $params)\n{\n    return ['success' => !empty($params['serverhostname']), 'error' => ''];\n}",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedSync, contract.NeedTestConnection},
		Check: checkTestConnection,
	}
}

// checkTestConnection compares both functions under the same faults.
func checkTestConnection(c *Case) {
	if s := c.T.Loaded(); s != nil && s.Load.OK && s.Function(c.T.Header.Target.Module, "TestConnection") == nil {
		c.NotApplicable("the module does not define TestConnection()")
		return
	}
	ids := plannedBy(c.T, transcript.TestConnectionPrefix)
	if len(ids) == 0 {
		c.followGate(notTestable("TestConnection() was not called in this run", "run syncproof again with this rule selected"))
		return
	}
	missing, compared := opened(), false
	for _, id := range ids {
		v, g := variantOf(c.T, id)
		if !g.open {
			missing = g
			continue
		}
		if len(v.Calls) < 2 || !askedSomewhere(c.T) {
			continue
		}
		test, list := v.Calls[0], v.Calls[1]
		if !refusedBy(list) {
			// What a list under a fault means is judged by the rules about it.
			continue
		}
		compared = true
		if answerOf(test)["success"] == true {
			f := catalogue()[v.Upstream.Fault]
			place := c.inFunction(test, "TestConnection() under the fault "+f.ID+": "+f.Title)
			place.Want = "success => false with an error, as ListAccounts() answers"
			place.Got = "success => true"
			place.Note = "ListAccounts(): " + outcomeWords(list)
			c.Fail(place)
		}
	}
	if !compared {
		c.followGate(missing)
		c.followGate(unasked())
	}
	c.followGate(missing)
}

// plannedBy are the ids of the planned sessions that begin so.
func plannedBy(t *transcript.Transcript, prefix string) []string {
	return slices.DeleteFunc(slices.Clone(t.Header.Plan), func(id string) bool { return !strings.HasPrefix(id, prefix) })
}

// askedSomewhere says that requests of the module can be seen: a connection that
// is refused leaves none.
func askedSomewhere(t *transcript.Transcript) bool {
	return slices.ContainsFunc(variantsBy(t, transcript.TestConnectionPrefix), func(v variant) bool { return len(v.Exchanges) > 0 })
}
