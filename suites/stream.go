package suites

import (
	"errors"
	"runtime"
	"strings"
	"sync"

	"syncproof/internal/contract"
	"syncproof/internal/schema"
	"syncproof/internal/transcript"
)

// parallelRows is how long a list is before it pays to spread it over cores.
const parallelRows = 2000

// look is how one rule looks at the entries of a list.
type look struct {
	c *Case
	// check looks at each entry, claims at what the schema has to say of it;
	// exactly one is set.
	check  RowCheck
	claims func(schema.Violation) bool
}

// entries are accounts one after the other, and what the schema says of those of
// them that break it.
type entries struct {
	accounts []contract.Account
	wrong    map[int][]schema.Violation
	err      error
}

// stream shows each entry of a list to every look, in order. Decoding and
// looking go on at the same time, and so do the looks of different rules; each
// rule sees one entry after the other, so that its findings have one order.
func stream(call *transcript.Call, account *schema.Schema, looks []look) error {
	if call.Len() < parallelRows {
		for i := range call.Blocks() {
			e := decode(call, i, account, structural(looks))
			if e.err != nil {
				return e.err
			}
			show(e, looks)
		}
		return nil
	}
	return streamParallel(call, account, looks)
}

func structural(looks []look) bool {
	for _, l := range looks {
		if l.claims != nil {
			return true
		}
	}
	return false
}

// decode reads one part of the list and has the schema judge it.
func decode(call *transcript.Call, part int, account *schema.Schema, judge bool) (e entries) {
	// The schema library is foreign code; a panic here must not end the process.
	defer rescue(&e.err)
	for a := range call.Block(part) {
		if judge && !account.Holds(a.Fields) {
			violations, err := account.ValidatePHP(a.Value)
			if err != nil {
				return entries{err: schemaError(a, err)}
			}
			if len(violations) > 0 {
				if e.wrong == nil {
					e.wrong = map[int][]schema.Violation{}
				}
				e.wrong[len(e.accounts)] = violations
			}
		}
		e.accounts = append(e.accounts, a)
	}
	return e
}

func show(e entries, looks []look) {
	for _, l := range looks {
		if l.check != nil {
			for _, a := range e.accounts {
				l.check(a)
			}
			continue
		}
		if len(e.wrong) == 0 {
			continue
		}
		for i, a := range e.accounts {
			for _, v := range e.wrong[i] {
				if l.claims(v) && !l.c.spared(v) {
					l.c.failRow(a, strings.Join(v.Path, "."), func() contract.Finding {
						return contract.Finding{Want: v.Want(), Got: v.Got(), Note: hint(v, a)}
					})
				}
			}
		}
	}
}

// streamParallel reads parts ahead while those before are looked at.
func streamParallel(call *transcript.Call, account *schema.Schema, looks []look) error {
	workers := max(2, runtime.GOMAXPROCS(0))
	judge := structural(looks)
	ahead := make(chan chan entries, workers)
	stop := make(chan struct{})
	var reading sync.WaitGroup
	reading.Go(func() {
		defer close(ahead)
		for i := range call.Blocks() {
			part := make(chan entries, 1)
			select {
			case ahead <- part:
			case <-stop:
				return
			}
			reading.Go(func() { part <- decode(call, i, account, judge) })
		}
	})
	// Whatever ends the loop below, no reader is left behind.
	defer reading.Wait()
	defer close(stop)
	hands := share(looks, workers)
	for part := range ahead {
		e := <-part
		if e.err != nil {
			return e.err
		}
		if err := together(e, hands); err != nil {
			return err
		}
	}
	return nil
}

// share deals the looks out.
func share(looks []look, workers int) [][]look {
	hands := make([][]look, min(workers, max(1, len(looks))))
	for i, l := range looks {
		hands[i%len(hands)] = append(hands[i%len(hands)], l)
	}
	return hands
}

// together has each hand look at the same entries.
func together(e entries, hands [][]look) error {
	errs := make([]error, len(hands))
	var looking sync.WaitGroup
	for i, looks := range hands {
		looking.Go(func() {
			defer rescue(&errs[i])
			show(e, looks)
		})
	}
	looking.Wait()
	return errors.Join(errs...)
}
