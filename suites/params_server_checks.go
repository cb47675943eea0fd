package suites

import (
	"net"
	"slices"
	"strings"

	"syncproof/internal/phpvalue"
	"syncproof/internal/transcript"
)

// checkGivenServer looks at where the requests for three servers went.
func checkGivenServer(c *Case) {
	asked, seen, missing := false, once{}, opened()
	for _, id := range []string{transcript.SessionServerTLS, transcript.SessionServerPlain, transcript.SessionServerIP} {
		v, g := variantOf(c.T, id)
		if !g.open {
			missing = g
			continue
		}
		if len(v.requests()) > 0 {
			asked = true
			c.checkAddressed(v, seen)
		}
	}
	if !asked {
		c.followGate(unasked())
	}
	c.followGate(missing)
}

// checkAddressed wants the requests of one call to have gone to its server. A
// module may ask others as well, such as one that hands out sessions.
func (c *Case) checkAddressed(v variant, seen once) {
	server, requests := serverOf(v.call), v.requests()
	ours := slices.DeleteFunc(slices.Clone(requests), func(x transcript.Exchange) bool { return !server.has(x) })
	report := func(what, want, got, note string) {
		if !seen.first(what) {
			return
		}
		place := c.inFunction(v.call, "the requests for the server "+server.name())
		place.Want, place.Got, place.Note = want, got, note
		c.Fail(place)
	}
	if len(ours) == 0 {
		if declared(c.T, keyRequiresServer) == false {
			c.NotApplicable("the module needs no server (RequiresServer), and asks " + placesOf(requests))
			return
		}
		report("host", "a request to "+server.name(), "requests to "+placesOf(requests)+" only",
			"where every server of this module is one service at a fixed address, waive this rule")
		return
	}
	atPort := func(x transcript.Exchange) bool { _, port := addressed(x); return port == server.port }
	if !slices.ContainsFunc(ours, atPort) {
		report("port", "a request to port "+server.port+", as serverport says", "requests to "+placesOf(ours)+" only", "")
	}
	if bare := slices.IndexFunc(ours, func(x transcript.Exchange) bool { return !overTLS(x) }); server.secure && bare >= 0 {
		x := ours[bare]
		report("secure", "https, as serversecure and serverhttpprefix say", x.Method+" "+phpvalue.Printable(withoutQuery(x.URL)),
			"whoever listens on the way reads the credentials, and can answer in the panel's place")
	}
}

// keyRequiresServer is the metadata that says whether servers are configured.
const keyRequiresServer = "RequiresServer"

// placesOf lists where requests went, each place once.
func placesOf(requests []transcript.Exchange) string {
	var places []string
	for _, x := range requests {
		host, port := addressed(x)
		switch {
		case host == "":
			host = "an address that cannot be read"
		case port != "":
			host = net.JoinHostPort(host, port)
		}
		if !slices.Contains(places, host) {
			places = append(places, host)
		}
	}
	return phpvalue.Printable(strings.Join(places, " and "))
}

func withoutQuery(url string) string {
	url, _, _ = strings.Cut(url, "?")
	return url
}

// checkServerForms compares requests under other forms of a parameter with those
// under the usual one.
func checkServerForms(c *Case) {
	compared, missing := false, opened()
	for _, v := range append(variantsBy(c.T, transcript.SecurePrefix), variantsBy(c.T, transcript.PortPrefix)...) {
		usual := transcript.SessionServerPlain
		if serverOf(v.call).secure {
			usual = transcript.SessionServerTLS
		}
		u, g := variantOf(c.T, usual)
		if !g.open {
			missing = g
			continue
		}
		// A call that broke under the usual form as well, or asked nobody, says
		// nothing about this one.
		if !u.refused() || len(u.requests()) == 0 {
			continue
		}
		compared = true
		c.compareForms(u, v)
	}
	if !compared {
		c.followGate(unasked())
	}
	c.followGate(missing)
}

func (c *Case) compareForms(usual, v variant) {
	key, form := formOf(v)
	place := c.broken(v.call, `ListAccounts() with $params["`+key+`"] = `+phpvalue.Show(form))
	if !v.refused() {
		place.Want, place.Got = "a failure, as with the usual form", outcomeWords(v.call)
		c.Fail(place)
		return
	}
	switch a, b := waysTo(usual, key), waysTo(v, key); {
	case key == "serverport" && form == "":
		// Some modules have no port of their own, and say that it is missing.
	case len(v.requests()) == 0:
		place.Want, place.Got = "a request, as with "+usualForm(usual, key), "none; "+outcomeWords(v.call)
		c.Fail(place)
	case a != "" && b != "" && a != b:
		place.Want, place.Got = "requests to "+a+", as with "+usualForm(usual, key), "requests to "+b
		c.Fail(place)
	}
}

// formOf is the parameter that a session varies, and its value.
func formOf(v variant) (key string, value any) {
	key = "serverport"
	if strings.HasPrefix(v.ID, transcript.SecurePrefix) {
		key = "serversecure"
	}
	params, _ := phpvalue.Map(v.call.Params)
	return key, params[key]
}

func usualForm(usual variant, key string) string {
	params, _ := phpvalue.Map(usual.call.Params)
	return phpvalue.Show(params[key])
}

// waysTo lists what a parameter decides of the requests to the server: scheme or
// port; "" where there are none.
func waysTo(v variant, key string) string {
	server, ways := serverOf(v.call), []string(nil)
	for _, x := range v.requests() {
		if !server.has(x) {
			continue
		}
		way, _, _ := strings.Cut(x.URL, ":")
		if key == "serverport" {
			_, port := addressed(x)
			way = "port " + port
		}
		ways = append(ways, way)
	}
	slices.Sort(ways)
	return strings.Join(slices.Compact(ways), " and ")
}

// checkIPv6 wants a request to arrive at the server's IPv6 address, of a module
// that does ask IPv4 addresses.
func checkIPv6(c *Case) {
	v6, _ := variantOf(c.T, transcript.SessionServerIPv6)
	if v6.Upstream != nil && v6.Upstream.NoIPv6 {
		c.NotTestable("this machine has no IPv6", "run syncproof on a machine whose kernel has IPv6")
		return
	}
	v4, g := variantOf(c.T, transcript.SessionServerIP)
	if !g.open {
		c.followGate(g)
		return
	}
	if !v4.reaches() {
		c.NotApplicable("the module does not ask the address in serverip")
		return
	}
	if v6.reaches() {
		return
	}
	server := serverOf(v6.call)
	place := c.inFunction(v6.call, `ListAccounts() with $params["serverip"] = `+phpvalue.Quote(server.ip))
	place.Want = "a request to " + server.name()
	place.Got = "no request there; " + outcomeWords(v6.call)
	if requests := v6.requests(); len(requests) > 0 {
		place.Got = "requests to " + placesOf(requests)
	}
	c.Fail(place)
}

// reaches says that a request arrived at the server.
func (v variant) reaches() bool { return slices.ContainsFunc(v.requests(), serverOf(v.call).has) }
