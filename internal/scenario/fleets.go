package scenario

import (
	"slices"
	"strconv"

	"syncproof/internal/contract"
	"syncproof/internal/transcript"
)

// Fleet is accounts a played panel can hold.
type Fleet struct {
	Name string
	// Kind is the name of the fleet it is part of.
	Kind string
	// Title says in a few words what is odd about them.
	Title string
	Size  int
}

// Fleets are those a played panel holds: Own in the ordinary sessions, Odd one
// after the other, and ordinary ones of each of the Sizes. With Borders ordinary
// ones are also as many as pages end with.
type Fleets struct {
	Own     Fleet
	Odd     []Fleet
	Sizes   []int
	Borders bool
}

// FleetSizes are how many accounts a played panel holds besides those a page
// ends with: one, the first after a hundred, a thousand and five thousand, where
// pages and caps commonly end.
func FleetSizes() []int { return []int{1, 101, 1001, 5001} }

// fleets adds the sessions in which a played panel holds other accounts.
func (e *extender) fleets(needs []contract.Need) {
	if e.run.Answers != transcript.AnswersPanel {
		return
	}
	if slices.Contains(needs, contract.NeedFleet(transcript.FleetAccounts)) {
		for _, size := range e.sizes() {
			e.fleet(Fleet{Name: transcript.FleetAccounts, Size: size}, "list "+counted(size)+" of the panel")
		}
	}
	for _, f := range e.run.Fleets.Odd {
		if slices.Contains(needs, contract.NeedFleet(f.Kind)) {
			e.fleet(f, "list accounts of which one is odd: "+f.Title)
			if f.Kind == transcript.FleetInstants {
				e.elsewhere(f)
			}
		}
	}
}

func counted(n int) string {
	if n == 1 {
		return "the only account"
	}
	return "all " + strconv.Itoa(n) + " accounts"
}

func (e *extender) fleet(f Fleet, purpose string) {
	id := transcript.FleetID(f.Name, f.Size)
	e.add(Session{
		ID: id, Purpose: purpose, Request: RequestAdmin,
		Upstream: &Upstream{Answers: transcript.AnswersPanel, Scheme: SchemeOf(e.run.Params), Fleet: f.Name, Size: f.Size},
		Steps:    []Step{listStep(id, e.run.Params)},
	})
}

// elsewhere lists a fleet again while PHP is in another time zone.
func (e *extender) elsewhere(f Fleet) {
	id := transcript.FleetID(f.Name, f.Size) + transcript.InOtherZone
	e.add(Session{
		ID: id, Purpose: "list accounts of which one is odd, in another time zone of PHP: " + f.Title, Request: RequestAdmin,
		Upstream: &Upstream{Answers: transcript.AnswersPanel, Scheme: SchemeOf(e.run.Params), Fleet: f.Name, Size: f.Size},
		Settings: map[string]string{"date.timezone": transcript.OtherZone},
		Steps:    []Step{listStep(id, e.run.Params)},
	})
}

// sizes are how many accounts are listed, in order: the run's own, and one less
// than a page, a page, one more and two pages of each length that the
// conversation showed.
func (e *extender) sizes() []int {
	sizes := slices.Clone(e.run.Fleets.Sizes)
	if e.run.Fleets.Borders {
		for _, x := range e.talk.Exchanges {
			if p := x.PageSize; p > 0 {
				sizes = append(sizes, p-1, p, p+1, 2*p)
			}
		}
	}
	slices.Sort(sizes)
	return slices.DeleteFunc(slices.Compact(sizes), func(n int) bool { return n < 1 })
}
