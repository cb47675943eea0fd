package upstream

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/netip"
	"sync"
	"time"
)

// Authority is a certificate authority of one run. Unless the vendor asks to keep
// it (KeptAuthority) its key never leaves memory, and it is valid for a day, so that
// trusting it by accident means little.
type Authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	mu   sync.Mutex
	// leaves are kept by host and kind: minting one costs more than a request.
	leaves map[string]*tls.Certificate
}

// certKind is how a leaf certificate is wrong, if it is.
type certKind string

const (
	goodCert       certKind = ""
	wrongHostCert  certKind = "wrong-host"
	expiredCert    certKind = "expired"
	selfSignedCert certKind = "self-signed"
)

// wrongHost is the name in a certificate that is for somebody else.
const wrongHost = "wrong-host.invalid"

// ofOneRun is how long an authority is good for that is not kept.
const ofOneRun = 24 * time.Hour

// NewAuthority makes a fresh authority.
func NewAuthority() (*Authority, error) { return newAuthority(ofOneRun) }

func (a *Authority) fill() { a.leaves = map[string]*tls.Certificate{} }

// PEM is the authority's certificate, for clients to trust.
func (a *Authority) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})
}

// leaf returns a certificate for a host name or address.
func (a *Authority) leaf(host string, kind certKind) (*tls.Certificate, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	id := string(kind) + "/" + host
	if c, ok := a.leaves[id]; ok {
		return c, nil
	}
	c, err := a.mint(host, kind)
	if err != nil {
		return nil, fmt.Errorf("making a certificate for %s: %w", host, err)
	}
	a.leaves[id] = c
	return c, nil
}

func (a *Authority) mint(host string, kind certKind) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	if kind == wrongHostCert {
		host = wrongHost
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: serial(),
		Subject:      pkix.Name{CommonName: host},
		NotBefore:    now.Add(-48 * time.Hour),
		NotAfter:     now.Add(24 * time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		template.IPAddresses = append(template.IPAddresses, addr.AsSlice())
	} else {
		template.DNSNames = []string{host}
	}
	if kind == expiredCert {
		template.NotAfter = now.Add(-24 * time.Hour)
	}
	parent, signer, chain := a.cert, a.key, [][]byte{a.cert.Raw}
	if kind == selfSignedCert {
		parent, signer, chain = template, key, nil
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: append([][]byte{der}, chain...), PrivateKey: key}, nil
}

func serial() *big.Int {
	raw := make([]byte, 16)
	// crypto/rand.Read never fails; it ends the process instead.
	_, _ = rand.Read(raw)
	raw[0] &= 0x7f
	return new(big.Int).SetBytes(raw)
}
