<?php

declare(strict_types=1);

namespace Syncproof\Bridge;

use Syncproof\Wrapper\Environment;
use Syncproof\Wrapper\Harness;
use Syncproof\Wrapper\Php;
use Syncproof\Wrapper\Request;
use Syncproof\Wrapper\Superglobals;

/** One request to the bridge, in the steps the end of this file goes through. */
final class Bridge
{
    private static ?self $current = null;

    private Inquiry $inquiry;
    private Place $place;
    private Harness $harness;

    private function __construct(Inquiry $inquiry, Place $place, string $own)
    {
        $this->inquiry = $inquiry;
        $this->place = $place;
        // Not all of WHMCS is looked through for written files.
        $request = new Request($inquiry->forWrapper($place));
        $answer = new Answer($this->honoured());
        $this->harness = new Harness($request, $answer, $own, \dirname($place->file), $this->place->init !== '');
        $this->harness->guard();
        $answer->register($this->harness);
    }

    /** Lets the request in, or refuses it and ends. */
    public static function open(string $own): void
    {
        // What goes wrong here is no part of any answer.
        Php::call('ini_set', 'display_errors', '0');
        try {
            $token = Token::configured(\dirname($own));
            if (($_SERVER['REQUEST_METHOD'] ?? '') !== 'POST') {
                throw new Refusal('This is a bridge for syncproof. It takes POST requests only.', 405);
            }
            $token->demand();
            $inquiry = Inquiry::read();
            $place = Place::find($inquiry->module(), \dirname($own));
        } catch (Refusal $refusal) {
            self::refuse($refusal);
        }
        Token::hide();
        Environment::hide();
        self::$current = new self($inquiry, $place, $own);
    }

    /** The init.php to load, in the global scope as WHMCS expects; '' for none. */
    public static function init(): string
    {
        return self::$current->insideWhmcs() ? self::$current->place->init : '';
    }

    /** To be called when WHMCS is there, if it is to be there. */
    public static function boot(): void
    {
        $bridge = self::$current;
        $inside = $bridge->insideWhmcs();
        foreach ($bridge->inquiry->settings() as $name => $value) {
            Php::call('ini_set', $name, $value);
        }
        $bridge->harness->boot(['whmcs' => $inside]);
        if ($inside) {
            $bridge->harness->disregard();
            // init.php does this for pages of WHMCS.
            \defined('WHMCS') || \define('WHMCS', true);
        } else {
            $bridge->harness->standIns();
        }
    }

    /** Loads the module and makes the call. */
    public static function run(): void
    {
        $bridge = self::$current;
        $request = $bridge->inquiry->request();
        if ($request !== '' && $bridge->insideWhmcs()) {
            // The session is WHMCS's, and stays as it is.
            Superglobals::page($request, $bridge->place->root);
        } elseif ($request !== '') {
            Superglobals::fill($request, $bridge->place->root);
        }
        $bridge->harness->run();
    }

    private function insideWhmcs(): bool
    {
        return $this->place->init !== '' && !$this->inquiry->withoutWhmcs();
    }

    /** @return string[] */
    private function honoured(): array
    {
        return \array_keys(\array_filter([
            'withoutWHMCS' => $this->inquiry->withoutWhmcs(),
            'request' => $this->inquiry->request() !== '',
            'again' => $this->inquiry->again() !== '',
            // WHMCS has its own.
            'helpers' => $this->inquiry->helpers() !== '' && $this->place->init === '',
            'settings' => $this->inquiry->settings() !== [],
            // What a real WHMCS is asked is not known.
            'database' => $this->place->init === '' && !$this->inquiry->withoutWhmcs(),
        ]));
    }

    private static function refuse(Refusal $refusal): void
    {
        \http_response_code((int) $refusal->getCode());
        \header('Content-Type: text/plain; charset=utf-8');
        \header('Cache-Control: no-store');
        if ($refusal->getCode() === 405) {
            \header('Allow: POST');
        }
        echo $refusal->getMessage(), "\n";
        exit;
    }
}
