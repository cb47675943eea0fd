<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/**
 * Which libraries that WHMCS brings along, too, are loaded, and from where. PHP
 * has room for one version of each.
 */
final class Loaded
{
    /** The first parts of the names of their classes. */
    private const LIBRARIES = [
        'carbon', 'doctrine', 'guzzlehttp', 'illuminate', 'monolog', 'phpseclib', 'psr', 'ramsey', 'smarty', 'symfony',
    ];

    /** @var int[] how many classes, interfaces and traits, the first ones, are known to be none of theirs */
    private static array $others = [0, 0, 0];

    private Paths $paths;

    /** The module's folder, as PHP reports files in it. */
    private string $folder;

    public function __construct(Paths $paths, string $folder)
    {
        $this->paths = $paths;
        $resolved = \realpath($folder);
        $this->folder = ($resolved === false ? $folder : $resolved) . \DIRECTORY_SEPARATOR;
    }

    /** Looks through what is declared before sessions are forked off. */
    public static function prepare(): void
    {
        foreach (self::declared() as $kind => $names) {
            $libraries = \array_filter($names, static function (string $name): bool {
                return self::library($name) !== '';
            });
            self::$others[$kind] = $libraries === [] ? \count($names) : 0;
        }
    }

    /** @return array<int, string[]> */
    private static function declared(): array
    {
        return [\get_declared_classes(), \get_declared_interfaces(), \get_declared_traits()];
    }

    /** The library a class belongs to, '' for none. */
    private static function library(string $class): string
    {
        $name = \strtolower((string) \strstr($class . '\\', '\\', true));
        return \in_array($name, self::LIBRARIES, true) ? $name : '';
    }

    /** @return array<string, mixed> the libraries key of an event */
    public function libraries(): array
    {
        $found = [];
        $classes = [];
        foreach (self::declared() as $kind => $names) {
            $classes = \array_merge($classes, \array_slice($names, self::$others[$kind]));
        }
        foreach ($classes as $class) {
            $name = self::library($class);
            if ($name === '') {
                continue;
            }
            $file = (string) (new \ReflectionClass($class))->getFileName();
            $own = \strncmp($file, $this->folder, \strlen($this->folder)) === 0;
            if ($file === '' || isset($found[$name]) && ($found[$name]['bundled'] || !$own)) {
                continue;
            }
            $found[$name] = ['name' => (string) \strstr($class . '\\', '\\', true), 'class' => $class,
                'file' => $this->paths->relative($file), 'bundled' => $own];
        }
        if (isset($found['guzzlehttp'])) {
            $found['guzzlehttp']['version'] = self::guzzle();
        }
        \ksort($found);
        return $found === [] ? [] : ['libraries' => \array_values(\array_map('array_filter', $found))];
    }

    /** The version of Guzzle, of which later ones tell the first number only. */
    private static function guzzle(): string
    {
        $class = 'GuzzleHttp\\ClientInterface';
        if (!\interface_exists($class, false)) {
            return '';
        }
        foreach ([$class . '::MAJOR_VERSION', $class . '::VERSION'] as $name) {
            if (\defined($name)) {
                return (string) \constant($name);
            }
        }
        return '';
    }
}
