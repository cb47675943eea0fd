package panel

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"text/template"
	"text/template/parse"
	"time"

	"syncproof/internal/yamlfile"
)

// Limits of what a template may do.
const (
	maxOutput = 64 << 20
	// maxText bounds one value a template makes.
	maxText = 1 << 20
	// maxSteps bounds the rounds of loops and the parts used in one reply.
	maxSteps = 3_000_000
	maxTime  = 20 * time.Second
)

// tick is the name of the function that each round of a loop calls; it cannot be
// written in a profile because it is no name.
const tick = "syncproof_tick"

// compiled is a template of a profile, made safe: every round of its loops is
// counted, and what could make large values out of small ones is gone.
type compiled struct {
	name  string
	place place
	text  *template.Template
}

// templates compiles the templates of a profile.
type templates struct {
	root  *template.Template
	zone  *time.Location
	parts map[string]bool
}

func newTemplates(zone *time.Location) *templates {
	t := &templates{zone: zone, parts: map[string]bool{}}
	t.root = template.New("").Option("missingkey=error").Funcs(t.functions(&run{}))
	return t
}

// run is one use of a template.
type run struct {
	ctx     context.Context
	steps   int
	started time.Time
	from    func(string) (string, error)
	// flags is how flags are spelled; see flagWord.
	flags string
}

var (
	errTooMuchOutput = fmt.Errorf("the reply is larger than %d MiB", maxOutput>>20)
	errTooManySteps  = errors.New("the template repeats things far too often")
	errTooSlow       = fmt.Errorf("the template takes longer than %s", maxTime)
)

// step counts one round.
func (r *run) step() (string, error) {
	if r.steps++; r.steps > maxSteps {
		return "", errTooManySteps
	}
	if r.steps%256 == 0 {
		if time.Since(r.started) > maxTime {
			return "", errTooSlow
		}
		return "", r.ctx.Err()
	}
	return "", nil
}

// limited keeps at most maxOutput bytes.
type limited struct{ bytes.Buffer }

func (l *limited) Write(p []byte) (int, error) {
	if l.Len()+len(p) > maxOutput {
		return 0, errTooMuchOutput
	}
	return l.Buffer.Write(p)
}

// render runs a template. from reads parts of the request.
func (t *templates) render(ctx context.Context, c *compiled, data map[string]any, from func(string) (string, error)) (out []byte, err error) {
	if c == nil {
		return nil, nil
	}
	own, err := c.text.Clone()
	if err != nil {
		return nil, fmt.Errorf("preparing the template of %s: %w", c.name, err)
	}
	r := &run{ctx: ctx, started: time.Now(), from: from}
	r.flags, _ = data[flagsKey].(string)
	defer func() {
		if recover() != nil {
			out, err = nil, c.place.Problem("the template of %s cannot be worked out with these accounts", c.name)
		}
	}()
	var written limited
	if err := own.Funcs(t.functions(r)).Execute(&written, data); err != nil {
		return nil, c.failure(err)
	}
	return written.Bytes(), nil
}

// failure words an error of a template at its place in the profile.
func (c *compiled) failure(err error) error {
	for _, known := range []error{errTooMuchOutput, errTooManySteps, errTooSlow, context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, known) {
			return c.place.Problem("the template of %s: %s", c.name, known)
		}
	}
	line, message := templateWords(err)
	return c.at(line).Problem("the template of %s fails: %s", c.name, message)
}

// at is the place of a line of the template.
func (c *compiled) at(line int) place { return lineOf(c.place, line) }

// defines finds what would make templates that are not guarded.
var defines = regexp.MustCompile(`\{\{-?\s*(define|block)\b`)

var templateError = regexp.MustCompile(`^template: [^:]*:(\d+)(?::\d+)?: (?s:(.*))$`)

// templateWords takes the line and the message out of an error of package
// template.
func templateWords(err error) (int, string) {
	m := templateError.FindStringSubmatch(err.Error())
	if m == nil {
		return 1, err.Error()
	}
	line, _ := strconv.Atoi(m[1])
	message := m[2]
	if _, rest, ok := strings.Cut(message, `>: `); ok && strings.HasPrefix(message, "executing ") {
		message = rest
	}
	if _, rest, ok := strings.Cut(message, `error calling `); ok {
		message = rest
	}
	message = strings.ReplaceAll(message, "map has no entry for key", "there is no value named")
	message = strings.ReplaceAll(message, "map[string]interface {}", "values")
	message = strings.ReplaceAll(message, "interface {}", "value")
	return line, message
}

// compile reads one template. A missing one gives nil.
func (t *templates) compile(name string, n *node, f *yamlfile.File) (*compiled, *Error) {
	if n == nil {
		return nil, nil
	}
	at := n.Place
	if n.Block > 0 {
		at = f.At(n.Block, 1)
	}
	c := &compiled{name: name, place: at}
	if defines.MatchString(n.String()) {
		return nil, at.Problem("the template of %s uses define or block; write the template under parts and use it with {{template}}", name)
	}
	// Template names stand in messages up to a colon.
	made, err := t.root.New(strings.ReplaceAll(name, ":", " ")).Parse(n.String())
	if err != nil {
		line, message := templateWords(err)
		return nil, f.At(at.Line+line-1, columnOf(at, line)).Problem("the template of %s cannot be read: %s", name, message)
	}
	c.text = made
	if err := t.guard(made.Tree); err != nil {
		return nil, at.Problem("the template of %s %s", name, err)
	}
	return c, nil
}

// columnOf is the column of a message about a line of a template.
func columnOf(at place, line int) int {
	if line > 1 {
		return 1
	}
	return at.Column
}

// lineOf is the place of a line of a block; other texts have one line only.
func lineOf(p place, line int) place {
	if line > 1 {
		p.Line += line - 1
		// The text of another line is not at hand.
		p.Column, p.Text = 1, ""
	}
	return p
}

// guard walks a template, puts a step into every loop, and refuses what a
// profile's templates must not do.
func (t *templates) guard(tree *parse.Tree) error {
	if tree == nil || tree.Root == nil {
		return nil
	}
	g := guard{parts: t.parts}
	g.list(tree.Root)
	if g.err == nil {
		tree.Root.Nodes = append([]parse.Node{stepNode()}, tree.Root.Nodes...)
	}
	return g.err
}

type guard struct {
	parts map[string]bool
	uses  []string
	err   error
}

func (g *guard) list(l *parse.ListNode) {
	if l == nil {
		return
	}
	for _, n := range l.Nodes {
		switch n := n.(type) {
		case *parse.IfNode:
			g.list(n.List)
			g.list(n.ElseList)
		case *parse.WithNode:
			g.list(n.List)
			g.list(n.ElseList)
		case *parse.RangeNode:
			g.list(n.List)
			g.list(n.ElseList)
			n.List.Nodes = append([]parse.Node{stepNode()}, n.List.Nodes...)
		case *parse.TemplateNode:
			g.uses = append(g.uses, n.Name)
			if !g.parts[n.Name] && g.err == nil {
				g.err = fmt.Errorf("uses the part %q, which is not under parts; a part can use only those that stand before it", n.Name)
			}
		}
	}
}

// stepNode is a call of tick.
func stepNode() parse.Node {
	trees, err := parse.Parse("step", "{{"+tick+"}}", "", "", map[string]any{tick: func() string { return "" }})
	if err != nil {
		return &parse.CommentNode{NodeType: parse.NodeComment}
	}
	return trees["step"].Root.Nodes[0]
}
