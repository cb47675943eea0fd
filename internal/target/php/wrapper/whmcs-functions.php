<?php

/**
 * Functions WHMCS gives to modules. They take any arguments, since what WHMCS
 * does with too few of them is not documented.
 */

declare(strict_types=1);

use Syncproof\Wrapper\StandIns;

if (StandIns::logs() && !\function_exists('logModuleCall')) {
    function logModuleCall(...$arguments)
    {
        StandIns::logged('logModuleCall', $arguments);
    }
}

if (StandIns::logs() && !\function_exists('logActivity')) {
    function logActivity(...$arguments)
    {
        StandIns::logged('logActivity', $arguments);
    }
}

if (StandIns::wanted() && !\function_exists('localAPI')) {
    function localAPI(...$arguments)
    {
        return StandIns::localApi($arguments);
    }
}

if (StandIns::wanted() && !\function_exists('encrypt')) {
    function encrypt(...$arguments)
    {
        return StandIns::encrypt($arguments);
    }
}

if (StandIns::wanted() && !\function_exists('decrypt')) {
    function decrypt(...$arguments)
    {
        return StandIns::decrypt($arguments);
    }
}
