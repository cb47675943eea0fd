package endpoint

import (
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"
)

const (
	// connectTimeout bounds how long a connection and its TLS handshake may
	// each take.
	connectTimeout = 10 * time.Second
	// maxHeader bounds the bytes of an answer's headers.
	maxHeader = 64 << 10
)

func newTransport(o Options) (*http.Transport, error) {
	roots, err := trusted(o.CAFile)
	if err != nil {
		return nil, err
	}
	proxy := o.Proxy
	if proxy == nil {
		proxy = http.ProxyFromEnvironment
	}
	dialer := &net.Dialer{Timeout: min(connectTimeout, o.Timeout)}
	return &http.Transport{
		Proxy:                  proxy,
		DialContext:            kept(dialer),
		TLSClientConfig:        &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12, VerifyConnection: strong},
		TLSHandshakeTimeout:    min(connectTimeout, o.Timeout),
		MaxResponseHeaderBytes: maxHeader,
		ForceAttemptHTTP2:      true,
		// Each request gets a connection of its own: on one that was kept, a
		// server that hung up in the meantime looks like a lost answer.
		DisableKeepAlives: true,
	}, nil
}

// minRSA is the shortest RSA key that certificates may still have since 2014; PHP
// on current Linux distributions refuses shorter ones too.
const minRSA = 2048

// weakKeyError says that a certificate's key is too short, in bits.
type weakKeyError int

func (e weakKeyError) Error() string { return fmt.Sprintf("its RSA key has %d bits only", int(e)) }

// strong refuses a certificate whose key can be broken: whoever did that could
// take the credentials.
func strong(state tls.ConnectionState) error {
	if key, ok := state.PeerCertificates[0].PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() < minRSA {
		return weakKeyError(key.N.BitLen())
	}
	return nil
}

// trusted returns the system's certificates and those of a file; nil stands
// for the system's alone.
func trusted(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading the certificates to trust: %w", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(raw) {
		return nil, errors.New("the file of certificates to trust, " + file + ", holds none in PEM form (-----BEGIN CERTIFICATE-----)")
	}
	return pool, nil
}
