package suites

import (
	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

func env11() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "ENV-11", Level: contract.Must, Basis: contract.Inferred, Hazard: contract.Terminate,
			Title:  "a server without accounts gives success => true with an empty list, and only such a server does",
			Quote:  missingRows,
			Source: sources(docSync, docServerSync),
			Why: "An empty list means that the server has no accounts. A module that reports a failure there leaves the administrator of a new or cleared " +
				"server without a sync, and one that cannot tell empty from failed will sooner or later answer a failure with an empty list. Every service " +
				"then looks as if it did not exist on the server, and syncing such a service terminates it.",
			Fix: "Decide by what the panel says, not by whether there are rows: a reply in the promised form with no rows is success with 'accounts' => []. " +
				"Anything else is a failure.",
			Good:  "return ['success' => true, 'accounts' => []]; // the panel's list has no rows",
			Bad:   "if ($rows === []) {\n    throw new Exception('No accounts found.');\n}",
			Since: "0.1.0",
		},
		Needs: []contract.Need{contract.NeedRows, contract.NeedEmptyPanel},
		Check: checkEmptyPanel,
	}
}

// askEmptyPanel is met when the module listed a server without accounts from a
// recording that fits. Few vendors have such a server at hand, so that a run
// without one is not held to be incomplete.
func askEmptyPanel(t *transcript.Transcript) gate {
	if t.Session(transcript.SessionEmptyPanel) == nil && !t.Planned(transcript.SessionEmptyPanel) {
		return notApplicable("no server without accounts was recorded; to have this tested, record one (syncproof record MODULE --as empty) " +
			"and name it with --empty-recording")
	}
	if g := askCall(t, transcript.CallEmptyPanel); !g.open {
		return g
	}
	s := t.Session(transcript.SessionEmptyPanel)
	for _, x := range s.Exchanges {
		if x.Problem != "" {
			return notTestable("the recording of the server without accounts does not fit the module's requests: "+x.Problem,
				"record it again with this version of the module (syncproof record MODULE --as empty)")
		}
	}
	if len(s.Exchanges) == 0 {
		return unseen([]*transcript.Session{s}, ", although a server without accounts was to be listed")
	}
	return opened()
}

func checkEmptyPanel(c *Case) {
	call := c.T.Call(transcript.CallEmptyPanel)
	place := c.inFunction(call, call.Function+"() of a server without accounts")
	place.Want = "success => true with an empty list"
	if call.Ending != transcript.EndReturned {
		place.Got = "it " + endingWords(call)
		locate(&place, call)
		c.Fail(place)
		return
	}
	answer, isArray := phpvalue.Map(call.Value)
	switch {
	case !isArray:
		place.Got = phpvalue.Show(call.Value)
	case answer["success"] == false:
		place.Got = "success => false with the error " + phpvalue.Show(answer["error"])
	case call.Len() > 0:
		place.Got = plural(int64(call.Len()), "account", "accounts")
		place.Note = "the recorded answers are those of a server without accounts, so these come from somewhere else"
	case answer["success"] != true:
		place.Got = keyIs(answer, "success")
	case phpvalue.KindOf(answer["accounts"]) != phpvalue.KindAccounts:
		place.Got = keyIs(answer, "accounts")
	default:
		return
	}
	c.Fail(place)
}

// keyIs says what an answer holds under a key.
func keyIs(answer map[string]any, key string) string {
	value, there := answer[key]
	if !there {
		return "no key " + phpvalue.Quote(key)
	}
	return key + " is " + phpvalue.Show(value)
}
