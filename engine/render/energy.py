"""Measures device time and energy, by the best means that the device offers. Knows nothing of requests.

In this order: a GPU's own energy counter, its power sampled over time, a CPU's energy counter (RAPL), and last the
watts that the profile says the device draws.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from engine.profiles.nvml import Nvml

RAPL_FOLDER = Path("/sys/class/powercap")
#: seconds between two looks at a GPU's power
SAMPLE_SECONDS = 0.05


class EnergySource(StrEnum):
    """How energy is known."""

    #: the GPU's own counter
    COUNTER = "counter"
    #: the GPU's power, sampled
    SAMPLED = "sampled"
    #: the CPU package's own counter; it counts whatever else the CPU does, too
    RAPL = "rapl"
    #: time × the watts in the profile: no measurement
    RATED = "rated"
    UNKNOWN = "unknown"


class EnergyCounter(Protocol):
    """Joules that only rise."""

    source: EnergySource

    def joules(self) -> float | None:
        """Joules since some moment, or None where unknown."""


class UnknownEnergy:
    """A device that tells nothing."""

    source = EnergySource.UNKNOWN

    def joules(self) -> float | None:
        return None


class CountedEnergy:
    """A GPU's own energy counter."""

    source = EnergySource.COUNTER

    def __init__(self, nvml: Nvml, handle: Any) -> None:
        self._nvml, self._handle = nvml, handle

    def joules(self) -> float | None:
        return self._nvml.energy_joules(self._handle)


class SampledEnergy:
    """A GPU's power, added up by a thread of its own; between two samples the mean of both counts."""

    source = EnergySource.SAMPLED

    def __init__(
        self, watts: Callable[[], float | None], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._watts, self._clock = watts, clock
        self._lock = threading.Lock()
        self._joules = 0.0
        self._last = (clock(), watts() or 0.0)

    def start(self) -> None:
        """Sample from now on, until the process ends."""
        threading.Thread(target=self._main, name="power-sampler", daemon=True).start()

    def sample(self) -> None:
        """Look at the power now."""
        watts = self._watts()
        with self._lock:
            now = self._clock()
            before, last = self._last
            watts = last if watts is None else watts
            self._joules += (last + watts) / 2 * (now - before)
            self._last = (now, watts)

    def joules(self) -> float | None:
        self.sample()
        return self._joules

    def _main(self) -> None:
        while True:
            time.sleep(SAMPLE_SECONDS)
            self.sample()


class RaplEnergy:
    """The energy counters of a CPU's packages, which start again at nought when they are full."""

    source = EnergySource.RAPL

    def __init__(self, folder: Path) -> None:
        # Zones within a package (`intel-rapl:0:1`) are counted in it already.
        self._zones = [
            (zone / "energy_uj", _number(zone / "max_energy_range_uj") or 0)
            for zone in sorted(folder.glob("intel-rapl:*"))
            if zone.name.count(":") == 1 and _number(zone / "energy_uj") is not None
        ]
        self._last = [_number(path) or 0 for path, _ in self._zones]
        self._total = 0

    @property
    def readable(self) -> bool:
        """Whether there are counters that this process may read; often only root may."""
        return bool(self._zones)

    def joules(self) -> float | None:
        for number, (path, most) in enumerate(self._zones):
            now = _number(path)
            if now is None:
                return None
            step = now - self._last[number]
            self._total += step if step >= 0 else step + most
            self._last[number] = now
        return self._total / 1e6


class RatedEnergy:
    """What a device would have drawn at its rated power all the while."""

    source = EnergySource.RATED

    def __init__(self, watts: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._watts, self._clock = watts, clock

    def joules(self) -> float | None:
        return self._watts * self._clock()


def gpu_energy(nvml: Nvml, handle: Any, *, rated_watts: float) -> EnergyCounter:
    """The best way to know the energy of a GPU, given its NVML handle."""
    if nvml.energy_joules(handle) is not None:
        return CountedEnergy(nvml, handle)
    if nvml.power_watts(handle) is not None:
        sampled = SampledEnergy(lambda: nvml.power_watts(handle))
        sampled.start()
        return sampled
    return _rated(rated_watts)


def cpu_energy(*, rated_watts: float, folder: Path | None = None) -> EnergyCounter:
    """The best way to know the energy of this machine's CPU."""
    rapl = RaplEnergy(folder or RAPL_FOLDER)
    return rapl if rapl.readable else _rated(rated_watts)


def _rated(watts: float) -> EnergyCounter:
    return RatedEnergy(watts) if watts > 0 else UnknownEnergy()


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


class Stopwatch:
    """Seconds and joules of one piece of work, without the work that interrupted it."""

    def __init__(self, energy: EnergyCounter, synchronise: Callable[[], None] = lambda: None) -> None:
        self._energy = energy
        self._synchronise = synchronise
        self._seconds = 0.0
        self._joules = 0.0
        self._since = time.perf_counter()
        self._joules_since = energy.joules()

    def read(self) -> tuple[float, float | None]:
        """Seconds and joules so far; joules is None where the device does not tell."""
        self._synchronise()
        joules = self._energy.joules()
        seconds = self._seconds + time.perf_counter() - self._since
        if joules is None or self._joules_since is None:
            return seconds, None
        return seconds, self._joules + joules - self._joules_since

    @contextmanager
    def paused(self) -> Iterator[None]:
        """What happens inside is somebody else's work."""
        seconds, joules = self.read()
        self._seconds, self._joules = seconds, joules or 0.0
        try:
            yield
        finally:
            self._since = time.perf_counter()
            self._joules_since = self._energy.joules()
