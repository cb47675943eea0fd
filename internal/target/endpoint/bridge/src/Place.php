<?php

declare(strict_types=1);

namespace Syncproof\Bridge;

/** Where the module lies, and whether WHMCS lies around it. */
final class Place
{
    /** The module's main file. */
    public string $file;

    /** The WHMCS root, or the folder that stands for it. */
    public string $root;

    /** WHMCS's init.php, '' where WHMCS is not installed. */
    public string $init;

    private function __construct(string $root, string $file)
    {
        $this->root = $root;
        $this->file = $file;
        $init = $root . '/init.php';
        $this->init = \is_file($init) && !self::isStandIn($init) ? $init : '';
    }

    /** @throws Refusal when the module is not found */
    public static function find(string $module, string $folder): self
    {
        $roots = [(string) \getenv('SYNCPROOF_BRIDGE_ROOT')];
        if ($roots[0] === '') {
            $roots = self::around($folder);
        }
        foreach (['/modules/servers/' . $module, '/' . $module, ''] as $below) {
            foreach ($roots as $root) {
                $root = \rtrim($root, '/\\');
                $file = $root . $below . '/' . $module . '.php';
                if (\is_file($file)) {
                    return new self($root, $file);
                }
            }
        }
        throw new Refusal(
            'There is no module "' . $module . '" near this bridge: neither modules/servers/' . $module . '/' . $module
                . '.php nor ' . $module . '/' . $module . '.php. Move bridge.php, or set SYNCPROOF_BRIDGE_ROOT.',
            404
        );
    }

    /**
     * The folder and those above it, as far as from a module's own folder to
     * the root of WHMCS.
     *
     * @return string[]
     */
    private static function around(string $folder): array
    {
        $folders = [$folder];
        for ($up = 0; $up < 4 && \dirname($folder) !== $folder; $up++) {
            $folder = \dirname($folder);
            $folders[] = $folder;
        }
        return $folders;
    }

    /** Whether init.php is the one syncproof lays beside modules. */
    private static function isStandIn(string $init): bool
    {
        $head = (string) \file_get_contents($init, false, null, 0, 4096);
        return \strpos($head, 'there is no WHMCS behind this test') !== false;
    }
}
