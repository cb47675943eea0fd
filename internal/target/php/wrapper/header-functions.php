<?php

/**
 * Functions in place of PHP's own of the same names, where syncproof switched
 * those off; see src/Headers.php. Parameters are as in PHP's manual.
 */

declare(strict_types=1);

use Syncproof\Wrapper\Headers;

// PHP_VERSION_ID: PHP 7 reserves the names of switched off functions.
if (\PHP_VERSION_ID >= 80000 && !\function_exists('header')) {
    function header($header, $replace = true, $response_code = 0)
    {
        Headers::add((string) $header, (bool) $replace, (int) $response_code);
    }
}

if (\PHP_VERSION_ID >= 80000 && !\function_exists('header_remove')) {
    function header_remove($name = null)
    {
        Headers::remove($name === null ? null : (string) $name);
    }
}

if (\PHP_VERSION_ID >= 80000 && !\function_exists('headers_list')) {
    function headers_list()
    {
        return Headers::all();
    }
}

if (\PHP_VERSION_ID >= 80000 && !\function_exists('setrawcookie')) {
    function setrawcookie($name, $value = '', ...$options)
    {
        Headers::add('Set-Cookie: ' . $name . '=' . $value, false);
        return true;
    }
}

if (\PHP_VERSION_ID >= 80000 && !\function_exists('setcookie')) {
    function setcookie($name, $value = '', ...$options)
    {
        Headers::add('Set-Cookie: ' . $name . '=' . \rawurlencode((string) $value), false);
        return true;
    }
}
