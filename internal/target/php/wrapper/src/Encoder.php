<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/**
 * Writes PHP values as JSON without losing what they were. What JSON can say
 * is said in JSON; the rest becomes an object whose key "$php" names its kind.
 * Plain json_encode turns enums and Carbon objects into strings and closures
 * into {}, and gives up as a whole on one byte that is not UTF-8.
 *
 * No code of the module runs here: no __toString, jsonSerialize, __get,
 * property hook or iterator.
 */
final class Encoder
{
    private const FLAGS = \JSON_UNESCAPED_SLASHES | \JSON_UNESCAPED_UNICODE | \JSON_PRESERVE_ZERO_FRACTION;

    /** Entries and properties written of one value, in all. */
    private const MOST_NODES = 300000;

    /** Bytes written of one string, and of all strings of one value. */
    private const LONGEST_STRING = 1048576;
    private const MOST_BYTES = 4194304;

    private int $depth;

    /** Entries that may still be written of the value at hand. */
    private int $left = 0;

    /** Bytes of text that may still be written of the value at hand. */
    private int $bytes = self::MOST_BYTES;

    /** @var array<int, true> objects the value at hand lies in */
    private array $around = [];

    public function __construct(int $depth)
    {
        $this->depth = $depth;
    }

    /**
     * Turns a value into one that json_encode writes as it is.
     *
     * @param mixed $value
     * @return mixed
     */
    public function typed($value)
    {
        $this->left = self::MOST_NODES;
        $this->bytes = self::MOST_BYTES;
        $this->around = [];
        return $this->node($value, 0);
    }

    /**
     * The JSON of a typed() value or an event. It cannot fail: text that is
     * not UTF-8, which typed() leaves in no value, is mended.
     *
     * @param mixed $typed
     */
    public function json($typed): string
    {
        $precision = self::precision('-1');
        $flags = self::FLAGS | \JSON_INVALID_UTF8_SUBSTITUTE | \JSON_PARTIAL_OUTPUT_ON_ERROR;
        $json = (string) \json_encode($typed, $flags, 4096);
        self::precision($precision);
        return $json;
    }

    /**
     * The JSON of one account. An array of plain values, which is what nearly
     * every account is, goes straight to json_encode: at a million accounts
     * that is 0.6 instead of 1.4 seconds. The caller sets the precision().
     *
     * @param mixed $account
     */
    public function account($account): string
    {
        if (self::isFlat($account)) {
            $json = \json_encode($account, self::FLAGS);
            if ($json !== false) {
                return $json;
            }
        }
        return $this->json($this->typed($account));
    }

    /**
     * An array key.
     *
     * @param int|string $key
     * @return mixed
     */
    public function key($key)
    {
        return \is_string($key) ? $this->string($key) : $key;
    }

    /**
     * Floats must come out in full, which is '-1', whatever the module or the
     * server's owner made of the setting.
     *
     * @return string what it was before
     */
    public static function precision(string $wanted): string
    {
        $found = (string) Php::call('ini_get', 'serialize_precision');
        if ($found !== $wanted) {
            Php::call('ini_set', 'serialize_precision', $wanted);
        }
        return $found;
    }

    /** @param mixed $value */
    private static function isFlat($value): bool
    {
        if (!\is_array($value) || \count($value) > 100 || isset($value['$php'])) {
            return false;
        }
        $bytes = 0;
        foreach ($value as $entry) {
            if (\is_string($entry)) {
                $bytes += \strlen($entry);
            } elseif (!\is_scalar($entry) && $entry !== null) {
                return false;
            }
        }
        return $bytes <= self::LONGEST_STRING;
    }

    /**
     * @param mixed $value
     * @return mixed
     */
    private function node($value, int $depth)
    {
        if (\is_string($value)) {
            return $this->string($value);
        }
        if (\is_float($value) && !\is_finite($value)) {
            return ['$php' => 'float', 'value' => \is_nan($value) ? 'NAN' : ($value > 0 ? 'INF' : '-INF')];
        }
        if ($value === null || \is_scalar($value)) {
            return $value;
        }
        if (\is_array($value)) {
            return $this->map($value, $depth);
        }
        if (\is_object($value)) {
            return $this->object($value, $depth);
        }
        // Only resources are left; gettype still knows a closed one.
        $type = \is_resource($value) ? \get_resource_type($value) : 'closed';
        return ['$php' => 'resource', 'type' => $type];
    }

    /** @return mixed */
    private function string(string $value)
    {
        $cut = Text::cut($value, \max(0, \min(self::LONGEST_STRING, $this->bytes)));
        $this->bytes -= \strlen($value);
        return Text::isUtf8($cut) ? $cut : ['$php' => 'bytes', 'b64' => \base64_encode($cut)];
    }

    /**
     * @param array<mixed> $value
     * @return mixed
     */
    private function map(array $value, int $depth)
    {
        if ($depth >= $this->depth || $this->left < \count($value)) {
            return ['$php' => 'depth', 'type' => 'array', 'count' => \count($value)];
        }
        $this->left -= \count($value);
        $typed = [];
        $plain = true;
        foreach ($value as $key => $entry) {
            $typed[$key] = $this->node($entry, $depth + 1);
            $plain = $plain && $key !== '$php' && (\is_int($key) || Text::isUtf8($key));
        }
        if ($plain) {
            return $typed;
        }
        $entries = [];
        foreach ($typed as $key => $entry) {
            $entries[] = [$this->key($key), $entry];
        }
        return ['$php' => 'array', 'entries' => $entries];
    }

    /** @return array<string, mixed> */
    private function object(object $value, int $depth): array
    {
        if ($value instanceof AccountsMark) {
            return ['$php' => 'accounts', 'count' => $value->count, 'list' => $value->isList];
        }
        if ($value instanceof \Closure) {
            return ['$php' => 'closure'];
        }
        $class = self::className($value);
        $id = \spl_object_id($value);
        if (isset($this->around[$id])) {
            return ['$php' => 'recursion', 'class' => $class];
        }
        if ($depth >= $this->depth || $this->left < 1) {
            return ['$php' => 'depth', 'type' => 'object', 'class' => $class];
        }
        $this->left--;
        $this->around[$id] = true;
        $typed = ['$php' => 'object', 'class' => $class, 'is' => self::kinds($value)];
        $typed += $this->content($value, $depth);
        unset($this->around[$id]);
        return $typed;
    }

    /**
     * What an object holds, in the form that says most.
     *
     * @return array<string, mixed>
     */
    private function content(object $value, int $depth): array
    {
        if ($value instanceof \DateTimeInterface) {
            // PHP's own method, not one the object's class may have put over it.
            $base = $value instanceof \DateTimeImmutable ? \DateTimeImmutable::class : \DateTime::class;
            $format = new \ReflectionMethod($base, 'format');
            try {
                $iso = $format->invoke($value, 'Y-m-d\TH:i:s.uP');
            } catch (\Throwable $unset) {
                $iso = false;
            }
            // PHP 8 throws and PHP 7 returns false for a date whose class never
            // called its parent's constructor.
            return \is_string($iso) ? ['iso' => $iso] : ['props' => []];
        }
        if ($value instanceof \UnitEnum) {
            $case = ['case' => $value->name];
            return $value instanceof \BackedEnum ? $case + ['value' => $this->node($value->value, $depth)] : $case;
        }
        return ['props' => $this->map(self::properties($value), $depth + 1)];
    }

    /**
     * The public properties. Unlike get_object_vars this runs no property hook.
     *
     * @return array<mixed>
     */
    private static function properties(object $value): array
    {
        $public = [];
        foreach (\get_mangled_object_vars($value) as $name => $property) {
            // Protected and private names begin with a NUL byte.
            if (\is_int($name) || $name === '' || $name[0] !== "\0") {
                $public[$name] = $property;
            }
        }
        return $public;
    }

    /** A class's name; that of an anonymous class without its file and address. */
    public static function className(object $value): string
    {
        return \explode("\0", \get_class($value), 2)[0];
    }

    /**
     * Parent classes, nearest first, and interfaces by name.
     *
     * @return string[]
     */
    public static function kinds(object $value): array
    {
        $parents = \array_values((array) \class_parents($value, false));
        $interfaces = \array_values((array) \class_implements($value, false));
        \sort($interfaces);
        $names = [];
        foreach (\array_merge($parents, $interfaces) as $name) {
            $names[] = \explode("\0", (string) $name, 2)[0];
        }
        return $names;
    }
}
