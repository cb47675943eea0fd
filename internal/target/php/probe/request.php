<?php

/**
 * Makes a request with each of PHP's own clients there are, to a name nobody
 * has, to see whether they are led to syncproof, and prints which it made.
 */

declare(strict_types=1);

const SYNCPROOF_NOBODY = 'https://panel.syncproof.invalid';

if (function_exists('curl_init') && function_exists('curl_exec')) {
    echo "/curl\n";
    $handle = curl_init(SYNCPROOF_NOBODY . '/curl');
    curl_setopt_array($handle, [CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => 5]);
    curl_exec($handle);
}
// They ignore proxy settings unless they are led by force.
if (ini_get('auto_prepend_file') !== '') {
    echo "/stream\n";
    $context = stream_context_create(['http' => ['timeout' => 5, 'ignore_errors' => true]]);
    @file_get_contents(SYNCPROOF_NOBODY . '/stream', false, $context);
}
