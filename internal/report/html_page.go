package report

import (
	"html/template"
	"maps"
	"slices"
	"strings"

	"syncproof/internal/contract"
)

// htmlPage is what the layout fills in. Every text in it that is not ours was
// made visible and cut before it got here; the layout escapes all of it again.
type htmlPage struct {
	Style  template.CSS
	Script template.JS
	Policy string

	Module, Verdict, Tone, Summary, Counts string
	Facts                                  []htmlFact
	Trouble, Scope, Requests               []string
	Hazards                                []htmlHazard
	Areas                                  []htmlArea
	Rules                                  int
	Outcomes, Levels, Dangers              []htmlChoice
	Map                                    *htmlMap
	Plots                                  []htmlPlot
	Sizes                                  []htmlSize
	Matrix                                 *htmlMatrix
	Calls                                  []htmlCall
	MoreCalls                              int
}

// htmlFact is a name with its value.
type htmlFact struct{ Name, Value string }

// htmlChoice is one entry of a filter.
type htmlChoice struct {
	Value, Words string
	Count        int
}

// htmlHazard is one consequence with the rules that have it.
type htmlHazard struct {
	Line, Tone string
	Rules      []htmlLink
}

// htmlLink leads to a rule of the page.
type htmlLink struct{ ID, Title string }

type htmlCall struct {
	ID, Function, Purpose, Ending, Seconds string
	Accounts                               int
}

// How much the page shows.
const (
	htmlBudget = 2 << 20
	htmlCalls  = 300
	htmlText   = 600
)

// htmlBuilder makes a page. left is how many bytes of foreign text it may still
// hold; once they are used up, texts are cut to their beginnings.
type htmlBuilder struct {
	*view
	opt  HTMLOptions
	left int
}

func newHTMLPage(j contract.Judgement, opt HTMLOptions) *htmlPage {
	b := &htmlBuilder{view: newView(j), opt: opt, left: htmlBudget}
	p := &htmlPage{
		Module: b.text(j.Target.Module, maxPlace), Verdict: string(j.Verdict), Tone: verdictTone(j.Verdict),
		Summary: sentence(b.summary()), Counts: countsLine(j.Counts, b.followOns()),
		Trouble: b.texts(j.Trouble), Scope: b.texts(j.Scope), Requests: requestLines(j.Upstream),
		Rules: len(j.Results),
	}
	p.Facts = b.facts()
	p.Hazards = b.hazards()
	p.Areas = b.htmlAreas()
	p.Outcomes, p.Levels, p.Dangers = choices(j.Results)
	p.Map = b.faultMap()
	p.Plots, p.Sizes = plots(opt.Evidence.Sizes)
	p.Matrix = b.matrix()
	for _, c := range j.Calls[:min(len(j.Calls), htmlCalls)] {
		p.Calls = append(p.Calls, htmlCall{
			ID: b.text(c.ID, maxPlace), Function: b.text(c.Function, maxPlace), Purpose: b.text(c.Purpose, maxPlace),
			Ending: b.text(c.Ending, maxPlace), Seconds: seconds(c.Seconds), Accounts: c.Accounts,
		})
	}
	p.MoreCalls = len(j.Calls) - len(p.Calls)
	return p
}

// text is foreign text on one line.
func (b *htmlBuilder) text(s string, n int) string { return b.spend(visible(clip(s, b.most(n)))) }

// lines is foreign text whose line breaks are kept.
func (b *htmlBuilder) lines(s string, n int) string { return b.spend(visibleLines(clip(s, b.most(n)))) }

func (b *htmlBuilder) most(n int) int {
	const beginning = 40
	if b.left <= 0 {
		return min(n, beginning)
	}
	return n
}

func (b *htmlBuilder) spend(s string) string {
	b.left -= len(s)
	return s
}

func (b *htmlBuilder) texts(list []string) []string {
	const most = 100
	out := make([]string, 0, min(len(list), most))
	for _, s := range list[:min(len(list), most)] {
		out = append(out, b.text(s, maxReason))
	}
	return out
}

func (b *htmlBuilder) facts() []htmlFact {
	var facts []htmlFact
	add := func(name, value string) {
		if value != "" {
			facts = append(facts, htmlFact{b.text(name, maxPlace), b.text(value, htmlText)})
		}
	}
	add("Tested", b.Target.Ref)
	add("Kind of target", b.Target.Kind)
	add("Evidence captured", b.Started)
	add("Time taken", seconds(b.Seconds)+" s")
	for _, k := range slices.Sorted(maps.Keys(b.Environment)) {
		add(environmentName(k), b.Environment[k])
	}
	counted := "MUST rules decide the verdict"
	if b.Strict {
		counted = "MUST and SHOULD rules decide the verdict"
	}
	add("Strictness", counted)
	add("Evidence file", b.Transcript)
	add("Run again", b.Rerun)
	add("Judged by", b.Tool)
	return facts
}

func environmentName(key string) string {
	switch key {
	case "php":
		return "PHP"
	case "os":
		return "System"
	}
	return strings.ToUpper(key[:min(1, len(key))]) + key[min(1, len(key)):]
}

func (b *htmlBuilder) hazards() []htmlHazard {
	var list []htmlHazard
	for _, h := range contract.Hazards() {
		ids := b.byHazard(h)
		if len(ids) == 0 {
			continue
		}
		hazard := htmlHazard{Line: hazardLine(h, len(ids)), Tone: string(h)}
		for _, f := range b.failures() {
			if slices.Contains(ids, f.Rule.ID) {
				hazard.Rules = append(hazard.Rules, htmlLink{b.text(f.Rule.ID, maxPlace), unwrap(f.Rule.Title)})
			}
		}
		list = append(list, hazard)
	}
	return list
}

// choices are the entries of the filters: what occurs, with how often.
func choices(results []contract.Result) (outcomes, levels, hazards []htmlChoice) {
	byOutcome, byLevel, byHazard := map[contract.Outcome]int{}, map[contract.Level]int{}, map[contract.Hazard]int{}
	for _, r := range results {
		byOutcome[r.Outcome]++
		byLevel[r.Rule.Level]++
		byHazard[r.Rule.Hazard]++
	}
	for _, o := range contract.Outcomes() {
		outcomes = choice(outcomes, string(o), outcomeWords(o), byOutcome[o])
	}
	for _, l := range contract.Levels() {
		levels = choice(levels, string(l), string(l), byLevel[l])
	}
	for _, h := range contract.Hazards() {
		hazards = choice(hazards, string(h), hazardName(h), byHazard[h])
	}
	return outcomes, levels, hazards
}

func choice(list []htmlChoice, value, words string, count int) []htmlChoice {
	if count == 0 {
		return list
	}
	return append(list, htmlChoice{value, words, count})
}

// hazardName is a hazard in a word or two.
func hazardName(h contract.Hazard) string {
	switch h {
	case contract.Terminate:
		return "customers terminated"
	case contract.Duplicate:
		return "services created twice"
	case contract.Corrupt:
		return "wrong data written"
	case contract.Crash:
		return "page broken"
	case contract.Leak:
		return "data exposed"
	case contract.Misleading:
		return "administrator misled"
	default:
		return "no known harm"
	}
}

func verdictTone(v contract.Verdict) string {
	switch v {
	case contract.Conformant:
		return "good"
	case contract.NotConformant:
		return "bad"
	default:
		return "unsure"
	}
}

// sentence makes a phrase of ours a sentence.
func sentence(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:] + "."
}
