package config

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"syncproof/internal/contract"
	"syncproof/internal/nearest"
	"syncproof/internal/waiver"
	"syncproof/internal/yamlfile"
)

// Waiver is a waiver of the file, and knows where it stands.
type Waiver struct {
	contract.Waiver
	rule place
}

// Accepted are the waivers without their places.
func (c Config) Accepted() []contract.Waiver {
	var list []contract.Waiver
	for _, w := range c.Waivers {
		list = append(list, w.Waiver)
	}
	return list
}

// CheckWaivers reports waivers of rules that do not exist. ids are those that do.
func (c Config) CheckWaivers(ids []string) error {
	var problems []*Error
	for _, w := range c.Waivers {
		if slices.Contains(ids, w.Rule) {
			continue
		}
		end := nearest.Question(nearest.Words(w.Rule, ids, 3))
		if end == "" {
			end = ` ("syncproof rules" lists them all)`
		}
		problems = append(problems, w.rule.Problem("waivers.rule names %s, and there is no such rule%s", w.Rule, end))
	}
	return yamlfile.Join(problems)
}

// CheckWaiversOfSeveral reports waivers that do not say which of several modules
// they are for.
func (c Config) CheckWaiversOfSeveral() error {
	var problems []*Error
	for _, w := range c.Waivers {
		if w.Module == "" {
			problems = append(problems, w.rule.Problem("several modules are tested, and this waiver of %s does not say which of them "+
				"it is for; add a line such as module: acme", w.Rule))
		}
	}
	return yamlfile.Join(problems)
}

// setWaivers stores every entry of a valid list. What is wrong with one is told
// at its own place.
func setWaivers(a *applier, n *node) error {
	a.config.Waivers = nil
	for _, item := range n.Items {
		w := Waiver{Waiver: contract.Waiver{Scope: contract.ScopeRule}}
		for _, e := range item.Keys {
			text, _ := e.Node.Value.(string)
			if err := w.set(e.Name, text, e.Node); err != nil {
				a.problems = append(a.problems, e.Node.Place.Problem("waivers.%s %s", e.Name, err))
			}
		}
		a.config.Waivers = append(a.config.Waivers, w)
	}
	return nil
}

// set stores one key of a waiver. Its error continues a sentence that begins with
// the key.
func (w *Waiver) set(key, text string, n *node) (err error) {
	switch key {
	case "rule":
		w.Rule, w.rule = text, n.Place
	case "module":
		w.Module = text
	case "scope":
		w.Scope = text
		err = waiver.CheckScope(text)
	case "owner":
		w.Owner = text
	case "reason":
		w.Reason = strings.Join(strings.Fields(text), " ")
	case "expires":
		w.Expires = text
		if _, parseErr := time.Parse(time.DateOnly, text); parseErr != nil {
			err = fmt.Errorf("takes a day that exists, such as 2027-01-31; got %s", show(n))
		}
	case "message":
		w.Messages = n.Texts()
	}
	return err
}
