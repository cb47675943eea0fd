package suites

import (
	"slices"
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

const fleetPlans = "plans"

func prod03() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "PROD-03", Level: contract.Should, Basis: contract.Undocumented, Hazard: contract.Duplicate,
			Title:  "the product is the panel's plan letter for letter: no other case, no spaces cut off, nothing put before it",
			Source: sources(docServerSync, docSync),
			Why: "Whether WHMCS ignores case and white space when it looks the product up is not documented. A plan that is changed on its way may match none, " +
				"and importing then creates a new product; two plans that differ in case only become one.",
			Fix:   "Return the plan as the panel gives it, and enter it in WHMCS the same way.",
			Good:  "'product' => $row['plan'],",
			Bad:   "'product' => strtolower(trim($row['plan'])),",
			Since: "0.1.0",
		},
		Needs: []contract.Need{contract.NeedRows, contract.NeedFleet(fleetPlans)},
		Check: checkVerbatimPlans,
	}
}

func prod04() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "PROD-04", Level: contract.Must, Basis: contract.Inferred, Hazard: contract.Corrupt,
			Title:  "accounts with different plans have different products",
			Quote:  "If a matching product does not exist, the system will create a new product.",
			Source: sources(docSync, docServerSync),
			Why:    "One product for all plans puts every customer on the same one: syncing moves services to it, with its price and its limits.",
			Fix:    "Return what tells the panel's plans apart, not the server, the type of account or a fixed text.",
			Good:   "'product' => $row['plan_id'],",
			Bad:    "'product' => 'hosting',",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedRows, contract.NeedFleet(transcript.FleetAccounts)},
		Check: checkPlansApart,
	}
}

// onlyPlan is the one plan of an account, false when it has none or several, or
// one that lacks its id or name.
func onlyPlan(h transcript.Held) (transcript.HeldPlan, bool) {
	if len(h.Plans) != 1 || h.Plans[0].ID == "" || h.Plans[0].Name == "" {
		return transcript.HeldPlan{}, false
	}
	return h.Plans[0], true
}

func checkVerbatimPlans(c *Case) {
	for _, f := range fleetCalls(c.T, fleetPlans) {
		if !f.made() || !answeredList(f.call) {
			continue
		}
		p := pair(f.fleet.Accounts, f.call)
		for row, of := range p.of {
			if of == nobody {
				continue
			}
			plan, isOne := onlyPlan(p.held[of])
			product, isText := scalarText(p.rows[row].Fields[contract.FieldProduct])
			if !isOne || !isText || product == plan.ID || product == plan.Name {
				continue
			}
			c.reading = f.call
			why := c.changedPlan(product, plan)
			c.reading = nil
			if why == "" {
				continue
			}
			place := c.inFunction(f.call, rowPlace(p.rows[row], contract.FieldProduct)+" of "+f.at())
			place.Want, place.Got = phpvalue.Quote(plan.ID)+" or "+phpvalue.Quote(plan.Name)+", as the panel has it", phpvalue.Quote(product)
			place.Note = why
			c.Fail(place)
			break
		}
	}
}

// changedPlan says how a product was made of a plan's id or name, "" where
// something else stands there.
func (c *Case) changedPlan(product string, plan transcript.HeldPlan) string {
	for _, name := range []string{plan.ID, plan.Name} {
		switch {
		case strings.TrimSpace(name) == product:
			return "the white space around it was cut off"
		case strings.EqualFold(strings.TrimSpace(name), strings.TrimSpace(product)):
			return "its case was changed"
		case len(name) > 2 && strings.HasSuffix(product, name) && !c.sent(product):
			return "something was put before it"
		}
	}
	return ""
}

// checkPlansApart looks at ordinary accounts, whose plans have ids and names of
// their own.
func checkPlansApart(c *Case) {
	apart := false
	for _, f := range fleetCalls(c.T, transcript.FleetAccounts) {
		if !f.made() || !answeredList(f.call) {
			continue
		}
		p := pair(f.fleet.Accounts, f.call)
		of, plans := map[string]transcript.HeldPlan{}, []string{}
		for row, i := range p.of {
			if i == nobody {
				continue
			}
			plan, isOne := onlyPlan(p.held[i])
			product, _ := scalarText(p.rows[row].Fields[contract.FieldProduct])
			if !isOne || product == "" {
				continue
			}
			if !slices.Contains(plans, plan.ID) {
				plans = append(plans, plan.ID)
			}
			other, known := of[product]
			of[product] = plan
			if !known || other.ID == plan.ID {
				continue
			}
			place := c.inFunction(f.call, rowPlace(p.rows[row], contract.FieldProduct)+" of "+f.at())
			place.Want, place.Got = "another product than that of the plan "+phpvalue.Quote(other.ID), phpvalue.Quote(product)
			place.Note = "the account's plan on the panel is " + phpvalue.Quote(plan.ID)
			c.Fail(place)
			return
		}
		apart = apart || len(plans) > 1
	}
	if !apart {
		c.NotTestable("no list was given in which accounts have different plans",
			"leave panel.sizes in syncproof.yaml at more than one account, and see what else keeps the module from listing them")
	}
}
