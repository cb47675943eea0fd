package php

import (
	"slices"
	"testing"

	"syncproof/internal/target/php/wrapper"
)

func TestDefine(t *testing.T) {
	got := define([]string{"a=1", "b=/tmp/x-y_z", "c=/tmp/a (b)/c", "d=", `e="q;"`, `f=say "x"`, "g", "h=C:\\a~1"})
	want := []string{
		"-d", "a=1", "-d", "b=/tmp/x-y_z", "-d", `c="/tmp/a (b)/c"`, "-d", "d=", "-d", `e="q;"`, "-d", `f="say \"x\""`,
		"-d", "g", "-d", `h="C:\a~1"`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestDisabledFunctionsAreAddedTo(t *testing.T) {
	for _, tc := range []struct {
		version  int
		disabled string
		want     string
	}{
		{80200, "", "disable_functions=" + wrapper.DisabledFunctions},
		{80200, "exec,system", "disable_functions=exec,system," + wrapper.DisabledFunctions},
		{70433, "exec", ""},
	} {
		e := &engine{answer: answer{id: tc.version, disabled: tc.disabled}}
		got := ""
		for _, flag := range e.flags(Options{}.withDefaults(), &session{}) {
			if len(flag) > 18 && flag[:18] == "disable_functions=" {
				got = flag
			}
		}
		if got != tc.want {
			t.Errorf("PHP %d with %q: got %q, want %q", tc.version, tc.disabled, got, tc.want)
		}
	}
}
