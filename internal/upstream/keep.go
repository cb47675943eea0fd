package upstream

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// keptFor is how long an authority is good for that is kept in a file.
const keptFor = 365 * 24 * time.Hour

// KeySuffix is what the name of the file with an authority's key has more than
// that of its certificate.
const KeySuffix = ".key"

// KeptAuthority is the authority whose certificate is in a file and whose key is
// beside it, for modules that have to be told whom to trust before a run. Where
// there is neither file, or the certificate has expired, both are made; made says
// so.
func KeptAuthority(path string) (a *Authority, made bool, err error) {
	a, err = readAuthority(path)
	switch {
	case err == nil && time.Now().Before(a.cert.NotAfter.Add(-time.Hour)):
		return a, false, nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, false, err
	}
	if a, err = newAuthority(keptFor); err != nil {
		return nil, false, err
	}
	return a, true, a.write(path)
}

func readAuthority(path string) (*Authority, error) {
	cert, err := readPEM(path, "CERTIFICATE")
	if err != nil {
		return nil, err
	}
	key, err := readPEM(path+KeySuffix, "EC PRIVATE KEY")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s holds a certificate, but its key is not in %s; name another file, and syncproof makes both", path, path+KeySuffix)
	}
	if err != nil {
		return nil, err
	}
	a := &Authority{}
	if a.cert, err = x509.ParseCertificate(cert); err != nil {
		return nil, fmt.Errorf("reading the certificate in %s: %w", path, err)
	}
	if a.key, err = x509.ParseECPrivateKey(key); err != nil {
		return nil, fmt.Errorf("reading the key in %s: %w", path+KeySuffix, err)
	}
	if !a.key.PublicKey.Equal(a.cert.PublicKey) {
		return nil, fmt.Errorf("the key in %s is not that of the certificate in %s; remove both, and syncproof makes new ones", path+KeySuffix, path)
	}
	a.fill()
	return a, nil
}

func readPEM(path, kind string) ([]byte, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the authority of the panel that is played: %w", err)
	}
	block, _ := pem.Decode(raw)
	if block == nil || block.Type != kind {
		return nil, fmt.Errorf("%s was not made by syncproof: it does not begin with -----BEGIN %s-----; name a file that does not exist, and syncproof makes it", path, kind)
	}
	return block.Bytes, nil
}

// write writes the key first, so that no certificate is left behind without one.
func (a *Authority) write(path string) error {
	key, err := x509.MarshalECPrivateKey(a.key)
	if err != nil {
		return fmt.Errorf("writing the key of the test authority: %w", err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: key})
	if err := os.WriteFile(path+KeySuffix, text, 0o600); err != nil {
		return fmt.Errorf("writing the key of the test authority: %w", err)
	}
	//nolint:gosec // a certificate is there to be read
	if err := os.WriteFile(path, a.PEM(), 0o644); err != nil {
		return fmt.Errorf("writing the certificate of the test authority: %w", err)
	}
	return nil
}

// newAuthority makes one that is good for so long.
func newAuthority(good time.Duration) (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("making the key of the test authority: %w", err)
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber:          serial(),
		Subject:               pkix.Name{CommonName: "syncproof test authority"},
		NotBefore:             now.Add(-time.Hour),
		NotAfter:              now.Add(good),
		KeyUsage:              x509.KeyUsageCertSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, fmt.Errorf("making the test authority: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("reading the test authority back: %w", err)
	}
	a := &Authority{cert: cert, key: key}
	a.fill()
	return a, nil
}
