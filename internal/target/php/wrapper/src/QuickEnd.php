<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/**
 * Ends a forked process at the very last moment at which PHP still runs code of
 * ours: after shutdown functions, destructors, output buffers and the shutdown of
 * the extensions, when streams are closed. What PHP would do from there on,
 * taking itself apart, takes five times as long as a session and concerns nobody
 * but this process.
 *
 * The exit status is lost, so this is only for a session that came to its regular
 * end and has no code of the module's left that could change it.
 */
final class QuickEnd
{
    private const SCHEME = 'syncproof-end';

    /** The signal by which the server knows a quick end. */
    public const SIGNAL = 9;

    /** @var resource|null set by PHP */
    public $context;

    private static bool $allowed = false;
    private static bool $completed = false;
    private static int $process = 0;

    /** How many classes, the first ones, are known to have no destructor. */
    private static int $harmless = 0;

    /** @var resource|false|null */
    private static $last = null;

    /** This process was forked off and may end quickly. */
    public static function allow(): void
    {
        self::$allowed = true;
        self::$process = \getmypid();
    }

    /** Looks through the classes there are before a session is forked off. */
    public static function prepare(): void
    {
        self::$harmless = self::hasDestructors() ? 0 : \count(\get_declared_classes());
    }

    /** All calls have been made, and none ended PHP. */
    public static function completed(): void
    {
        self::$completed = true;
    }

    /** To be called last of all shutdown functions. */
    public static function arm(): void
    {
        if (!self::$allowed || !self::$completed || \ob_get_level() > 0 || self::hasDestructors()) {
            return;
        }
        if (\stream_wrapper_register(self::SCHEME, self::class)) {
            self::$last = \fopen(self::SCHEME . '://', 'rb');
        }
    }

    /** A destructor may print, throw, or end PHP with a status of its own. */
    private static function hasDestructors(): bool
    {
        foreach (\array_slice(\get_declared_classes(), self::$harmless) as $class) {
            if (\method_exists($class, '__destruct') && (new \ReflectionMethod($class, '__destruct'))->isUserDefined()) {
                return true;
            }
        }
        return false;
    }

    /** Called by PHP for fopen(). */
    public function stream_open(): bool // phpcs:ignore PSR1.Methods.CamelCapsMethodName.NotCamelCaps
    {
        return true;
    }

    /** Called by PHP when it closes what is open. */
    public function stream_close(): void // phpcs:ignore PSR1.Methods.CamelCapsMethodName.NotCamelCaps
    {
        if (\getmypid() === self::$process && \error_get_last() === null) {
            \posix_kill(self::$process, self::SIGNAL);
        }
    }
}
