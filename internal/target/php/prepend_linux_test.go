package php_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncproof/internal/scenario"
	"syncproof/internal/target/php"
	"syncproof/internal/transcript"
)

// curlUses are what modules do with curl_exec(), each a request of its own. What
// they see is collected in $seen; texts of errors name addresses, so only
// whether there is one counts.
const curlUses = `
$seen = [];
$see = function ($name, $c, $result) use (&$seen) {
	$seen[$name] = ['result' => is_string($result) ? base64_encode($result) : $result, 'errno' => curl_errno($c), 'text' => curl_error($c) !== '',
		'again' => curl_multi_getcontent($c) === (is_string($result) && curl_errno($c) === 0 ? $result : null) || curl_errno($c) !== 0];
	foreach (['http_code', 'content_type', 'header_size', 'size_download', 'redirect_count', 'url'] as $key) {
		$seen[$name][$key] = curl_getinfo($c)[$key] ?? null;
	}
};
$open = function (array $options = []) {
	$c = curl_init(URL);
	curl_setopt_array($c, $options + [CURLOPT_TIMEOUT => 20, CURLOPT_FOLLOWLOCATION => true, CURLOPT_MAXREDIRS => 3]);
	return $c;
};
$c = $open([CURLOPT_RETURNTRANSFER => true]); $see('returned', $c, curl_exec($c));
$see('same handle again', $c, curl_exec($c));
curl_setopt($c, CURLOPT_HTTPGET, true); curl_setopt($c, CURLOPT_CUSTOMREQUEST, 'DELETE'); $see('and with another method', $c, curl_exec($c));
$c = $open([CURLOPT_RETURNTRANSFER => true, CURLOPT_HEADER => true]); $r = curl_exec($c);
$see('with headers', $c, is_string($r) ? preg_replace('~/redirected/\d+~', '', $r) : $r);
$seen['cut'] = is_string($r) ? base64_encode(substr($r, curl_getinfo($c, CURLINFO_HEADER_SIZE))) : $r;
ob_start(); $c = $open(); $r = curl_exec($c); $seen['printed'] = base64_encode(ob_get_clean()); $see('printing', $c, $r);
$body = ''; $lines = 0; $progress = 0;
$c = $open([CURLOPT_WRITEFUNCTION => function ($c, $part) use (&$body) { $body .= $part; return strlen($part); },
	CURLOPT_HEADERFUNCTION => function ($c, $line) use (&$lines) { $lines++; return strlen($line); },
	CURLOPT_NOPROGRESS => false, CURLOPT_PROGRESSFUNCTION => function () use (&$progress) { $progress++; return 0; }]);
$see('called back', $c, curl_exec($c)); $seen['body'] = base64_encode($body); $seen['lines'] = $lines; $seen['progress'] = $progress > 0;
$c = $open([CURLOPT_WRITEFUNCTION => function ($c, $part) { return 0; }]); $see('callback refuses', $c, curl_exec($c));
$c = $open([CURLOPT_WRITEFUNCTION => function ($c, $part) { throw new LogicException('enough'); }]);
try { curl_exec($c); $seen['thrown'] = 'no'; } catch (LogicException $e) { $seen['thrown'] = $e->getMessage(); }
$f = tmpfile(); $c = $open([CURLOPT_FILE => $f]); $see('to a file', $c, curl_exec($c)); rewind($f); $seen['file'] = base64_encode(stream_get_contents($f));
$c = $open([CURLOPT_RETURNTRANSFER => true, CURLOPT_NOBODY => true]); $see('HEAD', $c, curl_exec($c));
$c = $open([CURLOPT_RETURNTRANSFER => true, CURLOPT_POSTFIELDS => 'a=b', CURLOPT_FAILONERROR => true]); $see('POST that fails on 400', $c, curl_exec($c));
$c = $open([CURLOPT_RETURNTRANSFER => true, CURLOPT_PROXY => '', CURLOPT_CAINFO => '/nowhere.pem', CURLOPT_SSL_VERIFYPEER => false]); $see('unverified', $c, curl_exec($c));
$c = curl_init('nonsense://' . HOST); curl_setopt($c, CURLOPT_RETURNTRANSFER, true); $see('no protocol', $c, curl_exec($c));
`

// streamUses are what modules do with the streams of PHP.
const streamUses = `
$seen = [];
$context = function (array $http = []) { return stream_context_create(['http' => $http + ['timeout' => 20, 'ignore_errors' => true, 'max_redirects' => 3]]); };
$seen['got'] = @file_get_contents(URL, false, $context(['method' => 'POST', 'content' => 'a=b', 'header' => 'Content-Type: text/plain']));
$seen['got without errors'] = @file_get_contents(URL, false, $context(['ignore_errors' => false]));
$seen['lines'] = @file(URL, 0, $context());
$f = @fopen(URL, 'rb', false, $context());
$seen['opened'] = is_resource($f);
if ($f) {
	stream_set_timeout($f, 20);
	$headers = [];
	foreach (stream_get_meta_data($f)['wrapper_data'] as $i => $h) { $headers[$i] = $h; }
	$seen['headers'] = preg_replace('~/redirected/\d+~', '', $headers);
	$seen['status'] = stream_get_meta_data($f)['wrapper_data'][0] ?? null;
	$seen['count'] = count(stream_get_meta_data($f)['wrapper_data']);
	$seen['read'] = fgets($f); $seen['rest'] = stream_get_contents($f); $seen['end'] = feof($f); fclose($f);
}
$seen['copied'] = @copy(URL, 'copy.txt', $context()) ? file_get_contents('copy.txt') : false;
ob_start(); $seen['passed'] = @readfile(URL, false, $context()); $seen['printed'] = ob_get_clean();
$seen['xml'] = is_object(@simplexml_load_file(URL));
$seen['included'] = @include URL;
$s = @fsockopen('ssl://' . HOST, PORT, $no, $text, 20); $seen['socket'] = is_resource($s);
if ($s) { stream_set_timeout($s, 20); fwrite($s, "GET / HTTP/1.0\r\nHost: x\r\n\r\n"); $seen['raw'] = stream_get_contents($s); $seen['late'] = stream_get_meta_data($s)['timed_out']; fclose($s); }
$verify = stream_context_create(['ssl' => ['verify_peer' => false, 'verify_peer_name' => false]]);
$s = @stream_socket_client('tls://' . HOST . ':' . PORT, $no, $text, 20, STREAM_CLIENT_CONNECT, $verify); $seen['unverified'] = is_resource($s);
if ($s) { fclose($s); }
array_walk_recursive($seen, function (&$v) { $v = is_string($v) ? base64_encode($v) : $v; });
`

// waits are a client of each kind that gives up.
const waits = `
$c = curl_init(URL); curl_setopt_array($c, [CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT_MS => 800]);
$seen = [curl_exec($c), curl_errno($c), curl_error($c) !== '', curl_getinfo($c, CURLINFO_HTTP_CODE)];
$seen[] = @file_get_contents(URL, false, stream_context_create(['http' => ['timeout' => 0.8]]));
$s = @fsockopen('ssl://' . HOST, PORT, $no, $text, 1); $seen[] = is_resource($s);
if ($s) { stream_set_timeout($s, 1); fwrite($s, "GET / HTTP/1.0\r\nHost: x\r\n\r\n"); stream_get_contents($s); $seen[] = stream_get_meta_data($s)['timed_out']; }
`

// Where the functions of PHP are replaced, a module sees exactly what it sees
// where they are PHP's own and nothing is between it and the panel.
func TestReplacedFunctionsActLikePHPsOwn(t *testing.T) {
	needPHP(t)
	needCells(t)
	for name, c := range map[string]struct {
		code   string
		faults []string
	}{
		"curl": {curlUses, []string{
			"http-401-json", "html-login", "empty", "http-204", "redirect-loop", "short-body", "reset-in-body", "broken-chunk", "not-http",
			"tls-self-signed", "tls-garbage", "refused", "gzip-unlabelled",
		}},
		"streams": {streamUses, []string{
			"http-401-json", "html-login", "empty", "redirect-loop", "short-body", "not-http", "tls-self-signed", "refused",
		}},
		"waiting": {waits, []string{"tls-silent", "silent-body"}},
	} {
		for _, id := range c.faults {
			t.Run(name+"/"+id, func(t *testing.T) {
				t.Parallel()
				path := vendor(t, acme("if (!defined('URL')) { define('HOST', 'localhost'); define('PORT', "+closedPort+
					"); define('URL', 'https://localhost:"+closedPort+"/api'); }\n"+c.code+"return ['success' => false, 'error' => json_encode($seen, JSON_PRETTY_PRINT)];"))
				sees := map[string]any{}
				for _, level := range []string{transcript.InterceptNamespace, transcript.InterceptPrepend} {
					target := newTarget(t, php.Options{Path: path, Intercept: level})
					s := asked(t, target, id, scenario.HTTPS)
					sees[level] = answer(t, s)["error"]
				}
				if diff := cmp.Diff(sees[transcript.InterceptNamespace], sees[transcript.InterceptPrepend]); diff != "" {
					t.Errorf("(-PHP's own +replaced):\n%s", diff)
				}
			})
		}
	}
}
