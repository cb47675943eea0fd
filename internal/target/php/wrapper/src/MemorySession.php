<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

// The session extension may be missing.
if (\interface_exists('SessionHandlerInterface', false)) {
    /**
     * A session that is active, as one is on every page of WHMCS, and is kept
     * nowhere. Without it a module's session_start() would write files.
     */
    final class MemorySession implements \SessionHandlerInterface
    {
        public static function start(): void
        {
            Php::call('session_set_save_handler', new self(), false);
            Php::call('session_id', 'whmcs' . \str_repeat('0', 21));
            // No cookie and no cache headers: nothing is sent to a browser.
            Php::call('session_start', ['use_cookies' => 0, 'cache_limiter' => '']);
        }

        public function open($path, $name): bool
        {
            return true;
        }

        public function close(): bool
        {
            return true;
        }

        public function read($id): string
        {
            return '';
        }

        public function write($id, $data): bool
        {
            return true;
        }

        public function destroy($id): bool
        {
            return true;
        }

        public function gc($seconds): int
        {
            return 0;
        }
    }
}
