<?php

/**
 * The class modules take account states from. PENDING and TERMINATED are no
 * states ListAccounts may return; they are here so that a module that returns
 * them is told so, rather than that a constant is missing.
 */

declare(strict_types=1);

namespace WHMCS\Service;

use Syncproof\Wrapper\StandIns;

if (StandIns::wanted() && !\class_exists(Status::class, false)) {
    class Status
    {
        public const PENDING = 'Pending';
        public const ACTIVE = 'Active';
        public const SUSPENDED = 'Suspended';
        public const TERMINATED = 'Terminated';
    }
}
