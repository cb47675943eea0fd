<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/** Stands in a returned value for the list that was recorded entry by entry. */
final class AccountsMark
{
    public int $count;

    /** Whether the keys were 0, 1, 2 and so on. */
    public bool $isList;

    public function __construct(int $count, bool $isList)
    {
        $this->count = $count;
        $this->isList = $isList;
    }
}
