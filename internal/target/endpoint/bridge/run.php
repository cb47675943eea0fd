<?php

declare(strict_types=1);

use Syncproof\Bridge\Bridge;

Bridge::run();
