<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/** The tables of WHMCS that modules read, and what they hold. */
final class Tables
{
    /** Columns other than id, by table; those that end in # hold numbers. */
    public const COLUMNS = [
        'tblservers' => 'name ipaddress assignedips hostname monthlycost noc statusaddress nameserver1 nameserver1ip'
            . ' nameserver2 nameserver2ip nameserver3 nameserver3ip nameserver4 nameserver4ip nameserver5 nameserver5ip'
            . ' maxaccounts# type username password accesshash secure port# active# disabled#',
        'tblservergroups' => 'name filltype#',
        'tblservergroupsrel' => 'groupid# serverid#',
        'tblproductgroups' => 'name slug headline tagline orderfrmtpl hidden# order#',
        'tblproducts' => 'type gid# name slug description hidden# servertype servergroup# paytype autosetup'
            . ' configoption1 configoption2 configoption3 configoption4 configoption5 configoption6 configoption7'
            . ' configoption8 configoption9 configoption10 configoption11 configoption12 configoption13 configoption14'
            . ' configoption15 configoption16 configoption17 configoption18 configoption19 configoption20'
            . ' configoption21 configoption22 configoption23 configoption24 order# retired#',
        'tblhosting' => 'userid# orderid# packageid# server# regdate domain paymentmethod firstpaymentamount amount'
            . ' billingcycle nextduedate nextinvoicedate termination_date completed_date domainstatus username password'
            . ' notes subscriptionid suspendreason overideautosuspend# overidesuspenduntil dedicatedip assignedips ns1 ns2'
            . ' diskusage# disklimit# bwusage# bwlimit# lastupdate created_at updated_at',
        'tblclients' => 'uuid firstname lastname companyname email address1 address2 city state postcode country'
            . ' phonenumber password currency# groupid# datecreated notes lastlogin ip host status language created_at'
            . ' updated_at',
        'tblcustomfields' => 'type relid# fieldname fieldtype description fieldoptions regexpr adminonly required'
            . ' showorder showinvoice sortorder#',
        'tblcustomfieldsvalues' => 'fieldid# relid# value',
        'tblconfiguration' => 'setting value created_at updated_at',
        'tbladmins' => 'uuid roleid# username firstname lastname email signature notes template language disabled#',
        'tbladdonmodules' => 'module setting value',
        'tblmodule_configuration' => 'entity_type entity_id# setting_name friendly_name value',
        'tblactivitylog' => 'date description user userid# ipaddr',
        'tblmodulelog' => 'date module action request response arrdata',
    ];

    /**
     * The users of services. No panel has them, so that a list with one of them
     * was not made from a panel's answers.
     */
    private const SERVICES = ['spkq7x2v', 'spwz4m9d', 'sptb6r3j'];

    public static function definition(string $columns): string
    {
        $list = ['id INTEGER PRIMARY KEY'];
        foreach (\explode(' ', $columns) as $column) {
            $number = \substr($column, -1) === '#';
            // Types and defaults as in WHMCS: a text left out is '' and not null.
            $list[] = '"' . \rtrim($column, '#') . '" ' . ($number ? 'INTEGER DEFAULT 0' : "TEXT DEFAULT ''");
        }
        return \implode(', ', $list);
    }

    /**
     * Rows that are there whatever the server.
     *
     * @return array<int, array{string, array<string, mixed>}>
     */
    public static function around(): array
    {
        $rows = [
            ['tbladmins', ['id' => 1, 'roleid' => 1, 'username' => 'admin', 'email' => 'admin@whmcs.syncproof.invalid']],
            ['tblproductgroups', ['id' => 1, 'name' => 'Hosting']],
        ];
        $settings = [
            'CompanyName' => 'Syncproof', 'Email' => 'billing@whmcs.syncproof.invalid', 'Charset' => 'utf-8',
            'SystemURL' => 'https://whmcs.syncproof.invalid/', 'Language' => 'english', 'DateFormat' => 'DD/MM/YYYY',
        ];
        foreach ($settings as $setting => $value) {
            $rows[] = ['tblconfiguration', ['setting' => $setting, 'value' => $value]];
        }
        return $rows;
    }

    /**
     * The server a module is called for, as WHMCS stores it.
     *
     * @param array<mixed> $params
     * @return array<int, array{string, array<string, mixed>}>
     */
    public static function server(array $params, string $module): array
    {
        if (!isset($params['serverid']) || !\is_scalar($params['serverid'])) {
            return [];
        }
        $text = static function (string $key) use ($params): string {
            return \is_scalar($params[$key] ?? null) ? (string) $params[$key] : '';
        };
        $secure = !\array_key_exists('serversecure', $params) || $params['serversecure'];
        return [['tblservers', [
            'id' => (int) $params['serverid'],
            'name' => 'Server ' . $text('serverid'),
            'ipaddress' => $text('serverip'),
            'hostname' => $text('serverhostname'),
            'type' => $module,
            'username' => $text('serverusername'),
            'password' => StandIns::encrypted($text('serverpassword')),
            'accesshash' => $text('serveraccesshash'),
            'secure' => $secure ? 'on' : '',
            'port' => $text('serverport') === '' ? null : (int) $text('serverport'),
            'maxaccounts' => 200,
            'active' => 1,
        ]]];
    }

    /**
     * Services of the server.
     *
     * @return array<int, array{string, array<string, mixed>}>
     */
    public static function services(int $server): array
    {
        $rows = [['tblproducts', ['id' => 1, 'gid' => 1, 'type' => 'hostingaccount', 'name' => 'Hosting']]];
        foreach (self::SERVICES as $i => $username) {
            $id = $i + 1;
            $domain = $username . '.example.net';
            $rows[] = ['tblclients', [
                'id' => $id, 'firstname' => 'Client', 'lastname' => 'No. ' . $id, 'status' => 'Active',
                'email' => 'owner@' . $domain, 'datecreated' => '2024-02-03',
            ]];
            $rows[] = ['tblhosting', [
                'id' => $id, 'userid' => $id, 'orderid' => $id, 'packageid' => 1, 'server' => $server,
                'regdate' => '2024-02-03', 'domain' => $domain, 'domainstatus' => 'Active', 'username' => $username,
                'dedicatedip' => '192.0.2.' . (200 + $id), 'billingcycle' => 'Monthly', 'paymentmethod' => 'banktransfer',
                'nextduedate' => '2030-01-03', 'password' => StandIns::encrypted('syncproof-service'),
            ]];
        }
        return $rows;
    }

    /**
     * A service that was ordered and is to be created, with its client, product and
     * custom fields.
     *
     * @param array<mixed> $params
     * @return array<int, array{string, array<string, mixed>}>
     */
    public static function service(array $params, int $server): array
    {
        $id = (int) $params['serviceid'];
        $client = (array) ($params['clientsdetails'] ?? []);
        $product = ['id' => $id, 'gid' => 1, 'type' => 'hostingaccount', 'name' => 'Hosting', 'servertype' => $params['moduletype'] ?? ''];
        for ($n = 1; $n <= 24; $n++) {
            $product['configoption' . $n] = $params['configoption' . $n] ?? '';
        }
        $rows = [
            ['tblproducts', $product],
            ['tblclients', [
                'id' => $id, 'firstname' => $client['firstname'] ?? '', 'lastname' => $client['lastname'] ?? '',
                'email' => $client['email'] ?? '', 'country' => $client['country'] ?? '', 'status' => 'Active',
            ]],
            ['tblhosting', [
                'id' => $id, 'userid' => $id, 'orderid' => $id, 'packageid' => $id, 'server' => $server,
                'regdate' => \date('Y-m-d'), 'domain' => $params['domain'], 'domainstatus' => 'Pending',
                'username' => $params['username'], 'password' => StandIns::encrypted((string) $params['password']),
                'billingcycle' => 'Monthly', 'paymentmethod' => 'banktransfer',
            ]],
        ];
        foreach (\array_keys((array) ($params['customfields'] ?? [])) as $n => $name) {
            $field = $id + $n;
            $rows[] = ['tblcustomfields', [
                'id' => $field, 'type' => 'product', 'relid' => $id, 'fieldname' => (string) $name, 'fieldtype' => 'text',
            ]];
            $rows[] = ['tblcustomfieldsvalues', ['fieldid' => $field, 'relid' => $id, 'value' => '']];
        }
        return $rows;
    }
}
