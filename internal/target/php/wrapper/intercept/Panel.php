<?php

declare(strict_types=1);

namespace Syncproof\Intercept;

/**
 * Where the control panel is played, for the clients that are led there. Loaded
 * before the module, by the setting auto_prepend_file.
 */
final class Panel
{
    private static string $host = '';
    private static int $port = 0;
    private static string $authority = '';

    /** @var string[] */
    private static array $functions = [];

    /**
     * @param string   $authority the file with the certificate to trust
     * @param string[] $functions those of PHP that were switched off to be
     *                            replaced. Others may be switched off by
     *                            php.ini and must stay so.
     */
    public static function open(string $host, int $port, string $authority, array $functions): void
    {
        self::$host = $host;
        self::$port = $port;
        self::$authority = $authority;
        self::$functions = $functions;
        HttpStream::register();
    }

    /** Whether a function of PHP is to be replaced by ours. */
    public static function replaces(string $function): bool
    {
        // PHP 7 reserves the names of functions that are switched off.
        return \PHP_VERSION_ID >= 80000 && self::switchedOff($function) && !\function_exists($function);
    }

    /** Whether PHP's own function is gone. */
    public static function switchedOff(string $function): bool
    {
        return \in_array($function, self::$functions, true);
    }

    public static function host(): string
    {
        return self::$host;
    }

    public static function port(): int
    {
        return self::$port;
    }

    public static function authority(): string
    {
        return self::$authority;
    }
}
