<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/** Functions of MySQL that queries of modules use and SQLite lacks. */
final class Mysql
{
    public static function imitate(\PDO $pdo): void
    {
        $functions = [
            'NOW' => static function (): string {
                return \date('Y-m-d H:i:s');
            },
            'CURDATE' => static function (): string {
                return \date('Y-m-d');
            },
            'UNIX_TIMESTAMP' => static function ($time = 'now'): int {
                return (int) \strtotime((string) $time);
            },
            'FROM_UNIXTIME' => static function ($time): string {
                return \date('Y-m-d H:i:s', (int) $time);
            },
            'CONCAT' => static function (...$parts): string {
                return \implode('', $parts);
            },
            'MD5' => static function ($text): string {
                return \md5((string) $text);
            },
            'IF' => static function ($condition, $yes, $no) {
                return $condition ? $yes : $no;
            },
        ];
        foreach ($functions as $name => $function) {
            // PHP 8.5 deprecates it, and has the other only for another class.
            @$pdo->sqliteCreateFunction($name, $function);
        }
    }
}
