<?php

// Compiles every PHP file below the named folders without running it. One file
// is broken on purpose.

$broken = 0;
$files = 0;
foreach (array_slice($argv, 1) as $folder) {
    $all = new RecursiveIteratorIterator(new RecursiveDirectoryIterator($folder, FilesystemIterator::SKIP_DOTS));
    foreach ($all as $file) {
        $path = (string) $file;
        if (substr($path, -4) !== '.php' || strpos($path, '/parse-error/') !== false) {
            continue;
        }
        $files++;
        try {
            token_get_all((string) file_get_contents($path), TOKEN_PARSE);
        } catch (ParseError $e) {
            $broken++;
            echo "$path:{$e->getLine()}: {$e->getMessage()}\n";
        }
    }
}
echo 'PHP ' . PHP_VERSION . ": $files files, $broken broken\n";
exit($broken === 0 && $files > 0 ? 0 : 1);
