<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/**
 * Reports how PHP came to its end. Registered before the module is loaded, so
 * it runs before the module's own shutdown functions; "final" follows them.
 */
final class Ending
{
    private Events $events;
    private Watch $watch;
    private Throwables $throwables;

    /** Whether PHP shut down because of an error; null until it shuts down. */
    private ?bool $failed = null;

    private const RESERVE = 262144;

    /** Memory to fall back on when the module has used up all it may. */
    private string $reserve;

    /** The same, set aside already. */
    private static string $provided = '';

    public function __construct(Events $events, Watch $watch, Throwables $throwables)
    {
        $this->events = $events;
        $this->watch = $watch;
        $this->throwables = $throwables;
        $this->reserve = self::$provided === '' ? \str_repeat('x', self::RESERVE) : self::$provided;
        self::$provided = '';
    }

    /** Sets memory aside for the next instance. To write to it takes time. */
    public static function provide(): void
    {
        self::$provided = \str_repeat('x', self::RESERVE);
    }

    public function register(): void
    {
        \register_shutdown_function([$this, 'shutdown']);
    }

    /** Called by PHP. */
    public function shutdown(): void
    {
        $this->reserve = '';
        if ($this->events->inFork()) {
            return;
        }
        // Before the least warning of ours takes the place of the last error.
        $fatal = $this->throwables->fatal();
        $this->failed = $fatal !== null;
        $effects = $this->watch->end(true, $this->failed);
        $body = ['phase' => $this->events->phase];
        if ($fatal !== null) {
            $body['fatal'] = $fatal;
        }
        $this->events->emit('shutdown', $body + $effects);
        $this->events->call = '';
        $this->events->phase = Events::END;
        $this->watch->release();
        \register_shutdown_function([$this, 'final']);
    }

    /**
     * The error that ended a shutdown function or a destructor of the module,
     * which PHP runs last of all.
     *
     * @return array<string, mixed>|null
     */
    public function late(): ?array
    {
        return $this->failed === false ? $this->throwables->fatal() : null;
    }

    /** Called by PHP, after the shutdown functions of the module. */
    public function final(): void
    {
        $this->events->close();
        QuickEnd::arm();
    }
}
