package report

import (
	"slices"
	"strings"

	"syncproof/internal/contract"
)

type htmlArea struct {
	Name  string
	Rules []htmlRule
	// Failed counts the failures among them.
	Failed int
}

// htmlRule is one rule with what became of it.
type htmlRule struct {
	ID, Title, Level, Basis, Hazard, HazardName string
	Outcome, Words, Symbol                      string
	Open                                        bool
	Reason, Supply, Follows, Why, Fix, Quote    string
	Good, Bad, Consequence, Dependants, Again   string
	Sources                                     []htmlSource
	Findings                                    []htmlFinding
	More                                        int
	Evidence                                    []htmlEvidence
}

// htmlSource is where a rule comes from. Link is false for what is no address.
type htmlSource struct {
	Text string
	Link bool
}

type htmlFinding struct {
	At, Want, Got, Note, Code, Fault, Again, RowName, Row string
	Preview                                               *htmlPreview
}

// htmlPreview is the report WHMCS would show for an answer.
type htmlPreview struct {
	Rows  []htmlPreviewRow
	Notes []string
}

// htmlPreviewRow is a kind of rows: red or green as WHMCS shows them, with a
// sign and words for those who cannot tell the two apart.
type htmlPreviewRow struct {
	Tone, Sign, Words, Names string
}

type htmlEvidence struct {
	Call, Purpose, Ending, Returned string
	Requests                        []htmlRequest
	More                            int
}

type htmlRequest struct {
	N                           int
	Line, Sent, Status, Problem string
	Fault, Reply                string
}

// htmlAreas holds every rule, areas in the order of the rules.
func (b *htmlBuilder) htmlAreas() []htmlArea {
	var areas []htmlArea
	for _, r := range b.Results {
		i := slices.IndexFunc(areas, func(a htmlArea) bool { return a.Name == r.Rule.Area })
		if i < 0 {
			areas = append(areas, htmlArea{Name: r.Rule.Area})
			i = len(areas) - 1
		}
		areas[i].Rules = append(areas[i].Rules, b.rule(r))
		if failed(r) {
			areas[i].Failed++
		}
	}
	return areas
}

func (b *htmlBuilder) rule(r contract.Result) htmlRule {
	h := htmlRule{
		ID: r.Rule.ID, Title: unwrap(r.Rule.Title), Level: string(r.Rule.Level), Basis: string(r.Rule.Basis),
		Hazard: string(r.Rule.Hazard), HazardName: hazardName(r.Rule.Hazard),
		Outcome: string(r.Outcome), Words: outcomeWords(r.Outcome), Symbol: outcomeSymbol(r.Outcome),
		Open:   failed(r) && !isFollowOn(r) || r.Outcome == contract.HarnessError,
		Reason: b.text(r.Reason, maxReason), Supply: b.text(r.Supply, maxReason),
		Why: visible(unwrap(r.Rule.Why)), Fix: visible(unwrap(r.Rule.Fix)), Quote: visible(unwrap(r.Rule.Quote)),
		Good: visibleLines(r.Rule.Good), Bad: visibleLines(r.Rule.Bad),
	}
	for _, line := range strings.Split(r.Rule.Source, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			h.Sources = append(h.Sources, htmlSource{line, strings.HasPrefix(line, "https://")})
		}
	}
	if isFollowOn(r) {
		h.Follows, h.Words = b.text(r.Follows, maxPlace), "could not be met"
	}
	if r.Outcome == contract.Fail {
		h.Consequence = hazardSentence(r.Rule.Hazard)
	}
	for _, f := range b.failures() {
		if f.Rule.ID == r.Rule.ID && f.follows > 0 {
			h.Dependants = followWords(f.follows)
		}
	}
	if len(r.Findings) == 0 && !failed(r) {
		return h
	}
	b.findings(&h, r)
	return h
}

func (b *htmlBuilder) findings(h *htmlRule, r contract.Result) {
	shown := r.Findings[:min(len(r.Findings), contract.MaxFindings)]
	if b.Rerun != "" {
		h.Again = b.text(b.Rerun+" --only "+r.Rule.ID+faultFlags(shown), maxReason)
	}
	for _, f := range shown {
		h.Findings = append(h.Findings, b.finding(r, f))
	}
	h.More = max(r.Count, len(r.Findings)) - len(shown)
	if isFollowOn(r) {
		return
	}
	for _, id := range firstCalls(r) {
		if e, ok := b.opt.Evidence.Calls[id]; ok {
			h.Evidence = append(h.Evidence, b.evidence(id, e))
		}
	}
}

func (b *htmlBuilder) finding(r contract.Result, f contract.Finding) htmlFinding {
	h := htmlFinding{
		At: b.text(f.At, maxReason), Want: b.text(f.Want, htmlText), Got: b.text(f.Got, htmlText), Note: b.text(f.Note, htmlText),
		Code: b.text(codePlace(f), maxPlace), Preview: b.preview(f.Preview),
	}
	if faultChoice.MatchString(f.Fault) {
		h.Fault = f.Fault
		if b.Rerun != "" {
			h.Again = b.text(b.Rerun+" --only "+r.Rule.ID+" --fault "+f.Fault, maxReason)
		}
	}
	if n, named := rowOf(f); named {
		if row, ok := b.opt.Evidence.Calls[f.Call].Rows[n]; ok {
			h.RowName, h.Row = "accounts["+itoa(n)+"]", b.lines(row, maxReason)
		}
	}
	return h
}

// preview is the report of WHMCS: rows that differ from a service are shown in
// red there, and rows that match one exactly in green.
func (b *htmlBuilder) preview(p *contract.Preview) *htmlPreview {
	if p == nil {
		return nil
	}
	h := &htmlPreview{Notes: b.texts(p.Notes)}
	add := func(tone, sign, words string, n int, names []string) {
		if n == 0 {
			return
		}
		h.Rows = append(h.Rows, htmlPreviewRow{tone, sign, words, b.text(strings.TrimPrefix(named(names, n, contract.MaxPreviewRows), ": "), maxReason)})
	}
	changed := make([]string, 0, len(p.ChangedRows))
	for _, c := range p.ChangedRows {
		changed = append(changed, c.ID+" ("+strings.Join(c.Fields, ", ")+")")
	}
	services := plural(p.Held, "service", "services")
	add("red", "✗", itoa(p.Missing)+" of "+services+" missing on the server; syncing terminates them", p.Missing, p.MissingRows)
	add("red", "≠", itoa(p.Changed)+" of "+services+" would be changed", p.Changed, changed)
	add("new", "+", plural(p.New, "account", "accounts")+" new to WHMCS; syncing creates them", p.New, p.NewRows)
	if p.Unclear > 0 {
		add("grey", "?", plural(p.Unclear, "row", "rows")+" about which nothing can be said", p.Unclear, nil)
	} else {
		same := p.Held - p.Missing - p.Changed
		add("green", "✓", itoa(same)+" of "+services+" the same", same, nil)
	}
	return h
}

func (b *htmlBuilder) evidence(id string, e CallEvidence) htmlEvidence {
	h := htmlEvidence{Call: b.text(id, maxPlace), Returned: b.lines(e.Returned, phpSize), More: e.More}
	if c := call(b.Judgement, id); c != nil {
		h.Purpose, h.Ending = b.text(c.Purpose, maxPlace), b.text(c.Ending, maxPlace)
	}
	for _, x := range e.Requests {
		r := htmlRequest{
			N: x.N, Line: b.text(strings.TrimSpace(x.Method+" "+x.URL), htmlText), Problem: b.text(x.Problem, htmlText),
			Fault: b.text(x.Fault, maxPlace), Sent: b.body(x.RequestBody, x.RequestBytes), Reply: b.body(x.Reply, x.ReplyBytes),
			Status: "no whole answer",
		}
		if x.Status > 0 {
			r.Status = itoa(x.Status)
		}
		if r.Line == "" {
			r.Line = "(no request arrived)"
		}
		h.Requests = append(h.Requests, r)
	}
	return h
}

// body is the beginning of what was sent or answered.
func (b *htmlBuilder) body(text string, all int64) string {
	if text == "" {
		return ""
	}
	shown := b.lines(strings.ReplaceAll(text, "\r\n", "\n"), evidenceBody)
	if all > int64(len(text)) && len(text) <= evidenceBody {
		shown += "… (" + itoa(int(all)) + " bytes in all)"
	}
	return shown
}

func outcomeSymbol(o contract.Outcome) string {
	switch o {
	case contract.Pass:
		return "✓"
	case contract.Fail, contract.StaleWaiver:
		return "✗"
	case contract.HarnessError:
		return "!"
	case contract.Waived:
		return "~"
	case contract.NotApplicable:
		return "–"
	default:
		return "?"
	}
}
