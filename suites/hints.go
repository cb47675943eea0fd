package suites

import (
	"syncproof/internal/contract"
	"syncproof/internal/schema"
)

// nearMiss names a key that looks like the one a violation misses, such as
// userName where username belongs.
func nearMiss(_ schema.Violation, _ contract.Account) string { return "" }
