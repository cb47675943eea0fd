<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/**
 * What stands behind the WHMCS functions of whmcs-functions.php: each call is
 * recorded, and answered without any WHMCS.
 */
final class StandIns
{
    /** Marks what encrypt() made, so that decrypt() knows it again. */
    private const ENCRYPTED = 'syncproof-encrypted:';

    /** Bytes kept of one string argument. */
    private const LONGEST = 262144;

    private static ?self $instance = null;

    /** Whether they are defined before they are provided. */
    private static bool $expected = false;

    private Events $events;
    private Encoder $encoder;
    private Watch $watch;
    private Paths $paths;
    private string $root;
    private string $helpers;
    private int $left;
    private Database $database;
    private Service $service;

    private function __construct(Request $request, Events $events, Encoder $encoder, Watch $watch, Paths $paths)
    {
        $this->events = $events;
        $this->encoder = $encoder;
        $this->watch = $watch;
        $this->paths = $paths;
        $this->root = $request->root;
        $this->helpers = $request->helpers;
        $this->left = $request->limits->records;
        $this->database = new Database($request, static function (string $query, array $bound): void {
            self::record('database', [$query, $bound]);
        });
        $this->service = new Service($this->database);
        $classes = new Classes(new Libraries($request->libraries), $this->database, $watch);
        \spl_autoload_register([$this, 'autoload']);
        \spl_autoload_register([$classes, 'autoload']);
    }

    /** To be called before whmcs-functions.php and whmcs-status.php run. */
    public static function provide(
        Request $request,
        Events $events,
        Encoder $encoder,
        Watch $watch,
        Paths $paths
    ): void {
        self::$instance = new self($request, $events, $encoder, $watch, $paths);
        \defined('WHMCS') || \define('WHMCS', true);
    }

    /** Lets them be defined before sessions are forked off, of which each provides them. */
    public static function expect(): void
    {
        self::$expected = true;
        \defined('WHMCS') || \define('WHMCS', true);
    }

    /** Whether the stand-ins are to be defined in this session. */
    public static function wanted(): bool
    {
        return self::$expected || self::$instance !== null;
    }

    /** Whether the functions for logging are to be defined. */
    public static function logs(): bool
    {
        return self::wanted() && (self::$instance === null || self::$instance->helpers !== 'missing');
    }

    /**
     * Stands behind the functions for logging. Writing to a log can fail as
     * everything that uses the database can.
     *
     * @param array<mixed> $arguments
     * @throws \RuntimeException where that was asked for
     */
    public static function logged(string $function, array $arguments): void
    {
        self::record($function, $arguments);
        if (self::$instance !== null && self::$instance->helpers === 'throwing') {
            throw new \RuntimeException($function . '() could not write to the database');
        }
    }

    /**
     * @param array<mixed> $arguments
     * @return string[] what localAPI() answers
     */
    public static function localApi(array $arguments): array
    {
        self::record('localAPI', $arguments);
        $command = $arguments[0] ?? '';
        return [
            'result' => 'error',
            'message' => 'syncproof runs this module without WHMCS, so there is no API that could answer '
                . (\is_string($command) ? $command : 'this'),
        ];
    }

    /**
     * Can be undone, hides nothing.
     *
     * @param array<mixed> $arguments
     */
    public static function encrypt(array $arguments): string
    {
        self::record('encrypt', $arguments);
        return self::encrypted(self::text($arguments));
    }

    /** What encrypt() makes of a text. */
    public static function encrypted(string $text): string
    {
        return self::ENCRYPTED . \base64_encode($text);
    }

    /**
     * Has the database hold the server of the call that comes next.
     *
     * @param array<mixed> $params
     */
    public static function calledFor(array $params): void
    {
        if (self::$instance !== null) {
            self::$instance->database->server($params);
        }
    }

    /** The service that calls are about. */
    public static function service(): Service
    {
        return self::$instance->service;
    }

    /** Records what WHMCS holds of the service. */
    public static function heldService(): void
    {
        self::record('service held', [self::$instance->service->held()]);
    }

    /**
     * Undoes encrypt(). Any other text comes back as it is, since what a
     * module reads from its parameters here was never encrypted.
     *
     * @param array<mixed> $arguments
     */
    public static function decrypt(array $arguments): string
    {
        self::record('decrypt', $arguments);
        $text = self::text($arguments);
        if (\strpos($text, self::ENCRYPTED) !== 0) {
            return $text;
        }
        return (string) \base64_decode(\substr($text, \strlen(self::ENCRYPTED)), true);
    }

    /** @param array<mixed> $arguments */
    public static function record(string $function, array $arguments): void
    {
        if (self::$instance !== null && self::$instance->left > 0) {
            self::$instance->left--;
            self::$instance->watch->pause(true);
            self::$instance->emit($function, $arguments);
            self::$instance->watch->pause(false);
        }
    }

    /**
     * Loads classes of WHMCS\Module\Server\<Name> from the module's lib folder,
     * as https://developers.whmcs.com/modules/module-class-autoloading/ says.
     * Its example finds SampleAddonModule in sample_addon_module, so case and
     * separators of the folder's name do not count.
     */
    public function autoload(string $class): void
    {
        $parts = \explode('\\', $class);
        if (\count($parts) < 5 || \strncasecmp($class, 'WHMCS\\Module\\Server\\', 20) !== 0) {
            return;
        }
        $below = '/lib/' . \implode('/', \array_slice($parts, 4)) . '.php';
        foreach ($this->folders($parts[3]) as $folder) {
            if (\is_file($folder . $below)) {
                self::load($folder . $below);
                return;
            }
        }
    }

    /** @return string[] the module folders a namespace may stand for */
    private function folders(string $namespace): array
    {
        $servers = $this->root . '/modules/servers';
        $folders = [];
        foreach ((array) @\scandir($servers) as $name) {
            if (\strcasecmp(\str_replace(['_', '-'], '', (string) $name), \str_replace('_', '', $namespace)) === 0) {
                $folders[] = $servers . '/' . $name;
            }
        }
        return $folders;
    }

    /** As Module loads the main file: in an empty scope. */
    private static function load(): void
    {
        require_once \func_get_arg(0);
    }

    /** @param array<mixed> $arguments */
    private function emit(string $function, array $arguments): void
    {
        $kept = [];
        foreach ($arguments as $name => $argument) {
            $kept[$name] = \is_string($argument) ? Text::cut($argument, self::LONGEST) : $argument;
        }
        $this->events->emit('record', [
            'function' => $function,
            'args' => $this->encoder->typed($kept),
            'phase' => $this->events->phase,
        ] + $this->caller());
    }

    /** @return array<string, mixed> where the module called the function */
    private function caller(): array
    {
        $outside = [];
        // A query goes through two dozen functions of a library.
        foreach (\debug_backtrace(\DEBUG_BACKTRACE_IGNORE_ARGS, 60) as $frame) {
            // Ours come first; a call through call_user_func has no file.
            $file = $this->paths->relative((string) ($frame['file'] ?? ''));
            if ($file === '' || \strncmp($file, 'syncproof/', 10) === 0) {
                continue;
            }
            $place = ['file' => $file, 'line' => (int) ($frame['line'] ?? 0)];
            if (\preg_match('#^(?:/|[A-Za-z]:)|(?:^|/)vendor/#', $file) !== 1) {
                return $place;
            }
            $outside = $outside === [] ? $place : $outside;
        }
        return $outside;
    }

    /** @param array<mixed> $arguments */
    private static function text(array $arguments): string
    {
        $first = \reset($arguments);
        return \is_scalar($first) ? (string) $first : '';
    }
}
