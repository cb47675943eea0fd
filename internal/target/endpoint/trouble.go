package endpoint

import (
	"compress/flate"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"syncproof/internal/target/exchange"
	"syncproof/internal/transcript"
)

// unanswered words why a request got no answer at all.
func (c *client) unanswered(ctx context.Context, err error) transcript.Trouble {
	if errors.Is(context.Cause(ctx), errTimeLimit) {
		return c.late()
	}
	if t, ok := c.proxyTrouble(err); ok {
		return t
	}
	for _, explain := range []func(error) (transcript.Trouble, bool){c.nameTrouble, c.tlsTrouble, c.connectTrouble, c.httpTrouble} {
		if t, ok := explain(err); ok {
			return t
		}
	}
	return transcript.Trouble{
		Kind: transcript.TroubleStart, Message: fmt.Sprintf("%s could not be asked: %v", c.address.shown, err),
		Advice: "check the address, and try it with curl",
	}
}

// brokenOff words why an answer that had begun did not come whole.
func (c *client) brokenOff(ctx context.Context, err error, got int) transcript.Trouble {
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(context.Cause(ctx), errTimeLimit):
		return c.late()
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.As(err, &corrupt):
		return transcript.Trouble{
			Kind: transcript.TroubleAnswer, Message: "the answer of " + c.address.shown + " says it is compressed with gzip, but is not",
			Advice: "have the web server compress the answer, or the endpoint, but not half of it each",
		}
	}
	if !cut(err) {
		return transcript.Trouble{
			Kind:    transcript.TroubleAnswer,
			Message: fmt.Sprintf("the answer of %s cannot be read after %d bytes: what follows breaks the rules of HTTP", c.address.shown, got),
			Advice:  "look at what sends the answer: Content-Length, Transfer-Encoding and the body must agree",
		}
	}
	return transcript.Trouble{
		Kind:    transcript.TroubleAnswer,
		Message: fmt.Sprintf("%s cut the connection in the middle of its answer, after %d bytes", c.address.shown, got),
		Advice:  "look at the web server's error log and PHP's: a crash, memory_limit, or a time limit",
	}
}

func (c *client) late() transcript.Trouble {
	return transcript.Trouble{
		Kind:    transcript.TroubleTimeout,
		Message: fmt.Sprintf("%s gave no whole answer within %s", c.address.shown, exchange.Seconds(c.timeout)),
		Advice:  "see whether the call hangs there, or allow it more time with --timeout",
	}
}

func (c *client) proxyTrouble(err error) (transcript.Trouble, bool) {
	var op *net.OpError
	if !errors.As(err, &op) || op.Op != "proxyconnect" {
		return transcript.Trouble{}, false
	}
	return transcript.Trouble{
		Kind: transcript.TroubleStart, Message: fmt.Sprintf("the proxy on the way to %s could not be reached", c.address.shown),
		Advice: "check HTTP_PROXY and HTTPS_PROXY in the environment, or name the endpoint's host in NO_PROXY",
	}, true
}

func (c *client) nameTrouble(err error) (transcript.Trouble, bool) {
	var dns *net.DNSError
	if !errors.As(err, &dns) {
		return transcript.Trouble{}, false
	}
	t := transcript.Trouble{
		Kind: transcript.TroubleStart, Message: fmt.Sprintf("the host name %s could not be looked up", c.address.url.Hostname()),
		Advice: "check the name server of this machine and its network",
	}
	if dns.IsNotFound {
		t.Message = fmt.Sprintf("there is no host named %s", c.address.url.Hostname())
		t.Advice = "check the address"
	}
	return t, true
}

func (c *client) connectTrouble(err error) (transcript.Trouble, bool) {
	var netErr net.Error
	t := transcript.Trouble{Kind: transcript.TroubleStart}
	switch {
	case refused(err):
		t.Message = fmt.Sprintf("nothing listens at %s: the connection was refused", c.address.url.Host)
		t.Advice = "start the web server, and check host and port of the address"
	case unreachable(err):
		t.Message = fmt.Sprintf("there is no way to %s: the network is unreachable", c.address.url.Host)
		t.Advice = "check the network of this machine, and the address"
	case errors.As(err, &netErr) && netErr.Timeout():
		t.Kind = transcript.TroubleTimeout
		t.Message = fmt.Sprintf("%s did not accept a connection within %s", c.address.url.Host, exchange.Seconds(min(connectTimeout, c.timeout)))
		t.Advice = "check host and port of the address, and the firewalls on the way"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), reset(err):
		t.Kind = transcript.TroubleAnswer
		t.Message = fmt.Sprintf("%s closed the connection without an answer", c.address.shown)
		t.Advice = "look at the web server's error log and PHP's: PHP may have crashed"
	default:
		return t, false
	}
	return t, true
}

func (c *client) tlsTrouble(err error) (transcript.Trouble, bool) {
	var op *net.OpError
	var record tls.RecordHeaderError
	t := transcript.Trouble{Kind: transcript.TroubleStart}
	switch {
	case errors.Is(err, http.ErrSchemeMismatch), errors.As(err, &record):
		t.Message = fmt.Sprintf("%s does not speak TLS", c.address.url.Host)
		t.Advice = "check the port; without TLS the address begins with http://"
	case strings.Contains(err.Error(), "TLS handshake timeout"):
		t.Kind = transcript.TroubleTimeout
		t.Message = fmt.Sprintf("%s did not finish the TLS handshake within %s", c.address.url.Host, exchange.Seconds(min(connectTimeout, c.timeout)))
		t.Advice = "check the port; without TLS the address begins with http://"
	case errors.As(err, &op) && op.Op == "remote error":
		t.Message = fmt.Sprintf("%s broke off the TLS handshake: %v", c.address.url.Host, op.Err)
		t.Advice = "look at the web server's TLS settings; TLS 1.2 or newer is needed"
	default:
		if t, ok := c.certificateTrouble(err); ok {
			return t, true
		}
		if !strings.HasPrefix(err.Error(), "tls: ") {
			return t, false
		}
		t.Message = fmt.Sprintf("what listens at %s does not speak proper TLS", c.address.url.Host)
		t.Advice = "check host and port of the address, and the web server's TLS settings"
	}
	return t, true
}

func (c *client) certificateTrouble(err error) (transcript.Trouble, bool) {
	var unknown x509.UnknownAuthorityError
	var wrongHost x509.HostnameError
	var invalid x509.CertificateInvalidError
	var weak weakKeyError
	var verification *tls.CertificateVerificationError
	t := transcript.Trouble{Kind: transcript.TroubleStart}
	switch {
	case errors.As(err, &wrongHost):
		t.Message = fmt.Sprintf("the certificate of %s was not issued for %s", c.address.url.Host, wrongHost.Host)
		t.Advice = "use the host name the certificate was issued for, or have one issued for this name"
	case errors.As(err, &weak):
		t.Message = fmt.Sprintf("the certificate of %s is not safe: %v", c.address.url.Host, weak)
		t.Advice = fmt.Sprintf("have one issued for an RSA key of %d bits or more, or an elliptic one", minRSA)
	case errors.As(err, &unknown) && strings.Contains(err.Error(), "insecure algorithm"):
		t.Message = fmt.Sprintf("the certificate of %s is not safe: it is signed with an algorithm that can be forged, such as SHA-1", c.address.url.Host)
		t.Advice = "have one issued that is signed with SHA-256 or better"
	case errors.As(err, &unknown):
		t.Message = fmt.Sprintf("the certificate of %s was issued by nobody this machine trusts", c.address.url.Host)
		t.Advice = "name the authority's certificate, or the self-signed one, in a PEM file: --endpoint-ca-file FILE"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		t.Message = fmt.Sprintf("the certificate of %s is only valid from %s to %s", c.address.url.Host,
			day(invalid.Cert.NotBefore), day(invalid.Cert.NotAfter))
		t.Advice = "renew the certificate, or correct this machine's clock"
	case errors.As(err, &verification):
		t.Message = fmt.Sprintf("the certificate of %s is not valid: %v", c.address.url.Host, verification.Err)
		t.Advice = "have a valid certificate issued"
	default:
		return t, false
	}
	return t, true
}

func day(t time.Time) string { return t.UTC().Format("2 January 2006 15:04 MST") }
