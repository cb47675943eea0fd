<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/**
 * Takes the scratch folder out of paths, so that what the vendor reads names
 * files as they lie below a WHMCS root, on every machine alike.
 */
final class Paths
{
    /** @var array<string, string> prefix => what to write instead */
    private array $prefixes = [];

    /**
     * @param string $module the module's folder, where the root is that of a
     *                       real WHMCS: what lies elsewhere below the root is
     *                       then marked as not the vendor's. '' otherwise.
     */
    public function __construct(string $root, string $own, string $module = '')
    {
        if (\is_file($own)) {
            // All of the wrapper in one file, possibly below the root.
            $this->prefixes[$own] = 'syncproof/' . \basename($own);
        }
        $folders = [$root => '', $own => 'syncproof/'];
        if ($module !== '' && $module !== $root) {
            $folders[$root] = '<whmcs>/';
            $folders += [$module => \substr($module, \strlen($root) + 1) . '/'];
        }
        foreach ($folders as $folder => $instead) {
            $this->add((string) $folder, $instead);
            // PHP reports resolved paths for files, unresolved ones for requests.
            $resolved = \realpath((string) $folder);
            if ($resolved !== false) {
                $this->add($resolved, $instead);
            }
        }
    }

    /** The path below the root, or the whole path of a file elsewhere. */
    public function relative(string $path): string
    {
        return \str_replace('\\', '/', $this->text($path));
    }

    /** The text with every path below the root shortened. */
    public function text(string $text): string
    {
        return \strtr($text, $this->prefixes);
    }

    private function add(string $folder, string $instead): void
    {
        $folder = \rtrim($folder, '/\\');
        if ($folder === '') {
            return;
        }
        $this->prefixes[$folder . '/'] = $instead;
        $this->prefixes[\str_replace('/', '\\', $folder) . '\\'] = $instead;
    }
}
