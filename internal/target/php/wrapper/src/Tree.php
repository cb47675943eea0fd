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

    /** @var array<string, string> path => what would change with it */
    private array $before = [];

    public function __construct(string $folder, Paths $paths)
    {
        $this->folder = $folder;
        $this->paths = $paths;
    }

    public function begin(): void
    {
        $this->before = $this->all();
    }

    /** @return string[] files that are new or changed since begin() */
    public function end(): array
    {
        $written = [];
        foreach ($this->all() as $path => $stamp) {
            if (($this->before[$path] ?? null) !== $stamp) {
                $written[] = $this->paths->relative((string) $path);
            }
        }
        \sort($written);
        return \array_slice($written, 0, self::MOST);
    }

    /** @return array<string, string> */
    private function all(): array
    {
        \clearstatcache();
        $found = [];
        $folders = [$this->folder];
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
