<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

// PDO is not part of every PHP.
if (\class_exists(\PDO::class, false)) {
    /** A prepared query, told of when it is sent. */
    class RecordedStatement extends \PDOStatement
    {
        /** @var callable(string, array<mixed>): void */
        private $record;

        /** @var array<int|string, mixed> */
        private array $bound = [];

        /** @param callable(string, array<mixed>): void $record */
        protected function __construct(callable $record)
        {
            $this->record = $record;
        }

        /**
         * @param int|string $param
         * @param mixed $value
         * @param int $type
         */
        public function bindValue($param, $value, $type = \PDO::PARAM_STR): bool
        {
            $this->bound[$param] = $value;
            return parent::bindValue($param, $value, $type);
        }

        /** @param array<mixed>|null $params */
        public function execute($params = null): bool
        {
            ($this->record)((string) $this->queryString, \array_values($params ?? $this->bound));
            return parent::execute($params);
        }
    }
}
