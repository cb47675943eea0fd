package suites

import (
	"strings"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

func par05() Rule {
	return Rule{
		Rule: contract.Rule{
			ID: "PAR-05", Level: contract.Should, Basis: contract.Evidence, Hazard: contract.Misleading,
			Title:  "credentials with special characters reach the panel unchanged",
			Source: sources(phpURLEncode),
			Why:    "A password with & or + that is put into a query or form as it is arrives as another one, and one that went through htmlspecialchars() does, too. The panel refuses it, and the administrator looks for a mistake in credentials that are right.",
			Fix:    "Encode for the place and once only: http_build_query() or rawurlencode() in a query or form, json_encode() in JSON, htmlspecialchars() in XML only, base64_encode() of the bare text for Basic.",
			Good:   "$url .= '?' . http_build_query(['key' => $params['serveraccesshash']]);",
			Bad:    "$url .= '?key=' . $params['serveraccesshash'];",
			Since:  "0.1.0",
		},
		Needs: []contract.Need{contract.NeedSync, contract.NeedCredentials},
		Check: checkCredentials,
	}
}

// checkCredentials looks where requests carried plain credentials, and wants the
// special ones there as well.
func checkCredentials(c *Case) {
	plain, g := variantOf(c.T, transcript.SessionServerTLS)
	if !g.open {
		c.followGate(g)
		return
	}
	special, _ := variantOf(c.T, transcript.SessionCredentials)
	found, asked := false, special.requests()
	for _, key := range []string{"serverpassword", "serveraccesshash"} {
		old, now := paramText(plain, key), paramText(special, key)
		if old == "" {
			continue
		}
		for _, template := range carriers(plain.requests(), old) {
			found = true
			if len(asked) == 0 {
				// Some modules know which characters a key can have.
				c.followGate(notTestable("with special characters in the credentials the module asked nobody: "+outcomeWords(special.call),
					"let the module pass credentials on as they are"))
				return
			}
			c.checkCarried(special, template, old, now, key)
		}
	}
	switch {
	case found:
	case len(plain.requests()) == 0:
		c.followGate(unasked())
	default:
		c.followGate(notTestable("no request showed the password or the access hash as it is, so what becomes of special characters cannot be seen",
			"nothing: credentials that are only sent hashed or signed cannot be looked at from outside"))
	}
}

func paramText(v variant, key string) string {
	params, _ := phpvalue.Map(v.call.Params)
	text, _ := params[key].(string)
	return text
}

// checkCarried wants the special secret at the place where the plain one was.
func (c *Case) checkCarried(special variant, template carrier, old, now, key string) {
	var got []string
	for _, x := range special.requests() {
		for _, f := range carriedBy(x) {
			if f.place != template.place {
				continue
			}
			if template.matches(f.value, old, now) {
				return
			}
			got = append(got, f.value)
		}
	}
	place := c.inFunction(special.call, "the request's "+template.place)
	place.Want = "the " + credentialName(key) + " unchanged: " + phpvalue.Quote(strings.ReplaceAll(template.value, old, now))
	place.Got = "nothing there, or nothing that can be read"
	if len(got) > 0 {
		place.Got = phpvalue.Quote(got[0])
	}
	c.Fail(place)
}

func credentialName(key string) string {
	if key == "serverpassword" {
		return "password"
	}
	return "access hash"
}
