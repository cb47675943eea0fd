<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

// PDO is not part of every PHP.
if (\class_exists(\PDO::class, false)) {
    /** The database of a WHMCS, in memory, that tells what is asked of it. */
    class RecordingPdo extends \PDO
    {
        /** @var callable(string, array<mixed>): void */
        private $record;

        /** @param callable(string, array<mixed>): void $record */
        public function __construct(callable $record)
        {
            parent::__construct('sqlite::memory:');
            $this->record = $record;
            $this->setAttribute(\PDO::ATTR_ERRMODE, \PDO::ERRMODE_EXCEPTION);
            $this->setAttribute(\PDO::ATTR_STATEMENT_CLASS, [RecordedStatement::class, [$record]]);
        }

        /** @param string $statement */
        public function exec($statement): int
        {
            ($this->record)((string) $statement, []);
            return (int) parent::exec($statement);
        }

        /**
         * PHP 7 declares no parameter here, so that none may be required.
         *
         * @param string $query
         * @param int|null $fetchMode
         * @param mixed ...$rest
         */
        public function query($query = '', $fetchMode = null, ...$rest): \PDOStatement
        {
            ($this->record)((string) $query, []);
            $modes = $fetchMode === null ? [] : \array_merge([$fetchMode], $rest);
            return parent::query($query, ...$modes);
        }
    }
}
