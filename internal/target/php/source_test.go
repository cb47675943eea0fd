package php

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestEncoder(t *testing.T) {
	for name, tc := range map[string]struct{ source, want string }{
		"plain":                     {"<?php\nfunction a() {}", ""},
		"ionCube":                   {"<?php //0046a\nif(!extension_loaded('ionCube Loader')){", "ionCube"},
		"ionCube 10":                {"<?php\n//ICB0 74:0 81:b3d 82:aa0\n?><?php //00ee8\n", "ionCube"},
		"ionCube, own text":         {"<?php\nif (!extension_loaded('x')) { function acme_x() {} }\n?>\nHR+cP+Xeztz9\n", "ionCube"},
		"ionCube, by its loader":    {"<?php\nif(!extension_loaded('ionCube Loader')){die('no');}return;\n", "ionCube"},
		"SourceGuardian":            {"<?php @\"SourceGuardian\"; //v13\nif(!function_exists('sg_load')){", "SourceGuardian"},
		"SourceGuardian, by a call": {"<?php\nreturn sg_load('5D5B1F28AAQAAAA');", "SourceGuardian"},
		"Zend Guard":                {"<?php @Zend;\n3074;\n/* */", "Zend Guard"},
		"phpSHIELD":                 {"<?php\nphpshield_load('AAAA');", "phpSHIELD"},
		"checks for a loader":       {"<?php\nif (!extension_loaded('ionCube Loader')) { die('x'); }\nfunction acme_ListAccounts() {}", ""},
		"comment with a number":     {"<?php // 2024 Acme\nfunction acme_ListAccounts() {}", ""},
		"nothing":                   {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := encoder([]byte(tc.source)); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

var tails = []string{
	"", "text", "<?php", "<?php ", "<?php\n?>", "<?php ?>x", "<?= 1 ?>x", "<? 1 ?>x", "<?PHP ?>x", "<?phpx ?>y",
	"<?php '?>' ?>x", `<?php "?>" ?>x`, "<?php `?>` ?>x", `<?php '\'?>' ?>x`, `<?php "\\" ?>x`, `<?php "a{$b['c']}d" ?>x`,
	"<?php // ?>x", "<?php # ?>x", "<?php #[A] ?>x", "<?php #[A('?>')] ?>x", "<?php /* ?> */ ?>x", "<?php /* ?>", "<?php //x\n?>y",
	"<?php <<<A\n?>\nA;\n?>x", "<?php <<<'A'\n?>\nA;\n?>x", "<?php <<<\"A\"\n?>\nA;\n?>x", "<?php <<<A\n  ?>\n  A . 1;\n?>x",
	"<?php <<<A\n AB ?>\nA\n?>x", "<?php 1 << 2; ?>x", "<?php $a <<<= 1; ?>x", "<?php <<<A\r\n?>\r\nA;\r\n?>x",
	"<?php __halt_compiler(); ?>x", "<?php $__halt_compiler = 1; ?>x", "<?php ?>x<?php ?>y", "<?php ?>x<?php 1;", "<?php ?>\n", "<?php ?>\r\n",
	"<?php '", `<?php "?>`, "<?php //\r?>x", "<?php <<<A\n?>", "x<?php ?>y<?z", "<?php\t?>x",
}

// phpTail lets PHP itself say what follows the last closing tag.
const phpTail = `<?php
$tokens = token_get_all(file_get_contents('php://stdin'));
$last = end($tokens);
echo is_array($last) && $last[0] === T_INLINE_HTML && count($tokens) > 1 ? 'text ' . $last[1] : 'none';`

// TestTailIsWhatPHPSays compares with PHP's own tokenizer, also on whatever
// PHP files this machine has.
func TestTailIsWhatPHPSays(t *testing.T) {
	php, err := exec.LookPath("php")
	if err != nil {
		if os.Getenv("SYNCPROOF_REQUIRE_PHP") == "1" {
			t.Fatal(err)
		}
		t.Skip("there is no php here")
	}
	script := filepath.Join(t.TempDir(), "tail.php")
	if err := os.WriteFile(script, []byte(phpTail), 0o600); err != nil {
		t.Fatal(err)
	}
	sources := tails
	for _, pattern := range []string{"/usr/share/php/*/*.php", "wrapper/src/*.php", "root/*.php"} {
		files, _ := filepath.Glob(pattern)
		for _, f := range files[:min(len(files), 20)] {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			sources = append(sources, string(text))
		}
	}
	for _, source := range sources {
		// PHP's tokenizer takes the data behind this for text, PHP itself does not.
		if strings.Contains(source, "__halt_compiler()") {
			if after := tail([]byte(source)); after != nil {
				t.Errorf("%q: got %q, want none", source, after)
			}
			continue
		}
		cmd := exec.Command(php, "-d", "short_open_tag=0", script)
		cmd.Stdin = bytes.NewReader([]byte(source))
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		want := "none"
		if bytes.HasPrefix(out, []byte("text ")) {
			want = string(out)
		}
		got := "none"
		if after := trimOneLineEnd(tail([]byte(source))); len(after) > 0 {
			got = "text " + string(after)
		}
		if got != want {
			t.Errorf("%.200q: got %q, PHP says %q", source, got, want)
		}
	}
}

// trimOneLineEnd takes off the line end that PHP counts as part of the tag.
func trimOneLineEnd(b []byte) []byte {
	for _, end := range []string{"\r\n", "\n"} {
		if after, ok := bytes.CutPrefix(b, []byte(end)); ok {
			return after
		}
	}
	return b
}

func FuzzSource(f *testing.F) {
	for _, s := range tails {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		before := bytes.Clone(source)
		after := tail(source)
		if !bytes.HasSuffix(source, after) {
			t.Errorf("the tail %q does not end the file", after)
		}
		if len(after) > 0 && !bytes.HasSuffix(source[:len(source)-len(after)], []byte("?>")) {
			t.Errorf("no closing tag before the tail %q", after)
		}
		readSigns(source)
		if !bytes.Equal(before, source) {
			t.Error("the source was changed")
		}
	})
}
