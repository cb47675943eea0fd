<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/**
 * Looks through the module's own files for what no call shows: which throwables
 * it catches, and how it sets up Guzzle. Nothing of them is run.
 */
final class Survey
{
    /** Bounds on what is read: modules of one vendor have a few dozen files. */
    private const MOST_FILES = 1000;
    private const LONGEST = 262144;

    /** Folders whose code is not the module's own. */
    private const FOREIGN = ['vendor', 'node_modules', 'tests', 'test'];

    private Paths $paths;

    /** @var array<int, array<string, mixed>> */
    private array $tries = [];

    /** @var array<int, array<string, mixed>> */
    private array $clients = [];

    /** @var array<string, true> classes that are declared, in lower case */
    private array $declared = [];

    private int $left = self::MOST_FILES;

    public function __construct(Paths $paths)
    {
        $this->paths = $paths;
    }

    /**
     * @return array<string, mixed>|null the source key of a loaded event, null where
     *                                   PHP cannot read its own language
     */
    public function of(string $folder): ?array
    {
        if (!\function_exists('token_get_all')) {
            return null;
        }
        foreach ($this->files($folder, false) as $file) {
            $this->read($file);
        }
        foreach ($this->tries as &$try) {
            foreach ($try['catches'] as &$catch) {
                $this->judge($catch, $folder);
            }
        }
        return \array_filter(['tries' => $this->tries, 'clients' => $this->clients]);
    }

    /** @return string[] PHP files below a folder, in order */
    private function files(string $folder, bool $foreign): array
    {
        $found = [];
        foreach ((array) @\scandir($folder) as $name) {
            $path = $folder . '/' . $name;
            if ($name === '' || $name[0] === '.' || $this->left <= 0) {
                continue;
            }
            if (\is_dir($path) && !\is_link($path)) {
                if ($foreign || !\in_array(\strtolower($name), self::FOREIGN, true)) {
                    $found = \array_merge($found, $this->files($path, $foreign));
                }
            } elseif (\preg_match('/\.(php|inc)$/i', $name) === 1 && \filesize($path) <= self::LONGEST) {
                $this->left--;
                $found[] = $path;
            }
        }
        return $found;
    }

    private function read(string $file): void
    {
        $source = new SourceFile((string) @\file_get_contents($file));
        foreach ($source->declared() as $class) {
            $this->declared[\strtolower($class)] = true;
        }
        $name = $this->paths->relative($file);
        foreach ($source->tries() as $try) {
            $this->tries[] = ['file' => $name] + $try;
        }
        foreach ($source->clients() as $client) {
            $this->clients[] = ['file' => $name] + $client;
        }
    }

    /**
     * Says of a catch that it matches nothing: its class is not there, and one of
     * PHP's own has the name it was written with.
     *
     * @param array<string, mixed> $catch
     */
    private function judge(array &$catch, string $folder): void
    {
        $class = $catch['class'];
        $short = (string) \substr((string) \strrchr('\\' . $class, '\\'), 1);
        if ($catch['name'] !== $short || $class === $short || isset($this->declared[\strtolower($class)])) {
            return;
        }
        if (Classes::exists($class) || !\is_a($short, \Throwable::class, true) || $this->isDeclaredBelow($folder, $class, $short)) {
            return;
        }
        $catch['missing'] = true;
    }

    /** Whether a library of the module declares a class, in the file named after it. */
    private function isDeclaredBelow(string $folder, string $class, string $short): bool
    {
        $this->left = 20 * self::MOST_FILES;
        foreach ($this->files($folder, true) as $file) {
            if (\strcasecmp(\basename($file), $short . '.php') !== 0) {
                continue;
            }
            $source = new SourceFile((string) @\file_get_contents($file));
            if (\in_array(\strtolower($class), \array_map('strtolower', $source->declared()), true)) {
                return true;
            }
        }
        return false;
    }
}
