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

    private Paths $paths;

    /** The module's folder, as PHP reports files in it. */
    private string $folder;

    public function __construct(Paths $paths, string $folder)
    {
        $this->paths = $paths;
        $resolved = \realpath($folder);
        $this->folder = ($resolved === false ? $folder : $resolved) . \DIRECTORY_SEPARATOR;
    }

    /** @return array<string, mixed> the libraries key of an event */
    public function libraries(): array
    {
        $found = [];
        foreach (\array_merge(\get_declared_classes(), \get_declared_interfaces(), \get_declared_traits()) as $class) {
            $name = \strtolower((string) \strstr($class . '\\', '\\', true));
            if (!\in_array($name, self::LIBRARIES, true)) {
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
