package suites

import (
	"time"

	"syncproof/internal/phpvalue"
	"syncproof/internal/schema"
)

// refuse is the matcher of something that the caller knows not to hold, because
// it depends on more than the value: other accounts, other calls, the clock.
func refuse(want string) matcher { return satisfy(want, func(any) bool { return false }) }

// beFieldOf wants the text that another field of the same account holds.
func beFieldOf(field, text string) matcher {
	return satisfy("the account's "+field+", "+phpvalue.Quote(text), func(actual any) bool {
		got, ok := scalarText(actual)
		return ok && got == text
	})
}

// beNoLaterThan wants a time in the format of created, taken as UTC, that is
// not after the limit.
func beNoLaterThan(limit time.Time, words string) matcher {
	return satisfyText(words, func(text string) bool {
		at, ok := schema.ParseDateTime(text)
		return !ok || !at.After(limit)
	})
}

// beAsBefore wants the value an earlier call gave the same account.
func beAsBefore(value any) matcher {
	return satisfy(phpvalue.Show(value)+", as in the first call", func(actual any) bool {
		return phpvalue.Equal(value, actual)
	})
}

// beKeyOf wants one of the values a product option can hold.
func beKeyOf(s valueSpace) matcher {
	return satisfy(s.words(), func(actual any) bool {
		text, ok := scalarText(actual)
		return ok && s.has(text)
	})
}
