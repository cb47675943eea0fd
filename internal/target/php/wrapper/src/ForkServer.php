<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/**
 * Makes session after session, each in a process forked off for it. PHP has
 * started and this wrapper is loaded before; of the module nothing is. So there
 * is nothing that one session could leave for the next, and what a module does
 * while it is loaded it does in its own process, as in a fresh one.
 *
 * Below the folder SYNCPROOF_SERVE names lie two named pipes: requests brings one
 * request a line, reports takes what became of it. Named, because a session must
 * not find them: php://fd only gives copies of an inherited descriptor, and the
 * descriptor itself could not be closed.
 */
final class ForkServer
{
    /** How often to look whether a session's processes are gone, in microseconds. */
    private const LOOK = 2000;

    /** @var resource */
    private $requests;

    /** @var resource */
    private $reports;

    /** How long processes a session left behind may take to end, in microseconds. */
    private int $grace;

    /**
     * @param resource $requests
     * @param resource $reports
     */
    private function __construct($requests, $reports, int $grace)
    {
        $this->requests = $requests;
        $this->reports = $reports;
        $this->grace = $grace;
    }

    /** The folder with the pipes, '' when one session is to be made here. */
    public static function folder(): string
    {
        return (string) \getenv('SYNCPROOF_SERVE');
    }

    /**
     * The text of a request, in the process that is to answer it. In the process
     * that serves this never returns.
     *
     * @param callable(): void $prepare makes ready what every session needs
     */
    public static function await(string $folder, callable $prepare): ?string
    {
        $requests = @\fopen($folder . '/requests', 'rb');
        $reports = @\fopen($folder . '/reports', 'wb');
        if ($requests === false || $reports === false) {
            return null;
        }
        $server = new self($requests, $reports, (int) \getenv('SYNCPROOF_GRACE'));
        $prepare();
        Environment::hide();
        return $server->serve();
    }

    private function serve(): string
    {
        $this->report(['ready' => \getmypid()]);
        while (($line = \fgets($this->requests)) !== false) {
            $child = \pcntl_fork();
            if ($child === 0) {
                return $this->become($line);
            }
            if ($child < 0) {
                $this->report(['failed' => \pcntl_strerror(\pcntl_get_last_error())]);
                break;
            }
            // Here as well as there, whoever comes first: it may be killed at any time.
            @\posix_setpgid($child, $child);
            $this->report(['began' => $child]);
            $this->report($this->ending($child));
        }
        exit(0);
    }

    /** Makes this process one that never knew of the server. */
    private function become(string $request): string
    {
        \fclose($this->requests);
        \fclose($this->reports);
        @\posix_setpgid(0, 0);
        $now = \microtime(true);
        $_SERVER['REQUEST_TIME'] = (int) $now;
        $_SERVER['REQUEST_TIME_FLOAT'] = $now;
        \error_clear_last();
        QuickEnd::allow();
        return $request;
    }

    /** @return array<string, mixed> */
    private function ending(int $child): array
    {
        $status = 0;
        do {
            $waited = \pcntl_waitpid($child, $status);
        } while ($waited < 0 && \pcntl_get_last_error() === \PCNTL_EINTR);
        $ending = \pcntl_wifsignaled($status)
            ? ['status' => -1, 'signal' => \pcntl_wtermsig($status)]
            : ['status' => \pcntl_wexitstatus($status)];
        return ['ended' => $child, 'alone' => $this->alone()] + $ending;
    }

    /** Whether nobody else is left, at once or in a moment. */
    private function alone(): bool
    {
        for ($waited = 0; self::company(); $waited += self::LOOK) {
            if ($waited >= $this->grace) {
                return false;
            }
            \usleep(self::LOOK);
        }
        return true;
    }

    /**
     * Whether anybody can be sent a signal but this process and the first one of
     * the cell. Signal 0 is none.
     */
    private static function company(): bool
    {
        return \posix_kill(-1, 0) || \posix_get_last_error() !== \PCNTL_ESRCH;
    }

    /** @param array<string, mixed> $report */
    private function report(array $report): void
    {
        \fwrite($this->reports, \json_encode($report) . "\n");
        \fflush($this->reports);
    }
}
