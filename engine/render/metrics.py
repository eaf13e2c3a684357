"""Counts what the engine does and tells it in Prometheus' text format. Thread-safe; knows no HTTP."""

from __future__ import annotations

import bisect
import threading
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress

import psutil

from engine.profiles.profile import Tier

#: upper bounds of the buckets for durations, in seconds
SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
#: upper bounds of the buckets for batch sizes, in pictures
PICTURES = (1, 2, 4, 8, 16, 32)

HELP = {
    "draftroom_queue_wait_seconds": "Time between acceptance and the start of work.",
    "draftroom_first_preview_seconds": "Time between acceptance and the first preview.",
    "draftroom_batch_pictures": "Pictures denoised together.",
    "draftroom_device_seconds_total": "Device time spent on delivered pictures.",
    "draftroom_joules_total": "Energy spent on delivered pictures, where the device tells.",
    "draftroom_pictures_total": "Pictures delivered.",
    "draftroom_device_memory_bytes": "Memory of the device that torch holds now.",
    "draftroom_device_memory_peak_bytes": "The most memory of the device that torch ever held.",
    "draftroom_gpu_memory_bytes": "Memory of the GPU that is in use, by everyone, as its driver tells.",
    "draftroom_energy_source": "1 for how the device's energy is known: counter, sampled, rapl, rated, unknown.",
    "draftroom_failures_total": "Jobs that failed, by reason.",
    "draftroom_cancelled_total": "Jobs that nobody waited for any more.",
    "draftroom_refused_total": "Requests turned away, by reason.",
    "draftroom_overtakes_total": "Times that urgent work ran inside a heavier render.",
    "draftroom_prompt_cache_total": "Prompt embeddings found in, or missing from, the cache.",
    "draftroom_workers_lost_total": "Workers that hung or crashed and were replaced.",
    "draftroom_memory_retries_total": "Batches made again in smaller parts after running out of memory.",
    "draftroom_float32_retries_total": "Pictures rendered again in float32 after a broken result.",
}


class _Histogram:
    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def observe(self, value: float) -> None:
        self.counts[bisect.bisect_left(self.bounds, value)] += 1
        self.total += value


class Metrics:
    """The engine's counters."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counters: dict[tuple[str, str], float] = defaultdict(float)
        self._gauges: dict[tuple[str, str], float] = {}
        self._histograms: dict[tuple[str, str], _Histogram] = {}

    def started(self, tier: Tier, waited_seconds: float) -> None:
        self.observe("draftroom_queue_wait_seconds", f'tier="{tier}"', waited_seconds, SECONDS)

    def first_preview(self, tier: Tier, seconds: float) -> None:
        self.observe("draftroom_first_preview_seconds", f'tier="{tier}"', seconds, SECONDS)

    def batch(self, tier: Tier, pictures: int) -> None:
        self.observe("draftroom_batch_pictures", f'tier="{tier}"', pictures, PICTURES)

    def delivered(self, tier: Tier, seconds: float, joules: float | None) -> None:
        self.count("draftroom_pictures_total", f'tier="{tier}"')
        self.count("draftroom_device_seconds_total", f'tier="{tier}"', seconds)
        if joules is not None:
            self.count("draftroom_joules_total", f'tier="{tier}"', joules)

    def failed(self, tier: Tier, code: str) -> None:
        self.count("draftroom_failures_total", f'tier="{tier}",code="{code}"')

    def cancelled(self, tier: Tier) -> None:
        self.count("draftroom_cancelled_total", f'tier="{tier}"')

    def refused(self, code: str) -> None:
        self.count("draftroom_refused_total", f'code="{code}"')

    def overtook(self) -> None:
        self.count("draftroom_overtakes_total", "")

    def prompt_cache(self, *, hit: bool) -> None:
        self.count("draftroom_prompt_cache_total", f'result="{"hit" if hit else "miss"}"')

    def retried_in_float32(self, tier: Tier) -> None:
        self.count("draftroom_float32_retries_total", f'tier="{tier}"')

    def retried_smaller(self, tier: Tier) -> None:
        self.count("draftroom_memory_retries_total", f'tier="{tier}"')

    def device_memory(self, device: str, *, used: int, peak: int) -> None:
        self.gauge("draftroom_device_memory_bytes", f'device="{device}"', used)
        self.gauge("draftroom_device_memory_peak_bytes", f'device="{device}"', peak)

    def gpu_memory(self, device: str, used: int) -> None:
        self.gauge("draftroom_gpu_memory_bytes", f'device="{device}"', used)

    def energy_source(self, device: str, source: str) -> None:
        self.gauge("draftroom_energy_source", f'device="{device}",source="{source}"', 1)

    def worker_lost(self) -> None:
        self.count("draftroom_workers_lost_total", "")

    def count(self, name: str, labels: str, amount: float = 1.0) -> None:
        """Add to a counter."""
        with self._lock:
            self._counters[name, labels] += amount

    def observe(self, name: str, labels: str, value: float, bounds: tuple[float, ...]) -> None:
        """Put a value into a histogram."""
        with self._lock:
            self._histograms.setdefault((name, labels), _Histogram(bounds)).observe(value)

    def gauge(self, name: str, labels: str, value: float) -> None:
        """Set what goes up and down."""
        with self._lock:
            self._gauges[name, labels] = value

    def text(self, *, waiting: Mapping[Tier, int], ready: bool) -> str:
        """Everything counted so far, in Prometheus' text format."""
        lines = ["# HELP draftroom_ready Whether the model is loaded.", "# TYPE draftroom_ready gauge"]
        lines.append(f"draftroom_ready {int(ready)}")
        lines += ["# HELP draftroom_queue_jobs Jobs that wait.", "# TYPE draftroom_queue_jobs gauge"]
        lines += [f'draftroom_queue_jobs{{tier="{tier}"}} {count}' for tier, count in waiting.items()]
        lines += [
            "# HELP draftroom_memory_bytes Resident memory, workers included.",
            "# TYPE draftroom_memory_bytes gauge",
        ]
        lines.append(f"draftroom_memory_bytes {_resident_bytes()}")
        with self._lock:
            told = set()
            for (name, labels), value in sorted(self._gauges.items()):
                if name not in told:
                    lines += [f"# HELP {name} {HELP[name]}", f"# TYPE {name} gauge"]
                    told.add(name)
                lines.append(f"{name}{{{labels}}} {value:.0f}")
            for (name, labels), value in sorted(self._counters.items()):
                if name not in told:
                    lines += [f"# HELP {name} {HELP[name]}", f"# TYPE {name} counter"]
                    told.add(name)
                lines.append(f"{name}{{{labels}}} {value:g}" if labels else f"{name} {value:g}")
            for (name, labels), histogram in sorted(self._histograms.items()):
                if name not in told:
                    lines += [f"# HELP {name} {HELP[name]}", f"# TYPE {name} histogram"]
                    told.add(name)
                running = 0
                for bound, count in zip((*histogram.bounds, "+Inf"), histogram.counts, strict=True):
                    running += count
                    lines.append(f'{name}_bucket{{{labels},le="{bound}"}} {running}')
                lines += [
                    f"{name}_sum{{{labels}}} {histogram.total:g}",
                    f"{name}_count{{{labels}}} {running}",
                ]
        return "\n".join(lines) + "\n"


def _resident_bytes() -> int:
    """Memory of this process and of the workers' processes."""
    own = psutil.Process()
    total = int(own.memory_info().rss)
    for child in own.children(recursive=True):
        # One may end while it is looked at.
        with suppress(psutil.Error):
            total += int(child.memory_info().rss)
    return total
