<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/** PHP's settings, compared before and after the module ran. */
final class Settings
{
    /** Limits that are lifted while this wrapper works after the module. */
    private const CEILINGS = ['memory_limit' => '-1', 'max_execution_time' => '0'];

    /** @var array<string, string> name => value */
    private array $before = [];

    /** @var array<string, string|null> those of php.ini, by name */
    private array $ini = [];

    /** @var array<string, string> the limits of php.ini as they were found when lifted */
    private array $lifted = [];

    public function begin(): void
    {
        $this->before = self::all();
        $this->ini = self::ini();
    }

    /** Lifts PHP's limits, so that what the module did can still be told. */
    public function lift(): void
    {
        foreach (self::CEILINGS as $name => $value) {
            $this->lifted += [$name => (string) Php::call('ini_get', $name)];
            Php::call('ini_set', $name, $value);
        }
    }

    /** Puts the lifted limits back. */
    public function lower(): void
    {
        foreach ($this->lifted as $name => $value) {
            Php::call('ini_set', $name, $value);
        }
        $this->lifted = [];
    }

    /**
     * Puts changed settings back.
     *
     * @return array<int, array<string, string>> what had changed
     */
    public function settle(): array
    {
        $changes = [];
        $after = self::all();
        foreach ($this->before as $name => $value) {
            if (($after[$name] ?? $value) === $value) {
                continue;
            }
            self::set($name, $value);
            $changes[] = [
                'name' => $name,
                'before' => self::show($name, $value),
                'after' => self::show($name, $after[$name]),
            ];
        }
        return \array_merge($changes, $this->settleIni());
    }

    /** @return array<int, array<string, string>> */
    private function settleIni(): array
    {
        $changes = [];
        $after = self::ini();
        foreach ($this->lifted as $name => $value) {
            $after[$name] = $value;
        }
        // There are hundreds, which to go through takes longer than most sessions.
        if ($after === $this->ini) {
            return [];
        }
        foreach ($this->ini as $name => $value) {
            $value = (string) $value;
            $now = (string) ($after[$name] ?? $value);
            // error_reporting has a line of its own.
            if ($now === $value || $name === 'error_reporting') {
                continue;
            }
            if (isset($this->lifted[$name])) {
                $this->lifted[$name] = $value;
            } else {
                Php::call('ini_set', $name, $value);
            }
            $changes[] = ['name' => 'ini ' . $name, 'before' => $value, 'after' => $now];
        }
        return $changes;
    }

    /** @return array<string, string> */
    private static function all(): array
    {
        return [
            'timezone' => \date_default_timezone_get(),
            'locale' => (string) Php::call('setlocale', \LC_ALL, '0'),
            'error_reporting' => (string) \error_reporting(),
            'working directory' => (string) Php::call('getcwd'),
            'umask' => (string) Php::call('umask'),
            'mbstring encoding' => (string) Php::call('mb_internal_encoding'),
        ];
    }

    /** @return array<string, string|null> */
    private static function ini(): array
    {
        return (array) Php::call('ini_get_all', null, false);
    }

    private static function set(string $name, string $value): void
    {
        switch ($name) {
            case 'timezone':
                Php::call('date_default_timezone_set', $value);
                break;
            case 'locale':
                Php::call('setlocale', \LC_ALL, $value);
                break;
            case 'error_reporting':
                \error_reporting((int) $value);
                break;
            case 'working directory':
                Php::call('chdir', $value);
                break;
            case 'umask':
                Php::call('umask', (int) $value);
                break;
            case 'mbstring encoding':
                Php::call('mb_internal_encoding', $value);
                break;
        }
    }

    private static function show(string $name, string $value): string
    {
        if ($name === 'umask') {
            return \sprintf('%04o', (int) $value);
        }
        if ($name === 'error_reporting') {
            return self::showLevels((int) $value);
        }
        return $value;
    }

    /** Error levels as one writes them in PHP. */
    private static function showLevels(int $levels): string
    {
        $all = [
            'E_ERROR' => \E_ERROR,
            'E_WARNING' => \E_WARNING,
            'E_PARSE' => \E_PARSE,
            'E_NOTICE' => \E_NOTICE,
            'E_USER_ERROR' => \E_USER_ERROR,
            'E_USER_WARNING' => \E_USER_WARNING,
            'E_USER_NOTICE' => \E_USER_NOTICE,
            'E_RECOVERABLE_ERROR' => \E_RECOVERABLE_ERROR,
            'E_DEPRECATED' => \E_DEPRECATED,
            'E_USER_DEPRECATED' => \E_USER_DEPRECATED,
        ];
        $on = [];
        $off = [];
        foreach ($all as $name => $bit) {
            if (($levels & $bit) !== 0) {
                $on[] = $name;
            } else {
                $off[] = $name;
            }
        }
        if ($on === []) {
            return '0';
        }
        if (\count($on) <= \count($off)) {
            return \implode(' | ', $on);
        }
        return 'E_ALL' . ($off === [] ? '' : ' & ~' . \implode(' & ~', $off));
    }
}
