package suites

func createdSuite() Suite {
	return Suite{Area: "created", Title: "Creation date", Rules: []Rule{}}
}
