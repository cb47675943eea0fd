package schema_test

import (
	"testing"

	"syncproof/internal/contract"
	"syncproof/internal/schema"
)

func ordinary() map[string]any {
	return map[string]any{
		"email": "jo@example.net", "username": "jo", "domain": "jo.example.com", "uniqueIdentifier": "jo.example.com",
		"product": "basic", "primaryip": "192.0.2.10", "created": "2024-02-28 12:00:00", "status": "Active",
	}
}

// What is proven without the schema, the schema finds nothing in either.
func FuzzHolds(f *testing.F) {
	for _, field := range contract.Fields() {
		for _, text := range []string{
			"", " ", "a", "a@b.example", "x y", "2024-02-29 23:59:59", "2023-02-29 00:00:00", "0000-01-01 00:00:00", "2024-01-28 24:00:00",
			"2024-01-01T00:00:00", "20x4-01-01 00:00:00", "192.0.2.1", "::1", "::ffff:192.0.2.1", "Suspended", "active", "\u200b", "münchen.example", "\xff",
		} {
			f.Add(field, text, "domain", uint8(0))
			f.Add(field, text, "username", uint8(1))
		}
	}
	compiled := map[string]*schema.Schema{}
	for _, identifier := range []string{"", "domain", "username", "customfield.x"} {
		s, err := schema.Account(identifier)
		if err != nil {
			f.Fatal(err)
		}
		compiled[identifier] = s
	}
	f.Fuzz(func(t *testing.T, field, text, identifier string, change uint8) {
		s, known := compiled[identifier]
		if !known {
			s = compiled[""]
		}
		account := ordinary()
		account[field] = text
		switch change {
		case 1:
			delete(account, "status")
		case 2:
			account["name"] = text
		case 3:
			account["status"] = nil
		}
		if !s.Holds(account) {
			return
		}
		if violations, err := s.ValidatePHP(account); err != nil || len(violations) > 0 {
			t.Errorf("%q = %q is held to be sound, but the schema says %v, %v", field, text, violations, err)
		}
	})
}

// The ordinary account is proven, or the quick way would be of no use; and only
// by the schema it is about.
func TestHoldsOrdinary(t *testing.T) {
	account, err := schema.Account("domain")
	if err != nil {
		t.Fatal(err)
	}
	if !account.Holds(ordinary()) {
		t.Error("an ordinary account is not proven")
	}
	envelope, err := schema.Envelope()
	if err != nil {
		t.Fatal(err)
	}
	if envelope.Holds(ordinary()) {
		t.Error("a schema that is not of accounts proves one")
	}
}

func BenchmarkHolds(b *testing.B) {
	s, err := schema.Account("domain")
	if err != nil {
		b.Fatal(err)
	}
	account := ordinary()
	b.Run("proven", func(b *testing.B) {
		for b.Loop() {
			s.Holds(account)
		}
	})
	b.Run("decided by the schema", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.ValidatePHP(account); err != nil {
				b.Fatal(err)
			}
		}
	})
}
