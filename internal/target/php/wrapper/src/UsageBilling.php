<?php

/**
 * What a module's MetricProvider() builds on, as documented at
 * https://developers.whmcs.com/provisioning-modules/usage-metrics/
 */

declare(strict_types=1);

namespace Syncproof\Wrapper;

interface MetricInterface
{
    public const TYPE_SNAPSHOT = 'snapshot';
    public const TYPE_PERIOD_DAY = 'day';
    public const TYPE_PERIOD_MONTH = 'month';
}

interface MetricProviderInterface
{
    public function metrics();

    public function usage();

    public function tenantUsage($tenant);
}

interface MetricUnitInterface
{
}

interface MetricUsageInterface
{
}

class MetricWholeNumber implements MetricUnitInterface
{
    private string $name;

    public function __construct($name = '', ...$more)
    {
        $this->name = (string) $name;
    }

    public function name()
    {
        return $this->name;
    }
}

class MetricFloatingPoint extends MetricWholeNumber
{
}

class MetricAccounts extends MetricWholeNumber
{
}

class MetricBytes extends MetricWholeNumber
{
}

class MetricKiloBytes extends MetricBytes
{
}

class MetricMegaBytes extends MetricBytes
{
}

class MetricGigaBytes extends MetricBytes
{
}

class MetricUsage implements MetricUsageInterface
{
    private $value;

    public function __construct($value, ...$more)
    {
        $this->value = $value;
    }

    public function value()
    {
        return $this->value;
    }
}

class Metric implements MetricInterface
{
    private array $parts;

    public function __construct(...$parts)
    {
        $this->parts = $parts;
    }

    public function systemName()
    {
        return $this->parts[0] ?? null;
    }

    public function displayName()
    {
        return $this->parts[1] ?? null;
    }

    public function type()
    {
        return $this->parts[2] ?? null;
    }

    public function units()
    {
        return $this->parts[3] ?? null;
    }

    public function usage()
    {
        return $this->parts[4] ?? null;
    }

    public function withUsage($usage = null)
    {
        $with = clone $this;
        $with->parts[4] = $usage;
        return $with;
    }
}
