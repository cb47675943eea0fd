package schema

import (
	"syncproof/internal/contract"
	"syncproof/internal/phpvalue"
)

// Holds proves of an ordinary account that ValidatePHP finds nothing in it, about
// a hundred times as fast. False says nothing: then the schema decides. It only
// knows the schema of accounts, and proves nothing under any other.
func (s *Schema) Holds(fields map[string]any) bool {
	if !s.accounts || len(fields) != len(contract.Fields()) || phpvalue.KindOf(fields) != "" {
		return false
	}
	for _, key := range contract.Fields() {
		text, isText := fields[key].(string)
		if !isText || !s.fits(key, text) {
			return false
		}
	}
	return true
}

func (s *Schema) fits(key, text string) bool {
	if text == "" && key == s.identifier {
		return false
	}
	switch key {
	case contract.FieldEmail:
		return text == "" || IsEmail(text)
	case contract.FieldUsername:
		return key != s.identifier || IsFilled(text)
	case contract.FieldDomain:
		return text == "" || IsHost(text)
	case contract.FieldUniqueIdentifier, contract.FieldProduct:
		return IsFilled(text)
	case contract.FieldPrimaryIP:
		return text == "" || IsAddress(text)
	case contract.FieldCreated:
		return text == "" || isEarlyDay(text) || IsDateTime(text)
	case contract.FieldStatus:
		return text == string(contract.Active) || text == string(contract.Suspended)
	}
	return false
}

// isEarlyDay holds for some of the texts for which IsDateTime does: those of a
// day that every month has.
func isEarlyDay(s string) bool {
	if len(s) != len(DateTimeLayout) || s[4] != '-' || s[7] != '-' || s[10] != ' ' || s[13] != ':' || s[16] != ':' {
		return false
	}
	year, ok1 := digits(s[0:4])
	month, ok2 := digits(s[5:7])
	day, ok3 := digits(s[8:10])
	hour, ok4 := digits(s[11:13])
	minute, ok5 := digits(s[14:16])
	second, ok6 := digits(s[17:19])
	return ok1 && ok2 && ok3 && ok4 && ok5 && ok6 && year > 0 &&
		month >= 1 && month <= 12 && day >= 1 && day <= 28 && hour < 24 && minute < 60 && second < 60
}

func digits(s string) (n int, ok bool) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}
