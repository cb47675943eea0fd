<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/**
 * Declares classes of WHMCS when a module asks for them. Most build on a library
 * that need not be there, so none of them can be written out in a file.
 */
final class Classes
{
    private const MANAGER = 'Illuminate\\Database\\Capsule\\Manager';
    private const MODEL = 'Illuminate\\Database\\Eloquent\\Model';

    /** Classes that are nothing but their parent. */
    private const PLAIN = [
        'WHMCS\\Carbon' => 'Carbon\\Carbon',
        'WHMCS\\Database\\Capsule' => self::MANAGER,
    ];

    /** Models and their tables. */
    private const MODELS = [
        'WHMCS\\Product\\Server' => 'tblservers',
        'WHMCS\\Product\\Product' => 'tblproducts',
        'WHMCS\\Product\\Group' => 'tblproductgroups',
        'WHMCS\\Service\\Service' => 'tblhosting',
        'WHMCS\\User\\Client' => 'tblclients',
        'WHMCS\\User\\Admin' => 'tbladmins',
        'WHMCS\\CustomField' => 'tblcustomfields',
        'WHMCS\\CustomField\\CustomFieldValue' => 'tblcustomfieldsvalues',
        'WHMCS\\Config\\Setting' => 'tblconfiguration',
        'WHMCS\\Config\\Module\\ModuleConfiguration' => 'tblmodule_configuration',
    ];

    /** Classes that build on no library. */
    private const OWN = [
        'WHMCS\\UsageBilling\\Contracts\\Metrics\\MetricInterface' => MetricInterface::class,
        'WHMCS\\UsageBilling\\Contracts\\Metrics\\ProviderInterface' => MetricProviderInterface::class,
        'WHMCS\\UsageBilling\\Contracts\\Metrics\\UnitInterface' => MetricUnitInterface::class,
        'WHMCS\\UsageBilling\\Contracts\\Metrics\\UsageInterface' => MetricUsageInterface::class,
        'WHMCS\\UsageBilling\\Metrics\\Metric' => Metric::class,
        'WHMCS\\UsageBilling\\Metrics\\Usage' => MetricUsage::class,
        'WHMCS\\UsageBilling\\Metrics\\Units\\Accounts' => MetricAccounts::class,
        'WHMCS\\UsageBilling\\Metrics\\Units\\Bytes' => MetricBytes::class,
        'WHMCS\\UsageBilling\\Metrics\\Units\\KiloBytes' => MetricKiloBytes::class,
        'WHMCS\\UsageBilling\\Metrics\\Units\\MegaBytes' => MetricMegaBytes::class,
        'WHMCS\\UsageBilling\\Metrics\\Units\\GigaBytes' => MetricGigaBytes::class,
        'WHMCS\\UsageBilling\\Metrics\\Units\\FloatingPoint' => MetricFloatingPoint::class,
        'WHMCS\\UsageBilling\\Metrics\\Units\\WholeNumber' => MetricWholeNumber::class,
    ];

    /** Functions that ask whether there is a class, and do not mind when there is none. */
    private const PROBES = [
        'class_exists', 'interface_exists', 'trait_exists', 'enum_exists', 'is_a', 'is_subclass_of', 'is_callable',
        'method_exists', 'property_exists', 'defined', 'class_implements', 'class_parents', 'class_uses',
    ];

    private Libraries $libraries;
    private Database $database;
    private Watch $watch;

    public function __construct(Libraries $libraries, Database $database, Watch $watch)
    {
        $this->libraries = $libraries;
        $this->database = $database;
        $this->watch = $watch;
    }

    /** Whether there is a class, interface or trait of that name already. */
    public static function exists(string $name): bool
    {
        return \class_exists($name, false) || \interface_exists($name, false) || \trait_exists($name, false);
    }

    /** The autoloader. It comes after those that were there before. */
    public function autoload(string $class): void
    {
        // What a library does to be loaded is not the module's doing.
        $this->watch->pause(true);
        try {
            $this->declare($class);
        } finally {
            $this->watch->pause(false);
        }
        $isOfWhmcs = \strncasecmp($class, 'WHMCS\\', 6) === 0 && \strncasecmp($class, 'WHMCS\\Module\\', 13) !== 0;
        if ($isOfWhmcs && !self::exists($class) && !self::isProbe()) {
            StandIns::record('missing class', [$class]);
        }
    }

    /** Whether the module only asks if there is a class. */
    private static function isProbe(): bool
    {
        foreach (\debug_backtrace(\DEBUG_BACKTRACE_IGNORE_ARGS, 6) as $frame) {
            if (($frame['class'] ?? '') === self::class || $frame['function'] === 'spl_autoload_call') {
                continue;
            }
            return !isset($frame['class']) && \in_array($frame['function'], self::PROBES, true);
        }
        return false;
    }

    private function declare(string $class): void
    {
        $this->libraries->load($class);
        $name = self::spelled($class);
        if (isset(self::PLAIN[$name])) {
            $this->derive($name, self::PLAIN[$name], '');
        } elseif (isset(self::MODELS[$name])) {
            $this->derive($name, self::MODEL, 'use \\' . Model::class . '; protected $table = "' . self::MODELS[$name]
                . '"; public $timestamps = false; protected $guarded = [];');
        } elseif (isset(self::OWN[$name])) {
            \class_alias(self::OWN[$name], $name);
        }
        // A model or query of the module's own asks for these alone.
        if (self::same($class, self::MANAGER) || self::same($class, self::MODEL)) {
            $this->database->boot();
        }
    }

    /** Declares a class that builds on one of a library. */
    private function derive(string $name, string $parent, string $body): void
    {
        if (!\class_exists($parent)) {
            return;
        }
        if ($parent !== 'Carbon\\Carbon') {
            $this->database->boot();
        }
        $cut = (int) \strrpos($name, '\\');
        eval('namespace ' . \substr($name, 0, $cut) . '; class ' . \substr($name, $cut + 1)
            . ' extends \\' . $parent . ' {' . $body . '}');
    }

    /** The name as WHMCS spells it: PHP does not distinguish case in it. */
    private static function spelled(string $class): string
    {
        foreach (\array_keys(self::PLAIN + self::MODELS + self::OWN) as $name) {
            if (self::same($class, $name)) {
                return $name;
            }
        }
        return $class;
    }

    private static function same(string $class, string $name): bool
    {
        return \strcasecmp(\ltrim($class, '\\'), $name) === 0;
    }
}
