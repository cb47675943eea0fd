<?php

declare(strict_types=1);

namespace Syncproof\Intercept;

/** Connections of fsockopen() and its like, through a tunnel to the panel. */
final class Tunnel
{
    private const CRYPTO = ['ssl', 'tls', 'tlsv1.0', 'tlsv1.1', 'tlsv1.2', 'tlsv1.3'];

    /**
     * @param string        $function  the function it stands for, in warnings
     * @param string        $address   as in tls://panel.example.com:2087
     * @param resource|null $context
     * @param mixed         $errorCode
     * @param mixed         $errorText
     * @return resource|false
     */
    public static function connect(string $function, string $address, float $timeout, $context, &$errorCode, &$errorText)
    {
        $errorCode = 0;
        $errorText = '';
        try {
            [$scheme, $target] = self::split($address);
            $stream = self::reach($target, $timeout);
            self::settle($stream, $target, $context);
            if ($scheme !== 'tcp') {
                self::encrypt($stream);
            }
            return $stream;
        } catch (\RuntimeException $failure) {
            $errorCode = $failure->getCode();
            $errorText = $failure->getMessage();
            \trigger_error("$function(): Unable to connect to $address ($errorText)", \E_USER_WARNING);
            return false;
        }
    }

    /** @return string[] scheme and host:port */
    private static function split(string $address): array
    {
        if (\preg_match('~^(?:([a-z0-9.]+)://)?(.+:\d+)(?:/.*)?$~i', $address, $part) !== 1) {
            throw new \RuntimeException('Failed to parse address "' . $address . '"');
        }
        $scheme = $part[1] === '' ? 'tcp' : \strtolower($part[1]);
        if ($scheme !== 'tcp' && !\in_array($scheme, self::CRYPTO, true)) {
            throw new \RuntimeException('syncproof does not lead ' . $scheme . '://, only tcp, ssl and tls');
        }
        return [$scheme, $part[2]];
    }

    /**
     * @param string $target host:port
     * @return resource
     */
    private static function reach(string $target, float $timeout)
    {
        $stream = self::dial($timeout);
        \stream_set_timeout($stream, (int) $timeout, (int) (\fmod($timeout, 1.0) * 1e6));
        \fwrite($stream, "CONNECT $target HTTP/1.1\r\nHost: $target\r\n\r\n");
        $line = (string) \fgets($stream);
        if (\stream_get_meta_data($stream)['timed_out']) {
            throw new \RuntimeException('Connection timed out', 110);
        }
        if (\strpos($line, ' 200 ') === false) {
            throw new \RuntimeException('Connection reset by peer', 104);
        }
        while (\trim((string) \fgets($stream)) !== '') {
            // The rest of the headers says nothing.
            continue;
        }
        \stream_set_timeout($stream, (int) \ini_get('default_socket_timeout'));
        return $stream;
    }

    /**
     * Connects to the panel itself. Where stream_socket_client() is switched off
     * to be replaced, ext/sockets opens the connection.
     *
     * @return resource
     */
    private static function dial(float $timeout)
    {
        if (!Panel::switchedOff('stream_socket_client')) {
            $address = 'tcp://' . Panel::host() . ':' . Panel::port();
            $stream = @\stream_socket_client($address, $code, $text, $timeout);
            if ($stream === false) {
                throw new \RuntimeException((string) $text, (int) $code);
            }
            return $stream;
        }
        $socket = \socket_create(\AF_INET, \SOCK_STREAM, \SOL_TCP);
        if ($socket === false || !@\socket_connect($socket, Panel::host(), Panel::port())) {
            $code = $socket === false ? \socket_last_error() : \socket_last_error($socket);
            throw new \RuntimeException(\socket_strerror($code), $code);
        }
        // The time a TLS handshake may take is settled here, in whole seconds.
        $usual = \ini_set('default_socket_timeout', (string) \max(1, (int) \ceil($timeout)));
        $stream = \socket_export_stream($socket);
        \ini_set('default_socket_timeout', (string) $usual);
        if ($stream === false) {
            throw new \RuntimeException('Connection aborted');
        }
        return $stream;
    }

    /**
     * Gives the stream what the module's context asks for, and the certificate
     * to trust.
     *
     * @param resource      $stream
     * @param resource|null $context
     */
    private static function settle($stream, string $target, $context): void
    {
        $options = $context === null ? [] : \stream_context_get_options($context);
        $ssl = ['cafile' => Panel::authority()] + ($options['ssl'] ?? []);
        unset($ssl['capath']);
        $ssl += ['peer_name' => \trim((string) \preg_replace('~:\d+$~', '', $target), '[]')];
        foreach (['ssl' => $ssl] + $options as $wrapper => $settings) {
            foreach ($settings as $name => $value) {
                \stream_context_set_option($stream, $wrapper, $name, $value);
            }
        }
    }

    /** @param resource $stream */
    private static function encrypt($stream): void
    {
        if (@\stream_socket_enable_crypto($stream, true, \STREAM_CRYPTO_METHOD_TLS_CLIENT) !== true) {
            // PHP reports a failed handshake with code 0 and no text.
            throw new \RuntimeException('');
        }
    }
}
