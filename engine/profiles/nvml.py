"""What NVIDIA's driver tells of its GPUs, through nvidia-ml-py. No library, driver or GPU: nothing is told.

Each reading stands alone: an old card that has no energy counter may still tell its power.
"""

from __future__ import annotations

import importlib
import logging
from dataclasses import dataclass
from typing import Any

log = logging.getLogger("engine.profiles.nvml")


@dataclass(frozen=True, kw_only=True)
class Gpu:
    """One GPU that this process could use."""

    index: int
    name: str
    #: bytes
    memory_total: int


class Nvml:
    """NVML, opened once. Every reading that a device does not give is None."""

    def __init__(self) -> None:
        self._library: Any = None
        try:
            library = importlib.import_module("pynvml")
            library.nvmlInit()
        except ImportError:
            return
        except (
            Exception
        ) as error:  # no driver, no permission, a driver that is being updated: all mean “unknown”
            log.info("NVML cannot be used (%s); energy and memory of GPUs stay unknown", error)
            return
        self._library = library

    def handle(self, index: int, *, uuid: str | None = None) -> Any:
        """The device with this number, or with this identity where given, or None.

        CUDA numbers only the devices it may see, NVML all of them: an identity is never mistaken.
        """
        if uuid is not None:
            full = uuid if uuid.startswith(("GPU-", "MIG-")) else f"GPU-{uuid}"
            found = self._read("nvmlDeviceGetHandleByUUID", full)
            if found is not None:
                return found
        return self._read("nvmlDeviceGetHandleByIndex", index)

    def gpus(self) -> list[Gpu]:
        """Every GPU of this machine."""
        found = []
        for index in range(self._read("nvmlDeviceGetCount") or 0):
            handle = self.handle(index)
            memory = self._read("nvmlDeviceGetMemoryInfo", handle)
            if handle is None or memory is None:
                continue
            name = self._read("nvmlDeviceGetName", handle) or "unknown GPU"
            name = name.decode() if isinstance(name, bytes) else str(name)
            found.append(Gpu(index=index, name=name, memory_total=int(memory.total)))
        return found

    def energy_joules(self, handle: Any) -> float | None:
        """Joules since the driver was loaded."""
        millijoules = self._read("nvmlDeviceGetTotalEnergyConsumption", handle)
        return None if millijoules is None else float(millijoules) / 1000

    def power_watts(self, handle: Any) -> float | None:
        """What the device draws now."""
        milliwatts = self._read("nvmlDeviceGetPowerUsage", handle)
        return None if milliwatts is None else float(milliwatts) / 1000

    def memory_used(self, handle: Any) -> int | None:
        """Bytes in use on the device, by everyone."""
        memory = self._read("nvmlDeviceGetMemoryInfo", handle)
        return None if memory is None else int(memory.used)

    def _read(self, function: str, *arguments: Any) -> Any:
        if self._library is None or None in arguments:
            return None
        try:
            return getattr(self._library, function)(*arguments)
        except Exception as error:  # not supported by this card, or the card is gone
            log.debug("%s: %s", function, error)
            return None
