package report

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"

	"syncproof/internal/contract"
)

//go:embed html/report.tmpl html/report.css html/report.js
var htmlFiles embed.FS

// HTMLOptions are what the HTML report shows beside the judgement.
type HTMLOptions struct {
	Evidence Evidence
	// Columns are the runs of a matrix this one is part of, empty for none.
	Columns []Column
}

// HTML writes one page that needs nothing else: no network, no other file. Its
// content policy allows the page's own style and script, by their hashes, and
// nothing that a value of the module could smuggle in. Without JavaScript only
// the filters are missing.
func HTML(w io.Writer, j contract.Judgement, opt HTMLOptions) error {
	style, script, err := htmlAssets()
	if err != nil {
		return err
	}
	page := newHTMLPage(j, opt)
	page.Style, page.Script = template.CSS(style), template.JS(script)
	page.Policy = "default-src 'none'; script-src " + hashOf(script) + "; style-src " + hashOf(style) +
		"; base-uri 'none'; form-action 'none'"
	layout, err := template.New("report.tmpl").ParseFS(htmlFiles, "html/*.tmpl")
	if err != nil {
		return fmt.Errorf("reading the HTML report's layout: %w", err)
	}
	var out bytes.Buffer
	if err := layout.Execute(&out, page); err != nil {
		return fmt.Errorf("making the HTML report: %w", err)
	}
	if _, err := w.Write(out.Bytes()); err != nil {
		return fmt.Errorf("writing the HTML report: %w", err)
	}
	return nil
}

func htmlAssets() (style, script string, err error) {
	css, err := htmlFiles.ReadFile("html/report.css")
	if err != nil {
		return "", "", fmt.Errorf("reading the HTML report's style: %w", err)
	}
	js, err := htmlFiles.ReadFile("html/report.js")
	if err != nil {
		return "", "", fmt.Errorf("reading the HTML report's script: %w", err)
	}
	return string(css), string(js), nil
}

// hashOf names inline content in a content policy.
func hashOf(content string) string {
	sum := sha256.Sum256([]byte(content))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
