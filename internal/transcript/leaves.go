package transcript

import "strconv"

// Leaves is what a reply of the control panel is made of.
type Leaves struct {
	// Kinds counts the kinds of values, of which List may hold fewer.
	Kinds int    `json:"kinds"`
	List  []Leaf `json:"list"`
	// Rows are the rows of lists that the values stand in.
	Rows []LeafRow `json:"rows,omitempty"`
}

// Leaf is one value, standing for all of its kind.
type Leaf struct {
	// Path leads to it: keys and numbers from 0 with dots between. Kind is the
	// same with the numbers of rows as *.
	Path string `json:"path"`
	Kind string `json:"kind"`
	// Type is string, number, bool or null; text or attribute in XML; object,
	// array or element for what holds others.
	Type string `json:"type"`
	// Value is a number outside of any list, "" for every other value.
	Value string `json:"value,omitempty"`
}

// LeafRow is a row of a list.
type LeafRow struct {
	Path string `json:"path"`
	// List leads to the list, "" for the whole reply, which has Of rows.
	List string `json:"list,omitempty"`
	Of   int    `json:"of"`
	// Values are the texts and numbers the row holds itself.
	Values []LeafValue `json:"values,omitempty"`
}

// LeafValue is one value of a row.
type LeafValue struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// LeafCount counts changes of values, and the kinds of values they were made to.
type LeafCount struct {
	Possible int `json:"possible"`
	Tried    int `json:"tried"`
	// Kinds counts the kinds of values, KindsTried those that were changed at
	// least once. Reason says why any were left out.
	Kinds      int    `json:"kinds"`
	KindsTried int    `json:"kindsTried"`
	Reason     string `json:"reason,omitempty"`
}

// LeafID names the session, and its call, in which a value is changed.
func LeafID(change string, at int, path string) string {
	return LeafPrefix + change + "@" + strconv.Itoa(at) + ":" + path
}

// PageID names the session, and its call, in which a list's pages do not fit
// together from a request on; at 0 at every one.
func PageID(fault string, at int) string {
	if at == 0 {
		return PagePrefix + fault + "@all"
	}
	return PagePrefix + fault + "@" + strconv.Itoa(at)
}
