<?php

declare(strict_types=1);

namespace Syncproof\Wrapper;

/**
 * Counts what is printed and keeps the beginning of it. The buffer hands on
 * every write at once, so that 200 MB printed do not become 200 MB of memory.
 */
final class Output
{
    private int $limit;
    private int $bytes = 0;
    private string $text = '';

    /** The buffer level that is ours. */
    private int $level = 0;

    /** Whether our buffer is still there. */
    private bool $open = false;

    public function __construct(int $limit)
    {
        $this->limit = $limit;
    }

    public function open(): void
    {
        $this->open = \ob_start([$this, 'swallow'], 1);
        $this->level = \ob_get_level();
    }

    /** The buffer's callback, called by PHP. */
    public function swallow(string $chunk, int $phase): string
    {
        if (($phase & \PHP_OUTPUT_HANDLER_FINAL) !== 0) {
            $this->open = false;
        }
        $this->bytes += \strlen($chunk);
        // Three bytes more than kept, so that a character is not cut in two.
        $room = $this->limit + 3 - \strlen($this->text);
        if ($room > 0) {
            $this->text .= \substr($chunk, 0, $room);
        }
        return '';
    }

    /**
     * Puts the buffers back as they were before the module ran. Buffers it
     * left open are flushed into ours, as PHP would at the end of the page.
     *
     * @return string how they were found, '' when nothing had changed
     */
    public function settle(): string
    {
        $found = '';
        $base = $this->open ? $this->level : $this->level - 1;
        $more = \ob_get_level() - $base;
        if ($more > 0) {
            $found = $more . ' more open';
        }
        if (!$this->open) {
            $closed = $more < 0 ? 1 - $more : 1;
            $found = $closed . ' closed that the module did not open' . ($found === '' ? '' : ', ' . $found);
        }
        while (\ob_get_level() > $base) {
            try {
                if (!@\ob_end_flush()) {
                    break;
                }
            } catch (\Throwable $thrown) {
                // The module's own buffer callback threw; its buffer is gone.
                continue;
            }
        }
        if (!$this->open) {
            $this->open();
        }
        return $found;
    }

    /** Lets everything printed from now on through to the standard output. */
    public function close(): void
    {
        if ($this->open && \ob_get_level() === $this->level) {
            @\ob_end_clean();
        }
    }

    /**
     * What was printed since the last time.
     *
     * @return array<string, mixed>
     */
    public function take(Encoder $encoder): array
    {
        $taken = ['bytes' => $this->bytes];
        if ($this->bytes > 0) {
            $taken['text'] = $encoder->typed(Text::head($this->text, $this->limit));
        }
        $this->bytes = 0;
        $this->text = '';
        return $taken;
    }
}
