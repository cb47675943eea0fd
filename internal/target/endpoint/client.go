package endpoint

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"syncproof/internal/target/answer"
	"syncproof/internal/target/exchange"
	"syncproof/internal/transcript"
)

// client sends requests to one address.
type client struct {
	// transport follows no redirects: they would carry the credentials and the
	// parameters to an address the vendor did not name.
	transport http.RoundTripper
	address   address
	header    http.Header
	timeout   time.Duration
	limits    answer.Limits
	secrets   map[string]string
}

// errTimeLimit marks that our own time limit passed, and not the caller's.
var errTimeLimit = errors.New("the time limit has passed")

// Patient is the same client with that many times the time.
func (c *client) Patient(times int) exchange.Exchanger {
	patient := *c
	patient.timeout *= time.Duration(times)
	return &patient
}

// Exchange sends one request; see exchange.Exchanger.
func (c *client) Exchange(ctx context.Context, request []byte) (exchange.Reply, error) {
	limited, cancel := context.WithTimeoutCause(ctx, c.timeout, errTimeLimit)
	defer cancel()
	began := time.Now()
	reply, err := c.exchange(limited, request)
	if ctx.Err() != nil {
		if reply.Stream != nil {
			_ = reply.Stream.Close()
		}
		return exchange.Reply{}, ctx.Err()
	}
	var failed *exchange.NoAnswerError
	if errors.As(err, &failed) {
		failed.Trouble = c.scrub(failed.Trouble)
		if failed.Exit != nil {
			failed.Exit.Seconds = time.Since(began).Seconds()
		}
		return exchange.Reply{}, failed
	}
	if reply.Doubt != nil {
		*reply.Doubt = c.scrub(*reply.Doubt)
	}
	reply.Exit.Seconds = time.Since(began).Seconds()
	return reply, err
}

func (c *client) exchange(ctx context.Context, request []byte) (exchange.Reply, error) {
	opened := &connections{}
	defer opened.close()
	req, err := http.NewRequestWithContext(keeping(ctx, opened), http.MethodPost, c.address.url.String(), bytes.NewReader(request))
	if err != nil {
		return exchange.Reply{}, fmt.Errorf("writing the request to %s: %w", c.address.shown, err)
	}
	// Without it nothing is sent a second time: a server that refuses every
	// HTTP/2 stream would be asked again and again until the time limit, and one
	// that took the request first would call the module twice.
	req.GetBody = nil
	req.Header = c.header.Clone()
	if c.address.user != nil {
		password, _ := c.address.user.Password()
		req.SetBasicAuth(c.address.user.Username(), password)
	}
	resp, err := c.transport.RoundTrip(req)
	if err != nil {
		return exchange.Reply{}, &exchange.NoAnswerError{Trouble: c.unanswered(ctx, err)}
	}
	defer func() { _ = resp.Body.Close() }()
	exit := transcript.Exit{Status: resp.StatusCode}
	if trouble := c.unusable(resp); trouble != nil {
		return exchange.Reply{}, &exchange.NoAnswerError{Trouble: *trouble, Exit: &exit}
	}
	body, stream, trouble := c.read(ctx, resp)
	if trouble != nil {
		return exchange.Reply{}, &exchange.NoAnswerError{Trouble: *trouble, Exit: &exit}
	}
	reply := exchange.Reply{Body: body, Stream: stream, Exit: exit}
	switch resp.StatusCode {
	case http.StatusOK:
	case http.StatusInternalServerError:
		// PHP sets this status by itself after a fatal error, also when the
		// bridge then tells of it.
		reply.Doubt = c.badStatus(resp.StatusCode, body)
	default:
		return exchange.Reply{}, &exchange.NoAnswerError{Trouble: *c.badStatus(resp.StatusCode, body), Exit: &exit}
	}
	return reply, nil
}

// read takes the body in, up to the limits.
func (c *client) read(ctx context.Context, resp *http.Response) ([]byte, *answer.Stream, *transcript.Trouble) {
	limits := c.limits
	if resp.StatusCode != http.StatusOK {
		// What is not believed is not kept.
		limits.All = limits.Whole
	}
	body, stream, got, err := answer.Take(resp.Body, limits)
	var over answer.LimitError
	var spool answer.SpoolError
	switch {
	case errors.As(err, &over):
		return nil, nil, &transcript.Trouble{
			Kind:    transcript.TroubleLimit,
			Message: fmt.Sprintf("the answer of %s is larger than %s; the rest was not read", c.address.shown, exchange.Size(over.Most)),
			Advice:  "check the endpoint for an endless loop; a list of 100,000 accounts takes about 30 MiB",
		}
	case errors.As(err, &spool):
		return nil, nil, &transcript.Trouble{
			Kind:    transcript.TroubleLimit,
			Message: fmt.Sprintf("the accounts in the answer of %s could not be kept in a temporary file: %v", c.address.shown, spool.Err),
			Advice:  "make room where temporary files lie, or name another folder for them with the environment variable TMPDIR",
		}
	case err != nil:
		trouble := c.brokenOff(ctx, err, int(got))
		return nil, nil, &trouble
	}
	return body, stream, nil
}

// scrub takes credentials out of a message: servers like to repeat them.
func (c *client) scrub(t transcript.Trouble) transcript.Trouble {
	for _, secret := range c.secrets {
		// Shorter ones would take ordinary words out.
		if len(secret) >= 4 {
			t.Message = strings.ReplaceAll(t.Message, secret, "[secret]")
		}
	}
	return t
}
