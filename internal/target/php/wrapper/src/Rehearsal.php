<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/**
 * Does once, before sessions are forked off, what this wrapper does in each of
 * them, with no module and nobody to tell. PHP prepares a function when it runs for
 * the first time, and what the kernel copies is prepared already: that takes a third
 * off a session. Nothing of it can be seen afterwards.
 */
final class Rehearsal implements Sink
{
    /** @param string $own the folder this wrapper lies in */
    public static function hold(string $own): void
    {
        $root = (string) \getenv('SYNCPROOF_ROOT');
        $request = new Request(['version' => Request::VERSION, 'module' => 'none', 'file' => 'none', 'root' => $own]);
        $harness = new Harness($request, new self(), $own, $own . '/none');
        $harness->rehearse();
        unset($harness);
        QuickEnd::prepare();
        Loaded::prepare();
        Symbols::prepare();
        if ($root !== '') {
            Tree::prepare($root);
        }
        self::prepareTls();
        \clearstatcache(true);
        \error_clear_last();
        // Sessions are told by how much memory they take, as in a fresh process.
        \gc_collect_cycles();
        Ending::provide();
        \gc_mem_caches();
        Php::call('memory_reset_peak_usage');
    }

    /**
     * OpenSSL looks for its algorithms when a process first uses one, which takes a
     * fifth of a first request over TLS. A digest and a cipher draw no random number.
     */
    private static function prepareTls(): void
    {
        if (!\extension_loaded('openssl')) {
            return;
        }
        $tag = '';
        \openssl_digest('', 'sha256');
        \openssl_encrypt('', 'aes-128-gcm', \str_repeat("\0", 16), 0, \str_repeat("\0", 12), $tag);
        while (\openssl_error_string() !== false) {
            continue;
        }
    }

    /** Nobody is told. */
    public function write(string $lines): void
    {
    }
}
