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
        $json = Channel::request();
        $channel = Channel::result();
        Environment::hide();
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
        $harness->boot();
        require $own . '/header-functions.php';
        $harness->rememberHeaders();
        $harness->standIns();
        require $own . '/whmcs-functions.php';
        require $own . '/whmcs-status.php';
        Superglobals::fill($request->request, $request->root);
        $harness->run();
    }

    /** Ends it here. Whoever starts this file by hand reads why. */
    private static function refuse(string $reason): void
    {
        \fwrite(\STDERR, 'syncproof: ' . $reason . "\n");
        exit(self::NO_SESSION);
    }
}
