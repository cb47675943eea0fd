package scenario

import (
	"fmt"
	"slices"
	"strconv"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream/fault"
)

// Extend plans what depends on the module's conversation with a panel that
// works, as the first plan recorded it: the same conversation with each fault at
// each of its requests. nil when there is no such conversation, or when no rule
// needs more.
func Extend(needs []contract.Need, run Run, t *transcript.Transcript) ([]Session, *transcript.Extension) {
	talk := t.Conversation()
	if talk == nil {
		return nil, nil
	}
	e := extender{run: run, talk: talk, known: t}
	if slices.Contains(needs, contract.NeedPoints) {
		e.points()
	}
	if slices.Contains(needs, contract.NeedRecovery) {
		e.recovery()
	}
	if slices.Contains(needs, contract.NeedSlow) {
		e.slow()
	}
	e.altered(needs)
	e.fleets(needs)
	e.functions(needs)
	if len(e.sessions) == 0 {
		return nil, nil
	}
	e.extension.Requests = len(talk.Exchanges)
	e.extension.Sessions = IDs(e.sessions)
	return e.sessions, &e.extension
}

// Founding are the ids of the sessions of a plan that Extend depends on, without
// those that wait.
func Founding(plan []Session, run Run) map[string]bool {
	return among(plan, transcript.SessionMetaData, transcript.SessionOptions, transcript.SessionConversation, FaultID(failing, SchemeOf(run.Params)))
}

// Last is the id of the session that shows how long the module waits. When it is
// over, Extend adds to what it returned after the founding ones.
func Last(plan []Session, run Run) map[string]bool {
	return among(plan, FaultID(silence, SchemeOf(run.Params)))
}

func among(plan []Session, ids ...string) map[string]bool {
	found := map[string]bool{}
	for _, s := range plan {
		if slices.Contains(ids, s.ID) {
			found[s.ID] = true
		}
	}
	return found
}

type extender struct {
	run       Run
	talk      *transcript.Session
	known     *transcript.Transcript
	sessions  []Session
	extension transcript.Extension
}

func (e *extender) add(s Session) { e.sessions = append(e.sessions, s) }

// replayed is a session in which the panel answers as recorded.
func (e *extender) replayed(id, purpose string, u Upstream, steps ...string) Session {
	u.Answers, u.Scheme = transcript.AnswersRecorded, SchemeOf(e.run.Params)
	s := Session{ID: id, Purpose: purpose, Request: RequestAdmin, Upstream: &u, Waits: u.Fault.Hangs()}
	for _, call := range steps {
		s.Steps = append(s.Steps, listStep(call, e.run.Params))
	}
	return s
}

// replay adds the conversation without a fault, once, to show that it can be
// repeated.
func (e *extender) replay() {
	if !slices.Contains(IDs(e.sessions), transcript.SessionReplay) {
		e.add(e.replayed(transcript.SessionReplay, "list the accounts as recorded", Upstream{}, transcript.CallReplay))
	}
}

// points adds the conversation with every fault at every request.
func (e *extender) points() {
	e.replay()
	all := Points(e.talk.Exchanges)
	e.extension.Points = len(all)
	chosen := slices.DeleteFunc(slices.Clone(all), func(p Point) bool { return !e.run.wants(p.Fault.ID, p.At) })
	if len(chosen) < len(all) {
		e.extension.Reason = "only the faults that were asked for were tried"
	}
	if b := e.run.Budget; b > 0 && b < len(chosen) {
		e.extension.Reason = fmt.Sprintf("the budget of %d ended there; --budget sets another", b)
		chosen = firstOf(chosen, e.talk.Exchanges, b)
	}
	e.extension.Tried = len(chosen)
	e.extension.Kinds, e.extension.KindsTried = kinds(all, e.talk.Exchanges), kinds(chosen, e.talk.Exchanges)
	for _, p := range chosen {
		purpose := "list the accounts while request " + strconv.Itoa(p.At) + " is answered so: " + p.Fault.Title
		if p.At == everyRequest {
			purpose = "list the accounts while every request is answered so: " + p.Fault.Title
		}
		e.add(e.replayed(p.ID(), purpose, Upstream{Fault: p.Fault, At: p.At}, p.ID()))
	}
}

// kinds counts the pairs of a fault and a kind of request.
func kinds(points []Point, talk []transcript.Exchange) int {
	seen := map[string]bool{}
	for _, p := range points {
		seen[p.Fault.ID+" "+kindOf(p.At, talk)] = true
	}
	return len(seen)
}

// failing is the fault a module fails under first, without any doubt.
const failing = "http-500"

// silence is the fault that shows how long a module waits for an answer.
const silence = "silent-request"

// recovery makes a call fail and repeats it with a panel that works. The blind
// run of the same fault showed how many requests the module makes until it
// gives up.
func (e *extender) recovery() {
	f, _ := fault.Find(failing)
	blind := e.known.Session(FaultID(f.ID, SchemeOf(e.run.Params)))
	if blind == nil || len(blind.Exchanges) == 0 {
		return
	}
	u := Upstream{Fault: f, At: 1, Through: len(blind.Exchanges)}
	e.add(e.replayed(transcript.SessionAfterFailure, "list the accounts again after a call that failed", u,
		transcript.CallFailing, transcript.CallRecovered))
}

// slow answers every request late, where the blind run of a silent panel showed
// how long the module waits.
func (e *extender) slow() {
	f, _ := fault.Find("slow")
	blind := e.known.Session(FaultID(silence, SchemeOf(e.run.Params)))
	if blind == nil || blind.Upstream == nil || len(blind.Exchanges) == 0 || !blind.Exchanges[0].GaveUp || blind.Exit == nil || blind.Exit.TimedOut {
		return
	}
	delay := late(blind.Exchanges[0].Seconds, e.talk, blind.Upstream.Budget)
	s := e.replayed(transcript.SessionSlow, "list the accounts while every answer comes late", Upstream{Fault: f, Delay: delay}, transcript.CallSlow)
	s.Waits = true
	e.add(s)
}

// late is how many seconds an answer is held back from a module that waits so long
// for each: until just before it would give up. Where all requests together cannot
// take half of the time a call has even so, the call ends in time however late the
// answers are. Then it is only seen that it bears late ones.
func late(patience float64, talk *transcript.Session, budget float64) float64 {
	const (
		almost = 0.8
		enough = 0.5
	)
	delay := patience * almost
	whole := float64(len(talk.Exchanges)) * delay
	for _, c := range talk.Calls {
		whole += c.Seconds
	}
	if whole < budget/2 {
		return min(delay, enough)
	}
	return delay
}

// Point is one fault at one request of a conversation, or at all of them.
type Point struct {
	Fault fault.Fault
	At    int
}

// ID names the point's session and its call.
func (p Point) ID() string { return transcript.PointID(p.Fault.ID, p.At) }

// Points enumerates every fault at every request it makes sense for. A fault
// that only changes what an answer says of itself strikes all requests at once
// as well, as a panel would.
func Points(talk []transcript.Exchange) []Point {
	var points []Point
	for i, x := range talk {
		for _, f := range fault.All() {
			if strikes(f, x, talk) {
				points = append(points, Point{f, i + 1})
			}
		}
	}
	for _, f := range fault.All() {
		if f.Rule == labels && !slices.ContainsFunc(talk, func(x transcript.Exchange) bool { return !strikes(f, x, talk) }) {
			points = append(points, Point{f, everyRequest})
		}
	}
	return points
}

// labels is the rule of the faults that leave an answer whole.
const labels = "FLT-22"
