<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/** Puts the parts of one session together, in the order they must come in. */
final class Harness
{
    private Request $request;
    private Encoder $encoder;
    private Events $events;
    private Paths $paths;
    private Headers $headers;
    private Watch $watch;
    private Tree $tree;
    private Throwables $throwables;
    private Ending $ending;

    /**
     * @param string $own     the folder or file this wrapper lies in
     * @param string $watched the folder in which files written are noticed
     * @param bool   $whmcs   the root is that of a real WHMCS
     */
    public function __construct(Request $request, Sink $sink, string $own, string $watched, bool $whmcs = false)
    {
        $this->request = $request;
        $this->encoder = new Encoder($request->limits->depth);
        $this->events = new Events($sink, $this->encoder, $request->session, $request->nonce);
        $this->paths = new Paths($request->root, $own, $whmcs ? $request->moduleDir : '');
        $this->headers = new Headers();
        $this->tree = new Tree($watched, $this->paths);
        $this->watch = new Watch($request, $this->paths, $this->encoder, $this->headers, $this->tree);
        $this->throwables = new Throwables($this->paths, $request->limits->text);
        $this->ending = new Ending($this->events, $this->watch, $this->throwables);
    }

    /** From here on the session's end is reported, whatever it is. */
    public function guard(): void
    {
        $this->ending->register();
        $this->watch->buffer();
    }

    /** The JSON of what Ending::late() says, '' for nothing. */
    public function late(): string
    {
        $fatal = $this->ending->late();
        return $fatal === null ? '' : $this->encoder->json($fatal);
    }

    /** Leaves out of account what other code than the module has done so far. */
    public function disregard(): void
    {
        $this->watch->disregard();
        $this->tree->disregard();
        Symbols::disregard();
    }

    /** Remembers the headers that header-functions.php is given. */
    public function rememberHeaders(): void
    {
        if (\function_exists('header') && (new \ReflectionFunction('header'))->isUserDefined()) {
            $this->headers->remember();
        }
    }

    /** Lets the stand-ins be defined, unless the session is to go without. */
    public function standIns(): void
    {
        if (!$this->request->withoutWhmcs) {
            StandIns::provide($this->request, $this->events, $this->encoder, $this->watch, $this->paths);
        }
    }

    /** @param array<string, mixed> $extra more keys for the boot event */
    public function boot(array $extra = []): void
    {
        Environment::prepare($this->request);
        $locale = $this->request->locale ? Locale::set() : Locale::current();
        $this->events->emit('boot', Environment::describe($locale) + $extra);
    }

    /** Makes everything a session consists of but the module, and puts it back. */
    public function rehearse(): void
    {
        $this->watch->buffer();
        $this->boot();
        $this->watch->install();
        $this->session()->rehearse();
        $this->watch->leave();
    }

    public function run(): void
    {
        $this->watch->install();
        $this->session()->run();
    }

    private function session(): Session
    {
        return new Session(
            $this->request,
            $this->events,
            $this->watch,
            $this->encoder,
            $this->throwables,
            $this->paths
        );
    }
}
