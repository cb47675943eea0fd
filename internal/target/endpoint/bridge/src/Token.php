<?php

declare(strict_types=1);

namespace Syncproof\Bridge;

/** The secret that opens the bridge. */
final class Token
{
    private const SHORTEST = 24;

    private string $token;

    private function __construct(string $token)
    {
        $this->token = $token;
    }

    /**
     * The token that was set up for this bridge.
     *
     * @param string $folder the folder the bridge lies in
     * @throws Refusal when there is none that will do
     */
    public static function configured(string $folder): self
    {
        $token = (string) \getenv('SYNCPROOF_BRIDGE_TOKEN');
        $file = $folder . '/bridge-token.php';
        if ($token === '' && \is_file($file)) {
            $token = require $file;
        }
        if (!\is_string($token) || $token === '') {
            throw new Refusal(
                'This bridge has no token, so it answers nobody. Set one as the comment at its top says.',
                503
            );
        }
        if (\strlen($token) < self::SHORTEST) {
            throw new Refusal(
                'The token of this bridge has fewer than ' . self::SHORTEST . ' characters, so it answers nobody.',
                503
            );
        }
        return new self($token);
    }

    /** @throws Refusal unless the request brings the token */
    public function demand(): void
    {
        // Apache drops Authorization when PHP runs over CGI, hence two headers.
        $given = [(string) ($_SERVER['HTTP_X_SYNCPROOF_TOKEN'] ?? '')];
        foreach (['HTTP_AUTHORIZATION', 'REDIRECT_HTTP_AUTHORIZATION'] as $name) {
            if (\preg_match('/^Bearer\s+(\S+)$/i', (string) ($_SERVER[$name] ?? ''), $match) === 1) {
                $given[] = $match[1];
            }
        }
        foreach ($given as $token) {
            if (\hash_equals($this->token, $token)) {
                return;
            }
        }
        throw new Refusal('The token is missing or wrong.', 401);
    }

    /** Keeps the token from the module. */
    public static function hide(): void
    {
        foreach (\array_keys($_SERVER) as $name) {
            if (\preg_match('/AUTHORIZATION$|^PHP_AUTH_|SYNCPROOF_TOKEN$/', (string) $name) === 1) {
                unset($_SERVER[$name]);
            }
        }
    }
}
