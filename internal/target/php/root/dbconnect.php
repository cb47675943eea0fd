<?php

throw new RuntimeException(
    'The module asks for dbconnect.php, which opened the database in old versions of WHMCS. '
    . 'WHMCS has already opened it when it calls a module, and there is no WHMCS behind this test.'
);
