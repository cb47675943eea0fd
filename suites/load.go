package suites

func loadSuite() Suite {
	return Suite{Area: "load", Title: "Loading and naming", Rules: []Rule{}}
}
