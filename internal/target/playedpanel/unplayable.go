package playedpanel

import (
	"fmt"
	"runtime"
	"slices"

	"syncproof/internal/scenario"
	"syncproof/internal/target"
	"syncproof/internal/target/play"
	"syncproof/internal/transcript"
	"syncproof/internal/upstream/fault"
)

// unplayable says that the panel cannot be played in a session, why, and what can
// be done about it.
type unplayable struct{ reason, advice string }

func (u unplayable) Error() string { return u.reason }

// folderInstead is the advice where only a module that syncproof runs itself can be
// tested.
const folderInstead = "point syncproof at the module's folder to have this checked"

// cellInstead is the advice where it takes a network of ours.
const cellInstead = "point syncproof at the module's folder, on a Linux machine that allows user namespaces"

// offers says whether a session can be made at all: what a request can ask of
// whoever calls the module is less than what syncproof does itself.
func (t *Target) offers(level string, s scenario.Session) error {
	who := "an address"
	if t.Command {
		who = "a command"
	}
	ours := func(what string) error {
		return unplayable{what + " only where syncproof runs the module itself, not behind " + who, folderInstead}
	}
	switch {
	case s.NoServices:
		return ours("the database of WHMCS can be emptied")
	case s.ID == transcript.SessionTwoServers, s.ID == transcript.SessionTwoLists, s.ID == transcript.SessionAfterFailure:
		return ours("several calls can be made in one PHP process")
	case s.Request == scenario.RequestNone && !t.Command:
		return ours("the module can be called outside a web request")
	}
	for _, step := range s.Steps {
		if step.Service || step.Usage != "" || !slices.Contains(t.functions(), step.Function) {
			return ours(step.Function + "() can be called")
		}
	}
	if level == transcript.InterceptListener {
		return t.listens(s)
	}
	return nil
}

// functions are those that only read, and that an implementation of the protocol may
// be asked for.
func (*Target) functions() []string {
	return []string{"", "MetaData", "ConfigOptions", "ListAccounts", "TestConnection"}
}

// listens says whether a session can be played by a listener that the module is
// told of.
func (t *Target) listens(s scenario.Session) error {
	f := s.Upstream.Fault
	told := fmt.Sprintf("the module is told the address of a listener, so that the fault %s (%s) cannot be played", f.ID, f.Title)
	switch {
	case s.ID == transcript.PortPrefix+"empty":
		return unplayable{"a module that is given no port asks at one of its own, and syncproof listens at another", cellInstead}
	case f.NeedsNetwork() && s.Upstream.At > 0:
		return unplayable{told + " from a later request on", cellInstead}
	case f.Play.Act == fault.Hang && runtime.GOOS != "linux":
		return unplayable{told + " on this system", cellInstead}
	}
	return nil
}

// refuse records a session whose panel cannot be played.
func refuse(t *Target, level string, s scenario.Session, why unplayable, sink target.Sink) error {
	events := []transcript.Event{
		event(transcript.EventSession, s.ID, "", transcript.SessionInfo{
			Purpose: s.Purpose, Network: transcript.NetworkOpen, WithoutWHMCS: s.WithoutWHMCS,
			Upstream: play.Described(level, s.Upstream, t.budget(s)),
		}),
		event(transcript.EventTrouble, s.ID, "", transcript.Trouble{
			Kind: transcript.TroubleUnsupported, Message: why.reason, Advice: why.advice,
		}),
	}
	for _, step := range s.Steps {
		info := transcript.CallInfo{Function: step.Function}
		if !step.NoParams {
			info.Params = step.Params
		}
		events = append(events, event(transcript.EventUnreached, s.ID, step.Call, info))
	}
	for _, e := range events {
		if err := sink.Record(e); err != nil {
			return err
		}
	}
	return nil
}

func event(kind, session, call string, body any) transcript.Event {
	return transcript.Event{Envelope: transcript.Envelope{Event: kind, Session: session, Call: call}, Body: body}
}
