<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/** One call to make. */
final class Step
{
    /** The id the call's events carry. */
    public string $call;

    /** The function's name without the module's prefix. */
    public string $function;

    /** @var array<mixed> */
    public array $params;

    /** Call the function without any argument. */
    public bool $noParams;

    /** Also call the loader functions named in the returned options. */
    public bool $loaders;

    /** The call is about a service, whose parameters these are. */
    public bool $service;

    /** The id of a call of usage() of what the function returns, or ''. */
    public string $usage;

    /** @param array<string, mixed> $given */
    public function __construct(array $given)
    {
        $this->call = (string) ($given['call'] ?? '');
        $this->function = (string) ($given['function'] ?? '');
        $this->params = \is_array($given['params'] ?? null) ? $given['params'] : [];
        $this->noParams = (bool) ($given['noParams'] ?? false);
        $this->loaders = (bool) ($given['loaders'] ?? false);
        $this->service = (bool) ($given['service'] ?? false);
        $this->usage = (string) ($given['usage'] ?? '');
    }
}
