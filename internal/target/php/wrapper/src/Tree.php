<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/** Finds files that were written below a folder. */
final class Tree
{
    /** Names reported at most. */
    private const MOST = 200;

    private string $folder;
    private Paths $paths;

    /** @var array<string, string>|null path => what would change with it; null when not known */
    private ?array $before = null;

    /** @var array<string, array<string, string>> what folders hold when sessions are forked off, by folder */
    private static array $prepared = [];

    public function __construct(string $folder, Paths $paths)
    {
        $this->folder = $folder;
        $this->paths = $paths;
    }

    /** Remembers what a folder holds, which every session is to find as it is now. */
    public static function prepare(string $folder): void
    {
        self::$prepared[$folder] = self::all($folder);
    }

    /** Looks again at what is there, of which some is not the module's doing. */
    public function disregard(): void
    {
        self::$prepared = [];
        $this->before = null;
    }

    public function begin(): void
    {
        // Since end() nothing ran here but this wrapper, which writes no files.
        $this->before = $this->before ?? self::$prepared[$this->folder] ?? self::all($this->folder);
    }

    /** @return string[] files that are new or changed since begin() */
    public function end(): array
    {
        $written = [];
        $now = self::all($this->folder);
        foreach ($now as $path => $stamp) {
            if (($this->before[$path] ?? null) !== $stamp) {
                $written[] = $this->paths->relative((string) $path);
            }
        }
        $this->before = $now;
        \sort($written);
        return \array_slice($written, 0, self::MOST);
    }

    /** @return array<string, string> */
    private static function all(string $folder): array
    {
        \clearstatcache();
        $found = [];
        $folders = [$folder];
        while ($folders !== []) {
            $folder = \array_pop($folders);
            foreach ((array) @\scandir($folder) as $name) {
                if ($name === '.' || $name === '..' || $name === false) {
                    continue;
                }
                $path = $folder . '/' . $name;
                // Links are not followed: they may lead anywhere, or in circles.
                $stat = @\lstat($path);
                if ($stat === false) {
                    continue;
                }
                if (($stat['mode'] & 0170000) === 0040000) {
                    $folders[] = $path;
                    $found[$path . '/'] = '';
                    continue;
                }
                $found[$path] = $stat['size'] . ' ' . $stat['mtime'] . ' ' . $stat['ino'];
            }
        }
        return $found;
    }
}
