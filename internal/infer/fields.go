package infer

import (
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"syncproof/internal/schema"
)

// The fields of an account, as templates call them.
const (
	fieldID       = "id"
	fieldUsername = "username"
	fieldDomain   = "domain"
	fieldName     = "name"
	fieldEmail    = "email"
	fieldPlanID   = "plan_id"
	fieldPlanName = "plan_name"
	fieldIP       = "ip"
	fieldIPv6     = "ipv6"
	fieldCreated  = "created"
	fieldState    = "state"
	// Lists of values.
	fieldIPs     = "ips"
	fieldIPv6s   = "ipv6s"
	fieldAliases = "aliases"
)

func identities() []string { return []string{fieldID, fieldUsername, fieldDomain} }

// found is where a field of accounts stands in records, and why that is thought.
type found struct {
	at  *merged
	why string
}

// findFields looks for the fields of accounts in records.
func findFields(m *merged) map[string]found {
	best, scores := map[string]found{}, map[string]int{}
	m.walk(func(n *merged) bool {
		if n.kind == isList {
			return false
		}
		if !n.leaf() || n.many() || n.names() {
			return true
		}
		texts := n.texts()
		for field, score := range scoresOf(n, texts) {
			if score > scores[field] {
				scores[field], best[field] = score, found{n, reason(field, n)}
			}
		}
		return true
	})
	// A value that is worth more as one field is not another one as well.
	owner := map[*merged]string{}
	for _, field := range []string{fieldID, fieldUsername, fieldDomain, fieldEmail, fieldCreated, fieldState, fieldIP, fieldIPv6, fieldPlanID, fieldPlanName, fieldName} {
		at := best[field].at
		if at == nil {
			continue
		}
		if other := owner[at]; other != "" {
			if scores[other] >= scores[field] {
				delete(best, field)
				continue
			}
			delete(best, other)
		}
		owner[at] = field
	}
	return best
}

// names says that it is the element that gives the one around it its label.
func (m *merged) names() bool {
	return m.label == "name" && len(m.path) > 1 && distinct(m.texts()) == 1 && m.texts()[0] == m.path[len(m.path)-2]
}

func reason(field string, n *merged) string {
	return "the name " + strconv.Quote(short(strings.Join(n.path, "."))) + " and its values look like " + map[string]string{
		fieldID: "an id", fieldUsername: "a user name", fieldDomain: "a domain", fieldName: "a person's name", fieldEmail: "an e-mail address",
		fieldPlanID: "the key of a plan", fieldPlanName: "the name of a plan", fieldIP: "an IPv4 address", fieldIPv6: "an IPv6 address",
		fieldCreated: "the time of creation", fieldState: "a state",
	}[field]
}

func short(s string) string {
	const most = 80
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r > 0xfffd || r >= 0x80 && r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff {
			return '?'
		}
		return r
	}, s)
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// plain is a name without what its writers differ in.
func plainName(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r - 'A' + 'a'
		}
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// names say how well a name fits a field: the first pattern that matches counts.
type fit struct {
	pattern *regexp.Regexp
	score   int
}

func fits(list []fit, name string) int {
	for _, f := range list {
		if f.pattern.MatchString(name) {
			return f.score
		}
	}
	return 0
}

func usual(parts ...any) []fit {
	var list []fit
	for i := 0; i+1 < len(parts); i += 2 {
		pattern, _ := parts[i].(string)
		score, _ := parts[i+1].(int)
		list = append(list, fit{regexp.MustCompile(pattern), score})
	}
	return list
}

// scoresOf says how likely a value is each of the fields, 0 not at all.
func scoresOf(n *merged, texts []string) map[string]int {
	given := slices.DeleteFunc(slices.Clone(texts), func(s string) bool { return s == "" })
	if len(given) == 0 {
		return nil
	}
	name, parent := plainName(n.label), ""
	if len(n.path) > 1 {
		parent = plainName(n.path[len(n.path)-2])
	}
	// XML-RPC and lists of properties wrap what they name.
	for i := len(n.path) - 1; i > 0 && slices.Contains([]string{"value", "string", "int", "i4", "boolean", "double", "datetimeiso8601", "data", "array"}, name); i-- {
		name = plainName(n.path[i-1])
		parent = ""
		if i > 1 {
			parent = plainName(n.path[i-2])
		}
	}
	s := scorer{texts, given, name, parent, len(n.path)}
	scores := map[string]int{}
	for field, of := range map[string]func() int{
		fieldID: s.id, fieldUsername: s.username, fieldDomain: s.domain, fieldEmail: s.email, fieldIP: s.ip, fieldIPv6: s.ipv6,
		fieldCreated: s.created, fieldState: s.state, fieldName: s.person,
		fieldPlanID: func() int { return s.plan(true) }, fieldPlanName: func() int { return s.plan(false) },
	} {
		if score := of(); score > 0 {
			scores[field] = score
		}
	}
	return scores
}

type scorer struct {
	texts, given []string
	name, parent string
	depth        int
}

func (s scorer) share(is func(string) bool) float64 {
	n := 0
	for _, text := range s.given {
		if is(text) {
			n++
		}
	}
	return float64(n) / float64(len(s.given))
}

func distinct(list []string) int {
	seen := map[string]bool{}
	for _, s := range list {
		seen[s] = true
	}
	return len(seen)
}

// nearlyUnique lets a panel list a few accounts twice.
func (s scorer) nearlyUnique() bool {
	return len(s.given) == len(s.texts) && distinct(s.given)*10 >= len(s.given)*9
}

func (s scorer) id() int {
	score := fits(usual(`^id$`, 100, `^(uuid|guid|accountid|serviceid|webspaceid|hostingid|subscriptionid)$`, 80, `^uid$`, 70, `^(customer|client|user)?id$`, 60, `^(key|number|no|handle)$`, 20), s.name)
	if score == 0 || !s.nearlyUnique() || s.share(func(t string) bool { return len(t) <= 64 && !strings.ContainsAny(t, " @") }) < 1 {
		return 0
	}
	return score*10 - s.depth
}

func (s scorer) username() int {
	score := fits(usual(`^(username|login|userlogin|loginname)$`, 100, `^user$`, 90, `^(ftplogin|sysuser|systemuser|unixuser|accountname|panellogin)$`, 80, `login$`, 60, `^(account|acct)$`, 40), s.name)
	if score == 0 || !s.nearlyUnique() || s.share(func(t string) bool { return !strings.ContainsAny(t, " @") }) < 0.9 {
		return 0
	}
	return score*10 - s.depth
}

func isHost(s string) bool {
	return schema.IsHost(strings.ToLower(strings.TrimSuffix(s, "."))) && strings.Contains(s, ".") && !isAddress(s)
}

func isAddress(s string) bool { _, err := netip.ParseAddr(s); return err == nil }

func isIPv4(s string) bool { a, err := netip.ParseAddr(s); return err == nil && a.Is4() }

func isIPv6(s string) bool { return isAddress(s) && !isIPv4(s) }

func (s scorer) domain() int {
	if s.share(isHost) < 0.7 || distinct(s.given)*10 < len(s.given)*7 {
		return 0
	}
	score := fits(usual(`^(domain|domainname|maindomain|primarydomain)$`, 100, `domain`, 70, `^(asciiname|hostname|site|website|fqdn|zone)$`, 50, `^name$`, 45, `alias|server|nameserver|ns\d`, 0), s.name)
	if score == 0 {
		score = 10
	}
	return score*10 - s.depth
}

func (s scorer) email() int {
	if s.share(func(t string) bool { return strings.Contains(t, "@") && !strings.Contains(t, " ") }) < 0.3 {
		return 0
	}
	return (fits(usual(`^(email|mail|emailaddress|contactemail)$`, 100, `mail`, 70), s.name)+10)*10 - s.depth
}

func (s scorer) ip() int {
	if s.share(isIPv4) < 0.7 {
		return 0
	}
	return (fits(usual(`^(ip|ipv4|ipaddress|primaryip|dedicatedip)$`, 100, `ip`, 60), s.name)+10)*10 - s.depth
}

func (s scorer) ipv6() int {
	if s.share(isIPv6) < 0.7 {
		return 0
	}
	return 500 - s.depth
}

func (s scorer) created() int {
	score := fits(usual(`expir|renew|due|next|updat|modif|last|end|suspend|delet`, 0, `unix.*(creat|start)|(creat|start).*unix`, 110, `creat|^crdate$`, 100,
		`regist|signup|since|setup`, 70, `start|added`, 60, `date|time`, 30), s.name)
	if score == 0 || dateFormat(s.given) == nil {
		return 0
	}
	return score*10 - s.depth
}

func (s scorer) state() int {
	score := fits(usual(`time|date|reason|since`, 0, `^(is)?suspended$`, 110, `^(account|service)?(state|status)$`, 100, `^(is)?(enabled|active|disabled|locked|blocked)$`, 90, `state|status`, 50), s.name)
	n := distinct(s.given)
	if score == 0 || n > 8 || n > 2 && n*2 > len(s.given) || s.share(func(t string) bool { return len(t) <= 40 }) < 1 {
		return 0
	}
	// What is the same everywhere may be the word that all went well.
	if n == 1 {
		score -= 40
		if slices.Contains([]string{"ok", "success", "true", "OK"}, s.given[0]) && score < 90 {
			return 0
		}
	}
	return score*10 - s.depth
}

func (s scorer) person() int {
	score := fits(usual(`^(fullname|realname|pname|ownername|customername|contactname)$`, 80, `^(name|owner|customer|contact)$`, 40), s.name)
	if score == 0 || s.share(func(t string) bool { return strings.Contains(t, " ") }) < 0.5 {
		return 0
	}
	return score*10 - s.depth
}

func (s scorer) plan(id bool) int {
	about := regexp.MustCompile(`plan|package|product|tariff|edition`)
	isKey := regexp.MustCompile(`(id|key|code|guid|slug|uuid)$`)
	inside := about.MatchString(s.parent)
	switch {
	case !inside && !about.MatchString(s.name), distinct(s.given) == len(s.given) && len(s.given) > 10:
		return 0
	case inside && regexp.MustCompile(`quota|price|limit|size`).MatchString(s.name):
		return 0
	}
	keyed := isKey.MatchString(s.name)
	if !keyed && !regexp.MustCompile(`name|label|title`).MatchString(s.name) {
		// Nothing but the values says which of the two it is.
		keyed = s.share(func(t string) bool { return strings.Contains(t, " ") }) == 0
	}
	if keyed != id {
		return 0
	}
	return 800 - s.depth
}
