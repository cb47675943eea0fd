package fault

import "syncproof/internal/upstream/leaf"

// Faults of lists whose pages do not fit together.
const (
	SamePage  = "same-page"
	TotalMore = "total-more"
	PageShift = "page-shift"
)

// More is what the fault TotalMore adds to the panel's total.
const More = 5

// LeafPrefix begins the ids of faults that change one value of a reply.
const LeafPrefix = "leaf-"

func pageFaults() []Fault {
	altered := func(id, rule, title, detail, expect string) Fault {
		return Fault{ID: id, Layer: Body, Rule: rule, Title: title, Detail: detail, Expect: expect, Play: Play{Act: Altered}}
	}
	return []Fault{
		altered(SamePage, "FLT-14", "the first page again and again",
			"every later request for a page of the list is answered with the first page, as by a panel that ignores the parameter",
			"success => false, or the whole list, within the time budget"),
		altered(TotalMore, "FLT-13", "a total larger than the list",
			"the total in the answers is higher by 5 than the list has rows", "success => false"),
		altered(PageShift, "FLT-21", "a page that begins with the last row of the page before",
			"as when an account was made while the list was read: the rows moved on by one",
			"success => false, or the whole list with each account once"),
	}
}

// leafFaults change one value of one reply.
func leafFaults() []Fault {
	var faults []Fault
	for _, m := range leaf.Mutations() {
		faults = append(faults, Fault{
			ID: LeafPrefix + m.ID, Layer: Body, Rule: "FLT-16", Title: m.Title,
			Detail: "in one record of a good answer: " + m.Detail,
			Expect: "success => false, or a list from which no account vanished",
			Play:   Play{Act: Altered},
		})
	}
	return faults
}
