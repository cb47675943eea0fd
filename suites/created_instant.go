package suites

import (
	"strings"
	"time"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/schema"
	"syncproof/internal/transcript"
)

func date05() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "DATE-05", Level: contract.Should, Basis: contract.Undocumented, Hazard: contract.Corrupt,
			Title:  "creation dates of all offsets are written in one and the same time zone",
			Source: sources(docServerSync, phpTimeZones),
			Why: "In which time zone WHMCS reads the date is not documented, so it is the module's decision; but where the offset of each date is cut off, " +
				"dates are hours away from the service's, and those of the evening fall on another day.",
			Fix:   "Convert every date to one zone before it is written: ->setTimezone(new DateTimeZone('UTC')), or the one PHP is set to.",
			Good:  "$date = new DateTimeImmutable($row['created_at']);\n'created' => $date->setTimezone(new DateTimeZone('UTC'))->format('Y-m-d H:i:s'),",
			Bad:   "'created' => (new DateTimeImmutable($row['created_at']))->format('Y-m-d H:i:s'), // in the date's own zone",
			Since: "0.1.0",
		},
		Needs: []contract.Need{contract.NeedRows, contract.NeedFleet(transcript.FleetInstants)},
		Check: checkOneZone,
	}
}

// shifted is by how many seconds a row's date, read as UTC, is ahead of the
// instant.
type shifted struct {
	oddList
	row   contract.Account
	ahead int64
}

// elsewhere says that PHP was in another time zone.
func (s shifted) elsewhere() bool { return strings.HasSuffix(s.ID, transcript.InOtherZone) }

// checkOneZone takes the zone of the first date for the module's. In PHP's other
// zone the module may keep it, or go with PHP.
func checkOneZone(c *Case) {
	all := shifts(c.T)
	if len(all) == 0 {
		c.NotApplicable("no list was given with a date whose offset the panel tells, or the panel's dates were left without their time")
		return
	}
	var first [2]*shifted
	for i, s := range all {
		where := 0
		if s.elsewhere() {
			where = 1
		}
		switch {
		case first[where] == nil && first[0] != nil && s.ahead != first[0].ahead && s.ahead != transcript.OtherZoneAhead:
			c.failShift(s, *first[0], "PHP is set to the time zone "+transcript.OtherZone+" here; the date goes neither with it nor by the same zone as before")
		case first[where] == nil:
			first[where] = &all[i]
		case s.ahead != first[where].ahead:
			c.failShift(s, *first[where], "")
		}
	}
}

func shifts(t *transcript.Transcript) []shifted {
	var all []shifted
	for _, o := range oddLists(t, transcript.FleetInstants) {
		instant, err := time.Parse(time.RFC3339Nano, o.held.Created)
		if err != nil {
			continue
		}
		for _, a := range o.rows {
			text, _ := a.Text(contract.FieldCreated)
			// A module that knows the day alone says nothing of a zone.
			if at, ok := schema.ParseDateTime(text); ok && !strings.HasSuffix(text, " 00:00:00") {
				all = append(all, shifted{o, a, at.Unix() - instant.Unix()})
			}
		}
	}
	return all
}

func (c *Case) failShift(s, first shifted, note string) {
	place := c.inFunction(s.call, rowPlace(s.row, contract.FieldCreated)+" of "+s.at())
	place.Want = "a time " + aheadWords(first.ahead) + ", as that of " + heldName(first.held)
	place.Got = phpvalue.Show(s.row.Fields[contract.FieldCreated]) + ", which is " + aheadWords(s.ahead)
	place.Note = join(note, "the panel's date is "+s.held.Created)
	c.Fail(place)
}

func aheadWords(seconds int64) string {
	if seconds == 0 {
		return "in UTC"
	}
	return "in UTC" + time.Unix(0, 0).In(time.FixedZone("", int(seconds))).Format("-07:00")
}
