package endpoint_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"net/http"
	"strconv"
	"testing"
	"time"

	"syncproof/internal/target/endpoint"
)

// rsaCertificate issues one for an RSA key of that many bits.
func rsaCertificate(t *testing.T, bits int, signature x509.SignatureAlgorithm, authority *tls.Certificate) tls.Certificate {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(3), Subject: pkix.Name{CommonName: "rsa"}, SignatureAlgorithm: signature,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: authority == nil, BasicConstraintsValid: true,
	}
	parent, signer := template, crypto.PrivateKey(key)
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

// issued is a certificate of the authority with changes.
func issued(t *testing.T, by *tls.Certificate, change func(*x509.Certificate)) *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{certificate(t, change, by)}}
}

func TestHostileCertificates(t *testing.T) {
	root, other := certificate(t, authority, nil), certificate(t, authority, nil)
	rsaRoot := rsaCertificate(t, 2048, x509.SHA256WithRSA, nil)
	tests := []struct {
		name   string
		config *tls.Config
		trust  *x509.Certificate
		want   string
	}{
		{"sound", issued(t, &root, nil), root.Leaf, `returned 200: {"error":"HTTP/1.1","success":false}`},
		{"signed by itself", issued(t, nil, nil), root.Leaf, "start: the certificate of HOST was issued by nobody this machine trusts"},
		{"of another authority of the same name", issued(t, &other, nil), root.Leaf, "start: the certificate of HOST was issued by nobody this machine trusts"},
		{"expired", issued(t, &root, func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2002, 1, 1, 0, 0, 0, 0, time.UTC)
		}), root.Leaf, "start: the certificate of HOST is only valid from 1 January 2001 00:00 UTC to 1 January 2002 00:00 UTC"},
		{"not yet valid", issued(t, &root, func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = time.Date(2094, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2095, 1, 1, 0, 0, 0, 0, time.UTC)
		}), root.Leaf, "start: the certificate of HOST is only valid from 1 January 2094 00:00 UTC to 1 January 2095 00:00 UTC"},
		{"for another host", issued(t, &root, func(c *x509.Certificate) { c.IPAddresses, c.DNSNames = nil, []string{"*.1", "other.example"} }), root.Leaf, "start: the certificate of HOST was not issued for 127.0.0.1"},
		{"for no host", issued(t, &root, func(c *x509.Certificate) { c.IPAddresses = nil; c.Subject.CommonName = "127.0.0.1" }), root.Leaf, "start: the certificate of HOST was not issued for 127.0.0.1"},
		{"for clients", issued(t, &root, func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }), root.Leaf, "start: the certificate of HOST is not valid: x509: certificate specifies an incompatible key usage"},
		{"with a critical extension nobody knows", issued(t, &root, func(c *x509.Certificate) {
			c.ExtraExtensions = []pkix.Extension{{Id: []int{1, 2, 3, 4}, Critical: true, Value: []byte{5, 0}}}
		}), root.Leaf, "start: the certificate of HOST is not valid: x509: unhandled critical extension"},
		{"RSA with 1024 bits", &tls.Config{Certificates: []tls.Certificate{rsaCertificate(t, 1024, x509.SHA256WithRSA, &rsaRoot)}}, rsaRoot.Leaf, "start: the certificate of HOST is not safe: its RSA key has 1024 bits only"},
		{"signed with SHA-1", &tls.Config{Certificates: []tls.Certificate{rsaCertificate(t, 2048, x509.SHA1WithRSA, &rsaRoot)}}, rsaRoot.Leaf, "start: the certificate of HOST is not safe: it is signed with an algorithm that can be forged, such as SHA-1"},
		{"TLS 1.0", &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10, Certificates: []tls.Certificate{certificate(t, nil, &root)}}, root.Leaf, "start: HOST broke off the TLS handshake: tls: protocol version not supported"},
		{"a certificate of the client's wanted", &tls.Config{ClientAuth: tls.RequireAnyClientCert, Certificates: []tls.Certificate{certificate(t, nil, &root)}}, root.Leaf, "start: HOST broke off the TLS handshake: tls: certificate required"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := serveTLS(t, tt.config, false)
			host, o := server.Listener.Addr().String(), endpoint.Options{URL: server.URL, CAFile: pemFile(t, tt.trust)}
			bounded(t, func() {
				if got := outcome(t, list(t, o), host); got != tt.want {
					t.Errorf("\ngot  %s\nwant %s", got, tt.want)
				}
			})
		})
	}
}

// The handshake itself goes wrong. The server reads nothing: what the client
// says is no HTTP yet.
func TestHostileHandshakes(t *testing.T) {
	tests := []struct {
		name  string
		speak func(net.Conn)
		want  string
	}{
		{"plain HTTP", says("HTTP/1.1 400 Bad Request\r\n\r\n"), "start: HOST does not speak TLS"},
		{"an alert", says("\x15\x03\x03\x00\x02\x02\x28"), "start: HOST broke off the TLS handshake: tls: handshake failure"},
		{"random bytes", says("\x16\x03\x03\x00\x05hello"), "start: what listens at HOST does not speak proper TLS"},
		{"a record of 64 KB", again("\x16\x03\x03\xff\xff", "aaaaaaaa"), "start: HOST does not speak TLS"},
		{"endless warnings", again("", "\x15\x03\x03\x00\x02\x01\x5a"), "start: what listens at HOST does not speak proper TLS"},
		{"endless empty records", again("", "\x17\x03\x03\x00\x00"), "start: HOST does not speak TLS"},
		{"closed at once", says(""), "answer: https://HOST closed the connection without an answer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			host := serveBytes(t, tt.speak)
			bounded(t, func() {
				if got := outcome(t, list(t, endpoint.Options{URL: "https://" + host}), host); got != tt.want {
					t.Errorf("\ngot  %s\nwant %s", got, tt.want)
				}
			})
		})
	}
}

// serveBytes starts a server that reads one byte and then speaks.
func serveBytes(t *testing.T, speak func(net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				buffer := make([]byte, 16<<10)
				if _, err := conn.Read(buffer); err == nil {
					speak(conn)
				}
			}()
		}
	}()
	return listener.Addr().String()
}

// Credentials never travel without TLS, whatever the server asks for.
func TestHostileDowngrade(t *testing.T) {
	asked := make(chan struct{}, 1)
	plain := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		asked <- struct{}{}
		_, _ = io.WriteString(w, failure)
	})
	leaf := certificate(t, nil, nil)
	for _, status := range []int{301, 302, 303, 307, 308} {
		host := serveHTTP1OverTLS(t, leaf, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", plain.URL+"/acme.php")
			w.Header().Set("Refresh", "0; url="+plain.URL)
			w.WriteHeader(status)
		})
		got := outcome(t, list(t, endpoint.Options{URL: "https://" + host, Token: "hunter2-hunter2", CAFile: pemFile(t, leaf.Leaf)}), host)
		want := "answer " + strconv.Itoa(status) + ": https://HOST answers with a redirect (status " + strconv.Itoa(status) + ") to " + plain.URL +
			"/acme.php, which was not followed, because credentials would travel there"
		if got != want {
			t.Errorf("\ngot  %s\nwant %s", got, want)
		}
	}
	select {
	case <-asked:
		t.Error("the other address was asked")
	default:
	}
}

func serveHTTP1OverTLS(t *testing.T, leaf tls.Certificate, handler http.HandlerFunc) string {
	t.Helper()
	server := serveTLS(t, &tls.Config{Certificates: []tls.Certificate{leaf}}, false)
	server.Config.Handler = handler
	return server.Listener.Addr().String()
}
