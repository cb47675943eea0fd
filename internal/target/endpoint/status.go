package endpoint

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"

	"syncproof/internal/phpvalue"
	"syncproof/internal/target/answer"
	"syncproof/internal/transcript"
)

// unusable is the trouble with an answer whose body is of no use.
func (c *client) unusable(resp *http.Response) *transcript.Trouble {
	location, err := resp.Location()
	redirect := resp.StatusCode/100 == 3
	switch {
	case redirect && err == nil:
		return &transcript.Trouble{
			Kind: transcript.TroubleAnswer,
			Message: fmt.Sprintf("%s answers with a redirect (status %d) to %s, which was not followed, because credentials would travel there",
				c.address.shown, resp.StatusCode, shortened(show(location))),
			Advice: "name the address the endpoint really has; a redirect to a login page means that it wants other credentials",
		}
	case redirect && !errors.Is(err, http.ErrNoLocation):
		return &transcript.Trouble{
			Kind: transcript.TroubleAnswer,
			Message: fmt.Sprintf("%s answers with a redirect (status %d) to an address that cannot be read; it was not followed",
				c.address.shown, resp.StatusCode),
			Advice: "name the address the endpoint really has",
		}
	}
	if encoding := resp.Header.Get("Content-Encoding"); encoding != "" && encoding != "identity" && resp.ContentLength != 0 {
		return &transcript.Trouble{
			Kind:    transcript.TroubleAnswer,
			Message: fmt.Sprintf("%s answers compressed as %q, which it was not asked for", c.address.shown, shortened(encoding)),
			Advice:  "have the endpoint answer uncompressed, or with gzip when the request allows it",
		}
	}
	return nil
}

// maxShown is how much of an address or a header of the server's is shown.
const maxShown = 200

func shortened(text string) string {
	if len(text) <= maxShown {
		return text
	}
	return string(phpvalue.WholeRunes([]byte(text[:maxShown]))) + "…"
}

// badStatus words a status that says failure.
func (c *client) badStatus(status int, body []byte) *transcript.Trouble {
	what, advice := statusWords(status)
	message := fmt.Sprintf("%s %s (status %d)", c.address.shown, what, status)
	if line := firstLine(body); len(line) > 0 {
		message += "; its answer " + answer.Excerpt(line)
	}
	return &transcript.Trouble{Kind: transcript.TroubleAnswer, Message: message, Advice: advice}
}

func statusWords(status int) (what, advice string) {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusProxyAuthRequired:
		return "does not accept the credentials", "name the environment variable that holds the endpoint's token: --endpoint-token-env NAME"
	case http.StatusNotFound, http.StatusGone:
		return "answers \"not found\"", "check the path of the address"
	case http.StatusMethodNotAllowed:
		return "does not take POST requests", "check the path of the address, and that the endpoint reads the body of a POST"
	case http.StatusRequestTimeout, http.StatusGatewayTimeout:
		return "was given up by the web server in front of it", "look at how long the call takes there, and at the web server's time limit"
	case http.StatusTooManyRequests:
		return "refuses so many requests", "take the rate limit off for the test"
	case http.StatusBadGateway:
		return "got no answer from what is behind its web server", "look at the web server's error log, and whether PHP runs"
	case http.StatusServiceUnavailable:
		return "says that it cannot serve anybody now", "do what its answer says; without one, look at the web server's error log, and whether PHP runs"
	}
	switch status / 100 {
	case 5:
		return "failed", "look at the web server's error log and PHP's"
	case 4:
		return "refuses the request", "check the address, and what the endpoint says in its log"
	}
	return "answers with a status other than 200", "answer with status 200"
}

// firstLine is the first line of text that has anything on it.
func firstLine(body []byte) []byte {
	line, _, _ := bytes.Cut(bytes.TrimLeft(body, " \t\r\n"), []byte("\n"))
	return bytes.TrimSpace(line)
}
