package request

import (
	"regexp"
	"slices"
	"strings"

	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

// operation is what a request names as the thing to do.
type operation struct {
	kind, name string
	// also is asked where the name itself says nothing.
	also string
}

func (o operation) intent() Intent {
	const longest = 200
	if len(o.name) > longest {
		return Unsaid
	}
	if in := intentOfName(o.name); in != Unsaid {
		return in
	}
	return intentOfName(o.also)
}

func (o operation) words() string { return "the " + o.kind + " " + phpvalue.Quote(o.name) }

// operations are those a request names, in any of the ways that are common.
func operations(x transcript.Exchange) []operation {
	body := strings.TrimSpace(Text(x.RequestBody))
	if action := soapAction(x); action != "" {
		op := operation{kind: "SOAP action", name: action}
		if inner := parseXML(body).find("Body"); inner != nil && len(inner.children) > 0 {
			op.also = inner.children[0].name
		}
		return []operation{op}
	}
	if strings.HasPrefix(body, "<") {
		return xmlOperations(parseXML(body))
	}
	var ops []operation
	for _, f := range Fields(x) {
		name := strings.ToLower(strings.TrimPrefix(f.Name, "[]."))
		switch {
		case f.In == InPath || f.Value == "":
		case slices.Contains(operationFields(), name):
			ops = append(ops, operation{kind: name, name: f.Value})
		case name == "query" && f.In == InBody && graph.MatchString(f.Value):
			ops = append(ops, graphOperation(f.Value))
		}
	}
	return ops
}

// operationFields are the fields that name what to do.
func operationFields() []string {
	return []string{"method", "_method", "action", "cmd", "command", "function", "func", "op", "operation"}
}

func soapAction(x transcript.Exchange) string {
	if action := strings.Trim(header(x, "SOAPAction"), `"' `); action != "" {
		return action
	}
	if m := actionParameter.FindStringSubmatch(header(x, "Content-Type")); m != nil {
		return m[1]
	}
	return ""
}

var actionParameter = regexp.MustCompile(`(?i)soap\+xml.*;\s*action="?([^";]+)`)

var (
	// graph matches a GraphQL document.
	graph = regexp.MustCompile(`^\s*(\{|query\b|mutation\b)`)
	// mutation matches one that writes, with the first thing it does.
	mutation = regexp.MustCompile(`^\s*mutation\b[^{]*\{\s*(\w+)`)
)

// graphOperation takes a mutation for what it is called, unless its name says
// that it only signs in.
func graphOperation(document string) operation {
	if m := mutation.FindStringSubmatch(document); m != nil {
		return operation{kind: "mutation", name: m[1], also: "update"}
	}
	if strings.HasPrefix(strings.TrimSpace(document), "mutation") {
		return operation{kind: "query", name: "mutation", also: "update"}
	}
	return operation{kind: "GraphQL operation", name: "query"}
}

// xmlOperations are the methods of XML-RPC, what stands in a SOAP body, and else
// what the root holds.
func xmlOperations(document *element) []operation {
	if method := document.find("methodName"); method != nil {
		return []operation{{kind: "method", name: strings.TrimSpace(method.text.String())}}
	}
	root := document.find("Body")
	if root == nil && len(document.children) > 0 {
		root = document.children[0]
	}
	if root == nil {
		return nil
	}
	if ops := root.named(); len(ops) > 0 {
		return ops
	}
	return root.elements()
}

// named are the operations an element names in an attribute or a child.
func (e *element) named() []operation {
	var ops []operation
	for _, a := range e.attrs {
		if slices.Contains(operationFields(), strings.ToLower(a.Name.Local)) {
			ops = append(ops, operation{kind: a.Name.Local, name: a.Value})
		}
	}
	for _, child := range e.children {
		text := strings.TrimSpace(child.text.String())
		if slices.Contains(operationFields(), strings.ToLower(child.name)) && text != "" {
			ops = append(ops, operation{kind: child.name, name: text})
		}
	}
	return ops
}

// elements takes the children for operations, of which some panels allow several
// in one packet. One that writes decides, and then one that does not say: the
// others do not speak for it.
func (e *element) elements() []operation {
	var ops []operation
	for _, child := range e.children {
		op := operation{kind: "element", name: child.name}
		if len(child.children) > 0 {
			op.also = child.children[0].name
		}
		if len(e.children) == 1 || !signs(wordsOf(child.name)) {
			ops = append(ops, op)
		}
	}
	for _, first := range []Intent{Writes, Unsaid, Reads} {
		if i := slices.IndexFunc(ops, func(o operation) bool { return o.intent() == first }); i >= 0 {
			return ops[i : i+1]
		}
	}
	return nil
}
