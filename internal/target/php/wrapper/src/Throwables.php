<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/** Describes exceptions and fatal errors. */
final class Throwables
{
    private const FATAL = \E_ERROR | \E_PARSE | \E_CORE_ERROR | \E_COMPILE_ERROR | \E_USER_ERROR
        | \E_RECOVERABLE_ERROR;

    private Paths $paths;
    private int $limit;

    public function __construct(Paths $paths, int $limit)
    {
        $this->paths = $paths;
        $this->limit = $limit;
    }

    /** @return array<string, mixed> */
    public function describe(\Throwable $thrown): array
    {
        $described = [
            'class' => Encoder::className($thrown),
            'message' => $this->message($thrown->getMessage()),
            'file' => $this->paths->relative($thrown->getFile()),
            'line' => $thrown->getLine(),
            'is' => Encoder::kinds($thrown),
        ];
        $previous = $thrown->getPrevious();
        if ($previous !== null) {
            $described['previous'] = Encoder::className($previous);
        }
        return $described;
    }

    /**
     * The error PHP could not continue after, or null if there was none.
     *
     * @return array<string, mixed>|null
     */
    public function fatal(): ?array
    {
        $error = \error_get_last();
        if ($error === null || ($error['type'] & self::FATAL) === 0) {
            return null;
        }
        // "Uncaught …" is followed by a trace, which is mostly ours.
        $message = \explode("\nStack trace:\n", $error['message'], 2)[0];
        $fatal = [
            'message' => $this->message($message),
            'file' => $this->paths->relative($error['file']),
            'line' => $error['line'],
        ];
        if (\strncmp($message, 'Allowed memory size', 19) === 0 || \strncmp($message, 'Out of memory', 13) === 0) {
            $fatal['memory'] = true;
        }
        if (\strncmp($message, 'Maximum execution time', 22) === 0) {
            $fatal['time'] = true;
        }
        return $fatal;
    }

    private function message(string $message): string
    {
        return Text::cut($this->paths->text($message), $this->limit);
    }
}
