package netns

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func certificate(t *testing.T, subject pkix.Name) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: subject, NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// The hashes were computed by: openssl x509 -noout -subject_hash
func TestLookupNames(t *testing.T) {
	one := certificate(t, pkix.Name{CommonName: "syncproof test authority"})
	other := certificate(t, pkix.Name{CommonName: "  Ünicode   And SPACE ", Organization: []string{"B", "a"}, Country: []string{"DE"}})
	text := slices.Concat(one, []byte("a remark\n"), other, one,
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("broken")}))
	want := []string{"fec9d44c.0", "5875fbfa.0", "fec9d44c.1"}
	if got := lookupNames(text); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := lookupNames([]byte("no PEM at all")); got != nil {
		t.Errorf("got %v, want none", got)
	}
}

func TestLookupNamesAreThoseOfOpenSSL(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("the program openssl is not installed")
	}
	for i, subject := range []pkix.Name{
		{CommonName: "syncproof test authority"},
		{CommonName: "  Ünicode   And SPACE ", Organization: []string{"B", "a"}, Country: []string{"DE"}},
		{CommonName: "tab\tand  more", Organization: []string{"ÄÖ"}, SerialNumber: "12 34"},
		{},
	} {
		text := certificate(t, subject)
		file := filepath.Join(t.TempDir(), fmt.Sprint(i))
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(openssl, "x509", "-in", file, "-noout", "-subject_hash").Output()
		if err != nil {
			t.Fatal(err)
		}
		if got, want := lookupNames(text), []string{strings.TrimSpace(string(out)) + ".0"}; !slices.Equal(got, want) {
			t.Errorf("%v: got %v, want %v", subject, got, want)
		}
	}
}

func FuzzSubjectHash(f *testing.F) {
	f.Add([]byte{0x30, 0x00})
	f.Add([]byte{0x30, 0x0f, 0x31, 0x0d, 0x30, 0x0b, 0x06, 0x03, 0x55, 0x04, 0x03, 0x0c, 0x04, 't', 'e', 's', 't'})
	f.Add([]byte{0x30, 0x03, 0x31, 0x01, 0x30})
	f.Fuzz(func(t *testing.T, subject []byte) {
		first, err1 := subjectHash(subject)
		again, err2 := subjectHash(subject)
		if first != again || (err1 == nil) != (err2 == nil) {
			t.Errorf("%x and %x, %v and %v", first, again, err1, err2)
		}
	})
}
