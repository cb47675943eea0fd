<?php

/**
 * What a module finds as $params['model'], as documented at
 * https://developers.whmcs.com/provisioning-modules/service-properties/
 */

declare(strict_types=1);

namespace Syncproof\Wrapper;

/** The properties of a service: custom fields, and some fields of its own. */
final class ServiceProperties
{
    private Service $service;

    public function __construct(Service $service)
    {
        $this->service = $service;
    }

    /**
     * @param string $name
     * @return mixed
     */
    public function get($name)
    {
        return $this->service->get((string) $name);
    }

    /**
     * @param array<mixed> $values
     * @return $this
     */
    public function save($values)
    {
        foreach ((array) $values as $name => $value) {
            $this->service->set((string) $name, $value);
        }
        return $this;
    }
}

/** The model of a service where there is no Eloquent to build one with. */
final class ServiceModel
{
    public int $id;
    public string $domain;
    public string $username;
    public ServiceProperties $serviceProperties;
    private Service $service;

    /** @param array<mixed> $params */
    public function __construct(Service $service, array $params)
    {
        $this->service = $service;
        $this->id = (int) ($params['serviceid'] ?? 0);
        $this->domain = (string) ($params['domain'] ?? '');
        $this->username = (string) ($params['username'] ?? '');
        $this->serviceProperties = new ServiceProperties($service);
    }

    public function save(): bool
    {
        $this->service->set('domain', $this->domain);
        $this->service->set('username', $this->username);
        return true;
    }
}
