package suites

func productSuite() Suite {
	return Suite{Area: "product", Title: "Product", Rules: []Rule{}}
}
