<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/** What one session is to do. */
final class Request
{
    public const VERSION = 1;

    public string $nonce;
    public string $session;

    /** The module's name, the prefix of its functions. */
    public string $module;

    /** The module's main file. */
    public string $file;

    /** The WHMCS root the module lies in. */
    public string $root;

    public string $moduleDir;

    /** Leave the WHMCS constant and everything else of WHMCS undefined. */
    public bool $withoutWhmcs;

    /** Set a locale other than C. */
    public bool $locale;

    /** The time zone to set, '' to leave it. */
    public string $timezone;

    /** The superglobals to fill in: '', 'admin' or 'other'. */
    public string $request;

    /** What is wrong with the functions for logging: '', 'missing' or 'throwing'. */
    public string $helpers;

    /** Leave WHMCS's database without services. */
    public bool $noServices;

    /** The root of a WHMCS installation whose libraries are to be used, or ''. */
    public string $libraries;

    /** A file of the vendor's to load before the module, or ''. */
    public string $bootstrap;

    /** Count attempts to use the network. */
    public bool $countNetwork;

    /** Look through the module's files. */
    public bool $survey;

    public Limits $limits;

    /** @var Step[] */
    public array $steps = [];

    /**
     * @param array<string, mixed> $given
     * @throws \InvalidArgumentException saying what is wrong with it
     */
    public function __construct(array $given)
    {
        if (($given['version'] ?? null) !== self::VERSION) {
            throw new \InvalidArgumentException('it is not of version ' . self::VERSION);
        }
        $this->nonce = (string) ($given['nonce'] ?? '');
        $this->session = (string) ($given['session'] ?? '');
        $this->module = (string) ($given['module'] ?? '');
        $this->file = (string) ($given['file'] ?? '');
        $this->root = \rtrim((string) ($given['root'] ?? ''), '/\\');
        $this->moduleDir = (string) ($given['moduleDir'] ?? \dirname($this->file));
        $this->withoutWhmcs = (bool) ($given['withoutWHMCS'] ?? false);
        $this->locale = (bool) ($given['locale'] ?? false);
        $this->timezone = (string) ($given['timezone'] ?? '');
        $this->request = (string) ($given['request'] ?? '');
        $this->helpers = (string) ($given['helpers'] ?? '');
        $this->noServices = (bool) ($given['noServices'] ?? false);
        $this->libraries = (string) ($given['libraries'] ?? '');
        $this->bootstrap = (string) ($given['bootstrap'] ?? '');
        $this->countNetwork = (bool) ($given['countNetwork'] ?? false);
        $this->survey = (bool) ($given['survey'] ?? false);
        $this->limits = new Limits((array) ($given['limits'] ?? []));
        foreach ((array) ($given['steps'] ?? []) as $step) {
            $this->steps[] = new Step((array) $step);
        }
        if ($this->module === '' || $this->file === '' || $this->root === '') {
            throw new \InvalidArgumentException('it does not name a module, its file and a root');
        }
    }

    /** @throws \InvalidArgumentException */
    public static function fromJson(string $json): self
    {
        $given = \json_decode($json, true);
        if (!\is_array($given)) {
            throw new \InvalidArgumentException('it is not a JSON object');
        }
        return new self($given);
    }
}
