package php_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/target/php"
)

// moduleText is a module file whose functions have a prefix.
func moduleText(prefix string) string {
	return "<?php\nfunction " + prefix + "_MetaData() { return []; }\nfunction " + prefix + "_ConfigOptions() { return []; }\n"
}

const gatewayText = "<?php\nfunction pay_MetaData() { return []; }\nfunction pay_config() { return []; }\nfunction pay_link($p) { return ''; }\n"

const ionCubeText = "<?php //0046a\nif(!extension_loaded('ionCube Loader')){die('The file is encoded.');}\n?>\nHR+cPAbcdef\n"

// found is what Describe says of where the module lies.
type found struct {
	Module, File, Folder, Layout, Encoder string
}

func describe(t *testing.T, path string) (found, error) {
	t.Helper()
	target, err := php.New(php.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := target.Close(); err != nil {
			t.Error(err)
		}
	}()
	d, err := target.Describe(t.Context())
	if err != nil {
		return found{}, err
	}
	return found{d.Target.Module, d.Subject.File, d.Subject.Folder, d.Subject.Layout, d.Subject.Encoder}, nil
}

func TestTheModuleIsFoundInEveryLayout(t *testing.T) {
	acme := moduleText("acme")
	for name, tc := range map[string]struct {
		files map[string]string
		// named is what the vendor names, relative to the folder.
		named string
		want  found
	}{
		"at the top of a repository": {
			files: map[string]string{"acme.php": acme, "hooks.php": acme, "lib/Api.php": "<?php class Api {}", "README.md": "x"},
			want:  found{Module: "acme", File: "acme.php", Layout: "x.php"},
		},
		"in a folder of its name": {
			files: map[string]string{"acme/acme.php": acme, "acme/hooks.php": "<?php", "index.php": "<?php"},
			want:  found{"acme", "acme/acme.php", "acme", "x/x.php", ""},
		},
		"the folder itself": {
			files: map[string]string{"acme/acme.php": acme}, named: "acme",
			want: found{"acme", "acme.php", "acme", "x/x.php", ""},
		},
		"as in WHMCS": {
			files: map[string]string{"modules/servers/acme/acme.php": acme, "modules/addons/acme/acme.php": "<?php function acme_config() {}"},
			want:  found{"acme", "modules/servers/acme/acme.php", "acme", "modules/servers/x/x.php", ""},
		},
		"below whmcs": {
			files: map[string]string{"whmcs/modules/servers/acme/acme.php": acme, "docs/acme.php": acme},
			want:  found{"acme", "whmcs/modules/servers/acme/acme.php", "acme", "modules/servers/x/x.php", ""},
		},
		"below src": {
			files: map[string]string{"src/modules/servers/acme/acme.php": acme, "tests/acme.php": acme, "vendor/x/acme.php": acme},
			want:  found{"acme", "src/modules/servers/acme/acme.php", "acme", "modules/servers/x/x.php", ""},
		},
		"the folder of a WHMCS": {
			files: map[string]string{"modules/servers/acme/acme.php": acme, "modules/servers/other/other.php": moduleText("other")},
			named: "modules/servers/acme",
			want:  found{"acme", "acme.php", "acme", "modules/servers/x/x.php", ""},
		},
		"the file of a WHMCS": {
			files: map[string]string{"modules/servers/acme/acme.php": acme}, named: "modules/servers/acme/acme.php",
			want: found{"acme", "acme.php", "acme", "modules/servers/x/x.php", ""},
		},
		"a file at the top of a repository": {
			files: map[string]string{"acme.php": acme, "other.php": moduleText("other")}, named: "acme.php",
			want: found{Module: "acme", File: "acme.php", Layout: "x.php"},
		},
		"a file that shows no function": {
			files: map[string]string{"acme.php": "<?php require 'lib/all.php';"}, named: "acme.php",
			want: found{Module: "acme", File: "acme.php", Layout: "x.php"},
		},
		"a hyphen in the name": {
			files: map[string]string{"acme-panel/acme-panel.php": moduleText("acme_panel")},
			want:  found{"acme-panel", "acme-panel/acme-panel.php", "acme-panel", "x/x.php", ""},
		},
		"capital letters": {
			files: map[string]string{"Acme/Acme.php": moduleText("Acme")},
			want:  found{"Acme", "Acme/Acme.php", "Acme", "x/x.php", ""},
		},
		"functions of another name": {
			files: map[string]string{"modules/servers/acme/acme.php": moduleText("acmee")},
			want:  found{"acme", "modules/servers/acme/acme.php", "acme", "modules/servers/x/x.php", ""},
		},
		"a folder of another name in WHMCS": {
			files: map[string]string{"modules/servers/acme-panel/acme.php": acme},
			want:  found{"acme", "modules/servers/acme-panel/acme.php", "acme-panel", "modules/servers/x/x.php", ""},
		},
		"functions in an included file": {
			files: map[string]string{"modules/servers/acme/acme.php": "<?php require 'functions.inc';", "modules/servers/acme/lib/Api.php": "<?php"},
			want:  found{"acme", "modules/servers/acme/acme.php", "acme", "modules/servers/x/x.php", ""},
		},
		"encoded": {
			files: map[string]string{"acme/acme.php": ionCubeText, "acme/hooks.php": ionCubeText},
			want:  found{"acme", "acme/acme.php", "acme", "x/x.php", "ionCube"},
		},
		"beside a gateway of the same name": {
			files: map[string]string{"modules/servers/pay/pay.php": moduleText("pay"), "modules/gateways/pay.php": gatewayText},
			want:  found{"pay", "modules/servers/pay/pay.php", "pay", "modules/servers/x/x.php", ""},
		},
		"with an example inside": {
			files: map[string]string{"acme/acme.php": acme, "acme/examples/other/other.php": moduleText("other")},
			want:  found{"acme", "acme/acme.php", "acme", "x/x.php", ""},
		},
		"with a helper of another name beside it": {
			files: map[string]string{"acme.php": acme, "old.php": "<?php function acme_CreateAccount($p) {}"},
			want:  found{Module: "acme", File: "acme.php", Layout: "x.php"},
		},
		"metadata only": {
			files: map[string]string{"acme.php": "<?php function acme_MetaData() { return []; }"},
			want:  found{Module: "acme", File: "acme.php", Layout: "x.php"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := vendor(t, tc.files)
			got, err := describe(t, filepath.Join(dir, filepath.FromSlash(tc.named)))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhatIsNoModuleIsSaidSo(t *testing.T) {
	acme := moduleText("acme")
	for name, tc := range map[string]struct {
		files map[string]string
		named string
		want  error
		says  []string
	}{
		"nothing there":  {files: map[string]string{"x": ""}, named: "gone", want: php.ErrNoPath, says: []string{"gone"}},
		"no PHP file":    {files: map[string]string{"acme.txt": acme}, named: "acme.txt", want: php.ErrNotPHP, says: []string{"acme.txt", "Name the module's .php file"}},
		"an empty place": {files: map[string]string{"README.md": "x"}, want: php.ErrNoModule, says: []string{"acme/acme.php", "no PHP file"}},
		"other PHP files": {
			files: map[string]string{"lib/a.php": "<?php", "lib/b.php": "<?php"},
			want:  php.ErrNoModule, says: []string{"_ListAccounts()", "lib/a.php, lib/b.php", "name that file"},
		},
		"a gateway": {
			files: map[string]string{"modules/gateways/pay.php": gatewayText},
			want:  php.ErrNoModule, says: []string{"another kind: modules/gateways"},
		},
		"a gateway at the top": {files: map[string]string{"pay.php": gatewayText}, want: php.ErrNoModule, says: []string{"pay.php"}},
		"only in vendor":       {files: map[string]string{"vendor/x/acme/acme.php": acme}, want: php.ErrNoModule},
		"several": {
			files: map[string]string{"modules/servers/a/a.php": moduleText("a"), "modules/servers/b/b.php": moduleText("b")},
			want:  php.ErrManyModules, says: []string{"modules/servers/a/a.php, modules/servers/b/b.php", "Name the one to test"},
		},
		"twice": {
			files: map[string]string{"src/acme/acme.php": acme, "dist/acme/acme.php": acme},
			want:  php.ErrManyModules, says: []string{"dist/acme/acme.php, src/acme/acme.php"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := vendor(t, tc.files)
			_, err := describe(t, filepath.Join(dir, tc.named))
			if !errors.Is(err, tc.want) {
				t.Fatalf("got %v, want %v", err, tc.want)
			}
			for _, part := range tc.says {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
		})
	}
}

func TestSymbolicLinksAreFollowedToTheModule(t *testing.T) {
	dir := vendor(t, map[string]string{
		"repository/acme.php": moduleText("acme"),
		"whmcs/README":        "x",
	})
	servers := filepath.Join(dir, "whmcs", "modules", "servers")
	if err := os.MkdirAll(servers, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(dir, "repository"), filepath.Join(servers, "acme")); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	// A link back to the top must not lead in circles.
	if err := os.Symlink(dir, filepath.Join(servers, "top")); err != nil {
		t.Fatal(err)
	}
	want := found{"acme", "acme.php", "acme", "modules/servers/x/x.php", ""}
	for _, named := range []string{"acme", "acme/acme.php"} {
		got, err := describe(t, filepath.Join(servers, named))
		if err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("%s: got %+v, want %+v", named, got, want)
		}
	}
	want.File = "modules/servers/acme/acme.php"
	got, err := describe(t, filepath.Join(dir, "whmcs"))
	if err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Errorf("the WHMCS: got %+v, want %+v", got, want)
	}
}

func TestHeadAndTailShowWhatIsOutsidePHP(t *testing.T) {
	body := "function acme_ConfigOptions() { return []; }\n"
	for name, tc := range map[string]struct {
		source, head, tail string
	}{
		"neither":           {"<?php\n" + body, "<?php\n" + body, ""},
		"byte order mark":   {"\xef\xbb\xbf<?php\n" + body, "\xef\xbb\xbf<?php\n" + body, ""},
		"closing tag":       {"<?php\n" + body + "?>", "<?php\n" + body + "?>", ""},
		"one line end":      {"<?php\n" + body + "?>\n", "<?php\n" + body + "?>\n", "\n"},
		"blank lines":       {"<?php\n" + body + "?>\n\n ", "<?php\n" + body + "?>\n\n ", "\n\n "},
		"XML in a string":   {"<?php\n" + body + "$x = '<?xml version=\"1.0\"?>';\n", "<?php\n" + body + "$x = '<?xml version=\"1.0\"?>';\n", ""},
		"tag in a comment":  {"<?php\n" + body + "// ?> text", "<?php\n" + body + "// ?> text", " text"},
		"tag in a block":    {"<?php\n" + body + "/* ?> */", "<?php\n" + body + "/* ?> */", ""},
		"opened once again": {"<?php " + body + "?>\ntext\n<?php\n", "<?php " + body + "?>\ntext\n<?php\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := vendor(t, map[string]string{"acme.php": tc.source})
			target, err := php.New(php.Options{Path: dir})
			if err != nil {
				t.Fatal(err)
			}
			defer target.Close()
			d, err := target.Describe(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if got := string(d.Subject.Head); got != tc.head {
				t.Errorf("head %q, want %q", got, tc.head)
			}
			if got := string(d.Subject.Tail); got != tc.tail {
				t.Errorf("tail %q, want %q", got, tc.tail)
			}
			if d.Subject.Size != int64(len(tc.source)) || len(d.Subject.SHA256) != 64 {
				t.Errorf("size %d, sum %q", d.Subject.Size, d.Subject.SHA256)
			}
		})
	}
}
