package report

import (
	"fmt"
	"strings"

	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

// How much of a returned value is written out.
const (
	phpDepth   = 5
	phpEntries = 16
	phpSize    = 3000
	phpRows    = 3
)

// phpText is a value as PHP writes it, on several lines, cut where it is long.
func phpText(v any) string {
	p := phpPrinter{}
	p.value(v, 0)
	return p.String()
}

// returnedText is what a call gave back: its value, or how it ended.
func returnedText(call *transcript.Call) string {
	if call.Ending == transcript.EndReturned {
		p := phpPrinter{call: call}
		p.value(call.Value, 0)
		return p.String()
	}
	text := "(no value: the call " + endingText(call) + ")"
	if printed := outputText(call.Output); printed != "" {
		text += "\n(it printed " + phpvalue.Quote(printed) + ")"
	}
	return text
}

func endingText(call *transcript.Call) string {
	switch {
	case call.Throwable != nil:
		return "threw " + call.Throwable.Class + ": " + phpvalue.Quote(call.Throwable.Message)
	case call.Fatal != nil:
		return "ended with a fatal error: " + phpvalue.Quote(call.Fatal.Message)
	}
	switch call.Ending {
	case transcript.EndExited:
		return "called exit or die"
	case transcript.EndOutOfMemory:
		return "ran out of memory"
	case transcript.EndTimedOut:
		return "did not answer in time and was stopped"
	case transcript.EndCrashed:
		return "crashed PHP"
	case transcript.EndMissing:
		return "names a function that is not defined"
	default:
		return "was not answered"
	}
}

// outputText is the recorded beginning of what was printed or sent.
func outputText(o transcript.Output) string {
	text, isText := o.Text.(string)
	if raw, ok := phpvalue.Bytes(o.Text); ok {
		text, isText = string(raw), true
	}
	if !isText {
		return ""
	}
	return text
}

// phpPrinter writes values as PHP source. call is the one whose list of accounts
// stands in for itself, nil for none.
type phpPrinter struct {
	strings.Builder
	call *transcript.Call
}

func (p *phpPrinter) value(v any, depth int) {
	switch kind := phpvalue.KindOf(v); {
	case p.Len() > phpSize:
		p.WriteString("…")
	case kind == phpvalue.KindAccounts && p.call != nil:
		p.accounts(depth)
	case phpvalue.IsArray(v) && kind != phpvalue.KindAccounts:
		p.array(v, depth)
	case kind == "":
		p.scalar(v)
	default:
		p.WriteString(phpvalue.Show(v))
	}
}

func (p *phpPrinter) scalar(v any) {
	switch v := v.(type) {
	case string:
		p.WriteString(phpvalue.Quote(v))
	case nil:
		p.WriteString("null")
	default:
		fmt.Fprint(&p.Builder, v)
	}
}

func (p *phpPrinter) array(v any, depth int) {
	pairs := phpvalue.Pairs(v)
	if len(pairs) == 0 {
		p.WriteString("[]")
		return
	}
	if depth >= phpDepth {
		p.WriteString("[…]")
		return
	}
	_, isList := v.([]any)
	p.WriteString("[\n")
	for i, pair := range pairs {
		if i == phpEntries || p.Len() > phpSize {
			p.more(len(pairs)-i, depth)
			break
		}
		p.indent(depth + 1)
		if !isList {
			p.scalarKey(pair.Key)
			p.WriteString(" => ")
		}
		p.value(pair.Value, depth+1)
		p.WriteString(",\n")
	}
	p.indent(depth)
	p.WriteString("]")
}

func (p *phpPrinter) scalarKey(key any) {
	if raw, ok := phpvalue.Bytes(key); ok {
		key = string(raw)
	}
	p.scalar(key)
}

// accounts writes the first rows of the call's list.
func (p *phpPrinter) accounts(depth int) {
	if p.call.Len() == 0 {
		p.WriteString("[]")
		return
	}
	p.WriteString("[\n")
	for i := range p.call.Len() {
		if i == phpRows {
			p.more(p.call.Len()-i, depth)
			break
		}
		account, _ := p.call.Account(i)
		p.indent(depth + 1)
		if account.Key != "" {
			p.WriteString(phpvalue.Quote(account.Key) + " => ")
		}
		p.value(account.Value, depth+1)
		p.WriteString(",\n")
	}
	p.indent(depth)
	p.WriteString("]")
}

func (p *phpPrinter) more(n, depth int) {
	p.indent(depth + 1)
	p.WriteString("// … and " + plural(n, "entry", "entries") + " more\n")
}

func (p *phpPrinter) indent(depth int) { p.WriteString(strings.Repeat("    ", depth)) }
