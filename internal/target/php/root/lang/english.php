<?php

$_LANG['locale'] = 'en_GB';
$_LANG['domain'] = 'Domain';
$_LANG['password'] = 'Password';
$_LANG['username'] = 'Username';
