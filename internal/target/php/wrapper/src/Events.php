<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/** Writes events, and knows how far the session has come. */
final class Events
{
    public const BOOT = 'boot';
    public const LOAD = 'load';
    public const CALL = 'call';
    public const END = 'end';

    /** Account lines are written in batches of about this many bytes. */
    private const BATCH = 65536;

    /** The phase the session is in. */
    public string $phase = self::BOOT;

    /** The call being made, or ''. */
    public string $call = '';

    private Sink $sink;
    private Encoder $encoder;
    private string $session;
    private string $nonce;
    private int $process;
    private string $batch = '';

    /** How each account of a call begins, and that call. */
    private string $accountHead = '';
    private string $accountsOf = '';

    private bool $closed = false;

    public function __construct(Sink $sink, Encoder $encoder, string $session, string $nonce)
    {
        $this->sink = $sink;
        $this->encoder = $encoder;
        $this->session = $session;
        $this->nonce = $nonce;
        $this->process = Php::process();
    }

    /**
     * Whether this is a process the module forked off. Nothing it does may end
     * up among the events.
     */
    public function inFork(): bool
    {
        return Php::process() !== $this->process;
    }

    /** @param array<string, mixed> $body */
    public function emit(string $event, array $body = []): void
    {
        if ($this->closed || $this->inFork()) {
            return;
        }
        $this->flush();
        $this->sink->write($this->encoder->json($this->head($event) + $body) . "\n");
    }

    /** Emits the last event. What destructors do after it belongs to nothing. */
    public function close(): void
    {
        $this->emit('final');
        $this->closed = true;
    }

    /**
     * @param int|string $key
     * @param string $json the account, encoded
     */
    public function account($key, string $json): void
    {
        // All but the key is the same in every line of a call: encoding it a million
        // times takes longer than encoding the accounts.
        if ($this->accountsOf !== $this->call || $this->accountHead === '') {
            $this->accountsOf = $this->call;
            $this->accountHead = \substr($this->encoder->json($this->head('account')), 0, -1) . ',"key":';
        }
        $name = \is_int($key) ? (string) $key : $this->encoder->json($this->encoder->key($key));
        $this->batch .= $this->accountHead . $name . ',"value":' . $json . "}\n";
        if (\strlen($this->batch) >= self::BATCH) {
            $this->flush();
        }
    }

    private function flush(): void
    {
        if ($this->batch === '') {
            return;
        }
        if (!$this->inFork()) {
            $this->sink->write($this->batch);
        }
        $this->batch = '';
    }

    /** @return array<string, string> */
    private function head(string $event): array
    {
        $head = ['event' => $event, 'session' => $this->session];
        if ($this->call !== '') {
            $head['call'] = $this->call;
        }
        if ($this->nonce !== '') {
            $head['nonce'] = $this->nonce;
        }
        return $head;
    }
}
