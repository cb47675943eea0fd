package php

import (
	"bytes"
	"regexp"
)

// encoder names the product a file was encoded with, "" for readable PHP.
// Encoded files begin with a few lines of PHP that ask for the product's
// loader; what follows is a block of base64 or bytes.
func encoder(source []byte) string {
	head := source[:min(len(source), 8<<10)]
	for _, e := range encoders() {
		if e.sure.Match(head) {
			return e.name
		}
		for _, mark := range e.marks {
			// A module may mention the loader of an encoder, or check for it.
			if bytes.Contains(head, []byte(mark)) && !declaration.Match(source) {
				return e.name
			}
		}
	}
	return ""
}

type encoderSigns struct {
	name string
	// sure is enough by itself; marks count in a file that declares nothing.
	sure  *regexp.Regexp
	marks []string
}

func encoders() []encoderSigns {
	return []encoderSigns{
		{"ionCube", ionCubeHead, []string{"ionCube Loader", "ioncube.com", "_il_exec("}},
		{"SourceGuardian", sourceGuardianHead, []string{"SourceGuardian", "sourceguardian.com", "sg_load("}},
		{"Zend Guard", zendHead, []string{"Zend Guard", "Zend Optimizer"}},
		{"phpSHIELD", phpShieldHead, []string{"phpshield.com"}},
	}
}

var (
	// Five hex digits name ionCube's format; its payload begins with HR+c.
	ionCubeHead        = regexp.MustCompile(`^<\?php\s*//(?:0[0-9a-f]{3,5}\b|ICB0)|\?>\r?\n?HR\+c`)
	sourceGuardianHead = regexp.MustCompile(`^<\?php\s*@"SourceGuardian"|\breturn\s+sg_load\('`)
	zendHead           = regexp.MustCompile(`^<\?php\s*@Zend;`)
	phpShieldHead      = regexp.MustCompile(`\bphpshield_load\('`)
	declaration        = regexp.MustCompile(`(?im)^\s*(?:(?:abstract|final)\s+)*(?:function\s+&?\s*[a-z_]|class\s+[a-z_]|namespace\s+[a-z_])`)
)
