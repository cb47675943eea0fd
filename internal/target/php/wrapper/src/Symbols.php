<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/** What a module's file defines, as the difference of before and after. */
final class Symbols
{
    private Paths $paths;

    /** @var array<string, string[]> */
    private array $before;

    /** @var array<string, string[]>|null what there is when sessions are forked off, where that is all there is before the module */
    private static ?array $prepared = null;

    public function __construct(Paths $paths)
    {
        $this->paths = $paths;
        $this->before = self::$prepared === null ? self::all() : ['globals' => self::globals()] + self::$prepared;
    }

    /** Remembers what there is, for every instance from now on. */
    public static function prepare(): void
    {
        self::$prepared = self::all();
    }

    /** There is more by now that is not the module's. */
    public static function disregard(): void
    {
        self::$prepared = null;
    }

    /** @return array<string, array<int, mixed>> the keys of a loaded event */
    public function defined(): array
    {
        $new = [];
        foreach (self::all() as $kind => $names) {
            $new[$kind] = \array_values(\array_diff($names, $this->before[$kind]));
        }
        return \array_filter([
            'functions' => \array_map([$this, 'describeFunction'], $new['functions']),
            'classes' => \array_map([$this, 'describeClass'], $new['classes']),
            'constants' => \array_map([$this, 'describeConstant'], $new['constants']),
            'globals' => $new['globals'],
        ]);
    }

    /** @return array<string, string[]> */
    private static function all(): array
    {
        $classes = \array_merge(\get_declared_classes(), \get_declared_interfaces(), \get_declared_traits());
        return [
            'functions' => \get_defined_functions()['user'],
            // Anonymous classes have a NUL byte in their name; nothing clashes with them.
            'classes' => \array_filter($classes, static function (string $name): bool {
                return \strpos($name, "\0") === false;
            }),
            'constants' => \array_map('strval', \array_keys(\get_defined_constants(true)['user'] ?? [])),
            'globals' => self::globals(),
        ];
    }

    /** @return string[] */
    private static function globals(): array
    {
        return \array_map('strval', \array_keys($GLOBALS));
    }

    /** @return array<string, mixed> */
    private function describeFunction(string $name): array
    {
        // get_defined_functions() gives names in lower case.
        $function = new \ReflectionFunction($name);
        return ['name' => $function->getName()] + $this->place($function);
    }

    /** @return array<string, mixed> */
    private function describeClass(string $name): array
    {
        return ['name' => $name] + $this->place(new \ReflectionClass($name));
    }

    /** @return array<string, mixed> */
    private function describeConstant(string $name): array
    {
        return ['name' => $name];
    }

    /**
     * @param \ReflectionFunction|\ReflectionClass $symbol
     * @return array<string, mixed>
     */
    private function place($symbol): array
    {
        return [
            'file' => $this->paths->relative((string) $symbol->getFileName()),
            'line' => (int) $symbol->getStartLine(),
            'end' => (int) $symbol->getEndLine(),
        ];
    }
}
