package suites

import (
	"time"

	"syncproof/internal/contract"
	"syncproof/internal/schema"
	"syncproof/internal/transcript"
)

func date03() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "DATE-03", Level: contract.Must, Basis: contract.Inferred, Hazard: contract.Corrupt,
			Title:  "no creation date is taken from the clock",
			Quote:  "The system highlights differences in red and highlights exact matches in green.",
			Source: docSync,
			Why:    "Such a date is another one at every run. Each service then shows a difference for ever, and syncing writes the time of the sync to it as its registration date.",
			Fix:    "Return the date the panel stores. Do not fill in the current time, nor the current time less an uptime or age.",
			Good:   "'created' => $row['created_at'],",
			Bad:    "'created' => date('Y-m-d H:i:s'), // or date('Y-m-d H:i:s', time() - $row['uptime'])",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedRows, contract.NeedRepeat},
		Check: checkClock,
	}
}

func checkClock(c *Case) {
	again := repeats(c.T)
	if len(again) == 0 {
		c.follow("DET-01", "the repeated calls of ListAccounts() returned no list")
		return
	}
	list := c.T.Call(transcript.CallList)
	before, ok := windowOf(list)
	if !ok {
		c.NotTestable("the transcript does not say when the accounts were listed", "run syncproof against the module itself")
		return
	}
	dates := datesOf(list, before)
	for _, call := range again {
		after, ok := windowOf(call)
		if ok && compareDates(c, dates, call, after, passed(before, after)) {
			return
		}
	}
}

// window is the time a call took.
type window struct{ from, to time.Time }

func windowOf(call *transcript.Call) (window, bool) {
	at, err := time.Parse(time.RFC3339Nano, call.At)
	return window{at, at.Add(time.Duration(call.Seconds * float64(time.Second)))}, err == nil
}

// elapsed is how many seconds the clock moved on from one call to another: at
// least and at most, since a call takes time.
type elapsed struct{ least, most int64 }

// passed allows two seconds for clocks that are read in different places, but
// never a date that stood still: the second call begins in a later second.
func passed(before, after window) elapsed {
	const tolerance = 2
	return elapsed{
		least: max(1, int64(after.from.Sub(before.to).Seconds())-tolerance),
		most:  int64(after.to.Sub(before.from).Seconds()) + 1 + tolerance,
	}
}

func (e elapsed) covers(seconds int64) bool { return seconds >= e.least && seconds <= e.most }

// holds reports whether a date, whatever its time zone, is the time of the call.
// Every zone is whole quarters of an hour from UTC, and at most 14 hours.
func (w window) holds(created int64) bool {
	const quarter, most, tolerance = 900, 14 * 3600, 2
	from, to := w.from.Unix()-tolerance, w.to.Unix()+tolerance
	shift := (created - from) / quarter * quarter
	if created-from < shift {
		shift -= quarter
	}
	return shift >= -most && shift <= most && created-shift <= to
}

// dates holds the creation dates of a list in Unix seconds.
type dates struct {
	byID map[digest]dated
	// byRow holds those that are the time of the call itself, for accounts
	// without an identifier of their own. A sound list has none of them.
	byRow map[int]int64
}

type dated struct {
	created int64
	real    bool
	times   int
}

func datesOf(call *transcript.Call, w window) dates {
	d := dates{byID: make(map[digest]dated, call.Len()), byRow: map[int]int64{}}
	for a := range call.Accounts() {
		created, real := createdOf(a)
		if id, ok := identifierOf(a); ok {
			d.byID[id] = dated{created: created, real: real, times: d.byID[id].times + 1}
		}
		if real && w.holds(created) {
			d.byRow[a.Row] = created
		}
	}
	return d
}

// earlier returns the date the account had in the first call.
func (d dates) earlier(a contract.Account, created int64, w window) (int64, bool) {
	if id, ok := identifierOf(a); ok && d.byID[id].times == 1 {
		return d.byID[id].created, d.byID[id].real
	}
	was, ok := d.byRow[a.Row]
	return was, ok && w.holds(created)
}

func createdOf(a contract.Account) (int64, bool) {
	text, _ := a.Text(contract.FieldCreated)
	at, ok := schema.ParseDateTime(text)
	return at.Unix(), ok
}

func identifierOf(a contract.Account) (digest, bool) {
	text, _ := scalarText(a.Fields[contract.FieldUniqueIdentifier])
	if !schema.IsFilled(text) {
		return digest{}, false
	}
	return digestOf(text), true
}

// compareDates finds accounts whose creation date moved on as the clock did. It
// reports whether it found any.
func compareDates(c *Case, before dates, again *transcript.Call, w window, clock elapsed) bool {
	found := false
	for a := range again.Accounts() {
		created, real := createdOf(a)
		if !real {
			continue
		}
		earlier, known := before.earlier(a, created, w)
		moved := created - earlier
		if !known || !clock.covers(moved) {
			continue
		}
		found = true
		if c.result.Count >= contract.MaxFindings {
			c.Fail(contract.Finding{})
			continue
		}
		was := time.Unix(earlier, 0).UTC().Format(schema.DateTimeLayout)
		place := c.inFunction(again, rowPlace(a, contract.FieldCreated))
		place.Note = "between the two calls it moved on by " + plural(moved, "second", "seconds") + ", as the clock did"
		c.ExpectIn(place, a.Fields[contract.FieldCreated], beAsBefore(was))
	}
	return found
}
