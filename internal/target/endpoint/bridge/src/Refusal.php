<?php

declare(strict_types=1);

namespace Syncproof\Bridge;

/** A request that gets no answer. The code is the HTTP status. */
final class Refusal extends \RuntimeException
{
}
