<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/** Loads the module and makes the calls of one session. */
final class Session
{
    private Request $request;
    private Module $module;
    private Loaded $loaded;
    private Events $events;
    private Watch $watch;
    private Encoder $encoder;
    private Throwables $throwables;
    private Paths $paths;

    public function __construct(
        Request $request,
        Events $events,
        Watch $watch,
        Encoder $encoder,
        Throwables $throwables,
        Paths $paths
    ) {
        $this->request = $request;
        $this->events = $events;
        $this->watch = $watch;
        $this->encoder = $encoder;
        $this->throwables = $throwables;
        $this->paths = $paths;
        $this->loaded = new Loaded($paths, $request->moduleDir);
        $this->module = new Module($request->module, $request->file);
    }

    public function run(): void
    {
        if (!$this->load()) {
            return;
        }
        foreach ($this->request->steps as $step) {
            $this->step($step);
        }
    }

    /** Goes through a session without a module. */
    public function rehearse(): void
    {
        $symbols = new Symbols($this->paths);
        $this->watch->begin();
        $effects = $this->watch->end();
        $this->events->emit('loaded', ['ok' => true] + $symbols->defined() + $this->loaded->libraries() + $effects);
        $this->finish(static function (): array {
            return ['success' => true, 'accounts' => [['username' => 'none']]];
        }, true, false);
        $this->events->emit('shutdown', ['phase' => $this->events->phase] + $this->watch->end(true));
    }

    private function load(): bool
    {
        $symbols = new Symbols($this->paths);
        $this->events->phase = Events::LOAD;
        $thrown = null;
        $this->watch->begin();
        try {
            $this->module->load();
        } catch (\Throwable $thrown) {
            // Described below, when the handlers are ours again.
        }
        $effects = $this->watch->end();
        $this->leaveFork();
        $body = ['ok' => $thrown === null];
        if ($thrown !== null) {
            $body['throwable'] = $this->throwables->describe($thrown);
        }
        $body += $symbols->defined() + $this->loaded->libraries();
        $this->events->emit('loaded', $body + $this->survey() + $effects);
        $this->events->phase = Events::END;
        return $thrown === null;
    }

    /** @return array<string, mixed> the source key of a loaded event */
    private function survey(): array
    {
        if (!$this->request->survey) {
            return [];
        }
        try {
            $source = (new Survey($this->paths))->of($this->request->moduleDir);
        } catch (\Throwable $thrown) {
            // A file that cannot be looked through is not the module's failure.
            $source = null;
        }
        return $source === null ? [] : ['source' => (object) $source];
    }

    private function step(Step $step): void
    {
        $function = $this->module->functionName($step->function);
        $params = $step->noParams ? null : $step->params;
        if ($step->service) {
            $params = StandIns::service()->params($step->params);
        }
        // Modules write ConfigOptions both with and without a parameter.
        $optional = $step->function === 'ConfigOptions' && \function_exists($function);
        if ($params === null && $optional && Module::takesParameters($function)) {
            $params = $step->params;
        }
        $value = $this->call($step->call, $step->function, $function, $params);
        if ($step->loaders && \is_array($value)) {
            $this->callLoaders($value, $step->params);
        }
        if ($step->service) {
            $this->events->call = $step->call;
            StandIns::heldService();
            $this->events->call = '';
        }
        if ($step->usage !== '' && \is_object($value)) {
            $this->usage($step->usage, $value);
        }
        $this->release($value);
    }

    /**
     * @param array<mixed> $options
     * @param array<mixed> $params
     */
    private function callLoaders(array $options, array $params): void
    {
        foreach ($options as $name => $option) {
            $loader = \is_array($option) ? ($option['Loader'] ?? null) : null;
            if (\is_string($loader) && $loader !== '') {
                $function = $this->module->loaderName($loader);
                $list = $this->call('loader:' . $name, $function, $function, $params);
                $this->release($list);
            }
        }
    }

    /**
     * Calls usage() of a MetricProvider. Whom it names counts, not how much they
     * used.
     */
    private function usage(string $id, object $provider): void
    {
        $usage = static function () use ($provider) {
            $tenants = $provider->usage();
            if (!\is_iterable($tenants)) {
                return $tenants;
            }
            $names = [];
            foreach ($tenants as $name => $metrics) {
                $names[] = $name;
            }
            return $names;
        };
        $this->events->call = $id;
        $this->events->emit('call', ['function' => 'usage', 'params' => []]);
        $this->finish($usage, false, false);
        $this->events->phase = Events::END;
        $this->events->call = '';
    }

    /**
     * @param array<mixed>|null $params null to call without any argument
     * @return mixed what was returned, null if nothing was
     */
    private function call(string $id, string $shown, string $function, ?array $params)
    {
        $this->events->call = $id;
        $this->events->emit('call', [
            'function' => $shown,
            'params' => $this->encoder->typed($params ?? []),
            'at' => (new \DateTimeImmutable('now', new \DateTimeZone('UTC')))->format('Y-m-d\TH:i:s.u\Z'),
        ]);
        StandIns::calledFor($params ?? []);
        $value = null;
        if (\function_exists($function)) {
            $value = $this->enter($function, $params);
        } else {
            $this->events->emit('missing', ['function' => $function]);
        }
        $this->events->phase = Events::END;
        $this->events->call = '';
        return $value;
    }

    /**
     * @param array<mixed>|null $params
     * @return mixed
     */
    private function enter(string $function, ?array $params)
    {
        $call = static function () use ($function, $params) {
            return Module::call($function, $params);
        };
        $lists = $function === $this->module->functionName('ListAccounts');
        return $this->finish($call, $lists, $function === $this->module->functionName('ConfigOptions'));
    }

    /**
     * Makes a call and records what becomes of it.
     *
     * @param bool $lists   it returns a list of accounts
     * @param bool $ordered the order of what it returns counts
     * @return mixed
     */
    private function finish(callable $call, bool $lists, bool $ordered)
    {
        $this->events->phase = Events::CALL;
        $value = null;
        $thrown = null;
        $this->watch->begin();
        try {
            $value = $call();
        } catch (\Throwable $thrown) {
            // Described below, when the handlers are ours again.
        }
        $effects = $this->watch->end() + $this->loaded->libraries();
        $this->leaveFork();
        if ($thrown !== null) {
            $this->events->emit('threw', ['throwable' => $this->throwables->describe($thrown)] + $effects);
        } else {
            $typed = $this->record($value, $lists);
            if ($ordered) {
                $typed = $this->inOrder($typed);
            }
            $this->events->emit('returned', ['value' => $typed] + $effects);
        }
        return $value;
    }

    /**
     * Records what a function returned; of ListAccounts the list of accounts
     * entry by entry. Elsewhere "accounts" is a key like any other.
     *
     * @param mixed $value
     * @return mixed the value, typed, with a mark in the list's place
     */
    private function record($value, bool $lists)
    {
        $collects = \gc_enabled();
        // The collector would go through the whole list again and again.
        \gc_disable();
        if ($lists && \is_array($value) && \is_array($value['accounts'] ?? null)) {
            $mark = $this->recordAccounts($value['accounts']);
            $marked = [];
            // Entry by entry: were "accounts" a reference, writing to it would
            // change the module's own list.
            foreach ($value as $key => $entry) {
                $marked[$key] = $key === 'accounts' ? $mark : $entry;
            }
            $value = $marked;
        }
        $typed = $this->encoder->typed($value);
        if ($collects) {
            \gc_enable();
        }
        return $typed;
    }

    /**
     * Metadata names an option by its position, and JSON objects have none.
     *
     * @param mixed $typed
     * @return mixed
     */
    private function inOrder($typed)
    {
        $isMap = \is_array($typed) && \count($typed) > 1 && !isset($typed['$php']);
        if (!$isMap || \array_keys($typed) === \range(0, \count($typed) - 1)) {
            return $typed;
        }
        $entries = [];
        foreach ($typed as $key => $entry) {
            $entries[] = [$this->encoder->key($key), $entry];
        }
        return ['$php' => 'array', 'entries' => $entries];
    }

    /** @param array<mixed> $accounts */
    private function recordAccounts(array $accounts): AccountsMark
    {
        $precision = Encoder::precision('-1');
        $isList = true;
        $next = 0;
        foreach ($accounts as $key => $account) {
            $isList = $isList && $key === $next++;
            $this->events->account($key, $this->encoder->account($account));
        }
        Encoder::precision($precision);
        return new AccountsMark(\count($accounts), $isList);
    }

    /**
     * Lets go of what the module returned, which may run destructors of it.
     *
     * @param mixed $value
     */
    private function release(&$value): void
    {
        try {
            $value = null;
        } catch (\Throwable $thrown) {
            // Not part of any call.
            $value = null;
        }
    }

    /** A process the module forked off ends where the module hands it to us. */
    private function leaveFork(): void
    {
        if ($this->events->inFork()) {
            exit(0);
        }
    }
}
