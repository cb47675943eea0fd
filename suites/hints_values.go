package suites

import (
	"strings"
	"time"
	"unicode"

	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
	"syncproof/internal/schema"
)

// statusHint says what a value that is no status probably is.
func statusHint(v any) string {
	text, ok := v.(string)
	if !ok {
		switch {
		case v == nil:
			return "an upstream state is missing from the module's mapping"
		case v == true, v == false, phpvalue.IsInt(v):
			return "a flag is no status: choose between Status::ACTIVE and Status::SUSPENDED"
		}
		return ""
	}
	switch word := strings.ToLower(strings.TrimSpace(text)); word {
	case "active", "suspended":
		return "only case or white space differs; use the constants of WHMCS\\Service\\Status"
	case "":
		return "an upstream state is missing from the module's mapping"
	case "terminated", "pending", "cancelled", "canceled", "fraud", "completed", "deleted":
		return "WHMCS documents the two states only; leave an account out only when it is gone from the server"
	case "1", "0", "yes", "no", "true", "false", "on", "off", "enabled", "disabled", "inactive":
		return "a flag is no status: choose between Status::ACTIVE and Status::SUSPENDED"
	default:
		if strings.Contains(text, "::") {
			return "a constant's name is not its value; write it without quotes"
		}
		return "the upstream's own word has to be mapped to one of the two"
	}
}

// formatHint says what is wrong with a value of the right type.
func formatHint(v schema.Violation) string {
	text, ok := scalarText(v.Value)
	if !ok {
		return ""
	}
	switch v.Detail {
	case schema.FormatDateTime:
		return dateHint(text)
	case schema.FormatAddress:
		return addressHint(text)
	case schema.FormatHost:
		return hostHint(text)
	case schema.FormatEmail:
		return emailHint(text)
	case schema.FormatFilled:
		if text != "" {
			return "there is nothing in it but white space"
		}
		if v.At(contract.FieldUniqueIdentifier) {
			return "WHMCS recommends the domain name where the server has no identifier"
		}
	}
	return ""
}

// dateHint recognises the notations that stand where Y-m-d H:i:s belongs.
func dateHint(text string) string {
	trimmed := strings.TrimSpace(text)
	switch {
	case trimmed != text && schema.IsDateTime(trimmed):
		return "there is white space around it"
	case strings.HasPrefix(trimmed, "0000-"):
		return "a zero date means that the panel knows none"
	case isEpoch(trimmed):
		return "it looks like a Unix timestamp: date('Y-m-d H:i:s', …) makes a date of it"
	case parses(trimmed, time.DateOnly):
		return "the time of day is missing"
	case parses(trimmed, time.RFC3339, time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04:05-0700"):
		return "it is ISO 8601; convert it with ->format('Y-m-d H:i:s')"
	case parses(trimmed, "2006-01-02 15:04:05.999999999"):
		return "fractions of a second do not belong there"
	case hasDateShape(trimmed):
		return "there is no such day or time; PHP would quietly take a later one"
	}
	return ""
}

func parses(text string, layouts ...string) bool {
	for _, layout := range layouts {
		if _, err := time.Parse(layout, text); err == nil {
			return true
		}
	}
	return false
}

// isEpoch holds for seconds, or milliseconds, since 1970.
func isEpoch(text string) bool {
	return len(text) >= 9 && len(text) <= 13 && strings.Trim(text, "0123456789") == ""
}

// hasDateShape compares with the layout character by character.
func hasDateShape(text string) bool {
	if len(text) != len(schema.DateTimeLayout) {
		return false
	}
	for i := range len(text) {
		digit, wanted := text[i] >= '0' && text[i] <= '9', schema.DateTimeLayout[i] >= '0' && schema.DateTimeLayout[i] <= '9'
		if digit != wanted || !digit && text[i] != schema.DateTimeLayout[i] {
			return false
		}
	}
	return true
}

func addressHint(text string) string {
	trimmed := strings.TrimSpace(text)
	switch {
	case trimmed != text && schema.IsAddress(trimmed):
		return "there is white space around it"
	case strings.HasPrefix(strings.ToLower(trimmed), "::ffff:"):
		return "an IPv4 address is written without ::ffff:"
	case isNoValue(trimmed):
		return "an account without an address has \"\""
	}
	return ""
}

func hostHint(text string) string {
	switch {
	case strings.TrimSpace(text) == "":
		return "there is nothing in it but white space"
	case strings.Contains(text, "://"):
		return "it is a URL; only the host name belongs there"
	case strings.ContainsAny(text, "/\\?#"):
		return "a path does not belong there"
	case strings.Contains(text, "@"):
		return "it is an email address"
	case strings.ContainsAny(text, ",;|") || isDomainList(text):
		return "only the primary domain belongs there, not a list"
	case strings.TrimSpace(text) != text:
		return "there is white space around it"
	case strings.ContainsFunc(text, unicode.IsSpace):
		return "white space does not belong there"
	case strings.Contains(text, ":"):
		return "a port does not belong there"
	case strings.HasSuffix(text, "."):
		return "the dot at the end does not belong there"
	case strings.Contains(text, "*"):
		return "a wildcard is no host name"
	}
	return ""
}

func emailHint(text string) string {
	switch {
	case isNoValue(text):
		return "an account without an address has \"\""
	case strings.TrimSpace(text) != text && schema.IsEmail(strings.TrimSpace(text)):
		return "there is white space around it"
	case strings.ContainsAny(text, ",;") && strings.Count(text, "@") > 1:
		return "only one address belongs there"
	case strings.HasSuffix(text, ">"):
		return "only the address belongs there, without a name"
	case !strings.Contains(text, "@"):
		return "there is no @ in it"
	}
	return ""
}

// isNoValue recognises the words that stand for "none".
func isNoValue(text string) bool {
	switch strings.ToLower(strings.Trim(strings.TrimSpace(text), "()[]<>")) {
	case "", "-", "--", "---", ".", "?", "0", "false", "n/a", "na", "n.a.", "nil", "none", "null", "unknown", "undefined",
		"empty", "unset", "not set", "notset", "not available", "not provided", "no email", "noemail", "no-email", "no_email",
		"no mail", "nomail", "no-mail", "no ip", "noip", "missing":
		return true
	}
	return false
}
