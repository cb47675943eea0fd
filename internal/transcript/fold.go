package transcript

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
)

// fold applies one event. Sessions may interleave; within a session events
// come in order.
func (t *Transcript) fold(e Event) error {
	switch body := e.Body.(type) {
	case *Header:
		t.Header = *body
		t.Header.Plan, t.rank = nil, nil
		t.plan(body.Plan)
	case *Subject:
		t.Subject = body
	case *End:
		t.End = body
	case *Extension:
		if t.Extension != nil {
			return errors.New("the plan is extended twice")
		}
		t.Extension = body
		t.plan(body.Sessions)
	case *Fleet:
		return t.foldFleet(body)
	case *AccountLine:
		c, err := t.foldAccount(e.Session, e.Call)
		if err != nil {
			return err
		}
		c.rows.count(t.seeded(), canonicalKey(body.Key), body.Value)
	case *SessionInfo:
		if t.Session(e.Session) != nil {
			return fmt.Errorf("session %q begins twice", e.Session)
		}
		t.begin(&Session{ID: e.Session, SessionInfo: *body})
	case *Trouble:
		if e.Session == "" {
			t.Troubles = append(t.Troubles, *body)
			return nil
		}
		return t.foldSession(e)
	default:
		return t.foldSession(e)
	}
	return nil
}

// begin adds a session where the plan has it, whatever order they ran in, so that
// reports do not depend on which of two parallel calls was quicker.
func (t *Transcript) begin(s *Session) {
	if t.byID == nil {
		t.byID = map[string]*Session{}
	}
	t.byID[s.ID] = s
	at, _ := slices.BinarySearchFunc(t.Sessions, t.place(s.ID)+1, func(other *Session, after int) int { return t.place(other.ID) - after })
	t.Sessions = slices.Insert(t.Sessions, at, s)
}

// place is a session's place in the plan; what was not planned comes last.
func (t *Transcript) place(id string) int {
	if at, planned := t.rank[id]; planned {
		return at
	}
	return len(t.Header.Plan)
}

// plan remembers which sessions are to come.
func (t *Transcript) plan(ids []string) {
	if t.rank == nil {
		t.rank = map[string]int{}
	}
	from := len(t.Header.Plan)
	t.Header.Plan = append(slices.Clip(t.Header.Plan), ids...)
	for i, id := range ids {
		if _, known := t.rank[id]; !known {
			t.rank[id] = from + i
		}
	}
	slices.SortStableFunc(t.Sessions, func(a, b *Session) int { return t.place(a.ID) - t.place(b.ID) })
}

// seeded is the seed of the sums over lists, and makes it when it is first needed.
func (t *Transcript) seeded() maphash.Seed {
	if t.failed == nil {
		t.seed, t.failed = maphash.MakeSeed(), &failure{}
	}
	return t.seed
}

// foldAccount finds the call that an entry of a list belongs to.
func (t *Transcript) foldAccount(session, call string) (*Call, error) {
	s := t.Session(session)
	if s == nil {
		return nil, fmt.Errorf("event %q belongs to session %q, which never began", EventAccount, session)
	}
	c := s.call(call)
	if c == nil {
		return nil, fmt.Errorf("event %q belongs to call %q, which never began", EventAccount, call)
	}
	return c, nil
}

func (t *Transcript) foldSession(e Event) error {
	s := t.Session(e.Session)
	if s == nil {
		return fmt.Errorf("event %q belongs to session %q, which never began", e.Event, e.Session)
	}
	switch body := e.Body.(type) {
	case nil:
		s.Final = true
	case *Boot:
		s.Boot = body
	case *Load:
		s.Load = body
	case *Trouble:
		s.Troubles = append(s.Troubles, *body)
		s.closeOpen(EndNoAnswer)
	case *Shutdown:
		s.foldShutdown(body)
	case *Exit:
		s.Exit = body
		s.closeOpen(body.ending())
	case *CallInfo:
		t.foldCall(s, e, body)
	case *Exchange:
		body.ReplyBody.Text = t.texts.shared(body.ReplyBody.Text)
		s.Exchanges = append(s.Exchanges, *body)
	case *Record:
		body.Args = t.texts.shared(body.Args)
		if c := s.call(e.Call); c != nil {
			c.Records = append(c.Records, *body)
		} else {
			s.Records = append(s.Records, *body)
		}
	default:
		c := s.call(e.Call)
		if c == nil {
			return fmt.Errorf("event %q belongs to call %q, which never began", e.Event, e.Call)
		}
		c.fold(body)
	}
	return nil
}

func (t *Transcript) foldCall(s *Session, e Event, info *CallInfo) {
	ending := EndOpen
	if e.Event == EventUnreached {
		ending = EndNotReached
		if len(s.Troubles) > 0 {
			ending = EndNoAnswer
		}
	}
	c := &Call{ID: e.Call, Session: s, CallInfo: *info, Ending: ending}
	s.Calls = append(s.Calls, c)
	if t.byCall == nil {
		t.byCall = map[string]*Call{}
	}
	// The order of the plan decides between calls of the same id.
	if first := t.byCall[c.ID]; first == nil || first.Session != s && t.place(s.ID) < t.place(first.Session.ID) {
		t.byCall[c.ID] = c
	}
}

func (c *Call) fold(body any) {
	switch body := body.(type) {
	case *Returned:
		c.Ending, c.Value, c.Effects = EndReturned, body.Value, body.Effects
	case *Threw:
		c.Ending, c.Throwable, c.Effects = EndThrew, &body.Throwable, body.Effects
	case *Missing:
		c.Ending = EndMissing
	}
}

// foldShutdown closes the call PHP shut down in: by a fatal error, or by exit.
func (s *Session) foldShutdown(down *Shutdown) {
	s.Shutdown = down
	if down.Phase != PhaseCall {
		return
	}
	ending := EndExited
	if down.Fatal != nil {
		ending = EndFatal
		if down.Fatal.Memory {
			ending = EndOutOfMemory
		}
	}
	for _, c := range s.Calls {
		if c.Ending == EndOpen {
			c.Ending, c.Fatal, c.Effects = ending, down.Fatal, down.Effects
		}
	}
}

// ending is what became of a call that was still open when the session ended.
func (x *Exit) ending() string {
	switch {
	case x.Interrupted:
		return EndOpen
	case x.TimedOut:
		return EndTimedOut
	case x.OutOfMemory:
		return EndOutOfMemory
	case x.Signal != "":
		return EndCrashed
	default:
		return EndLost
	}
}

func (s *Session) closeOpen(ending string) {
	for _, c := range s.Calls {
		if c.Ending == EndOpen {
			c.Ending = ending
			if s.Exit != nil && c.Seconds == 0 {
				c.Seconds = s.Exit.Seconds
			}
		}
	}
}

func (s *Session) call(id string) *Call {
	for _, c := range s.Calls {
		if c.ID == id {
			return c
		}
	}
	return nil
}

// account decodes one recorded entry. A recorded value that cannot be decoded
// is shown as what it is, text, and so fails as an entry that is no array.
func (l AccountLine) account(row int) contract.Account {
	a := contract.Account{Row: row, Key: l.keyText(row)}
	var value any
	if err := decode(l.Value, &value); err != nil {
		value = string(l.Value)
	}
	a.Value = value
	a.Fields, _ = phpvalue.Map(value)
	return a
}

// keyText is empty where the key is just the row number.
func (l AccountLine) keyText(row int) string {
	switch k := l.Key.(type) {
	case json.Number:
		if k.String() == fmt.Sprint(row) {
			return ""
		}
		return k.String()
	case string:
		return k
	case nil:
		return ""
	default:
		return phpvalue.Show(k)
	}
}
