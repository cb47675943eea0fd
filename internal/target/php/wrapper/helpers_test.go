package wrapper

import "testing"

// A broken log is broken for the module alone: what it did is still recorded.
func TestBrokenHelpers(t *testing.T) {
	t.Parallel()
	const module = `<?php
function acme_ListAccounts($params) {
    $seen = [];
    foreach (['logModuleCall', 'logActivity', 'localAPI', 'decrypt'] as $name) {
        try {
            $seen[] = function_exists($name) ? gettype($name('x')) : 'missing';
        } catch (\Throwable $e) {
            $seen[] = get_class($e) . ': ' . $e->getMessage();
        }
    }
    return $seen;
}
`
	for helpers, want := range map[string]struct {
		value   string
		records int
	}{
		"":        {`["NULL","NULL","array","string"]`, 4},
		"missing": {`["missing","missing","array","string"]`, 2},
		"throwing": {`["RuntimeException: logModuleCall() could not write to the database",
			"RuntimeException: logActivity() could not write to the database","array","string"]`, 4},
	} {
		t.Run(helpers, func(t *testing.T) {
			t.Parallel()
			o := run{module: module, request: object{"helpers": helpers}}.do(t)
			same(t, "what was returned", o.only(t, "returned")["value"], want.value)
			if got := len(o.all("record")); got != want.records {
				t.Errorf("%d calls are recorded, want %d", got, want.records)
			}
		})
	}
}
