<?php

/**
 * Runs one session of syncproof: loads a WHMCS module as WHMCS would and calls
 * functions of it. See src/Main.php.
 */

declare(strict_types=1);

// All of it at once: a module may replace or remove autoloaders.
require __DIR__ . '/src/Php.php';
require __DIR__ . '/src/Text.php';
require __DIR__ . '/src/Limits.php';
require __DIR__ . '/src/Step.php';
require __DIR__ . '/src/Request.php';
require __DIR__ . '/src/Sink.php';
require __DIR__ . '/src/Channel.php';
require __DIR__ . '/src/ForkServer.php';
require __DIR__ . '/src/QuickEnd.php';
require __DIR__ . '/src/AccountsMark.php';
require __DIR__ . '/src/Encoder.php';
require __DIR__ . '/src/Events.php';
require __DIR__ . '/src/Paths.php';
require __DIR__ . '/src/Throwables.php';
require __DIR__ . '/src/Output.php';
require __DIR__ . '/src/Warnings.php';
require __DIR__ . '/src/Headers.php';
require __DIR__ . '/src/Handlers.php';
require __DIR__ . '/src/Settings.php';
require __DIR__ . '/src/Network.php';
require __DIR__ . '/src/Tree.php';
require __DIR__ . '/src/Symbols.php';
require __DIR__ . '/src/SourceFile.php';
require __DIR__ . '/src/Survey.php';
require __DIR__ . '/src/Loaded.php';
require __DIR__ . '/src/Watch.php';
require __DIR__ . '/src/Locale.php';
require __DIR__ . '/src/Environment.php';
require __DIR__ . '/src/MemorySession.php';
require __DIR__ . '/src/Superglobals.php';
require __DIR__ . '/src/Libraries.php';
require __DIR__ . '/src/Model.php';
require __DIR__ . '/src/UsageBilling.php';
require __DIR__ . '/src/Classes.php';
require __DIR__ . '/src/RecordedStatement.php';
require __DIR__ . '/src/RecordingPdo.php';
require __DIR__ . '/src/Mysql.php';
require __DIR__ . '/src/Tables.php';
require __DIR__ . '/src/Database.php';
require __DIR__ . '/src/Service.php';
require __DIR__ . '/src/ServiceModel.php';
require __DIR__ . '/src/StandIns.php';
require __DIR__ . '/src/Ending.php';
require __DIR__ . '/src/Module.php';
require __DIR__ . '/src/Session.php';
require __DIR__ . '/src/Harness.php';
require __DIR__ . '/src/Rehearsal.php';
require __DIR__ . '/src/Main.php';

// Called, not written out here: the module must not find variables of ours
// among the globals.
\Syncproof\Wrapper\Main::run(__DIR__);
