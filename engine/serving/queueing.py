"""A bounded queue that serves tiers by priority and keys fairly. Pure data: no threads, no clock, no torch.

Every operation takes about the same time whether ten or ten thousand entries wait.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")

#: how many turns ahead are looked at for entries that may join a batch
JOINING_TURNS = 16


@dataclass(frozen=True, kw_only=True, eq=False)
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
    #: (what the key has been served, order of arrival, key); only a key's latest turn counts
    turns: list[tuple[float, int, str]] = field(default_factory=list)
    latest: dict[str, int] = field(default_factory=dict)
    clock: float = 0.0
    served: dict[str, float] = field(default_factory=dict)
    arrivals: int = 0
    #: what waits: entries, and their cost
    count: int = 0
    cost: int = 0
    #: how long `served` may grow before keys that are even with the rest are forgotten
    bound: int = 64

    def push(self, entry: Entry[T], *, first: bool = False) -> None:
        self.count += 1
        self.cost += entry.cost
        lane = self.lanes.get(entry.key)
        if lane is None:
            self.lanes[entry.key] = deque([entry])
            self._enter(entry.key)
        elif first:
            lane.appendleft(entry)
        else:
            lane.append(entry)

    def _enter(self, key: str) -> None:
        start = max(self.served.get(key, 0.0), self.clock)
        self.served[key] = start
        self.arrivals += 1
        self.latest[key] = self.arrivals
        heapq.heappush(self.turns, (start, self.arrivals, key))

    def next_turn(self, gone: set[Entry[T]]) -> tuple[float, int, str] | None:
        """The turn that comes next, after clearing away what is out of date or was withdrawn."""
        while self.turns:
            turn = self.turns[0]
            key = turn[2]
            if self.latest.get(key) != turn[1]:
                heapq.heappop(self.turns)
                continue
            lane = self.lanes[key]
            while lane and lane[0] in gone:
                gone.discard(lane.popleft())
            if lane:
                return turn
            heapq.heappop(self.turns)
            self._leave(key)
        return None

    def pop(self) -> Entry[T]:
        """The entry of the turn that `next_turn` told."""
        start, _, key = heapq.heappop(self.turns)
        lane = self.lanes[key]
        entry = lane.popleft()
        self.count -= 1
        self.cost -= entry.cost
        self.clock = max(self.clock, start)
        self.served[key] = start + entry.cost
        if lane:
            self._enter(key)
        else:
            self._leave(key)
        return entry

    def _leave(self, key: str) -> None:
        del self.lanes[key], self.latest[key]
        if len(self.served) > self.bound:
            self.served = {k: v for k, v in self.served.items() if v > self.clock or k in self.lanes}
            # Doubled, so that going through all of them stays rare.
            self.bound = max(64, 2 * len(self.served))


class FairQueue(Generic[T]):
    """Waiting work, most urgent level first, fair between keys within a level."""

    def __init__(self) -> None:
        self._levels: dict[int, _Level[T]] = {}
        self._size = 0
        #: withdrawn entries that still lie in a lane
        self._gone: set[Entry[T]] = set()

    def __len__(self) -> int:
        return self._size

    def push(self, entry: Entry[T], *, first: bool = False) -> None:
        """Let an entry wait; with `first` before all others of its key."""
        self._levels.setdefault(entry.level, _Level()).push(entry, first=first)
        self._size += 1

    def remove(self, entry: Entry[T]) -> None:
        """Withdraw an entry that waits."""
        level = self._levels[entry.level]
        level.count -= 1
        level.cost -= entry.cost
        self._size -= 1
        self._gone.add(entry)

    def waiting(self, level: int) -> int:
        """How many entries wait at this level."""
        return self._levels[level].count if level in self._levels else 0

    def has_more_urgent_than(self, level: int) -> bool:
        """Whether anything waits at a more urgent level."""
        return any(found.count for number, found in self._levels.items() if number < level)

    def cost_ahead(self, level: int) -> dict[int, int]:
        """Cost that waits at this level and more urgent ones, by level."""
        return {number: found.cost for number, found in self._levels.items() if number <= level}

    def take(self, *, more_urgent_than: int | None = None, most: int = 1) -> list[Entry[T]]:
        """The next entry and those that may join it, up to a total cost of `most`; empty when none may run.

        With `more_urgent_than`, only levels more urgent than it are looked at.
        """
        for number in sorted(self._levels):
            if more_urgent_than is not None and number >= more_urgent_than:
                break
            level = self._levels[number]
            if level.next_turn(self._gone) is None:
                continue
            batch = [level.pop()]
            if batch[0].batch_key is not None:
                self._join(level, batch, most)
            self._size -= len(batch)
            return batch
        return []

    def _join(self, level: _Level[T], batch: list[Entry[T]], most: int) -> None:
        """Add entries of the next turns that fit; the others keep their turns."""
        total = batch[0].cost
        passed: list[tuple[float, int, str]] = []
        while total < most and len(passed) < JOINING_TURNS and (turn := level.next_turn(self._gone)):
            head = level.lanes[turn[2]][0]
            if head.batch_key == batch[0].batch_key and total + head.cost <= most:
                batch.append(level.pop())
                total += head.cost
            else:
                passed.append(heapq.heappop(level.turns))
        for turn in passed:
            heapq.heappush(level.turns, turn)
