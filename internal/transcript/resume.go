package transcript

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// ErrNotTaken says that what a run captured before it broke off could not be
// copied whole.
var ErrNotTaken = errors.New("what was captured could not be taken over")

// Finished reports whether the run came to its own end.
func (t *Transcript) Finished() bool { return t.End != nil && !t.End.Interrupted }

// Over are the sessions of which nothing is missing.
func (t *Transcript) Over() map[string]bool {
	over := map[string]bool{}
	for _, s := range t.Sessions {
		if s.Exit != nil && !s.Exit.Interrupted {
			over[s.ID] = true
		}
	}
	return over
}

// Held is how many accounts of a fleet were recorded.
func (t *Transcript) Held(fleet string) int {
	if f := t.fleet(fleet); f != nil {
		return len(f.Accounts)
	}
	return 0
}

// Differences say, for the user, what keeps a run from going on where t broke off.
// Of now only the beginning is looked at: its sessions need not have been made.
func (t *Transcript) Differences(now *Transcript) []string {
	was, is := t.Header, now.Header
	var differ []string
	changed := func(what, was, is string) {
		if was != is {
			differ = append(differ, fmt.Sprintf("%s (it was %s, and is %s now)", what, orNone(was), orNone(is)))
		}
	}
	changed("the version of syncproof", was.Tool, is.Tool)
	changed("the target", was.Target.Ref, is.Target.Ref)
	changed("the module's name", was.Target.Module, is.Target.Module)
	// A run can break off before it said what file it is about.
	begun := t.Subject != nil || len(t.Sessions) > 0
	if len(differ) == 0 && begun && (asText(was.Target) != asText(is.Target) || sum(t) != sum(now)) {
		differ = append(differ, "the module's file, which was changed since")
	}
	changed("the rules", strings.Join(was.Rules, ", "), strings.Join(is.Rules, ", "))
	changed("the faults", strings.Join(was.Faults, ", "), strings.Join(is.Faults, ", "))
	if names := otherKeys(was.Params, is.Params); len(names) > 0 {
		differ = append(differ, "the server parameters "+strings.Join(names, ", "))
	}
	changed("the recording", was.Recording, is.Recording)
	changed("the panel profile", was.Panel, is.Panel)
	changed("the part of the run", was.Shard.text(), is.Shard.text())
	changed("the command line", was.Rerun, is.Rerun)
	if len(differ) > 0 {
		return differ
	}
	switch {
	case asText(was.Policies) != asText(is.Policies) || asText(was.Reads) != asText(is.Reads) || was.Live != is.Live:
		return []string{"the policies or the reading requests that the configuration declares"}
	case asText(first(t)) != asText(first(now)):
		return []string{"the calls that are to be made"}
	case !t.sameFleets(now):
		return []string{"the accounts of the played panel"}
	}
	return nil
}

func orNone(text string) string {
	if text == "" {
		return "none named"
	}
	return text
}

func sum(t *Transcript) string {
	if t.Subject == nil {
		return ""
	}
	return t.Subject.SHA256
}

func (s *Shard) text() string {
	if s == nil || len(s.Parts) == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.Parts[0], s.Of)
}

// otherKeys are the names under which two maps hold something else.
func otherKeys(a, b map[string]any) []string {
	names := map[string]bool{}
	for _, m := range []map[string]any{a, b} {
		for name := range m {
			va, inA := a[name]
			vb, inB := b[name]
			if inA != inB || asText(va) != asText(vb) {
				names[name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// sameFleets compares the accounts that both know of.
func (t *Transcript) sameFleets(other *Transcript) bool {
	for _, f := range t.fleets {
		o := other.fleet(f.Name)
		if o == nil {
			continue
		}
		n := min(len(f.Accounts), len(o.Accounts))
		if asText(f.Accounts[:n]) != asText(o.Accounts[:n]) {
			return false
		}
	}
	return true
}

// TakeOver records the events of those sessions of a stored transcript. Unless it
// returns an error, each of them was copied to its end.
func TakeOver(path string, sessions map[string]bool, to *Recorder) error {
	left := maps.Clone(sessions)
	err := events(path, func(e Event) error {
		if !sessions[e.Session] {
			return nil
		}
		if e.Event == EventExit {
			delete(left, e.Session)
		}
		return to.Record(e)
	})
	switch failed := to.Err(); {
	case failed != nil:
		return fmt.Errorf("%w: %w", ErrNotTaken, failed)
	case len(left) > 0:
		return errors.Join(fmt.Errorf("%w: %d sessions of %s cannot be read", ErrNotTaken, len(left), path), err)
	}
	// What a crash left behind the last session that was over does not matter.
	return nil
}
