"""A bounded queue that serves tiers by priority and keys fairly. Pure data: no threads, no clock, no torch."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Entry(Generic[T]):
    """One waiting piece of work."""

    item: T
    #: 0 is the most urgent
    level: int
    #: whose turn it uses up, usually a channel
    key: str
    #: how much of a turn it uses up, usually its pictures
    cost: int
    #: entries with equal, non-None batch keys may run together
    batch_key: Hashable | None = None


@dataclass
class _Level(Generic[T]):
    """Start-time fair queueing: the key that was served least so far goes next; idle time earns nothing."""

    lanes: dict[str, deque[Entry[T]]] = field(default_factory=dict)
    #: (what the key has been served, order of arrival, key), one per non-empty lane
    turns: list[tuple[float, int, str]] = field(default_factory=list)
    clock: float = 0.0
    served: dict[str, float] = field(default_factory=dict)
    arrivals: int = 0

    def push(self, entry: Entry[T]) -> None:
        lane = self.lanes.get(entry.key)
        if lane is None:
            self.lanes[entry.key] = deque([entry])
            self._enter(entry.key)
        else:
            lane.append(entry)

    def _enter(self, key: str) -> None:
        start = max(self.served.get(key, 0.0), self.clock)
        self.served[key] = start
        self.arrivals += 1
        heapq.heappush(self.turns, (start, self.arrivals, key))

    def peek(self) -> Entry[T] | None:
        return self.lanes[self.turns[0][2]][0] if self.turns else None

    def pop(self) -> Entry[T]:
        start, _, key = heapq.heappop(self.turns)
        lane = self.lanes[key]
        entry = lane.popleft()
        self.clock = start
        self.served[key] = start + entry.cost
        if lane:
            self._enter(key)
        else:
            del self.lanes[key]
            self._forget_the_even()
        return entry

    def _forget_the_even(self) -> None:
        if len(self.served) > 4 * len(self.lanes) + 64:
            self.served = {k: v for k, v in self.served.items() if v > self.clock or k in self.lanes}


class FairQueue(Generic[T]):
    """Waiting work, most urgent level first, fair between keys within a level."""

    def __init__(self) -> None:
        self._levels: dict[int, _Level[T]] = {}
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def push(self, entry: Entry[T]) -> None:
        """Let an entry wait."""
        self._levels.setdefault(entry.level, _Level()).push(entry)
        self._size += 1

    def waiting(self, level: int) -> int:
        """How many entries wait at this level."""
        lanes = self._levels[level].lanes if level in self._levels else {}
        return sum(len(lane) for lane in lanes.values())

    def has_more_urgent_than(self, level: int) -> bool:
        """Whether anything waits at a more urgent level."""
        return any(found.turns for number, found in self._levels.items() if number < level)

    def cost_ahead(self, level: int) -> dict[int, int]:
        """Cost that waits at this level and more urgent ones, by level."""
        return {
            number: sum(entry.cost for lane in found.lanes.values() for entry in lane)
            for number, found in self._levels.items()
            if number <= level
        }

    def take(self, *, more_urgent_than: int | None = None, most: int = 1) -> list[Entry[T]]:
        """The next entry and those that may join it, up to a total cost of `most`; empty when none may run.

        With `more_urgent_than`, only levels more urgent than it are looked at.
        """
        for number in sorted(self._levels):
            if more_urgent_than is not None and number >= more_urgent_than:
                break
            level = self._levels[number]
            if level.peek() is None:
                continue
            batch = [level.pop()]
            total = batch[0].cost
            while (
                batch[0].batch_key is not None
                and (following := level.peek()) is not None
                and following.batch_key == batch[0].batch_key
                and total + following.cost <= most
            ):
                batch.append(level.pop())
                total += following.cost
            self._size -= len(batch)
            return batch
        return []
