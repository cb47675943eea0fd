<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/** Text of foreign origin, made fit for an event. */
final class Text
{
    public static function isUtf8(string $text): bool
    {
        // With the u modifier, matching fails exactly when the text is not
        // UTF-8. mbstring is not always there; pcre is.
        return \preg_match('//u', $text) === 1;
    }

    /** At most $limit bytes of $text, not cut inside a character. */
    public static function head(string $text, int $limit): string
    {
        if (\strlen($text) <= $limit) {
            return $text;
        }
        $head = \substr($text, 0, $limit);
        // A character has at most four bytes, so three can be left over.
        for ($dropped = 0; $dropped <= 3; $dropped++) {
            $whole = \substr($head, 0, \strlen($head) - $dropped);
            if (self::isUtf8($whole)) {
                return $whole;
            }
        }
        return $head;
    }

    /** The text, or its head followed by what says that it was cut. */
    public static function cut(string $text, int $limit): string
    {
        if (\strlen($text) <= $limit) {
            return $text;
        }
        return self::head($text, $limit) . '… (cut; ' . \strlen($text) . ' bytes in all)';
    }
}
