package stubpanel

import (
	_ "embed"
	"encoding/xml"
	"io"
	"net/http"
	"strings"
)

// wsdl describes the SOAP API, but for the address it is reached at.
//
//go:embed panel.wsdl
var wsdl string

// writeWSDL names the address the client came by, as panels do.
func writeWSDL(w http.ResponseWriter, host string) {
	var escaped strings.Builder
	if err := xml.EscapeText(&escaped, []byte("http://"+host+"/soap/")); err != nil {
		writeSOAPFault(w, http.StatusInternalServerError, "Server", "The description could not be made.")
		return
	}
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	// The only error left is a client that went away.
	_, _ = io.WriteString(w, strings.Replace(wsdl, "LOCATION", escaped.String(), 1))
}
