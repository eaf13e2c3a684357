"""Measures device time and, where NVML tells, energy. Knows nothing of requests."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any


class EnergyCounter:
    """Reads a GPU's energy counter through NVML when that library and a GPU are there; otherwise tells None."""

    def __init__(self, device_index: int | None) -> None:
        self._handle: Any = None
        self._nvml: Any = None
        if device_index is None:
            return
        with suppress(
            Exception
        ):  # NVML is optional: no library, no driver and an old card all mean “unknown”
            import pynvml  # type: ignore[import-not-found,unused-ignore]

            pynvml.nvmlInit()
            handle = pynvml.nvmlDeviceGetHandleByIndex(device_index)
            pynvml.nvmlDeviceGetTotalEnergyConsumption(handle)
            self._nvml, self._handle = pynvml, handle

    def joules(self) -> float | None:
        """Joules since the driver was loaded, or None where unknown."""
        if self._handle is None:
            return None
        return float(self._nvml.nvmlDeviceGetTotalEnergyConsumption(self._handle)) / 1000


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
