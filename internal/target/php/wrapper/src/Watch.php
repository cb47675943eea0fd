<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/** Sees what the module does besides returning, from begin() to end(). */
final class Watch
{
    private Output $output;
    private Warnings $warnings;
    private Handlers $handlers;
    private Settings $settings;
    private Headers $headers;
    private Encoder $encoder;
    private Tree $tree;
    private ?Network $network;

    /** When begin() was left, in nanoseconds; 0 while nothing runs. */
    private int $since = 0;

    public function __construct(Request $request, Paths $paths, Encoder $encoder, Headers $headers, Tree $tree)
    {
        $this->encoder = $encoder;
        $this->headers = $headers;
        $this->tree = $tree;
        $this->output = new Output($request->limits->text);
        $this->warnings = new Warnings($paths, $request->limits);
        $this->handlers = new Handlers($this->warnings, $paths);
        $this->settings = new Settings();
        $this->network = $request->countNetwork ? new Network() : null;
    }

    /** Takes hold of the warnings. */
    public function install(): void
    {
        $this->handlers->install();
    }

    /** Takes hold of what is printed. */
    public function buffer(): void
    {
        $this->output->open();
    }

    /** Forgets what was printed, and starts anew above buffers opened since. */
    public function disregard(): void
    {
        $this->output->take($this->encoder);
        $this->output->open();
    }

    public function begin(): void
    {
        $this->settings->lower();
        $this->settings->begin();
        $this->headers->begin();
        $this->tree->begin();
        if ($this->network !== null) {
            $this->network->begin();
        }
        $this->warnings->collect(true);
        $this->since = \hrtime(true);
    }

    /**
     * PHP's limits are lifted from here to the next begin(), so that what the
     * module did can be told even when it used up all it may.
     *
     * @param bool $dying PHP is shutting down
     * @param bool $fatal because of an error it cannot continue after
     * @return array<string, mixed> the effects since begin(), or of a span in
     *                              which no module code was to run
     */
    public function end(bool $dying = false, bool $fatal = false): array
    {
        $elapsed = $this->since === 0 ? 0 : \hrtime(true) - $this->since;
        $this->warnings->collect(false);
        // First of all, for PHP may warn about what follows; see Handlers.
        $state = $this->handlers->settle();
        $this->settings->lift();
        $buffers = $this->output->settle();
        if ($buffers !== '') {
            $state[] = ['name' => 'output buffers', 'before' => 'as found', 'after' => $buffers];
        }
        if ($dying) {
            // PHP itself takes the error handler away when it dies inside it,
            // and closes buffers when memory is used up.
            $state = [];
        }
        $effects = [
            'output' => $this->output->take($this->encoder),
            'warnings' => $this->warnings->take(),
        ];
        if ($this->since !== 0) {
            $effects['headers'] = $this->headers->end($fatal);
            $effects['network'] = $this->network === null ? 0 : $this->network->end();
            $effects['files'] = $this->tree->end();
            $state = \array_merge($state, $this->settings->settle());
        }
        $this->since = 0;
        $effects['state'] = $state;
        // What memory_limit is measured by, and so in steps of 2 MiB. PHP before
        // 8.2 cannot reset the peak, so it is the session's.
        $effects['memory'] = \memory_get_peak_usage(true);
        return \array_filter($effects) + ['seconds' => $elapsed / 1e9];
    }

    /** Stops collecting while the module has us do something, and resumes. */
    public function pause(bool $paused): void
    {
        $this->warnings->collect(!$paused && $this->since !== 0);
    }

    /** Puts handlers and buffers back as they were before install() and buffer(). */
    public function leave(): void
    {
        $this->handlers->leave();
        $this->output->close();
        $this->settings->lower();
    }

    /** Lets the module's own shutdown functions print to where PHP prints. */
    public function release(): void
    {
        $this->output->close();
    }
}
