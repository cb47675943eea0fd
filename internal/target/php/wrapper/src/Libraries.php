<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/**
 * Finds the libraries WHMCS brings along: Guzzle, Carbon, Illuminate. They are
 * the real ones, from a WHMCS installation or from the system's packages, and
 * loaded when a class of them is asked for: loading Illuminate takes longer than
 * a whole session without it.
 */
final class Libraries
{
    /** Folders of the system's packages, which are also first parts of class names. */
    private const PACKAGED = ['Carbon', 'GuzzleHttp', 'Illuminate'];

    /** Packages whose files of functions are loaded from a WHMCS installation. */
    private const SHIPPED = '#/vendor/(?:doctrine|guzzlehttp|illuminate|nesbot|psr|ralouphie|symfony|voku)/#';

    private string $vendor;
    private string $includePath;

    /** @var object|null Composer's loader of the WHMCS installation */
    private $loader = null;

    /** @var array<string, true> what was tried before, by file */
    private array $tried = [];

    /** @param string $whmcs the root of a WHMCS installation, or '' */
    public function __construct(string $whmcs)
    {
        $this->vendor = $whmcs === '' ? '' : \rtrim($whmcs, '/\\') . '/vendor';
        $this->includePath = (string) \get_include_path();
    }

    /** Loads a class where one of the libraries has it. */
    public function load(string $class): void
    {
        // WHMCS's own classes are encoded, and would start WHMCS.
        if (\strncasecmp($class, 'WHMCS\\', 6) === 0) {
            return;
        }
        if ($this->vendor !== '') {
            $this->fromWhmcs($class);
        }
        if (!Classes::exists($class)) {
            $this->fromSystem($class);
        }
    }

    private function fromWhmcs(string $class): void
    {
        if (!$this->first($this->vendor)) {
            if ($this->loader !== null) {
                $this->loader->loadClass($class);
            }
            return;
        }
        $composer = $this->vendor . '/composer';
        if (!\is_file($composer . '/autoload_psr4.php')) {
            return;
        }
        if (!\class_exists('Composer\\Autoload\\ClassLoader', false)) {
            require $composer . '/ClassLoader.php';
        }
        $this->loader = new \Composer\Autoload\ClassLoader();
        foreach ((array) require $composer . '/autoload_psr4.php' as $prefix => $folders) {
            $this->loader->setPsr4($prefix, $folders);
        }
        $classes = $composer . '/autoload_classmap.php';
        $this->loader->addClassMap(\is_file($classes) ? (array) require $classes : []);
        $files = $composer . '/autoload_files.php';
        foreach (\is_file($files) ? (array) require $files : [] as $file) {
            // Composer's own autoload.php would load those of WHMCS, too.
            if (\preg_match(self::SHIPPED, \str_replace('\\', '/', (string) $file)) === 1) {
                require_once $file;
            }
        }
        $this->loader->loadClass($class);
    }

    private function fromSystem(string $class): void
    {
        $parts = \explode('\\', $class);
        if (!\in_array($parts[0], self::PACKAGED, true)) {
            return;
        }
        $folder = $parts[0] === 'Illuminate' ? $parts[0] . '/' . ($parts[1] ?? '') : $parts[0];
        foreach (\explode(\PATH_SEPARATOR, $this->includePath) as $path) {
            $file = $path . '/' . $folder . '/autoload.php';
            // A relative path leads into the module's surroundings.
            if (\strncmp($path, '/', 1) === 0 && \is_file($file) && $this->first($file)) {
                $this->package($file, $class);
                return;
            }
        }
    }

    /** Loads a package's autoloader and asks it for the class. */
    private function package(string $file, string $class): void
    {
        $before = \spl_autoload_functions();
        // The packages name each other below the include path.
        $found = \set_include_path($this->includePath);
        require_once $file;
        if ($found !== false) {
            \set_include_path($found);
        }
        foreach (\spl_autoload_functions() as $loader) {
            if (!Classes::exists($class) && !\in_array($loader, $before, true)) {
                $loader($class);
            }
        }
    }

    private function first(string $file): bool
    {
        $first = !isset($this->tried[$file]);
        $this->tried[$file] = true;
        return $first;
    }
}
