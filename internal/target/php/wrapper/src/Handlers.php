<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/** Watches over PHP's error and exception handlers. */
final class Handlers
{
    private Paths $paths;

    /** @var callable */
    private $ours;

    /** @var callable|null */
    private $exception = null;

    public function __construct(Warnings $warnings, Paths $paths)
    {
        $this->ours = [$warnings, 'handle'];
        $this->paths = $paths;
    }

    public function install(): void
    {
        \set_error_handler($this->ours, \E_ALL);
        $this->exception = self::exceptionHandler();
    }

    /** Undoes install(). */
    public function leave(): void
    {
        \restore_error_handler();
    }

    /**
     * Puts the handlers back, which must come before anything of ours that
     * PHP may warn about: a handler left behind could throw or exit.
     *
     * @return array<int, array<string, string>> what had changed
     */
    public function settle(): array
    {
        $changes = [];
        $error = \set_error_handler($this->ours, \E_ALL);
        if ($error === $this->ours) {
            \restore_error_handler();
        } else {
            $changes[] = $this->change('error handler', $error);
        }
        $exception = self::exceptionHandler();
        if ($exception !== $this->exception) {
            \set_exception_handler($this->exception);
            $changes[] = $this->change('exception handler', $exception);
        }
        return $changes;
    }

    /** @return callable|null */
    private static function exceptionHandler()
    {
        $found = \set_exception_handler(null);
        \restore_exception_handler();
        return $found;
    }

    /**
     * @param callable|null $after
     * @return array<string, string>
     */
    private function change(string $name, $after): array
    {
        return ['name' => $name, 'before' => 'as found', 'after' => $this->describe($after)];
    }

    /** @param callable|null $handler */
    private function describe($handler): string
    {
        if ($handler === null) {
            return 'none';
        }
        if ($handler instanceof \Closure) {
            $function = new \ReflectionFunction($handler);
            $file = $this->paths->relative((string) $function->getFileName());
            return 'a closure in ' . $file . ':' . $function->getStartLine();
        }
        if (\is_array($handler)) {
            $class = \is_object($handler[0]) ? Encoder::className($handler[0]) : $handler[0];
            return $class . '::' . $handler[1] . '()';
        }
        return \is_object($handler) ? Encoder::className($handler) . ' object' : $handler . '()';
    }
}
