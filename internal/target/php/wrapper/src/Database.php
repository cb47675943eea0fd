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

    /** @var array<mixed> the parameters of the service that is created, [] for none */
    private array $service = [];

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
            $this->pdo = new RecordingPdo(function (string $query, array $bound): void {
                if (!$this->filling) {
                    ($this->record)($query, $bound);
                }
            });
            $this->quietly(function (): void {
                $this->furnish();
            });
        }
        return $this->pdo;
    }

    private function furnish(): void
    {
        Mysql::imitate($this->pdo);
        foreach (Tables::COLUMNS as $table => $columns) {
            $this->pdo->exec('CREATE TABLE ' . $table . ' (' . Tables::definition($columns) . ')');
        }
        $this->insert(Tables::around());
        if (!$this->request->noServices) {
            $this->insert(Tables::services($this->serverId()));
        }
        $this->fill();
        if ($this->service !== []) {
            $this->fillService();
        }
    }

    /** Puts the server in. */
    private function fill(): void
    {
        $this->quietly(function (): void {
            $this->pdo->exec('DELETE FROM tblservers');
            $this->insert(Tables::server($this->params, $this->request->module));
        });
    }

    /**
     * Does something that is not the module's doing.
     *
     * @return mixed
     */
    public function quietly(callable $do)
    {
        $filling = $this->filling;
        $this->filling = true;
        try {
            return $do();
        } finally {
            $this->filling = $filling;
        }
    }

    /**
     * Puts in a service that is about to be created.
     *
     * @param array<mixed> $params
     */
    public function service(array $params): void
    {
        $this->service = $params;
        if ($this->pdo !== null) {
            $this->fillService();
        }
    }

    /**
     * What the tables hold of that service. Without a database nothing could have
     * changed there.
     *
     * @return array{array<string, mixed>, array<string, mixed>} columns, and custom fields by name
     */
    public function heldService(): array
    {
        if ($this->pdo === null || $this->service === []) {
            return [[], []];
        }
        $id = (int) $this->service['serviceid'];
        return $this->quietly(function () use ($id): array {
            $fields = $this->pdo->query("SELECT domain, username, dedicatedip FROM tblhosting WHERE id = $id")
                ->fetch(\PDO::FETCH_ASSOC);
            $custom = $this->pdo->query('SELECT f.fieldname, v.value FROM tblcustomfieldsvalues v'
                . " JOIN tblcustomfields f ON f.id = v.fieldid WHERE v.relid = $id")->fetchAll(\PDO::FETCH_KEY_PAIR);
            return [$fields === false ? [] : $fields, $custom];
        });
    }

    private function fillService(): void
    {
        $this->quietly(function (): void {
            $this->insert(Tables::service($this->service, $this->serverId()));
        });
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
