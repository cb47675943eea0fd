package bench

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
)

// phpunit times what a vendor would otherwise write: a PHPUnit test with the same
// account checks on the same list.
func (b *Bench) phpunit(ctx context.Context) error {
	if _, err := exec.LookPath("phpunit"); err != nil {
		return errors.New("PHPUnit is not installed: scripts/setup --bench")
	}
	for _, n := range []int{10_000, 100_000} {
		if err := b.byHand(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

func (b *Bench) byHand(ctx context.Context, n int) error {
	unit, err := Best(ctx, 2, Command{
		Args: []string{"phpunit", "--no-configuration", "--do-not-cache-result", b.fixture("phpunit/ListAccountsTest.php")},
		Env: []string{
			"MODULE=" + b.fixture("listing/acmebench/acmebench.php"), "ACCOUNTS=" + strconv.Itoa(n),
			"SCHEMA=" + filepath.Join(b.o.Root, "schemas", "account.schema.json"),
		},
	})
	if err != nil {
		return err
	}
	out := fmt.Sprint("byhand", n)
	own, err := Best(ctx, 2, b.listing(strconv.Itoa(n), out))
	if err != nil {
		return err
	}
	lists, err := listsIn(b.stored(out))
	if err != nil {
		return err
	}
	b.add(Figure{
		Name: fmt.Sprintf("a PHPUnit test of %s accounts / syncproof", grouped(int64(n))), Value: ratio(unit.CPU, own.CPU), Unit: "ratio",
		Beside: fmt.Sprintf("%s / %s of processor time; lists looked at: 1 / %d", seconds(unit.CPU), seconds(own.CPU), lists),
	})
	return nil
}
