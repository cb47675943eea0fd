<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/** The session syncproof asked for through the environment. */
final class Main
{
    /** The exit status when no session could even begin. */
    private const NO_SESSION = 78;

    /** @param string $own the folder this wrapper lies in */
    public static function run(string $own): void
    {
        $serve = ForkServer::folder();
        $channel = Channel::result();
        if ($serve === '') {
            $json = Channel::request();
            Environment::hide();
        } else {
            $json = ForkServer::await($serve, static function () use ($own): void {
                StandIns::expect();
                self::define($own);
                Rehearsal::hold($own);
            });
        }
        if ($json === null) {
            self::refuse('there is no request to read');
        }
        if ($channel === null || !$channel->open()) {
            self::refuse('there is nowhere to write the result to');
        }
        try {
            $request = Request::fromJson($json);
        } catch (\InvalidArgumentException $invalid) {
            self::refuse('the request cannot be used: ' . $invalid->getMessage());
        }
        $harness = new Harness($request, $channel, $own, $request->root);
        $harness->guard();
        $harness->standIns();
        if ($serve === '') {
            self::define($own);
        }
        $harness->rememberHeaders();
        if ($request->bootstrap !== '' && !$request->withoutWhmcs) {
            self::bootstrap($request->bootstrap);
            $harness->disregard();
        }
        // Not earlier: a session that has booted is one about the module.
        $harness->boot();
        Superglobals::fill($request->request, $request->root);
        $harness->run();
        QuickEnd::completed();
    }

    /** Defines functions and classes of WHMCS, and those in place of PHP's. */
    private static function define(string $own): void
    {
        require $own . '/header-functions.php';
        require $own . '/whmcs-functions.php';
        require $own . '/whmcs-status.php';
    }

    /**
     * Loads what the vendor supplies of WHMCS. What is wrong with it is not the
     * module's fault.
     */
    private static function bootstrap(string $file): void
    {
        if (!\is_file($file)) {
            self::refuse('the bootstrap file ' . $file . ' is not there');
        }
        try {
            self::requireFile($file);
        } catch (\Throwable $thrown) {
            self::refuse('the bootstrap file failed: ' . \get_class($thrown) . ': ' . $thrown->getMessage()
                . ' at ' . $thrown->getFile() . ':' . $thrown->getLine());
        }
    }

    /** In an empty scope, as a module is loaded. */
    private static function requireFile(): void
    {
        require \func_get_arg(0);
    }

    /** Ends it here. Whoever starts this file by hand reads why. */
    private static function refuse(string $reason): void
    {
        \fwrite(\STDERR, 'syncproof: ' . $reason . "\n");
        exit(self::NO_SESSION);
    }
}
