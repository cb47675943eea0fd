package suites

func envelopeSuite() Suite {
	return Suite{Area: "envelope", Title: "The returned envelope", Rules: []Rule{}}
}
