<?php

/**
 * Functions in place of PHP's own of the same names, where syncproof switched
 * those off to lead them to the panel. Parameters are as in PHP's manual.
 */

declare(strict_types=1);

use Syncproof\Intercept\CurlTransfer;
use Syncproof\Intercept\Panel;
use Syncproof\Intercept\Tunnel;

if (Panel::replaces('curl_exec')) {
    function curl_exec($handle)
    {
        return CurlTransfer::run($handle);
    }
}

if (Panel::replaces('fsockopen')) {
    function fsockopen($hostname, $port = -1, &$error_code = null, &$error_message = null, $timeout = null)
    {
        $address = $port < 0 ? $hostname : $hostname . ':' . $port;
        $seconds = (float) ($timeout ?? \ini_get('default_socket_timeout'));
        return Tunnel::connect('fsockopen', (string) $address, $seconds, null, $error_code, $error_message);
    }
}

if (Panel::replaces('pfsockopen')) {
    function pfsockopen($hostname, $port = -1, &$error_code = null, &$error_message = null, $timeout = null)
    {
        $address = $port < 0 ? $hostname : $hostname . ':' . $port;
        $seconds = (float) ($timeout ?? \ini_get('default_socket_timeout'));
        return Tunnel::connect('pfsockopen', (string) $address, $seconds, null, $error_code, $error_message);
    }
}

if (Panel::replaces('stream_socket_client')) {
    function stream_socket_client(
        $address,
        &$error_code = null,
        &$error_message = null,
        $timeout = null,
        $flags = STREAM_CLIENT_CONNECT,
        $context = null
    ) {
        $seconds = (float) ($timeout ?? \ini_get('default_socket_timeout'));
        return Tunnel::connect('stream_socket_client', (string) $address, $seconds, $context, $error_code, $error_message);
    }
}
