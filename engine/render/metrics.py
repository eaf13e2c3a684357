"""Counts what the engine does, for Prometheus. Thread-safe; knows no HTTP.

A device in a process of its own counts here too: each count is one message on its pipe, so that there is one registry
in the server's process, and no files between processes that outlive those who wrote them.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import psutil
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

from engine.profiles.profile import Tier

#: upper bounds of the buckets for durations, in seconds
SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
#: upper bounds of the buckets for batch sizes, in pictures
PICTURES = (1, 2, 4, 8, 16, 32)

#: name without its prefix → what it counts, and by what
COUNTERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "device_seconds_total": ("Device time spent on delivered pictures.", ("tier",)),
    "joules_total": ("Energy spent on delivered pictures, where the device tells.", ("tier",)),
    "pictures_total": ("Pictures delivered.", ("tier",)),
    "failures_total": ("Jobs that failed, by reason.", ("tier", "code")),
    "cancelled_total": ("Jobs that nobody waited for any more.", ("tier",)),
    "refused_total": ("Requests turned away, by reason.", ("code",)),
    "overtakes_total": ("Times that urgent work ran inside a heavier render.", ()),
    "prompt_cache_total": ("Prompt embeddings found in, or missing from, the cache.", ("result",)),
    "workers_lost_total": ("Workers that hung or crashed and were replaced.", ()),
    "memory_retries_total": ("Batches made again in smaller parts after running out of memory.", ("tier",)),
    "float32_retries_total": ("Pictures rendered again in float32 after a broken result.", ("tier",)),
}
#: name without its prefix → what it is, by what, and the buckets' bounds
HISTOGRAMS: Mapping[str, tuple[str, tuple[str, ...], tuple[float, ...]]] = {
    "queue_wait_seconds": ("Time between acceptance and the start of work.", ("tier",), SECONDS),
    "first_preview_seconds": ("Time between acceptance and the first preview.", ("tier",), SECONDS),
    "batch_pictures": ("Pictures denoised together.", ("tier",), PICTURES),
}
#: name without its prefix → what it is, and by what
GAUGES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "ready": ("Whether the model is loaded.", ()),
    "queue_jobs": ("Jobs that wait.", ("tier",)),
    "memory_bytes": ("Resident memory, workers included.", ()),
    "device_memory_bytes": ("Memory of the device that torch holds now.", ("device",)),
    "device_memory_peak_bytes": ("The most memory of the device that torch ever held.", ("device",)),
    "gpu_memory_bytes": ("Memory of the GPU that is in use, by everyone, as its driver tells.", ("device",)),
    "energy_source": (
        "1 for how the device's energy is known: counter, sampled, rapl, rated, unknown.",
        ("device", "source"),
    ),
}
PREFIX = "draftroom_"

# When a counter was made is no news of the engine's.
disable_created_metrics()  # type: ignore[no-untyped-call]


class Metrics:
    """The engine's counters."""

    def __init__(self) -> None:
        # Each engine has its own: several run in one process in tests, and beside other users of the library.
        self._registry = registry = CollectorRegistry()
        self._counters = {
            name: Counter(PREFIX + name, told, labels, registry=registry)
            for name, (told, labels) in COUNTERS.items()
        }
        self._histograms = {
            name: Histogram(PREFIX + name, told, labels, buckets=bounds, registry=registry)
            for name, (told, labels, bounds) in HISTOGRAMS.items()
        }
        self._gauges = {
            name: Gauge(PREFIX + name, told, labels, registry=registry)
            for name, (told, labels) in GAUGES.items()
        }

    def started(self, tier: Tier, waited_seconds: float) -> None:
        self.observe("queue_wait_seconds", waited_seconds, tier=tier)

    def first_preview(self, tier: Tier, seconds: float) -> None:
        self.observe("first_preview_seconds", seconds, tier=tier)

    def batch(self, tier: Tier, pictures: int) -> None:
        self.observe("batch_pictures", pictures, tier=tier)

    def delivered(self, tier: Tier, seconds: float, joules: float | None) -> None:
        self.count("pictures_total", tier=tier)
        self.count("device_seconds_total", seconds, tier=tier)
        if joules is not None:
            self.count("joules_total", joules, tier=tier)

    def failed(self, tier: Tier, code: str) -> None:
        self.count("failures_total", tier=tier, code=code)

    def cancelled(self, tier: Tier) -> None:
        self.count("cancelled_total", tier=tier)

    def refused(self, code: str) -> None:
        self.count("refused_total", code=code)

    def overtook(self) -> None:
        self.count("overtakes_total")

    def prompt_cache(self, *, hit: bool) -> None:
        self.count("prompt_cache_total", result="hit" if hit else "miss")

    def retried_in_float32(self, tier: Tier) -> None:
        self.count("float32_retries_total", tier=tier)

    def retried_smaller(self, tier: Tier) -> None:
        self.count("memory_retries_total", tier=tier)

    def device_memory(self, device: str, *, used: int, peak: int) -> None:
        self.gauge("device_memory_bytes", used, device=device)
        self.gauge("device_memory_peak_bytes", peak, device=device)

    def gpu_memory(self, device: str, used: int) -> None:
        self.gauge("gpu_memory_bytes", used, device=device)

    def energy_source(self, device: str, source: str) -> None:
        self.gauge("energy_source", 1, device=device, source=source)

    def worker_lost(self) -> None:
        self.count("workers_lost_total")

    def count(self, name: str, amount: float = 1.0, **labels: str) -> None:
        """Add to a counter. A device's own counter that began again at 0 takes nothing away."""
        (self._counters[name].labels(**labels) if labels else self._counters[name]).inc(max(0.0, amount))

    def observe(self, name: str, value: float, **labels: str) -> None:
        """Put a value into a histogram."""
        self._histograms[name].labels(**labels).observe(value)

    def gauge(self, name: str, value: float, **labels: str) -> None:
        """Set what goes up and down."""
        (self._gauges[name].labels(**labels) if labels else self._gauges[name]).set(value)

    def text(self, *, waiting: Mapping[Tier, int], ready: bool) -> str:
        """Everything counted so far, in Prometheus' text format."""
        self.gauge("ready", ready)
        self.gauge("memory_bytes", _resident_bytes())
        for tier, count in waiting.items():
            self.gauge("queue_jobs", count, tier=tier)
        return generate_latest(self._registry).decode()


def _resident_bytes() -> int:
    """Memory of this process and of the workers' processes."""
    own = psutil.Process()
    total = int(own.memory_info().rss)
    for child in own.children(recursive=True):
        # One may end while it is looked at.
        with suppress(psutil.Error):
            total += int(child.memory_info().rss)
    return total
