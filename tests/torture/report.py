"""What was promised, how often it was tried and how often it failed, with the seed that plays each failure again."""

from __future__ import annotations

import os
import platform
from collections import defaultdict
from dataclasses import dataclass, field

import psutil


@dataclass
class Report:
    """A tally for each promise, and figures beside them."""

    tried: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    failed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    figures: dict[str, str] = field(default_factory=dict)

    def hold(self, promise: str, kept: bool, replay: str) -> bool:
        """Count one try. `replay` says how to see it again."""
        self.tried[promise] += 1
        if not kept:
            self.failed[promise].append(replay)
            print(f"  ✗ {promise}: {replay}", flush=True)
        return kept

    @property
    def failures(self) -> int:
        """How many tries failed."""
        return sum(map(len, self.failed.values()))

    def table(self) -> str:
        """The tables in Markdown."""
        lines = ["| promise | tried | failed |", "| --- | ---: | ---: |"]
        lines += [
            f"| {promise} | {tried:,} | {len(self.failed[promise])} |"
            for promise, tried in self.tried.items()
        ]
        if self.figures:
            lines += ["", "| figure | measured |", "| --- | --- |"]
            lines += [f"| {name} | {value} |" for name, value in self.figures.items()]
        lines += [f"- {promise}: {replay}" for promise, those in self.failed.items() for replay in those]
        return "\n".join(lines)


def machine() -> str:
    """What it ran on, in a few words."""
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"
    )
