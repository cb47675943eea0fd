package report

import (
	"fmt"
	"io"
	"strings"

	"syncproof/internal/contract"
)

// Badge writes the verdict as a small SVG image for a README. It holds nothing
// but words of ours, and neither script, style nor address of a file.
func Badge(w io.Writer, j contract.Judgement) error {
	const label = "ListAccounts"
	verdict, ground := strings.ToLower(string(j.Verdict)), "#6e4400"
	switch j.Verdict {
	case contract.Conformant:
		ground = "#116329"
	case contract.NotConformant:
		ground = "#a40e26"
	case contract.Incomplete:
	default:
		verdict = "error"
	}
	left, right := badgeWidth(label), badgeWidth(verdict)
	_, err := fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" width="%[3]d" height="20" role="img" aria-label="%[1]s: %[2]s">
<title>%[1]s: %[2]s</title>
<rect width="%[3]d" height="20" rx="3" fill="#3b4048"/>
<rect x="%[4]d" width="%[5]d" height="20" rx="3" fill="%[6]s"/>
<rect x="%[4]d" width="4" height="20" fill="%[6]s"/>
<g fill="#ffffff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">
<text x="%[7]d" y="14" textLength="%[8]d">%[1]s</text>
<text x="%[9]d" y="14" textLength="%[10]d">%[2]s</text>
</g>
</svg>
`, label, verdict, left+right, left, right, ground, left/2, left-badgePadding, left+right/2, right-badgePadding)
	if err != nil {
		return fmt.Errorf("writing the badge: %w", err)
	}
	return nil
}

const badgePadding = 12

// badgeWidth is about what Verdana takes; textLength evens out the rest.
func badgeWidth(text string) int { return len(text)*7 + badgePadding }
