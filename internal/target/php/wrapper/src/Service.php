<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/**
 * The service of WHMCS that calls like CreateAccount() are about, from one call
 * to the next: what the module saves of it is what the next call is given.
 */
final class Service
{
    /** The fields of a service that a module may change, as its parameters name them. */
    private const FIELDS = ['domain', 'username', 'password'];

    /**
     * Names of service properties that are no custom fields, as listed at
     * https://developers.whmcs.com/provisioning-modules/service-properties/
     */
    private const PROPERTIES = [
        'username' => 'username', 'password' => 'password', 'domain' => 'domain', 'licensekey' => 'domain',
        'dedicatedip' => 'dedicatedip', 'diskusage' => 'diskusage', 'disklimit' => 'disklimit',
        'bandwidthusage' => 'bwusage', 'bandwidthlimit' => 'bwlimit', 'lastupdate' => 'lastupdate',
    ];

    private Database $database;

    /** @var array<string, string> fields by the names of their columns */
    private array $fields = [];

    /** @var array<string, string> custom fields by name */
    private array $custom = [];

    /** @var array<string, string> what the database held of each when it was filled */
    private array $filled = [];

    public function __construct(Database $database)
    {
        $this->database = $database;
    }

    /**
     * The parameters of a call, brought up to date.
     *
     * @param array<mixed> $given
     * @return array<mixed>
     */
    public function params(array $given): array
    {
        if ($this->fields === []) {
            foreach (self::FIELDS as $name) {
                $this->fields[$name] = (string) ($given[$name] ?? '');
            }
            foreach ((array) ($given['customfields'] ?? []) as $name => $value) {
                $this->custom[(string) $name] = (string) $value;
            }
            $this->filled = $this->flat();
            $this->database->service($given);
        }
        $this->read();
        foreach (self::FIELDS as $name) {
            $given[$name] = $this->fields[$name];
        }
        $given['customfields'] = $this->custom;
        $given['model'] = $this->model($given);
        return $given;
    }

    /** @return array<string, mixed> what WHMCS holds of the service now */
    public function held(): array
    {
        $this->read();
        return ['domain' => $this->fields['domain'], 'username' => $this->fields['username'], 'customfields' => $this->custom];
    }

    /** @return mixed the value of a service property */
    public function get(string $name)
    {
        $this->read();
        $field = self::field($name);
        return $field === '' ? ($this->custom[$name] ?? '') : ($this->fields[$field] ?? '');
    }

    /**
     * @param string $name
     * @param mixed $value
     */
    public function set($name, $value): void
    {
        // A value may come with the field it is to be kept in.
        $value = \is_array($value) ? ($value['value'] ?? '') : $value;
        $text = \is_scalar($value) ? (string) $value : '';
        $field = self::field((string) $name);
        if ($field === '') {
            $this->custom[(string) $name] = $text;
        } else {
            $this->fields[$field] = $text;
        }
    }

    private static function field(string $name): string
    {
        return self::PROPERTIES[\strtolower(\str_replace([' ', '_'], '', $name))] ?? '';
    }

    /** Takes over what the module wrote to the database itself. */
    private function read(): void
    {
        [$fields, $custom] = $this->database->heldService();
        foreach (['fields' => $fields, 'custom' => $custom] as $kind => $values) {
            foreach ($values as $name => $value) {
                $key = $kind . ' ' . $name;
                $known = $this->filled[$key] ?? '';
                if ((string) $value !== $known) {
                    $this->filled[$key] = (string) $value;
                    $this->{$kind}[$name] = (string) $value;
                }
            }
        }
    }

    /** @return array<string, string> */
    private function flat(): array
    {
        $flat = [];
        foreach (['fields' => $this->fields, 'custom' => $this->custom] as $kind => $values) {
            foreach ($values as $name => $value) {
                $flat[$kind . ' ' . $name] = $value;
            }
        }
        // The database holds it as WHMCS does.
        unset($flat['fields password']);
        return $flat;
    }

    /**
     * The model of the service: the real one where Eloquent is there.
     *
     * @param array<mixed> $params
     * @return object
     */
    private function model(array $params)
    {
        $class = 'WHMCS\\Service\\Service';
        if (\extension_loaded('pdo_sqlite') && \class_exists($class)) {
            $found = $this->database->quietly(static function () use ($class, $params) {
                return $class::find($params['serviceid']);
            });
            if ($found !== null) {
                return $found;
            }
        }
        return new ServiceModel($this, $params);
    }
}
