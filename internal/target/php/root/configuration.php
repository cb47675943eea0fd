<?php

throw new RuntimeException(
    'The module asks for configuration.php, which holds the database password of WHMCS. '
    . 'A module has no need of it, and there is no WHMCS behind this test.'
);
