package phpvalue

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// MaxDepth is how deeply a decoded document may nest. PHP's own json_decode
// stops at 512 as well.
const MaxDepth = 512

// Problems Decode names, for errors.Is.
var (
	ErrTrailing  = errors.New("there is more text after the end of the JSON document")
	ErrDuplicate = errors.New("a key occurs twice in one JSON object, so one of its values is lost")
	ErrDepth     = fmt.Errorf("the JSON document nests deeper than %d levels", MaxDepth)
	ErrNumber    = errors.New("a number is longer, or has a larger exponent, than PHP can hold")
	ErrUTF8      = errors.New("the JSON document is not valid UTF-8")
)

// Decode reads exactly one JSON document of foreign origin. It keeps numbers as
// their text and refuses what the standard decoder and the schema library let
// pass: text after the document, a key twice in one object, bytes that are not
// UTF-8, nesting beyond MaxDepth, and exponents that crash the schema library's
// range checks.
func Decode(raw []byte) (any, error) {
	if !utf8.Valid(raw) {
		return nil, ErrUTF8
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	v, err := decodeValue(d, 0)
	if err != nil {
		return nil, decodeError(raw, d, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, ErrTrailing
	}
	return v, nil
}

// decodeError turns the decoder's end-of-input errors into a sentence.
func decodeError(raw []byte, d *json.Decoder, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		if len(bytes.TrimSpace(raw)) == 0 {
			return errors.New("it is empty where a JSON document should be")
		}
		return fmt.Errorf("the JSON document breaks off after %d bytes", len(raw))
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf("it is not JSON: %w at byte %d", err, syntax.Offset)
	}
	return fmt.Errorf("%w (at byte %d)", err, d.InputOffset())
}

func decodeValue(d *json.Decoder, depth int) (any, error) {
	if depth > MaxDepth {
		return nil, ErrDepth
	}
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '{' {
			return decodeObject(d, depth)
		}
		return decodeArray(d, depth)
	case json.Number:
		return t, CheckNumber(t)
	default:
		return t, nil
	}
}

func decodeObject(d *json.Decoder, depth int) (any, error) {
	object := map[string]any{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		key, ok := token.(string)
		if !ok {
			return nil, fmt.Errorf("it is not JSON: an object key is not a string")
		}
		if _, twice := object[key]; twice {
			return nil, fmt.Errorf("%w: %s", ErrDuplicate, Quote(key))
		}
		if object[key], err = decodeValue(d, depth+1); err != nil {
			return nil, err
		}
	}
	_, err := d.Token()
	return object, err
}

func decodeArray(d *json.Decoder, depth int) (any, error) {
	array := []any{}
	for d.More() {
		v, err := decodeValue(d, depth+1)
		if err != nil {
			return nil, err
		}
		array = append(array, v)
	}
	_, err := d.Token()
	return array, err
}

// maxNumber bounds a number's text. PHP itself never writes more than 330
// characters, and the schema library needs minutes for millions of digits.
const maxNumber = 1000

// CheckNumber refuses a number that crashes the schema library, by an exponent
// of more than three digits, or keeps it busy without end.
func CheckNumber(n json.Number) error {
	text := n.String()
	if len(text) > maxNumber {
		return ErrNumber
	}
	if i := strings.IndexAny(text, "eE"); i >= 0 && len(strings.TrimLeft(text[i+1:], "+-0")) > 3 {
		return ErrNumber
	}
	return nil
}
