<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/** Collects PHP's warnings, whatever error_reporting says. */
final class Warnings
{
    private const LEVELS = [
        \E_WARNING => 'warning',
        \E_USER_WARNING => 'warning',
        \E_CORE_WARNING => 'warning',
        \E_COMPILE_WARNING => 'warning',
        \E_NOTICE => 'notice',
        \E_USER_NOTICE => 'notice',
        // E_STRICT, whose constant PHP 8.4 deprecates.
        2048 => 'notice',
        \E_DEPRECATED => 'deprecated',
        \E_USER_DEPRECATED => 'deprecated',
    ];

    private Paths $paths;
    private Limits $limits;

    /** Only what the module causes counts, not what this wrapper causes. */
    private bool $collecting = false;

    /** @var array<string, array<string, mixed>> */
    private array $seen = [];

    public function __construct(Paths $paths, Limits $limits)
    {
        $this->paths = $paths;
        $this->limits = $limits;
    }

    public function collect(bool $on): void
    {
        $this->collecting = $on;
    }

    /**
     * The error handler. It returns false so that PHP goes on as it would
     * without it: error_get_last() works, and E_USER_ERROR ends the script.
     */
    public function handle(int $level, string $message, string $file = '', int $line = 0): bool
    {
        if ($this->collecting) {
            $this->add($level, $message, $file, $line);
        }
        return false;
    }

    /**
     * What was collected since the last time.
     *
     * @return array<int, array<string, mixed>>
     */
    public function take(): array
    {
        $seen = \array_values($this->seen);
        $this->seen = [];
        return $seen;
    }

    private function add(int $level, string $message, string $file, int $line): void
    {
        $silenced = self::isSilenced($level, $file, $line);
        $key = $level . ':' . $line . ':' . ($silenced ? '@' : '') . $file . ':' . $message;
        if (isset($this->seen[$key])) {
            $this->seen[$key]['count']++;
            return;
        }
        if (\count($this->seen) >= $this->limits->warnings) {
            return;
        }
        $this->seen[$key] = [
            'level' => self::LEVELS[$level] ?? 'error',
            'message' => Text::cut($this->paths->text($message), $this->limits->text),
            'file' => $this->paths->relative($file),
            'line' => $line,
            'count' => 1,
        ];
        if ($silenced) {
            $this->seen[$key]['silenced'] = true;
        }
    }

    /**
     * Whether the @ operator is at work. It changes error_reporting() but not
     * the setting of that name, which tells it apart from a module that
     * switched reporting off, on PHP 7 as on PHP 8.
     */
    private static function isSilenced(int $level, string $file, int $line): bool
    {
        if ((\error_reporting() & $level) !== 0) {
            return false;
        }
        if (((int) Php::call('ini_get', 'error_reporting') & $level) !== 0) {
            return true;
        }
        // Both are off, so only the source can tell.
        $source = @\file($file);
        return \is_array($source) && \strpos($source[$line - 1] ?? '', '@') !== false;
    }
}
