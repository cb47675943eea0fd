package suites

import (
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/schema"
)

func productSuite() Suite {
	return Suite{Area: "product", Title: "Products", Rules: []Rule{prod01(), prod02(), prod03(), prod04()}}
}

func prod01() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "PROD-01", Level: contract.Must, Basis: contract.Documented, Hazard: contract.Duplicate,
			Title:  "every account names a product that is not empty",
			Quote:  "If a matching product does not exist, the system will create a new product.",
			Source: sources(docSync, docServerSync),
			Why:    "An empty product matches none in WHMCS. Importing the account creates a new product, and a service that exists shows a difference.",
			Fix:    "Return the plan or package that the panel names for the account. Return a failure when the panel names none.",
			Good:   "'product' => (string) $row['plan_id'],",
			Bad:    "'product' => $row['plan_id'] ?? '',",
			Since:  "0.1.0",
		},
		Needs:  []contract.Need{contract.NeedRows},
		Fleets: []string{fleetPlans}, Spares: mayLackPlan, Declared: planAsDeclared,
		Claims: func(v schema.Violation) bool {
			return v.At(contract.FieldProduct) && (v.Keyword == schema.Format || isNothing(v))
		},
	}
}

func prod02() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "PROD-02", Level: contract.Must, Basis: contract.Documented, Hazard: contract.Duplicate,
			Title:  "the product is a value that the named configuration option can hold, not its label",
			Quote:  "The key should be the value that your module expects to receive, and the value should be a human friendly display label for the key value.",
			Source: sources(docLoader, docOptions, docMetaData, docSync),
			Why:    "WHMCS looks the product up by the value stored for that option. Where no product has it, importing creates a new product, and every existing service shows a difference.",
			Fix:    "Return the option's key, as CreateAccount() receives it, under product, for example the plan's id. Check that ListAccountsProductField names the option that holds the plan.",
			Good:   "'Options' => ['p1' => 'Starter', 'p2' => 'Business'],\n'product' => 'p1',",
			Bad:    "'Options' => ['p1' => 'Starter', 'p2' => 'Business'],\n'product' => 'Starter',",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedMetaData, contract.NeedOptions, contract.NeedRows},
		Row:   checkProducts,
	}
}

func checkProducts(c *Case) RowCheck {
	space, ok := productSpace(c)
	if !ok {
		return ignoreRow
	}
	inSpace := beKeyOf(space)
	return func(a contract.Account) {
		value := a.Fields[contract.FieldProduct]
		text, ok := scalarText(value)
		if !ok || !schema.IsFilled(text) || space.has(text) {
			return
		}
		c.refuseRow(a, contract.FieldProduct, value, inSpace, space.hint(text))
	}
}

// hint says what a value outside the space probably is.
func (s valueSpace) hint(text string) string {
	for _, key := range s.order {
		if s.labels[key] == text {
			return "that is the label of the option's value " + quoted(key)
		}
	}
	for _, key := range s.order {
		if strings.EqualFold(strings.TrimSpace(text), key) {
			return "only case or white space sets it apart from " + quoted(key)
		}
	}
	return ""
}
