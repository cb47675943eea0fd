<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/** The way to syncproof: an inherited descriptor, or a file. */
final class Channel implements Sink
{
    /** How often writing one event may fail. */
    private const TRIES = 100;

    private string $address;

    private string $mode;

    /** @var resource|closed-resource|null */
    private $stream = null;

    private function __construct(string $address, string $mode)
    {
        $this->address = $address;
        $this->mode = $mode;
    }

    /** The channel events are written to, or null when none was given. */
    public static function result(): ?self
    {
        $descriptor = (string) \getenv('SYNCPROOF_RESULT_FD');
        if ($descriptor !== '') {
            return new self('php://fd/' . (int) $descriptor, 'wb');
        }
        $file = (string) \getenv('SYNCPROOF_RESULT');
        return $file === '' ? null : new self($file, 'ab');
    }

    /** The text of the request, or null when it cannot be read. */
    public static function request(): ?string
    {
        $descriptor = (string) \getenv('SYNCPROOF_REQUEST_FD');
        $address = $descriptor === '' ? (string) \getenv('SYNCPROOF_REQUEST') : 'php://fd/' . (int) $descriptor;
        $text = $address === '' ? false : @\file_get_contents($address);
        return $text === false ? null : $text;
    }

    /** Whether events can be written at all. */
    public function open(): bool
    {
        $stream = @\fopen($this->address, $this->mode);
        $this->stream = $stream === false ? null : $stream;
        return $stream !== false;
    }

    public function write(string $lines): void
    {
        // Whatever the module may have written there, it ends here. Empty lines
        // count for nothing.
        $lines = "\n" . $lines;
        $failed = 0;
        while ($lines !== '') {
            // A module that closes every stream it can find closes this one,
            // too. The descriptor or file behind it is still there.
            if (!\is_resource($this->stream) && !$this->open()) {
                return;
            }
            $written = @\fwrite($this->stream, $lines);
            if ($written === false || $written === 0) {
                // A signal the module asked for may come in between.
                if (++$failed > self::TRIES) {
                    return;
                }
                continue;
            }
            $lines = (string) \substr($lines, $written);
        }
    }
}
