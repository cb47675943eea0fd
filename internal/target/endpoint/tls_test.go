package endpoint_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/target/endpoint"
	"syncproof/internal/transcript"
)

// certificate issues one for the local address, signed by itself unless an
// authority is given.
func certificate(t *testing.T, change func(*x509.Certificate), authority *tls.Certificate) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if change != nil {
		change(template)
	}
	parent, signer := template, any(key)
	if authority != nil {
		parent, signer = authority.Leaf, authority.PrivateKey
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

func authority(c *x509.Certificate) {
	c.IsCA, c.BasicConstraintsValid, c.KeyUsage = true, true, x509.KeyUsageCertSign
	c.SerialNumber = big.NewInt(2)
}

// pemFile writes a certificate to trust.
func pemFile(t *testing.T, c *x509.Certificate) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ca.pem")
	raw := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func serveTLS(t *testing.T, config *tls.Config, http2 bool) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `{"success":false,"error":"`+r.Proto+`"}`)
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS, server.EnableHTTP2 = config, http2
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

func TestTLS(t *testing.T) {
	for _, tt := range []struct {
		protocol string
		http2    bool
	}{{"HTTP/1.1", false}, {"HTTP/2.0", true}} {
		t.Run(tt.protocol, func(t *testing.T) {
			root := certificate(t, authority, nil)
			leaf := certificate(t, nil, &root)
			server := serveTLS(t, &tls.Config{Certificates: []tls.Certificate{leaf}}, tt.http2)
			got := list(t, endpoint.Options{URL: server.URL, CAFile: pemFile(t, root.Leaf)})
			want := map[string]any{"success": false, "error": tt.protocol}
			if diff := cmp.Diff(want, got.Transcript.Call(transcript.CallList).Value); diff != "" {
				t.Errorf("value (-want +got):\n%s\n%v", diff, got.Lines)
			}
		})
	}
}

func TestTLSTrouble(t *testing.T) {
	root := certificate(t, authority, nil)
	tests := []struct {
		name            string
		config          *tls.Config
		caFile          bool
		message, advice string
	}{
		{
			"self-signed", &tls.Config{Certificates: []tls.Certificate{certificate(t, nil, nil)}}, false,
			"the certificate of HOST was issued by nobody this machine trusts",
			"name the authority's certificate, or the self-signed one, in a PEM file: --endpoint-ca-file FILE",
		},
		{
			"expired", &tls.Config{Certificates: []tls.Certificate{certificate(t, func(c *x509.Certificate) {
				c.NotBefore, c.NotAfter = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2021, 3, 4, 12, 30, 0, 0, time.UTC)
			}, &root)}}, true,
			"the certificate of HOST is only valid from 1 January 2020 00:00 UTC to 4 March 2021 12:30 UTC",
			"renew the certificate, or correct this machine's clock",
		},
		{
			"another host", &tls.Config{Certificates: []tls.Certificate{certificate(t, func(c *x509.Certificate) {
				c.IPAddresses, c.DNSNames = nil, []string{"other.example"}
			}, &root)}}, true,
			"the certificate of HOST was not issued for 127.0.0.1",
			"use the host name the certificate was issued for, or have one issued for this name",
		},
		{
			"for something else", &tls.Config{Certificates: []tls.Certificate{certificate(t, func(c *x509.Certificate) {
				c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection}
			}, &root)}}, true,
			"the certificate of HOST is not valid: x509: certificate specifies an incompatible key usage",
			"have a valid certificate issued",
		},
		{
			"too old a version", &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10, Certificates: []tls.Certificate{certificate(t, nil, &root)}}, true,
			"HOST broke off the TLS handshake: tls: protocol version not supported",
			"look at the web server's TLS settings; TLS 1.2 or newer is needed",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := serveTLS(t, tt.config, false)
			o := endpoint.Options{URL: server.URL}
			if tt.caFile {
				o.CAFile = pemFile(t, root.Leaf)
			}
			assertTrouble(t, list(t, o), server.Listener.Addr().String(), expected{kind: "start", message: tt.message, advice: tt.advice})
		})
	}
}

func TestNoTLSWhereItShouldBe(t *testing.T) {
	server := serve(t, answers(http.StatusOK, failure))
	host := server.Listener.Addr().String()
	assertTrouble(t, list(t, endpoint.Options{URL: "https://" + host}), host, expected{
		kind: "start", message: "HOST does not speak TLS", advice: "check the port; without TLS the address begins with http://",
	})
}
