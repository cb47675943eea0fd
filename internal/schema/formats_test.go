package schema_test

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"syncproof/internal/schema"
)

func TestIsDateTime(t *testing.T) {
	for text, want := range map[string]bool{
		"2019-07-02 13:15:00": true, "2024-02-29 23:59:59": true, "0001-01-01 00:00:00": true, "9999-12-31 00:00:00": true,
		"": false, " ": false, "0000-00-00 00:00:00": false, "0000-01-01 00:00:00": false, "2023-02-29 00:00:00": false,
		"2023-02-30 10:00:00": false, "2019-07-02 24:00:00": false, "2019-07-02 23:59:60": false, "2019-13-02 00:00:00": false,
		"2019-07-02T13:15:00": false, "2019-07-02 13:15": false, "2019-7-2 13:15:00": false, "2019-07-02 3:15:00": false,
		"2019-07-02 13:15:00.0": false, "2019-07-02 13:15:00Z": false, "-019-07-02 13:15:00": false, "+019-07-02 13:15:00": false,
		"2019-07-02 13:15:00\n": false, "19-07-02 13:15:00": false, "12019-07-02 13:15:00": false, "٢٠١٩-07-02 13:15:00": false,
		"2019-07-02  3:15:00": false, "2019-07-02 13:15:0a": false, "2019/07/02 13:15:00": false, "2019-07-02 13:5:00.0": false,
	} {
		if got := schema.IsDateTime(text); got != want {
			t.Errorf("IsDateTime(%q) = %v", text, got)
		}
	}
}

func TestIsFilled(t *testing.T) {
	for text, want := range map[string]bool{
		"a": true, "0": true, " a ": true, ".": true, "ü": true, "\xff": true,
		"": false, " ": false, "\t\n": false, "\u00a0\u2003": false, "\u200b\ufeff": false, "\x00": false,
	} {
		if got := schema.IsFilled(text); got != want {
			t.Errorf("IsFilled(%q) = %v", text, got)
		}
	}
}

func TestIsHost(t *testing.T) {
	label := strings.Repeat("a", 63)
	for text, want := range map[string]bool{
		"example.com": true, "EXAMPLE.com": true, "a": true, "localhost": true, "a_b.example": true, "-a.example": true, "192.0.2.1": true,
		"münchen.example": true, "xn--mnchen-3ya.example": true, "例え.example": true, "i❤.example": true, "نامه\u200cای.example": true,
		"c·c.example": true, label + ".example": true, strings.Repeat("ü", 70) + ".example": true,
		label + "." + label + "." + label + "." + strings.Repeat("a", 61): true,
		"": false, ".": false, "example.com.": false, ".example.com": false, "a..b": false, "a b": false, " a": false, "a\n": false,
		"http://a": false, "a/b": false, "a:80": false, "a@b": false, "*.a": false, "a,b": false, "a;b": false, "a'b": false, "a\"b": false,
		"a\x00b": false, "a\u200bb": false, "a\u00a0b": false, "a\ufffdb": false, "\xff": false, "2001:db8::1": false, "[::1]": false,
		label + "a.example": false, label + "." + label + "." + label + "." + label: false,
	} {
		if got := schema.IsHost(text); got != want {
			t.Errorf("IsHost(%q) = %v", text, got)
		}
	}
}

func TestAddresses(t *testing.T) {
	type kinds struct{ valid, single bool }
	for text, want := range map[string]kinds{
		"192.0.2.1": {true, true}, "0.0.0.0": {true, true}, "2001:db8::1": {true, true}, "::1": {true, true}, "2001:DB8::1": {true, true},
		"": {false, true}, "N/A": {false, true}, "none": {false, true}, "999.1.1.1": {false, true}, "1.2.3": {false, true},
		"192.000.002.001": {false, true}, "::ffff:192.0.2.1": {false, true}, "::ffff:c000:201": {false, true}, "fe80::1%eth0": {false, true},
		" 192.0.2.1": {false, true}, "192.0.2.1\n": {false, true}, "0xC0000201": {false, true}, "3221225985": {false, true},
		"http://192.0.2.1": {false, true}, "foo bar": {false, true}, "-": {false, true}, "1.2.3.4.5": {false, true}, "a:b": {false, true},
		"192.0.2.1,192.0.2.2": {false, false}, "192.0.2.1 192.0.2.2": {false, false}, "192.0.2.1;": {false, false}, "192.0.2.1|2001:db8::1": {false, false},
		"192.0.2.1\n192.0.2.2": {false, false}, "192.0.2.1-192.0.2.9": {false, false}, `["192.0.2.1"]`: {false, true}, `["192.0.2.1","192.0.2.2"]`: {false, false},
		"192.0.2.1/24": {false, false}, "192.0.2.1 / 24": {false, false}, "2001:db8::/64": {false, false}, "192.0.2.1/255.255.255.0": {false, false},
		"192.0.2.1:8080": {false, false}, "[2001:db8::1]": {false, false}, "[2001:db8::1]:80": {false, false}, "panel.example:80": {false, false},
		"panel.example": {false, false}, "panel.example.": {false, false}, "localhost": {false, false}, "LOCALHOST": {false, false},
		"münchen.example": {false, false}, "192-0-2-1.panel.example": {false, false},
	} {
		if got := (kinds{schema.IsAddress(text), schema.IsSingle(text)}); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

func TestIsEmail(t *testing.T) {
	for text, want := range map[string]bool{
		"john@example.net": true, "j@e.co": true, "john+tag@example.net": true, "john.doe@sub.example.net": true, "o'neil@example.net": true,
		"jöhn@münchen.example": true, "用户@例え.example": true, `"john doe"@example.net`: true, `""@example.net`: true, `"\\"@example.net`: true, `"a\"b@c"@example.net`: true, "a@a_b.example": true,
		"a@[192.0.2.1]": true, "a@[IPv6:2001:db8::1]": true, strings.Repeat("a", 64) + "@example.net": true, "!#$%&'*+-/=?^_`{|}~@example.net": true,
		"": false, "john": false, "@": false, "@example.net": false, "john@": false, "a@b": false, "root@localhost": false, "a@b@example.net": false,
		"John <john@example.net>": false, "john@example.net (John)": false, " john@example.net": false, "john@example.net\n": false,
		"a@example.net,b@example.net": false, "a@example.net b@example.net": false, "jo hn@example.net": false, ".john@example.net": false,
		"john.@example.net": false, "jo..hn@example.net": false, "john@example..net": false, "john@example.net.": false, "john@192.0.2.1": false,
		"john@exam ple.net": false, "mailto:john@example.net": false, `"john@example.net`: false, `"@example.net`: false, `"\"@example.net`: false, `"jo"hn"@example.net`: false, `"john\"@example.net`: false,
		"john@[example.net]": false, "john@[192.0.2.1": false, "jo\x00hn@example.net": false, "jo\u200bhn@example.net": false, "jo\xffhn@example.net": false,
		strings.Repeat("a", 65) + "@example.net": false, "a@" + strings.Repeat("a.", 125) + "example.net": false, "R&amp;D@example.net": false,
	} {
		if got := schema.IsEmail(text); got != want {
			t.Errorf("IsEmail(%q) = %v", text, got)
		}
	}
}

// Each ASCII character, in the middle of a name.
func TestEveryCharacter(t *testing.T) {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	for b := range byte(0x80) {
		c := string(b)
		if got, want := schema.IsHost("a"+c+"a.example"), strings.Contains(letters+"-_.", c); got != want {
			t.Errorf("IsHost with %q: %v", c, got)
		}
		if got, want := schema.IsEmail("a"+c+"a@one.example"), strings.Contains(letters+".!#$%&'*+-/=?^_`{|}~", c); got != want {
			t.Errorf("IsEmail with %q: %v", c, got)
		}
	}
}

func TestIsInvisible(t *testing.T) {
	for _, r := range []rune{0, '\t', 0x1f, 0x7f, 0x9f, 0xad, 0x200b, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202e, 0x2060, 0x2066, 0x2069, 0xfeff} {
		if !schema.IsInvisible(r) {
			t.Errorf("%U can be seen", r)
		}
	}
	for _, r := range []rune{' ', 'a', 0xa0, 0x200c, 0x200d, 0x2027, 0x202f, 0x2065, 0x206a, 0x80ff, '😀'} {
		if schema.IsInvisible(r) {
			t.Errorf("%U cannot be seen", r)
		}
	}
}

func FuzzIsDateTime(f *testing.F) {
	for _, seed := range []string{"2019-07-02 13:15:00", "2023-02-30 10:00:00", "0000-00-00 00:00:00", "2019-07-02 13:15:0.", "-001-01-01 00:00:00"} {
		f.Add(seed)
	}
	shape := regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$`)
	f.Fuzz(func(t *testing.T, text string) {
		at, ok := schema.ParseDateTime(text)
		if ok != schema.IsDateTime(text) || ok && (!shape.MatchString(text) || at.Format(time.DateTime) != text || at.Year() < 1) {
			t.Fatalf("%q gave %v, %v", text, at, ok)
		}
	})
}

func FuzzIsHost(f *testing.F) {
	for _, seed := range []string{"example.com", "a..b", "münchen.example", "\xff", "a.\u200c"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if schema.IsHost(text) && (strings.ContainsAny(text, " \t\r\n/\\:@,;|*<>\"'()[]{}?#&%") || strings.HasPrefix(text, ".") ||
			strings.HasSuffix(text, ".") || strings.Contains(text, "..") || text == "" || !schema.IsFilled(text)) {
			t.Fatalf("%q passes", text)
		}
	})
}

func FuzzAddresses(f *testing.F) {
	for _, seed := range []string{"192.0.2.1", "192.0.2.1/24", "[::1]:80", "a.b", "((((1.1.1.1,", "1.1.1.1-", "N/A", "::ffff:1.2.3.4"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if schema.IsAddress(text) && (!schema.IsSingle(text) || strings.ContainsAny(text, " /,%[]") || schema.IsEmail(text)) {
			t.Fatalf("%q is an address and more", text)
		}
	})
}

func FuzzIsEmail(f *testing.F) {
	for _, seed := range []string{"john@example.net", `"a b"@c.d`, "a@[1.2.3.4]", "John <a@b.c>", `"\`, "@", "a@b.c,d@e.f"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !schema.IsEmail(text) {
			return
		}
		local, domain, _ := schema.SplitEmail(text)
		if local == "" || strings.ContainsAny(domain, " <>,;@\"") || strings.ContainsAny(text, "\x00\r\n") || len(text) > 254 {
			t.Fatalf("%q passes", text)
		}
		if local[0] != '"' && strings.ContainsAny(local, " <>,;@\"()") {
			t.Fatalf("%q passes", text)
		}
	})
}

// PHP itself agrees with the checkers: createFromFormat gives back exactly the
// same text for a real time, and whatever filter_var takes is an address.
func TestFormatsAgainstPHP(t *testing.T) {
	binary, err := exec.LookPath("php")
	if err != nil {
		if os.Getenv("SYNCPROOF_REQUIRE_PHP") == "1" {
			t.Fatal(err)
		}
		t.Skip("PHP is not installed")
	}
	texts := []string{
		"2019-07-02 13:15:00", "2024-02-29 00:00:00", "2023-02-29 00:00:00", "2023-02-30 10:00:00", "2019-07-02 24:00:00", "2019-07-02 23:59:60",
		"1000-01-01 00:00:00", "9999-12-31 23:59:59", "2019-7-2 13:15:00", "2019-07-02 3:15:00", "2019-07-02", "2019-07-02 13:15:00.0", " 2019-07-02 13:15:00",
		"john@example.net", "john+tag@example.net", "o'neil@example.net", "a@b", "a@b@c.d", "John <a@b.c>", "a@[192.0.2.1]", "a@[IPv6:2001:db8::1]",
		"jöhn@example.net", `"a\"b"@example.net`, "a@192.0.2.1", "a@example.net.", ".a@b.co", "a..b@c.co", "root@localhost",
		"192.0.2.1", "999.1.1.1", "2001:db8::1", "192.0.2.1/24", "[::1]", "192.000.002.001", "fe80::1%eth0", "0x7f.1",
	}
	program := `foreach (array_slice($argv, 1) as $t) {
		$d = DateTimeImmutable::createFromFormat('Y-m-d H:i:s', $t);
		echo (int) ($d && $d->format('Y-m-d H:i:s') === $t),
			(int) (filter_var($t, FILTER_VALIDATE_EMAIL, FILTER_FLAG_EMAIL_UNICODE) !== false),
			(int) (filter_var($t, FILTER_VALIDATE_IP) !== false), "\n";
	}`
	out, err := exec.Command(binary, append([]string{"-n", "-r", program, "--"}, texts...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Fields(string(out))
	if len(lines) != len(texts) {
		t.Fatalf("PHP answered %q", out)
	}
	for i, text := range texts {
		date, email, ip := lines[i][0] == '1', lines[i][1] == '1', lines[i][2] == '1'
		if date != schema.IsDateTime(text) {
			t.Errorf("%q: PHP says date %v", text, date)
		}
		if email && !schema.IsEmail(text) {
			t.Errorf("%q: PHP takes it as an email address", text)
		}
		if ip != schema.IsAddress(text) {
			t.Errorf("%q: PHP says address %v", text, ip)
		}
	}
}
