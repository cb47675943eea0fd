package suites

func outputSuite() Suite {
	return Suite{Area: "output", Title: "Output and side effects", Rules: []Rule{}}
}
