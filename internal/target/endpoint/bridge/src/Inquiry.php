<?php

declare(strict_types=1);

namespace Syncproof\Bridge;

/** What is asked of the bridge. */
final class Inquiry
{
    private const LARGEST = 1048576;

    /** Functions that only read. The others create and delete accounts. */
    private const FUNCTIONS = ['', 'MetaData', 'ConfigOptions', 'ListAccounts', 'TestConnection'];

    /** Settings that change nothing for others. */
    private const SETTINGS = ['default_socket_timeout', 'date.timezone'];

    /** @var array<string, mixed> */
    private array $asked;

    /**
     * @param array<string, mixed> $asked
     * @throws Refusal
     */
    private function __construct(array $asked)
    {
        if (($asked['version'] ?? null) !== 1) {
            throw new Refusal('The request has another "version" than 1, the only one this bridge knows.', 400);
        }
        // It becomes part of a path.
        if (\preg_match('/^[A-Za-z0-9_-]+$/D', self::text($asked, 'module')) !== 1) {
            throw new Refusal('The request\'s "module" is no name of letters, digits, "_" and "-".', 400);
        }
        if (!\in_array(self::text($asked, 'function'), self::FUNCTIONS, true)) {
            throw new Refusal('This bridge calls MetaData, ConfigOptions, ListAccounts and TestConnection, and nothing else.', 400);
        }
        if (!\in_array(self::text($asked, 'request'), ['', 'admin', 'other'], true)) {
            throw new Refusal('The request\'s "request" is neither "admin" nor "other".', 400);
        }
        if (!\in_array(self::text($asked, 'helpers'), ['', 'missing', 'throwing'], true)) {
            throw new Refusal('The request\'s "helpers" is neither "missing" nor "throwing".', 400);
        }
        $this->asked = $asked;
    }

    /** @throws Refusal */
    public static function read(): self
    {
        // One byte more shows that there is more.
        $body = (string) \file_get_contents('php://input', false, null, 0, self::LARGEST + 1);
        if (\strlen($body) > self::LARGEST) {
            throw new Refusal('The request is larger than 1 MiB.', 413);
        }
        $asked = \json_decode($body, true);
        if (!\is_array($asked)) {
            throw new Refusal('The request is not a JSON object.', 400);
        }
        return new self($asked);
    }

    public function module(): string
    {
        return self::text($this->asked, 'module');
    }

    public function withoutWhmcs(): bool
    {
        return (bool) ($this->asked['withoutWHMCS'] ?? false);
    }

    public function request(): string
    {
        return self::text($this->asked, 'request');
    }

    /** What is to be wrong with WHMCS's functions for logging, '' for nothing. */
    public function helpers(): string
    {
        return self::text($this->asked, 'helpers');
    }

    /** @return array<string, string> settings of PHP to change; none where one of them cannot be */
    public function settings(): array
    {
        $settings = (array) ($this->asked['settings'] ?? []);
        foreach ($settings as $name => $value) {
            if (!\in_array($name, self::SETTINGS, true) || !\is_string($value)) {
                return [];
            }
        }
        return $settings;
    }

    /** The id of the second call to make in this PHP process, '' for none. */
    public function again(): string
    {
        return self::text($this->asked, 'again');
    }

    /**
     * What was asked, in the form the wrapper takes.
     *
     * @return array<string, mixed>
     */
    public function forWrapper(Place $place): array
    {
        $function = self::text($this->asked, 'function');
        $call = self::text($this->asked, 'call');
        $step = ['function' => $function, 'call' => $call === '' ? $function : $call] + $this->asked;
        $steps = $function === '' ? [] : [$step];
        if ($steps !== [] && $this->again() !== '') {
            $steps[] = ['call' => $this->again()] + $step;
        }
        return [
            'version' => 1,
            'session' => self::text($this->asked, 'session'),
            'module' => $this->module(),
            'file' => $place->file,
            'root' => $place->root,
            'moduleDir' => \dirname($place->file),
            'withoutWHMCS' => $this->withoutWhmcs(),
            'locale' => (bool) ($this->asked['locale'] ?? false),
            'request' => $this->request(),
            'helpers' => $this->helpers(),
            // Once in a run will do.
            'survey' => $function === 'MetaData',
            'steps' => $steps,
        ];
    }

    /** @param array<string, mixed> $asked */
    private static function text(array $asked, string $key): string
    {
        return \is_string($asked[$key] ?? null) ? $asked[$key] : '';
    }
}
