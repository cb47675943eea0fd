<?php

declare(strict_types=1);

use Syncproof\Bridge\Bridge;

Bridge::open(__FILE__);

// Here and not in a function: WHMCS keeps variables in the global scope.
if (Bridge::init() !== '') {
    require Bridge::init();
}

Bridge::boot();
