<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/**
 * Fills the superglobals as two different pages of WHMCS would. What a module
 * answers must depend on neither, and differ between them by nothing.
 */
final class Superglobals
{
    /** An administrator looks at a server's accounts. */
    public const ADMIN = 'admin';

    /** A client sends a form, at another address. */
    public const OTHER = 'other';

    public static function fill(string $request, string $root): void
    {
        if ($request === '') {
            self::none($root);
            return;
        }
        if (\class_exists(MemorySession::class, false)) {
            MemorySession::start();
        }
        $_SESSION = self::page($request, $root);
    }

    /** @return array<string, mixed> the session's values, to be stored or not */
    public static function page(string $request, string $root): array
    {
        return $request === self::ADMIN ? self::admin($root) : self::other($root);
    }

    /** As for a script started by cron, without a trace of this wrapper. */
    private static function none(string $root): void
    {
        $script = $root . '/crons/cron.php';
        foreach (['PHP_SELF', 'SCRIPT_NAME', 'SCRIPT_FILENAME', 'PATH_TRANSLATED'] as $name) {
            $_SERVER[$name] = $script;
        }
        $_SERVER['argv'] = [$script];
        $_SERVER['argc'] = 1;
        $GLOBALS['argv'] = [$script];
        $GLOBALS['argc'] = 1;
    }

    /** @return array<string, mixed> the session's values */
    private static function admin(string $root): array
    {
        self::server($root, '/admin/index.php', [
            'REQUEST_METHOD' => 'GET',
            'QUERY_STRING' => 'rp=/admin/utilities/system/serversync/analyse',
            'HTTP_HOST' => 'whmcs.example.test',
            'SERVER_NAME' => 'whmcs.example.test',
            'REMOTE_ADDR' => '192.0.2.10',
            'HTTP_ACCEPT_LANGUAGE' => 'en',
        ]);
        $_GET = ['rp' => '/admin/utilities/system/serversync/analyse'];
        $_POST = [];
        $_REQUEST = $_GET;
        $_COOKIE = ['WHMCSsession' => 'admin0000'];
        return ['adminid' => 1, 'adminpw' => 'not-a-hash', 'tkval' => 'token0000', 'Language' => 'english'];
    }

    /** @return array<string, mixed> the session's values */
    private static function other(string $root): array
    {
        self::server($root, '/clientarea.php', [
            'REQUEST_METHOD' => 'POST',
            'QUERY_STRING' => 'action=productdetails&id=7',
            'CONTENT_TYPE' => 'application/x-www-form-urlencoded',
            'HTTP_HOST' => 'billing.example.net',
            'SERVER_NAME' => 'billing.example.net',
            'HTTP_X_REQUESTED_WITH' => 'XMLHttpRequest',
            'REMOTE_ADDR' => '198.51.100.23',
            'HTTP_ACCEPT_LANGUAGE' => 'de',
        ]);
        $_GET = ['action' => 'productdetails', 'id' => '7'];
        // Names modules are known to look at.
        $_POST = \array_fill_keys([
            'a', 'ajax', 'cmd', 'custom', 'do', 'modop', 'module', 'op', 'page', 'reset', 'save', 'serverid', 'step',
            'submit', 'test', 'token', 'type', 'update',
        ], '1');
        $_REQUEST = $_POST + $_GET;
        $_COOKIE = ['WHMCSsession' => 'client0000'];
        return ['uid' => 7, 'tkval' => 'token1111', 'Language' => 'german'];
    }

    /** @param array<string, string> $server */
    private static function server(string $root, string $script, array $server): void
    {
        $_SERVER = $server + [
            'REQUEST_URI' => $script . '?' . $server['QUERY_STRING'],
            'SCRIPT_NAME' => $script,
            'PHP_SELF' => $script,
            'SCRIPT_FILENAME' => $root . $script,
            'DOCUMENT_ROOT' => $root,
            'SERVER_ADDR' => '192.0.2.80',
            'SERVER_PORT' => '443',
            'SERVER_PROTOCOL' => 'HTTP/1.1',
            'SERVER_SOFTWARE' => 'Apache',
            'GATEWAY_INTERFACE' => 'CGI/1.1',
            'REQUEST_SCHEME' => 'https',
            'HTTPS' => 'on',
            'HTTP_USER_AGENT' => 'Mozilla/5.0',
            'HTTP_ACCEPT' => 'text/html',
            'REMOTE_PORT' => '50000',
            'REQUEST_TIME' => $_SERVER['REQUEST_TIME'] ?? \time(),
            'REQUEST_TIME_FLOAT' => $_SERVER['REQUEST_TIME_FLOAT'] ?? \microtime(true),
        ];
        $_FILES = [];
        unset($GLOBALS['argv'], $GLOBALS['argc']);
    }
}
