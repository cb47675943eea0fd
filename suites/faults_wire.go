package suites

import (
	"maps"
	"slices"
	"strings"

	"syncproof/internal/transcript"
	"syncproof/internal/upstream/fault"
)

// checkRedirects wants no credential sent to the host a redirect points to, and
// every redirect reported as a failure.
func (c *Case) checkRedirects() {
	seen := once{}
	for _, p := range usable(c.T, c.rule.ID) {
		for _, x := range p.Exchanges {
			if !strings.HasPrefix(afterScheme(x.URL), fault.ElsewhereHost) {
				continue
			}
			if where := credentialIn(x); where != "" && seen.first(where) {
				place := c.placeUnder(p)
				place.Want = "no credentials sent to another host"
				place.Got = "a secret of the server in " + where + " of the request to " + fault.ElsewhereHost
				c.Fail(place)
			}
		}
	}
	c.checkFaults(c.rule.ID)
}

func afterScheme(url string) string {
	_, rest, _ := strings.Cut(url, "://")
	return rest
}

// credentialIn names the part of a request that holds a secret, which the
// transcript shows as a mark.
func credentialIn(x transcript.Exchange) string {
	if len(marksIn(x.URL)) > 0 {
		return "the address"
	}
	for _, name := range slices.Sorted(maps.Keys(x.RequestHeaders)) {
		for _, v := range x.RequestHeaders[name] {
			if len(marksIn(v)) > 0 {
				return "the header " + name
			}
		}
	}
	if len(marksIn(plainText(x.RequestBody.Text))) > 0 {
		return "the body"
	}
	return ""
}

// checkCertificates wants no request sent over a connection whose certificate
// is bad, and the refusal reported.
func (c *Case) checkCertificates() {
	for _, p := range usable(c.T, c.rule.ID) {
		sent := slices.IndexFunc(p.Exchanges, func(x transcript.Exchange) bool { return x.Fault == p.fault.ID && x.Method != "" })
		if sent < 0 {
			continue
		}
		x := p.Exchanges[sent]
		place := c.placeUnder(p)
		place.Want, place.Got = "the connection refused", "a request sent over it: "+x.Method+" "+x.URL
		if where := credentialIn(x); where != "" {
			place.Note = "with a secret of the server in " + where
		}
		c.Fail(place)
	}
	c.checkFaults(c.rule.ID)
}
