<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/**
 * Sees the headers a module sends. PHP's command line throws them away before
 * headers_list() could show them; only a changed status code remains. So
 * syncproof starts PHP 8 with header() and its relatives switched off, and
 * header-functions.php puts functions in their place that remember. On PHP 7,
 * which does not let a script do that, redirects and error codes still show.
 */
final class Headers
{
    private static ?self $remembering = null;

    /** @var string[] */
    private array $remembered = [];

    /** @var string[] what headers_list() said before */
    private array $before = [];

    /** @var int|false|null */
    private $code = null;

    /** Makes this instance the one header-functions.php hands headers to. */
    public function remember(): void
    {
        self::$remembering = $this;
    }

    /** Called in place of header() and setcookie(). */
    public static function add(string $header, bool $replace = true, int $code = 0): void
    {
        $headers = self::$remembering;
        if ($headers === null) {
            return;
        }
        if ($replace) {
            self::remove(\explode(':', $header, 2)[0]);
        }
        $headers->remembered[] = $header;
        $status = self::status($header, $code);
        if ($status !== 0) {
            \http_response_code($status);
            // The header itself explains the code, so it needs no line of its own.
            $headers->code = \http_response_code();
        }
    }

    /** Called in place of header_remove(). */
    public static function remove(?string $name): void
    {
        if (self::$remembering === null) {
            return;
        }
        $kept = [];
        foreach (self::$remembering->remembered as $header) {
            if ($name !== null && \strcasecmp(\explode(':', $header, 2)[0], $name) !== 0) {
                $kept[] = $header;
            }
        }
        self::$remembering->remembered = $kept;
    }

    /** @return string[] */
    public static function all(): array
    {
        return self::$remembering === null ? [] : self::$remembering->remembered;
    }

    public function begin(): void
    {
        $this->before = self::native();
        $this->code = \http_response_code();
        $this->remembered = [];
    }

    /**
     * @param bool $fatal PHP cannot go on; a web server's PHP then sets the
     *                    status 500 by itself
     * @return string[] the headers sent since begin()
     */
    public function end(bool $fatal): array
    {
        $sent = \array_merge($this->remembered, \array_values(\array_diff(self::native(), $this->before)));
        $code = \http_response_code();
        $byPhp = $fatal && $code === 500;
        if ($code !== $this->code && !$byPhp && !self::explains($sent)) {
            $redirect = $code >= 300 && $code < 400 ? ' (a redirect)' : '';
            $sent[] = 'HTTP status ' . (int) $code . $redirect;
        }
        $this->remembered = [];
        return $sent;
    }

    /** @return string[] */
    private static function native(): array
    {
        // When it is our own stand-in it only repeats what is remembered.
        if (self::$remembering !== null) {
            return [];
        }
        return (array) Php::call('headers_list');
    }

    /** The status code PHP takes from a header. */
    private static function status(string $header, int $code): int
    {
        if (\preg_match('~^HTTP/\S+ (\d{3})~i', $header, $match) === 1) {
            return (int) $match[1];
        }
        if ($code !== 0) {
            return $code;
        }
        return \stripos($header, 'Location:') === 0 ? 302 : 0;
    }

    /**
     * Whether a redirect's status code comes from a header that is listed.
     *
     * @param string[] $sent
     */
    private static function explains(array $sent): bool
    {
        foreach ($sent as $header) {
            if (\stripos($header, 'Location:') === 0) {
                return true;
            }
        }
        return false;
    }
}
