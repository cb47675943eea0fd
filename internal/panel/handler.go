package panel

import (
	"io"
	"maps"
	"net/http"

	"syncproof/internal/phpvalue"
	"syncproof/internal/upstream"
)

var _ http.Handler = (*Panel)(nil)

// ServeHTTP answers as Respond does. A request the profile has no answer to gets
// status 502 with the reason.
func (p *Panel) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, upstream.MaxRequestBody))
	if err != nil {
		http.Error(w, "syncproof: the request is too large or broke off", http.StatusRequestEntityTooLarge)
		return
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	reply, err := p.Respond(r.Context(), upstream.Request{
		Method: r.Method, Scheme: scheme, Host: r.Host, Target: r.URL.RequestURI(), Proto: r.Proto, Header: r.Header, Body: body,
	})
	if err != nil {
		http.Error(w, "syncproof: "+phpvalue.Printable(err.Error()), http.StatusBadGateway)
		return
	}
	maps.Copy(w.Header(), reply.Header)
	w.WriteHeader(reply.Status)
	// The only error left is a client that went away.
	_, _ = w.Write(reply.Body)
}
