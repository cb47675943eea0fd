package transcripttest

import (
	"strconv"
	"strings"
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/scenario"
	"syncproof/internal/transcript"
)

// Talking is Conformant for a run with a server: the module's conversation was
// recorded, two pages and the details of one account, and every fault was played
// at each of its requests.
func Talking(tb testing.TB) *Run {
	tb.Helper()
	return talking(tb, scenario.Run{Params: params(), Answers: transcript.AnswersLive})
}

// TalkingWith is Talking with only some faults, or fewer than there could be.
func TalkingWith(tb testing.TB, budget int, faults ...string) *Run {
	tb.Helper()
	run := scenario.Run{Params: params(), Answers: transcript.AnswersLive, Budget: budget}
	for _, text := range faults {
		choice, err := scenario.ParseChoice(text)
		if err != nil {
			tb.Fatal(err)
		}
		run.Faults = append(run.Faults, choice)
	}
	r := talking(tb, run)
	r.Header.Faults = faults
	return r
}

func talking(tb testing.TB, run scenario.Run) *Run {
	tb.Helper()
	needs := []contract.Need{
		contract.NeedDirect, contract.NeedLoad, contract.NeedMetaDataWeb, contract.NeedOptions,
		contract.NeedCall, contract.NeedRepeat, contract.NeedLocale, contract.NeedEmpty, contract.NeedEveryFault,
		contract.NeedConversation, contract.NeedPoints, contract.NeedLeaves, contract.NeedPages,
		contract.NeedRecovery, contract.NeedSlow,
	}
	r := conformant(tb, scenario.Plan(needs, run))
	r.Header.Live = true
	for _, s := range r.Sessions {
		if s.ID == scenario.FaultID("silent-request", scenario.HTTPS) {
			s.Exchanges[0].GaveUp, s.Exchanges[0].Seconds = true, 20
		}
	}
	further, extension := scenario.Extend(needs, run, r.Transcript())
	r.Extension = extension
	for _, planned := range further {
		r.Sessions = append(r.Sessions, session(planned))
	}
	return r
}

// Conversation are the requests of the module's conversation with a panel that
// works.
func Conversation() []transcript.Exchange {
	const host = "https://panel.example:8443"
	asked := func(n int, path, reply string) transcript.Exchange {
		return transcript.Exchange{
			N: n, Via: "direct", Method: "GET", URL: host + path, Status: 200, Seconds: 0.01,
			RequestHeaders: map[string][]string{"Authorization": {"Bearer [redacted:serverpassword]"}},
			ReplyBody:      Printed(reply), ReplyKind: transcript.ReplyObject,
		}
	}
	talk := []transcript.Exchange{
		asked(1, "/accounts?page=1", `{"total":3,"accounts":[{"name":"one"},{"name":"two"}]}`),
		asked(2, "/accounts?page=2", `{"total":3,"accounts":[{"name":"three"}]}`),
		asked(3, "/accounts/one.example", `{"name":"one","email":"one@one.example"}`),
	}
	talk[0].Leaves = &transcript.Leaves{
		Kinds: 3,
		List: []transcript.Leaf{
			{Path: "total", Kind: "total", Type: "number", Value: "3"}, {Path: "accounts", Kind: "accounts", Type: "array"},
			{Path: "accounts.0.name", Kind: "accounts.*.name", Type: "string"},
		},
		Rows: []transcript.LeafRow{{Path: "accounts.0", List: "accounts", Of: 2, Values: []transcript.LeafValue{{Name: "name", Value: "one"}}}},
	}
	return talk
}

// converse makes a session one whose panel works, but for the fault.
func (s *Session) converse(u scenario.Upstream) {
	s.Info.Network = transcript.NetworkPlayed
	s.Info.Upstream = &transcript.Upstream{
		Level: transcript.InterceptNamespace, Scheme: u.Scheme, Answers: u.Answers,
		Fault: u.Fault.ID, At: u.At, Through: u.Through, Paths: u.Paths, Page: u.Page, Budget: FaultBudget,
	}
	for _, x := range Conversation() {
		if u.Strikes(x.N) {
			x.Fault, x.Status, x.ReplyKind, x.ReplyBody = u.Fault.ID, 0, "", transcript.Output{}
			s.Exchanges = append(s.Exchanges, x)
			s.Calls[0].Returns(Failure(refusal(u.Fault)))
			break
		}
		s.Exchanges = append(s.Exchanges, x)
	}
}

// Point is the session in which a fault was played at one request, such as
// html-login@2.
func (r *Run) Point(choice string) *Session {
	r.tb.Helper()
	return r.Session(transcript.PointPrefix + choice)
}

// PointsAt changes every session in which a fault was played at a request.
func (r *Run) PointsAt(at int, change func(*Session)) {
	for _, s := range r.Sessions {
		if strings.HasPrefix(s.ID, transcript.PointPrefix) && strings.HasSuffix(s.ID, "@"+strconv.Itoa(at)) {
			change(s)
		}
	}
}
