package suites

import (
	"slices"
	"strings"
	"time"

	"syncproof/internal/contract"
	"syncproof/internal/schema"
	"syncproof/internal/transcript"
)

func createdSuite() Suite {
	return Suite{Area: "created", Title: "Creation dates", Rules: []Rule{date01(), date02(), date03(), date04(), date05(), date06()}}
}

func date01() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "DATE-01", Level: contract.Must, Basis: contract.Documented, Hazard: contract.Crash,
			Title:  "a creation date that is not empty is a real time in the format Y-m-d H:i:s",
			Quote:  "The remote accounts creation date. (Format: Y-m-d H:i:s)",
			Source: sources(docServerSync, phpDates),
			Why:    "Module authors report that WHMCS parses the date with exactly this format, and an error page in place of the sync report when it does not fit. PHP turns a day that does not exist into a later one, and syncing writes that to the service.",
			Fix:    "Parse the panel's own notation with DateTimeImmutable::createFromFormat(), check that it gave a date, and write it with ->format('Y-m-d H:i:s').",
			Good:   "'created' => DateTimeImmutable::createFromFormat(DATE_ATOM, $row['created_at'])->format('Y-m-d H:i:s'),",
			Bad:    "'created' => $row['created_at'], // 2019-07-02T13:15:00Z",
			Since:  "0.1.0",
		},
		Needs:  []contract.Need{contract.NeedRows},
		Fleets: []string{"dates", "undated"},
		Claims: func(v schema.Violation) bool {
			return v.At(contract.FieldCreated) && (v.Keyword == schema.Format || v.Keyword == schema.Type && !isNothing(v))
		},
	}
}

func date02() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "DATE-02", Level: contract.Must, Basis: contract.Inferred, Hazard: contract.Corrupt,
			Title:  "no creation date is a zero date, the start of Unix time or a negative year",
			Quote:  "The remote accounts creation date. (Format: Y-m-d H:i:s)",
			Source: sources(docServerSync, docZeroDates, phpDates),
			Why:    "Such a date comes from a value that could not be read, and differs from every service's. Syncing writes it to the service as its registration date; MySQL in strict mode refuses zero dates.",
			Fix:    "Check what strtotime() or the date parser returns before you format it, and treat a zero date of the panel as unknown.",
			Good:   "$time = strtotime($row['created_at']);\nif ($time === false) {\n    throw new RuntimeException('unreadable date');\n}",
			Bad:    "'created' => date('Y-m-d H:i:s', strtotime($row['created_at'])), // 1970-01-01 when it fails",
			Since:  "0.1.0",
		},
		Needs:  []contract.Need{contract.NeedRows},
		Fleets: []string{"dates", "undated"},
		Row:    checkZeroDates,
	}
}

func checkZeroDates(c *Case) RowCheck {
	dated := satisfy("the date on which the account was created", func(actual any) bool {
		text, ok := scalarText(actual)
		return !ok || noDate(text) == ""
	})
	return func(a contract.Account) {
		text, ok := scalarText(a.Fields[contract.FieldCreated])
		if !ok {
			return
		}
		if why := noDate(text); why != "" {
			c.refuseRow(a, contract.FieldCreated, a.Fields[contract.FieldCreated], dated, why)
		}
	}
}

// noDate recognises what stands for no date, in whatever notation follows it.
func noDate(text string) string {
	text = strings.TrimSpace(text)
	switch {
	case strings.HasPrefix(text, "0000-"):
		return "it is a zero date"
	case strings.HasPrefix(text, "0001-01-01"):
		return "it is the zero date of .NET and Go"
	// Before and after midnight, as time zones shift it.
	case strings.HasPrefix(text, "1970-01-01"), strings.HasPrefix(text, "1969-12-31"):
		return "it is what date() makes of 0, false or null"
	case len(text) > 1 && text[0] == '-' && text[1] >= '0' && text[1] <= '9', strings.Contains(text, "-0001"):
		return "its year is negative, which is what PHP makes of a zero date"
	}
	return ""
}

func date04() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "DATE-04", Level: contract.Should, Basis: contract.Evidence, Hazard: contract.Corrupt,
			Title:  "no creation date lies in the future",
			Source: docServerSync,
			Why:    "The date is compared with the service's registration date, and syncing writes it there. One in the future makes no sense to anybody who reads it.",
			Fix:    "Check which of the panel's dates you take: creation, not expiry or renewal. Check how day and month are ordered.",
			Good:   "'created' => $row['created_at'],",
			Bad:    "'created' => $row['next_due'],",
			Since:  "0.1.0",
		},
		Needs:  []contract.Need{contract.NeedRows},
		Fleets: []string{"dates"},
		Row:    checkFuture,
	}
}

// checkFuture allows a day, because the timezone of created is not documented
// and none is further than 14 hours from UTC.
func checkFuture(c *Case) RowCheck {
	called, ok := calledAt(c.T)
	if !ok {
		c.NotTestable("the transcript does not say when the accounts were listed", "run syncproof against the module itself")
		return ignoreRow
	}
	limit := called.Add(24 * time.Hour)
	latest := limit.Format(schema.DateTimeLayout)
	past := beNoLaterThan(limit, "a time no later than "+latest+", a day after the call")
	return func(a contract.Account) {
		text, _ := a.Text(contract.FieldCreated)
		// The format sorts as text does.
		if text > latest && !past.ok(text) && !c.heldDate(text) {
			c.refuseRow(a, contract.FieldCreated, text, past, "")
		}
	}
}

// heldDate says that the panel itself holds such a date, in whatever time zone.
func (c *Case) heldDate(text string) bool {
	at, ok := schema.ParseDateTime(text)
	return ok && c.fleet != nil && slices.ContainsFunc(c.fleet.Accounts, func(h transcript.Held) bool {
		held, err := time.Parse(time.RFC3339Nano, h.Created)
		return err == nil && held.Sub(at).Abs() <= 26*time.Hour
	})
}

// calledAt is when ListAccounts() was called, or at least when the run began.
func calledAt(t *transcript.Transcript) (time.Time, bool) {
	for _, text := range []string{t.Call(transcript.CallList).At, t.Header.Started} {
		if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
			return at.UTC(), true
		}
	}
	return time.Time{}, false
}
