"""How many new requests one address may send: a token bucket each (RFC 7415 describes the same for SIP overload)."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MOST_ADDRESSES = 1024  # addresses can be forged: what is remembered of them must not grow with their number


@dataclass(frozen=True, slots=True)
class Rate:
    """*per_second* in the long run, *burst* at once."""

    per_second: float
    burst: float


# One address that carries every caller of a call centre: fifteen calls a second have to get through, and four times as
# many when they are transferred or sent twice; and at once what has gathered in the quarter of a minute of an outage.
CARRIES_ALL = Rate(60.0, 240.0)
# One caller: to try a few times in a row is human, more is not.
ONE_CALLER = Rate(1.0, 5.0)


class RateLimit:
    """The buckets of all addresses. The one not heard of for the longest time is forgotten first, hence full again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tokens, and when that was

    def allows(self, address: str, rate: Rate) -> bool:
        """Take one of the tokens of this address; False when there is none."""
        now = self._clock()
        tokens, then = self._buckets.pop(address, (rate.burst, now))
        tokens = min(rate.burst, tokens + (now - then) * rate.per_second)
        allowed = tokens >= 1.0
        self._buckets[address] = (tokens - 1.0 if allowed else tokens, now)
        while len(self._buckets) > MOST_ADDRESSES:
            self._buckets.popitem(last=False)
        return allowed
