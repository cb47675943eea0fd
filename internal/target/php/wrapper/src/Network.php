<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/**
 * Counts attempts to use the network by the kernel's counters. They are those
 * of the network namespace, so the count is only true in one of our own. In an
 * empty namespace every destination lacks a route. With its loopback interface
 * up, connections to this machine count as opened, and IPv6 counts as well;
 * with it down, the kernel refuses IPv6 before it counts anything.
 */
final class Network
{
    private const COUNTERS = [
        'Ip.OutNoRoutes',
        'Tcp.ActiveOpens',
        'Udp.OutDatagrams',
        'Ip6OutNoRoutes',
        'Udp6OutDatagrams',
    ];

    private int $before = 0;

    public function begin(): void
    {
        $this->before = self::count();
    }

    /** Attempts since begin(). */
    public function end(): int
    {
        return \max(0, self::count() - $this->before);
    }

    private static function count(): int
    {
        $counters = self::tables() + self::pairs();
        $sum = 0;
        foreach (self::COUNTERS as $name) {
            $sum += $counters[$name] ?? 0;
        }
        return $sum;
    }

    /**
     * /proc/self/net/snmp: a line of names, then a line of numbers.
     *
     * @return array<string, int>
     */
    private static function tables(): array
    {
        $counters = [];
        $names = [];
        foreach (self::rows('/proc/self/net/snmp') as $row) {
            $table = \rtrim($row[0], ':');
            if (($names[0] ?? '') !== $row[0]) {
                $names = $row;
                continue;
            }
            foreach ($names as $column => $name) {
                $counters[$table . '.' . $name] = (int) ($row[$column] ?? 0);
            }
        }
        return $counters;
    }

    /**
     * /proc/self/net/snmp6: a name and a number on each line.
     *
     * @return array<string, int>
     */
    private static function pairs(): array
    {
        $counters = [];
        foreach (self::rows('/proc/self/net/snmp6') as $row) {
            $counters[$row[0]] = (int) ($row[1] ?? 0);
        }
        return $counters;
    }

    /** @return array<int, string[]> */
    private static function rows(string $file): array
    {
        $rows = [];
        foreach ((array) @\file($file, \FILE_IGNORE_NEW_LINES) as $line) {
            $rows[] = (array) \preg_split('/\s+/', \trim((string) $line));
        }
        return $rows;
    }
}
