package suites

func paramsSuite() Suite {
	return Suite{Area: "params", Title: "Parameters", Rules: []Rule{}}
}
