package infer

import "slices"

// merged is what several values of the same make have in common: records of a
// list, or pages.
type merged struct {
	kind       kind
	key, label string
	// path are the labels that lead here.
	path []string
	kids []*merged
	// per are the values in each of the records, none where one lacks it.
	per [][]*value
}

// merge puts values together. Where one of them has several parts with the same
// label, only lists look at more than the first.
func merge(values []*value) *merged {
	per := make([][]*value, len(values))
	for i, v := range values {
		if v != nil {
			per[i] = []*value{v}
		}
	}
	return mergeAt(per, nil)
}

func mergeAt(per [][]*value, path []string) *merged {
	m := &merged{path: path, per: per, kind: isNull}
	for _, list := range per {
		if len(list) == 0 {
			continue
		}
		if m.key == "" {
			m.key, m.label = list[0].key, list[0].label
		}
		// What has parts says more than what is null.
		if m.kind == isNull || list[0].kind < isAttribute && m.kind > isAttribute {
			m.kind = list[0].kind
		}
	}
	order, parts := []string{}, map[string][][]*value{}
	for i, list := range per {
		if len(list) == 0 {
			continue
		}
		for _, kid := range list[0].kids {
			if parts[kid.label] == nil {
				order = append(order, kid.label)
				parts[kid.label] = make([][]*value, len(per))
			}
			parts[kid.label][i] = append(parts[kid.label][i], kid)
		}
	}
	for _, label := range order {
		m.kids = append(m.kids, mergeAt(parts[label], append(slices.Clone(path), label)))
	}
	return m
}

// single is the value of one record as text.
func (m *merged) single(i int) (text string, there bool) {
	if len(m.per[i]) == 0 || m.per[i][0].kind == isNull {
		return "", false
	}
	return m.per[i][0].text, true
}

// texts are the values of all records; what is not there is "".
func (m *merged) texts() []string {
	list := make([]string, len(m.per))
	for i := range m.per {
		list[i], _ = m.single(i)
	}
	return list
}

// seen says whether any record has a value of that kind here.
func (m *merged) seen(k kind) bool {
	return slices.ContainsFunc(m.per, func(list []*value) bool { return len(list) > 0 && list[0].kind == k })
}

// lacking says whether any record has nothing here.
func (m *merged) lacking() bool {
	return slices.ContainsFunc(m.per, func(list []*value) bool { return len(list) == 0 })
}

// many says whether any record has it several times.
func (m *merged) many() bool {
	return slices.ContainsFunc(m.per, func(list []*value) bool { return len(list) > 1 })
}

// all are all values in all records.
func (m *merged) all() []*value { return slices.Concat(m.per...) }

// leaf says that it holds one value, and no parts but attributes.
func (m *merged) leaf() bool {
	return m.kind != isObject && m.kind != isList && !slices.ContainsFunc(m.kids, func(k *merged) bool { return k.kind != isAttribute })
}

// walk visits m and everything in it; visit says whether to go on inside.
func (m *merged) walk(visit func(*merged) bool) {
	if !visit(m) {
		return
	}
	for _, kid := range m.kids {
		kid.walk(visit)
	}
}
