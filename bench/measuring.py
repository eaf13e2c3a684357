"""Measures sides in turns and tells median and range; what a row says about itself. Knows no engine."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

Side = Callable[[], Awaitable[float]]


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What one side measured, round by round."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def range(self) -> tuple[float, float]:
        return min(self.values), max(self.values)


async def in_turns(rounds: int, sides: Mapping[str, Side], *, warm_up: bool = True) -> dict[str, Sample]:
    """Call every side once unmeasured, then so many times in turns; each tells its own figure.

    The order is turned round each time, so that neither side always comes after the other.
    """
    if warm_up:
        for side in sides.values():
            await side()
    values: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(rounds):
        names = list(sides) if number % 2 == 0 else list(reversed(sides))
        for name in names:
            gc.collect()
            values[name].append(await sides[name]())
    return {name: Sample(values=tuple(found)) for name, found in values.items()}


def timed(work: Callable[[], object]) -> Side:
    """A side whose figure is the seconds that a plain function takes."""

    async def side() -> float:
        started = time.perf_counter()
        work()
        return time.perf_counter() - started

    return side


@dataclass(frozen=True, kw_only=True)
class Result:
    """One line of the table."""

    name: str
    #: what was measured, and what it is compared with
    what: str
    against: str
    ours: float
    peer: float
    unit: str
    #: the figure that the aim is about, and how it reads (“× faster”, “% slower”)
    ratio: float
    ratio_unit: str
    aim: str = ""
    #: None where the row only informs
    met: bool | None = None
    ours_range: tuple[float, float] | None = None
    peer_range: tuple[float, float] | None = None
    rounds: int = 1
    #: further figures of the same run
    more: Mapping[str, float] = field(default_factory=dict)
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """For `results.json`, with figures rounded to what they are worth."""

        def rounded(value: Any) -> Any:
            if isinstance(value, float):
                return float(f"{value:.4g}")
            if isinstance(value, dict):
                return {key: rounded(item) for key, item in value.items()}
            return [rounded(item) for item in value] if isinstance(value, list | tuple) else value

        return {key: rounded(value) for key, value in asdict(self).items()}


def faster(
    name: str, ours: Sample, peer: Sample, *, what: str, against: str, aim: float | None = None, **more: Any
) -> Result:
    """A row about seconds, whose ratio says how many times faster ours is."""
    ratio = peer.median / ours.median
    return Result(
        name=name,
        what=what,
        against=against,
        ours=ours.median,
        peer=peer.median,
        unit="s",
        ratio=ratio,
        ratio_unit="× faster",
        aim="" if aim is None else f"≥ {aim:g} ×",
        met=None if aim is None else ratio >= aim,
        ours_range=ours.range,
        peer_range=peer.range,
        rounds=len(ours.values),
        **more,
    )
