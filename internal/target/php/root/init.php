<?php

throw new RuntimeException(
    'The module asks for init.php, which starts WHMCS. WHMCS has already started when it calls a module, '
    . 'and there is no WHMCS behind this test. Only files that are opened directly, such as a callback, need init.php.'
);
