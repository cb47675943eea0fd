<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/** One PHP file, taken apart into its words and never run. */
final class SourceFile
{
    /** What Guzzle 5 called options that later versions do not know. */
    private const FORMER = ['base_url', 'defaults'];

    /** @var array<int, array{string, int}> words with their lines; names are whole */
    private array $words = [];

    /** @var array<int, string> the namespace at each word where one begins */
    private array $spaces = [];

    /** @var array<string, string> imported classes by the names they have in the file */
    private array $imports = [];

    /** @var string[] */
    private array $classes = [];

    public function __construct(string $text)
    {
        $line = 1;
        foreach (@\token_get_all($text) as $token) {
            [$id, $word] = \is_array($token) ? $token : [0, $token];
            $line = \is_array($token) ? $token[2] : $line;
            if (!\in_array($id, [\T_WHITESPACE, \T_COMMENT, \T_DOC_COMMENT, \T_INLINE_HTML], true)) {
                $this->add($id, $word, $line);
            }
            $line += \substr_count($word, "\n");
        }
        $this->scan();
    }

    /** @return string[] the classes the file declares, with their namespaces */
    public function declared(): array
    {
        return $this->classes;
    }

    /** @return array<int, array<string, mixed>> each try with its catches */
    public function tries(): array
    {
        $tries = [];
        foreach ($this->words as $i => [$word, $line]) {
            if (!$this->is($i, 'try') || !$this->is($i + 1, '{')) {
                continue;
            }
            $catches = [];
            $next = $this->behind($i + 1);
            while ($this->is($next, 'catch')) {
                $end = $this->behind($next + 1);
                for ($k = $next + 2; $k < $end - 1; $k++) {
                    [$name, $at] = $this->words[$k];
                    if ($name !== '|' && $name[0] !== '$') {
                        $catches[] = ['name' => $name, 'class' => $this->resolve($name, $i), 'line' => $at];
                    }
                }
                $next = $this->behind($end);
            }
            $tries[] = ['line' => $line, 'catches' => $catches];
        }
        return $tries;
    }

    /** @return array<int, array<string, mixed>> Guzzle clients given options of former versions */
    public function clients(): array
    {
        $clients = [];
        foreach ($this->words as $i => [$word, $line]) {
            if (!$this->is($i, 'new') || !isset($this->words[$i + 2]) || !$this->is($i + 2, '(')) {
                continue;
            }
            if (\strcasecmp($this->resolve($this->words[$i + 1][0], $i), 'GuzzleHttp\\Client') !== 0) {
                continue;
            }
            $keys = $this->options($i + 3);
            if (\array_intersect(self::FORMER, $keys) !== []) {
                $clients[] = ['line' => $line, 'options' => $keys];
            }
        }
        return $clients;
    }

    /** @return string[] the keys of an array that is written out, or was assigned to the variable */
    private function options(int $at): array
    {
        $word = $this->words[$at][0] ?? '';
        if ($word === '' || $word[0] !== '$') {
            return $this->keys($at);
        }
        for ($i = $at - 1; $i > 0; $i--) {
            if ($this->words[$i][0] === $word && $this->is($i + 1, '=')) {
                return $this->keys($i + 2);
            }
            if ($this->is($i, 'function')) {
                break;
            }
        }
        return [];
    }

    /** @return string[] */
    private function keys(int $at): array
    {
        $at += $this->is($at, 'array') ? 1 : 0;
        if (!$this->is($at, '[') && !$this->is($at, '(')) {
            return [];
        }
        $keys = [];
        $end = $this->behind($at);
        for ($i = $at + 1; $i < $end - 1; $i++) {
            if (\in_array($this->words[$i][0], ['(', '[', '{'], true)) {
                $i = $this->behind($i) - 1;
            } elseif ($this->is($i + 1, '=>') && \strpbrk($this->words[$i][0][0], "'\"") !== false) {
                $keys[] = \substr($this->words[$i][0], 1, -1);
            }
        }
        return $keys;
    }

    /** @param int $id */
    private function add($id, string $word, int $line): void
    {
        $isName = \preg_match('/^\\\\?[a-z_\x80-\xff][\w\x80-\xff]*(?:\\\\[a-z_\x80-\xff][\w\x80-\xff]*)*$|^\\\\$/iD', $word) === 1;
        $last = \count($this->words) - 1;
        $previous = $last >= 0 ? $this->words[$last][0] : '';
        // Before PHP 8 the parts of a name are words of their own.
        $continues = $isName && ($word === '\\' ? \preg_match('/^[\w\x80-\xff\\\\]+$/', $previous) === 1 : \substr($previous, -1) === '\\');
        $isKeyword = \in_array(\strtolower($previous), ['new', 'use', 'namespace', 'catch', 'extends', 'implements', 'return', 'as'], true);
        if ($continues && !($word === '\\' && $isKeyword)) {
            $this->words[$last][0] .= $word;
        } else {
            $this->words[] = [$id === \T_ENCAPSED_AND_WHITESPACE ? "''" : $word, $line];
        }
    }

    /** Finds namespaces, imports and classes. */
    private function scan(): void
    {
        $space = '';
        $closes = -1;
        foreach ($this->words as $i => [$word]) {
            $next = $this->words[$i + 1][0] ?? '';
            if ($this->is($i, 'namespace') && \preg_match('/^[\w\x80-\xff\\\\{]+$/', $next) === 1) {
                $space = $next === '{' ? '' : $next;
                $this->spaces[$i] = $space;
            } elseif ($this->is($i, 'use') && $i > $closes && $next !== '(') {
                $this->import($i + 1);
            } elseif (\in_array(\strtolower($word), ['class', 'interface', 'trait', 'enum'], true) && $this->declares($i)) {
                $this->classes[] = \ltrim($space . '\\' . $next, '\\');
                $closes = \max($closes, $this->body($i));
            }
        }
    }

    private function declares(int $i): bool
    {
        $before = $this->words[$i - 1][0] ?? '';
        $next = $this->words[$i + 1][0] ?? '';
        return $before !== '::' && $before !== '->' && $before !== 'new' && \preg_match('/^[a-z_\x80-\xff][\w\x80-\xff]*$/iD', $next) === 1
            && !$this->is($i + 1, 'extends') && !$this->is($i + 1, 'implements');
    }

    /** Where the body of a class ends that begins after a word. */
    private function body(int $i): int
    {
        while (isset($this->words[$i]) && !$this->is($i, '{') && !$this->is($i, ';')) {
            $i++;
        }
        return $this->is($i, '{') ? $this->behind($i) : $i;
    }

    private function import(int $i): void
    {
        if ($this->is($i, 'function') || $this->is($i, 'const')) {
            return;
        }
        $group = '';
        $name = '';
        for (; isset($this->words[$i]) && !$this->is($i, ';'); $i++) {
            $word = $this->words[$i][0];
            if ($word === '{') {
                $group = \rtrim($name, '\\') . '\\';
                $name = '';
            } elseif ($this->is($i, 'as')) {
                unset($this->imports[self::short($name)]);
                $this->imports[\strtolower($this->words[++$i][0] ?? '')] = $name;
            } elseif ($word !== ',' && $word !== '}') {
                $name = \ltrim($group . $word, '\\');
                $this->imports[self::short($name)] = $name;
            }
        }
    }

    /** The last part of a name, in lower case. */
    private static function short(string $name): string
    {
        return \strtolower((string) \substr((string) \strrchr('\\' . $name, '\\'), 1));
    }

    private function resolve(string $name, int $at): string
    {
        if ($name[0] === '\\') {
            return \substr($name, 1);
        }
        $space = '';
        foreach ($this->spaces as $i => $begun) {
            $space = $i < $at ? $begun : $space;
        }
        $parts = \explode('\\', $name, 2);
        if (\strtolower($parts[0]) === 'namespace') {
            return \ltrim($space . '\\' . ($parts[1] ?? ''), '\\');
        }
        $imported = $this->imports[\strtolower($parts[0])] ?? null;
        if ($imported !== null) {
            return $imported . (isset($parts[1]) ? '\\' . $parts[1] : '');
        }
        return \ltrim($space . '\\' . $name, '\\');
    }

    private function is(int $i, string $word): bool
    {
        return isset($this->words[$i]) && \strtolower($this->words[$i][0]) === $word;
    }

    /** The word behind the bracket that closes the one at a place. */
    private function behind(int $i): int
    {
        $depth = 0;
        for (; isset($this->words[$i]); $i++) {
            $word = $this->words[$i][0];
            if (\in_array($word, ['(', '[', '{', '${', '{$', '#' . '['], true)) {
                $depth++;
            } elseif (\in_array($word, [')', ']', '}'], true) && --$depth <= 0) {
                return $i + 1;
            }
        }
        return $i;
    }
}
