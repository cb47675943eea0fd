<?php

declare(strict_types=1);

namespace Syncproof\Bridge;

use Syncproof\Wrapper\Harness;
use Syncproof\Wrapper\Php;
use Syncproof\Wrapper\Sink;

/**
 * Collects the events and prints them when PHP ends, however it ends. It does
 * so from an output buffer's callback, because a module that exits or throws in
 * a shutdown function keeps all later shutdown functions from running. Text
 * printed that late comes out before the events.
 */
final class Answer implements Sink
{
    /** @var string[] keys of the request that were acted upon */
    private array $honoured;

    /**
     * The events, in a file once they are many: what is kept in memory here is
     * missing to the module, when it is called a second time.
     *
     * @var resource|null
     */
    private $file;

    /** How much was written to the file. */
    private int $length = 0;

    /** The events, where there can be no file. */
    private string $events = '';

    private Harness $harness;
    private int $process;

    /** The buffer level the web server's settings give. */
    private int $base;

    private bool $printed = false;
    private bool $buffered = false;

    /** @param string[] $honoured */
    public function __construct(array $honoured)
    {
        $this->honoured = $honoured;
        $this->process = Php::process();
        $this->base = \ob_get_level();
        $this->file = \fopen('php://temp/maxmemory:1048576', 'w+b') ?: null;
    }

    public function write(string $lines): void
    {
        if (!\is_resource($this->file)) {
            $this->events .= $lines;
        } elseif (@\fwrite($this->file, $lines) === \strlen($lines)) {
            $this->length += \strlen($lines);
        } else {
            // There can be no file, or the disk is full.
            $this->events = $this->written() . $lines;
            $this->file = null;
        }
    }

    /** To be called before the module can register shutdown functions. */
    public function register(Harness $harness): void
    {
        $this->harness = $harness;
        \register_shutdown_function([$this, 'buffer']);
    }

    /** Called by PHP, before the module's shutdown functions. */
    public function buffer(): void
    {
        // Ours would swallow the answer, and WHMCS's hold half a page.
        while (\ob_get_level() > $this->base && @\ob_end_clean()) {
            continue;
        }
        $this->buffered = \ob_start([$this, 'finish']);
        \register_shutdown_function([$this, 'last']);
    }

    /** The buffer's callback, called by PHP. */
    public function finish(string $text, int $phase): string
    {
        if (($phase & \PHP_OUTPUT_HANDLER_FINAL) === 0) {
            return $text;
        }
        $this->buffered = false;
        // What a buffer being thrown away returns is thrown away with it.
        if (($phase & \PHP_OUTPUT_HANDLER_CLEAN) !== 0) {
            return '';
        }
        return ($text === '' ? '' : $text . "\n") . $this->text();
    }

    /** Called by PHP, after the module's shutdown functions. */
    public function last(): void
    {
        if (!$this->buffered) {
            echo $this->text();
        }
    }

    /** The answer, once, and from no process the module forked off. */
    private function text(): string
    {
        if ($this->printed || Php::process() !== $this->process) {
            return '';
        }
        $this->printed = true;
        // The answer has to begin a line, whatever came before it.
        $begin = \headers_sent() ? "\n" : '';
        if (!\headers_sent()) {
            // Not those of the module or of WHMCS: no redirect, no cookie.
            \header_remove();
            // In words: PHP keeps the line it wrote after a fatal error, whatever
            // http_response_code() says.
            \header('HTTP/1.1 200 OK', true, 200);
            \header('Content-Type: application/json');
            \header('Cache-Control: no-store');
        }
        $events = \str_replace("\n", ",\n", \rtrim($this->written(), "\n"));
        $late = $this->harness->late();
        return $begin . '{"syncproof":1,"honoured":' . \json_encode($this->honoured)
            . ($late === '' ? '' : ',"fatal":' . $late) . ',"events":[' . "\n" . $events . "\n]}\n";
    }

    /** The events so far. */
    private function written(): string
    {
        if (!\is_resource($this->file)) {
            return $this->events;
        }
        return (string) \stream_get_contents($this->file, $this->length, 0);
    }
}
