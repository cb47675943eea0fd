<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/**
 * The database of WHMCS as far as modules read it: tables in an SQLite database
 * in memory, made when the first query comes, which leaves nothing behind.
 */
final class Database
{
    private Request $request;

    /** @var callable(string, array<mixed>): void */
    private $record;

    private ?\PDO $pdo = null;
    private bool $booted = false;

    /** What is written to fill the tables is not the module's doing. */
    private bool $filling = false;

    /** @var array<mixed> the parameters of the call that is being made */
    private array $params = [];

    /** @param callable(string, array<mixed>): void $record is told of each query */
    public function __construct(Request $request, callable $record)
    {
        $this->request = $request;
        $this->record = $record;
    }

    /**
     * The server in the tables is the one the module is called for.
     *
     * @param array<mixed> $params
     */
    public function server(array $params): void
    {
        $this->params = $params;
        if ($this->pdo !== null) {
            $this->fill();
        }
    }

    /** Makes the database that of Capsule and of all models, once. */
    public function boot(): void
    {
        if ($this->booted || !\extension_loaded('pdo_sqlite')) {
            return;
        }
        $this->booted = true;
        $open = function (): \PDO {
            return $this->open();
        };
        \Illuminate\Database\Connection::resolverFor('sqlite', static function ($pdo, $name, $prefix, $config) use ($open) {
            return new \Illuminate\Database\SQLiteConnection($open, $name, $prefix, $config);
        });
        $manager = new \Illuminate\Database\Capsule\Manager();
        $manager->addConnection(['driver' => 'sqlite', 'database' => ':memory:', 'prefix' => '']);
        $manager->setAsGlobal();
        $manager->bootEloquent();
    }

    private function open(): \PDO
    {
        if ($this->pdo === null) {
            $this->filling = true;
            $this->pdo = new RecordingPdo(function (string $query, array $bound): void {
                if (!$this->filling) {
                    ($this->record)($query, $bound);
                }
            });
            Mysql::imitate($this->pdo);
            foreach (Tables::COLUMNS as $table => $columns) {
                $this->pdo->exec('CREATE TABLE ' . $table . ' (' . Tables::definition($columns) . ')');
            }
            $this->insert(Tables::around());
            if (!$this->request->noServices) {
                $this->insert(Tables::services($this->serverId()));
            }
            $this->fill();
        }
        return $this->pdo;
    }

    /** Puts the server in. */
    private function fill(): void
    {
        $this->filling = true;
        $this->pdo->exec('DELETE FROM tblservers');
        $this->insert(Tables::server($this->params, $this->request->module));
        $this->filling = false;
    }

    private function serverId(): int
    {
        $id = $this->params['serverid'] ?? 1;
        return \is_scalar($id) ? (int) $id : 1;
    }

    /** @param array<int, array{string, array<string, mixed>}> $rows */
    private function insert(array $rows): void
    {
        foreach ($rows as [$table, $row]) {
            $names = '"' . \implode('", "', \array_keys($row)) . '"';
            $marks = \implode(', ', \array_fill(0, \count($row), '?'));
            $this->pdo->prepare("INSERT INTO $table ($names) VALUES ($marks)")->execute(\array_values($row));
        }
    }
}
