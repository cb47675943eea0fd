package netns

import (
	"bytes"
	"crypto/sha1"
	"crypto/x509"
	"encoding/asn1"
	"encoding/binary"
	"encoding/pem"
	"fmt"
	"slices"
	"strings"
)

// authorityFolders and authorityFiles are where systems keep the certificate
// authorities they trust: Debian, Fedora, openSUSE, Alpine, Arch, NixOS.
func authorityFolders() []string { return []string{"/etc/ssl/certs", "/etc/pki/tls/certs"} }

func authorityFiles() []string {
	return []string{
		"/etc/ssl/certs/ca-certificates.crt",
		"/etc/pki/tls/certs/ca-bundle.crt",
		"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
		"/etc/ssl/ca-bundle.pem",
		"/etc/ssl/cert.pem",
		"/etc/pki/tls/cert.pem",
		"/etc/pki/tls/cacert.pem",
		"/usr/lib/ssl/cert.pem",
		"/usr/local/ssl/cert.pem",
		"/usr/share/ssl/certs/ca-bundle.crt",
	}
}

// lookupNames are the names under which OpenSSL looks for each certificate of a
// PEM file in a folder, such as 5ed36f99.0.
func lookupNames(text []byte) []string {
	var names []string
	seen := map[uint32]int{}
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			return names
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			continue
		}
		hash, err := subjectHash(cert.RawSubject)
		if err != nil {
			continue
		}
		names = append(names, fmt.Sprintf("%08x.%d", hash, seen[hash]))
		seen[hash]++
	}
}

// subjectHash is OpenSSL's X509_NAME_hash: SHA-1 over the name with its texts in
// UTF-8, in lower case, and with blanks folded.
func subjectHash(subject []byte) (uint32, error) {
	var sets []asn1.RawValue
	if _, err := asn1.Unmarshal(subject, &sets); err != nil {
		return 0, fmt.Errorf("reading the subject of a certificate: %w", err)
	}
	var canonical bytes.Buffer
	for _, set := range sets {
		text, err := canonicalSet(set)
		if err != nil {
			return 0, fmt.Errorf("reading the subject of a certificate: %w", err)
		}
		canonical.Write(text)
	}
	sum := sha1.Sum(canonical.Bytes())
	return binary.LittleEndian.Uint32(sum[:]), nil
}

func canonicalSet(set asn1.RawValue) ([]byte, error) {
	var members [][]byte
	for rest := set.Bytes; len(rest) > 0; {
		var pair struct {
			Type  asn1.ObjectIdentifier
			Value asn1.RawValue
		}
		var err error
		if rest, err = asn1.Unmarshal(rest, &pair); err != nil {
			return nil, err
		}
		switch pair.Value.Tag {
		case asn1.TagUTF8String, asn1.TagPrintableString, asn1.TagIA5String:
			pair.Value = asn1.RawValue{Tag: asn1.TagUTF8String, Bytes: canonicalText(pair.Value.Bytes)}
		}
		one, err := asn1.Marshal(pair)
		if err != nil {
			return nil, err
		}
		members = append(members, one)
	}
	slices.SortFunc(members, bytes.Compare)
	return asn1.Marshal(asn1.RawValue{Tag: asn1.TagSet, IsCompound: true, Bytes: bytes.Join(members, nil)})
}

// canonicalText leaves all but ASCII as it is.
func canonicalText(text []byte) []byte {
	blank := func(r rune) bool { return strings.ContainsRune(" \t\n\v\f\r", r) }
	words := bytes.FieldsFunc(text, blank)
	lower := bytes.Join(words, []byte(" "))
	for i, c := range lower {
		if 'A' <= c && c <= 'Z' {
			lower[i] = c + 'a' - 'A'
		}
	}
	return lower
}
