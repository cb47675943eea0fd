<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/**
 * What the models of WHMCS have beyond Eloquent's own: their documented
 * properties in place of the columns' names, as listed at
 * https://classdocs.whmcs.com/, and the relations modules follow.
 */
trait Model
{
    /**
     * @param string $key
     * @return mixed
     */
    public function getAttribute($key)
    {
        $columns = [
            'billingCycle' => 'billingcycle', 'clientId' => 'userid', 'companyName' => 'companyname',
            'dedicatedIp' => 'dedicatedip', 'domainStatus' => 'domainstatus', 'firstName' => 'firstname',
            'hostName' => 'hostname', 'ipAddress' => 'ipaddress', 'lastName' => 'lastname',
            'moduleConfigOption1' => 'configoption1', 'nextDueDate' => 'nextduedate', 'packageId' => 'packageid',
            'productGroupId' => 'gid', 'productId' => 'packageid', 'registrationDate' => 'regdate',
            'serverId' => 'server', 'status' => 'domainstatus', 'accessHash' => 'accesshash',
        ];
        if ($key === 'serviceProperties' && $this->table === 'tblhosting') {
            return new ServiceProperties(StandIns::service());
        }
        $column = $columns[$key] ?? $key;
        if (!\array_key_exists($key, $this->attributes) && \array_key_exists($column, $this->attributes)) {
            $key = $column;
        }
        return parent::getAttribute($key);
    }

    /** @return mixed */
    public function client()
    {
        return $this->belongsTo('WHMCS\\User\\Client', 'userid');
    }

    /** @return mixed */
    public function product()
    {
        return $this->belongsTo('WHMCS\\Product\\Product', 'packageid');
    }

    /** @return mixed */
    public function serverModel()
    {
        return $this->belongsTo('WHMCS\\Product\\Server', 'server');
    }

    /** @return mixed */
    public function services()
    {
        $key = $this->table === 'tblclients' ? 'userid' : ($this->table === 'tblproducts' ? 'packageid' : 'server');
        return $this->hasMany('WHMCS\\Service\\Service', $key);
    }

    /** @return mixed */
    public function customFieldValues()
    {
        return $this->hasMany('WHMCS\\CustomField\\CustomFieldValue', 'relid');
    }

    /** @return mixed */
    public function customField()
    {
        return $this->belongsTo('WHMCS\\CustomField', 'fieldid');
    }

    /**
     * A value of the settings.
     *
     * @param string $setting
     * @return mixed
     */
    public static function getValue($setting)
    {
        $row = static::query()->where('setting', $setting)->first();
        return $row === null ? null : $row->value;
    }
}
