package contract

// Status is the value of an account's status field.
type Status string

// The only two values WHMCS documents for a listed account.
const (
	Active    Status = "Active"
	Suspended Status = "Suspended"
)

// The eight keys WHMCS documents for each account, all of PHP type string.
const (
	FieldEmail            = "email"
	FieldUsername         = "username"
	FieldDomain           = "domain"
	FieldUniqueIdentifier = "uniqueIdentifier"
	FieldProduct          = "product"
	FieldPrimaryIP        = "primaryip"
	FieldCreated          = "created"
	FieldStatus           = "status"
)

// Fields lists the documented account keys in the documentation's order.
func Fields() []string {
	return []string{
		FieldEmail, FieldUsername, FieldDomain, FieldUniqueIdentifier,
		FieldProduct, FieldPrimaryIP, FieldCreated, FieldStatus,
	}
}

// Account is one entry of the returned list as PHP returned it.
type Account struct {
	// Row is the position in the list, from 0.
	Row int
	// Key is the PHP array key when it is not the row number: a string, or a
	// whole number as its decimal text. Empty for a plain list.
	Key string
	// Value is the entry itself, decoded by package phpvalue.
	Value any
	// Fields is Value when the entry is a PHP array with string keys, else nil.
	Fields map[string]any
}

// Text returns the field's value when it is present and a valid UTF-8 string.
func (a Account) Text(field string) (string, bool) {
	s, ok := a.Fields[field].(string)
	return s, ok
}
