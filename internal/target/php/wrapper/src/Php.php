<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/**
 * Calls PHP functions that hosting providers like to switch off, such as
 * putenv or set_time_limit. Without one of them the evidence is thinner, but
 * the session goes on.
 */
final class Php
{
    /**
     * @param mixed ...$arguments
     * @return mixed the function's result, or null where it is switched off
     */
    public static function call(string $function, ...$arguments)
    {
        if (!\function_exists($function)) {
            return null;
        }
        try {
            return @$function(...$arguments);
        } catch (\Throwable $refused) {
            // PHP 8 throws where PHP 7 returned false.
            return null;
        }
    }

    /** The process id, or 0 where PHP may not tell. */
    public static function process(): int
    {
        return (int) self::call('getmypid');
    }
}
