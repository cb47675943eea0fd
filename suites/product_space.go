package suites

import (
	"strconv"
	"strings"

	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

// valueSpace is the set of values that a configuration option can hold.
type valueSpace struct {
	option string
	// labels has what the administrator sees for each value.
	labels map[string]string
	// order holds the values as the module lists them.
	order []string
}

func (s *valueSpace) add(value, label string) {
	if _, twice := s.labels[value]; !twice {
		s.order = append(s.order, value)
	}
	s.labels[value] = label
}

// allow adds a value that may be meant but is not worth showing.
func (s *valueSpace) allow(value string) {
	if _, there := s.labels[value]; !there {
		s.labels[value] = value
	}
}

func (s valueSpace) has(value string) bool {
	_, ok := s.labels[value]
	return ok
}

// words names the space and its first values.
func (s valueSpace) words() string {
	const most = 8
	var shown []string
	for i, value := range s.order {
		if i == most {
			shown = append(shown, "and "+strconv.Itoa(len(s.order)-most)+" more")
			break
		}
		shown = append(shown, quoted(value))
	}
	return "a value of the option " + quoted(s.option) + ": " + strings.Join(shown, ", ")
}

func quoted(text string) string { return phpvalue.Quote(text) }

// productSpace finds the values of the option that the metadata names for the
// product. Where there are none to compare with it closes the case and says no.
func productSpace(c *Case) (valueSpace, bool) {
	name, definition, ok := productOption(c)
	if !ok {
		return valueSpace{}, false
	}
	space := valueSpace{option: name, labels: map[string]string{}}
	loader := lookup(definition, "Loader")
	if !isFalsy(loader) && !addLoaded(c, &space, name, loader) {
		return space, false
	}
	kind, _ := definition["Type"].(string)
	switch strings.ToLower(kind) {
	case "dropdown", "radio":
		addOptions(&space, definition["Options"])
	case "yesno":
		c.NotTestable("the option "+quoted(name)+" is a checkbox, and which values WHMCS stores for one is not documented",
			"name a text or dropdown option in ListAccountsProductField")
		return space, false
	default:
		if isFalsy(loader) {
			c.NotApplicable("the option " + quoted(name) + " is a free text, which can hold any product")
			return space, false
		}
	}
	if len(space.order) == 0 {
		c.NotTestable("the option "+quoted(name)+" offers no values to compare with", "give the option its choices under Options")
		return space, false
	}
	return space, true
}

// productOption finds the option named by ListAccountsProductField.
func productOption(c *Case) (name string, definition map[string]any, ok bool) {
	field, _ := declared(c.T, keyProductField).(string)
	match := optionField.FindStringSubmatch(field)
	if match == nil {
		c.follow("META-04", "the metadata names no configuration option for the product ("+
			showOrMissing(declared(c.T, keyProductField))+")")
		return "", nil, false
	}
	n := atoi(match[1])
	options := c.T.Call(transcript.CallOptions).Value
	pairs := phpvalue.Pairs(options)
	if n > len(pairs) {
		c.follow("META-05", "the metadata names "+field+", but ConfigOptions() returned "+
			plural(int64(len(pairs)), "option", "options"))
		return "", nil, false
	}
	if !phpvalue.Ordered(options) {
		c.NotTestable("the order of the options did not survive the way to syncproof, so "+field+" cannot be told",
			"point syncproof at the module's folder, or put bridge.php in front of it (syncproof bridge)")
		return "", nil, false
	}
	option := pairs[n-1]
	definition, isArray := phpvalue.Map(option.Value)
	if !isArray {
		c.NotTestable("the option "+quoted(option.Name())+" is not described by an array", "describe the option by an array with a Type")
		return "", nil, false
	}
	return option.Name(), definition, true
}

// addOptions reads the two documented forms of Options. Which values WHMCS
// stores for a list without keys is not documented, so both count.
func addOptions(space *valueSpace, options any) {
	if text, ok := options.(string); ok {
		for value := range strings.SplitSeq(text, ",") {
			space.add(strings.TrimSpace(value), value)
			space.allow(value)
		}
		return
	}
	addPairs(space, options)
}

func addPairs(space *valueSpace, array any) {
	_, isList := array.([]any)
	for _, p := range phpvalue.Pairs(array) {
		label, ok := scalarText(p.Value)
		if isList && ok {
			space.add(label, label)
			space.allow(p.Name())
			continue
		}
		space.add(p.Name(), label)
	}
}

// addLoaded reads what the option's loader function returned.
func addLoaded(c *Case, space *valueSpace, name string, loader any) bool {
	const supply = "name a server whose plans the loader can read"
	call := c.T.Call(transcript.CallLoader + ":" + name)
	switch {
	case call == nil:
		c.NotTestable("the loader of the option "+quoted(name)+" ("+phpvalue.Show(loader)+") was not called", supply)
		return false
	case call.Ending != transcript.EndReturned:
		c.NotTestable("the loader of the option "+quoted(name)+" "+endingWords(call), supply)
		return false
	case len(phpvalue.Pairs(call.Value)) == 0:
		c.NotTestable("the loader of the option "+quoted(name)+" returned no choices ("+phpvalue.Show(call.Value)+")", supply)
		return false
	}
	addPairs(space, call.Value)
	return true
}
