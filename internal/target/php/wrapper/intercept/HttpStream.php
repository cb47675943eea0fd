<?php

declare(strict_types=1);

namespace Syncproof\Intercept;

/**
 * The http and https streams of file_get_contents(), simplexml_load_file() and
 * their like: PHP's own, opened with a context that leads to the panel. PHP puts
 * the answer's headers into $http_response_header of the function that opens the
 * stream, which is then one of ours; they are left where stream_get_meta_data()
 * shows them, under wrapper_data, and http_get_last_response_headers() (PHP 8.4)
 * works as well.
 *
 * @implements \ArrayAccess<int, string>
 * @implements \IteratorAggregate<int, string>
 */
final class HttpStream implements \ArrayAccess, \Countable, \IteratorAggregate
{
    private const SCHEMES = ['http', 'https'];

    /** @var resource|null PHP sets it to the context of whoever opens the stream */
    public $context;

    /** @var resource|null PHP's own stream */
    private $stream = null;

    /** @var string[] */
    private array $headers = [];

    public static function register(): void
    {
        foreach (self::SCHEMES as $scheme) {
            if (\in_array($scheme, \stream_get_wrappers(), true)) {
                \stream_wrapper_unregister($scheme);
                \stream_wrapper_register($scheme, self::class, \STREAM_IS_URL);
            }
        }
    }

    public function stream_open(string $path, string $mode, int $options, ?string &$opened): bool
    {
        $context = $this->leading($path);
        foreach (self::SCHEMES as $scheme) {
            @\stream_wrapper_restore($scheme);
        }
        try {
            $stream = @\fopen($path, $mode, false, $context);
        } finally {
            self::register();
        }
        if ($stream === false) {
            return false;
        }
        $this->stream = $stream;
        $this->headers = (array) (\stream_get_meta_data($stream)['wrapper_data'] ?? []);
        return true;
    }

    /**
     * The module's context with the way to the panel in it.
     *
     * @return resource
     */
    private function leading(string $path)
    {
        // Functions that are given no context have the default one.
        $from = $this->context ?? \stream_context_get_default();
        $options = \stream_context_get_options($from);
        $options['http'] = [
            'proxy' => 'tcp://' . Panel::host() . ':' . Panel::port(),
            // Through a tunnel the server itself is asked, and wants the path alone.
            'request_fulluri' => \stripos($path, 'http://') === 0,
        ] + ($options['http'] ?? []);
        $options['ssl'] = ['cafile' => Panel::authority()] + ($options['ssl'] ?? []);
        unset($options['ssl']['capath']);
        $params = \stream_context_get_params($from);
        unset($params['options']);
        return \stream_context_create($options, $params);
    }

    /** @return string|false */
    public function stream_read(int $count)
    {
        return \fread($this->stream, $count);
    }

    /** @return int|false */
    public function stream_write(string $data)
    {
        return \fwrite($this->stream, $data);
    }

    public function stream_eof(): bool
    {
        return \feof($this->stream);
    }

    public function stream_flush(): bool
    {
        return \fflush($this->stream);
    }

    public function stream_close(): void
    {
        \fclose($this->stream);
    }

    /** @return array<int|string, int> */
    public function stream_stat(): array
    {
        return (array) \fstat($this->stream);
    }

    /**
     * libxml looks whether there is a file before it opens it, and takes false
     * for a no.
     *
     * @return array<int|string, int>
     */
    public function url_stat(string $path, int $flags): array
    {
        return [];
    }

    public function stream_set_option(int $option, int $first, int $second): bool
    {
        switch ($option) {
            case \STREAM_OPTION_BLOCKING:
                return \stream_set_blocking($this->stream, (bool) $first);
            case \STREAM_OPTION_READ_TIMEOUT:
                return \stream_set_timeout($this->stream, $first, $second);
        }
        return false;
    }

    /** @return resource|false|null what stream_select() waits for */
    public function stream_cast(int $as)
    {
        return $this->stream ?? false;
    }

    public function getIterator(): \ArrayIterator
    {
        return new \ArrayIterator($this->headers);
    }

    public function count(): int
    {
        return \count($this->headers);
    }

    /** @param mixed $offset */
    public function offsetExists($offset): bool
    {
        return isset($this->headers[$offset]);
    }

    /** @param mixed $offset */
    public function offsetGet($offset): ?string
    {
        return $this->headers[$offset] ?? null;
    }

    /**
     * @param mixed $offset
     * @param mixed $value
     */
    public function offsetSet($offset, $value): void
    {
        throw new \LogicException('the headers of an answer cannot be changed');
    }

    /** @param mixed $offset */
    public function offsetUnset($offset): void
    {
        throw new \LogicException('the headers of an answer cannot be changed');
    }
}
