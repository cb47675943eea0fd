package report

import (
	"fmt"
	"strings"

	"syncproof/internal/contract"
)

// previewWords say what an administrator who synced an answer would see, naming
// at most that many rows of each kind. "Terminated" is WHMCS's own word for what
// happens to a service that is missing on the server.
func previewWords(p *contract.Preview, most int) string {
	changed := make([]string, 0, len(p.ChangedRows))
	for _, c := range p.ChangedRows {
		changed = append(changed, c.ID+" ("+strings.Join(c.Fields, ", ")+")")
	}
	text := "if an administrator synced this answer: "
	if p.Missing == 0 {
		text += "no service would be listed as missing"
	} else {
		text += fmt.Sprintf("%d of %s would be listed as missing on the server (and terminated)%s",
			p.Missing, plural(p.Held, "service", "services"), named(p.MissingRows, p.Missing, most))
	}
	text += fmt.Sprintf("; %d changed%s; %d new%s",
		p.Changed, named(changed, p.Changed, most), p.New, named(p.NewRows, p.New, most))
	for _, note := range p.Notes {
		text += "; " + note
	}
	return text
}

// named lists the first rows of all there are.
func named(rows []string, all, most int) string {
	if len(rows) == 0 {
		return ""
	}
	shown := rows[:min(len(rows), most)]
	text := ": " + strings.Join(shown, ", ")
	if len(shown) < all {
		text += ", …"
	}
	return text
}
