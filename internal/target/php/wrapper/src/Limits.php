<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/** How much of what a module does is kept. */
final class Limits
{
    /** Bytes of printed text, and of messages. */
    public int $text = 4096;

    /** Different warnings a call. */
    public int $warnings = 200;

    /** Levels of nesting in a value. */
    public int $depth = 64;

    /** Recorded calls of WHMCS functions in a session. */
    public int $records = 2000;

    /** @param array<string, mixed> $given */
    public function __construct(array $given = [])
    {
        foreach (['text', 'warnings', 'depth', 'records'] as $name) {
            if (isset($given[$name]) && \is_int($given[$name]) && $given[$name] > 0) {
                $this->$name = $given[$name];
            }
        }
        // Each level may become three levels of JSON, which ends at 512.
        $this->depth = \min($this->depth, 128);
    }
}
