<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/** Makes PHP ready for the module, and says what PHP it is. */
final class Environment
{
    /** @var string[] */
    private static array $extensions = [];

    public static function prepare(Request $request): void
    {
        \error_reporting(\E_ALL);
        // Warnings are collected. Were they printed as well, they would pass
        // for output of the module.
        $where = \PHP_SAPI === 'cli' ? 'stderr' : '0';
        if ((string) Php::call('ini_get', 'display_errors') !== $where) {
            Php::call('ini_set', 'display_errors', $where);
        }
        if ($request->timezone !== '') {
            Php::call('date_default_timezone_set', $request->timezone);
        }
    }

    /** @return array<string, mixed> the keys of a boot event */
    public static function describe(string $locale): array
    {
        if (self::$extensions === []) {
            self::$extensions = \get_loaded_extensions();
            \sort(self::$extensions, \SORT_STRING | \SORT_FLAG_CASE);
        }
        return [
            'php' => \PHP_VERSION,
            'sapi' => \PHP_SAPI,
            'os' => \PHP_OS_FAMILY,
            'extensions' => self::$extensions,
            'locale' => $locale,
            'timezone' => \date_default_timezone_get(),
        ];
    }

    /** Takes everything that names the harness out of the environment. */
    public static function hide(): void
    {
        foreach (\array_keys((array) \getenv() + $_ENV + $_SERVER) as $name) {
            $name = (string) $name;
            if (\strncmp($name, 'SYNCPROOF_', 10) === 0) {
                Php::call('putenv', $name);
                unset($_ENV[$name], $_SERVER[$name]);
            }
        }
    }
}
