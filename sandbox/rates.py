"""Slack's rate limits as token buckets: a tier per method, and one message a second per channel."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Tier:
    """`burst` calls at once, refilled at `per_s` calls a second."""

    burst: float
    per_s: float


TIERS = {
    1: Tier(burst=10, per_s=1 / 60),
    2: Tier(burst=20, per_s=20 / 60),
    3: Tier(burst=50, per_s=50 / 60),
    4: Tier(burst=100, per_s=100 / 60),
    5: Tier(burst=300, per_s=300 / 60),  # Slack's "special": hundreds a minute
}
#: chat.postMessage: one a second per channel, short bursts tolerated.
POSTING = Tier(burst=10, per_s=1.0)


@dataclass
class Rates:
    """Counts calls; `factor` multiplies every limit, 0 switches them off."""

    factor: float = 1.0
    clock: Callable[[], float] = time.monotonic
    _buckets: dict[str, tuple[float, float]] = field(default_factory=dict)

    def take(self, key: str, tier: Tier) -> int:
        """Spend one call; 0 when it may go on, else whole seconds to wait."""
        if self.factor <= 0:
            return 0
        burst, per_s = max(1.0, tier.burst * self.factor), tier.per_s * self.factor
        now = self.clock()
        left, then = self._buckets.get(key, (burst, now))
        left = min(burst, left + (now - then) * per_s)
        if left < 1:
            self._buckets[key] = (left, now)
            return max(1, math.ceil((1 - left) / per_s))
        self._buckets[key] = (left - 1, now)
        return 0
