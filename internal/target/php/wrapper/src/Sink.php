<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/** Where events go. */
interface Sink
{
    /** @param string $lines whole lines, each ending in a newline */
    public function write(string $lines): void;
}
