"""Stands in for the module `pynvml` of nvidia-ml-py: the driver's edge, with the real names, for machines without one."""

from __future__ import annotations

from types import SimpleNamespace


class NVMLError(Exception):
    """As the real one."""


class NVMLError_NotSupported(NVMLError):
    """As the real one."""


class FakeDriver:
    """A driver with some GPUs. Each of its functions has the name and the units of the real one."""

    NVMLError = NVMLError
    NVMLError_NotSupported = NVMLError_NotSupported

    def __init__(self, *, gpus: int = 1, counts_energy: bool = True, tells_power: bool = True) -> None:
        self.gpus = gpus
        self.counts_energy = counts_energy
        self.tells_power = tells_power
        self.millijoules = 5_000_000
        self.milliwatts = 250_000
        self.used = 10 << 30
        self.initialised = 0

    def nvmlInit(self) -> None:
        self.initialised += 1

    def nvmlDeviceGetCount(self) -> int:
        return self.gpus

    def nvmlDeviceGetHandleByIndex(self, index: int) -> str:
        if not 0 <= index < self.gpus:
            raise NVMLError("Invalid Argument")
        return f"handle-{index}"

    def nvmlDeviceGetHandleByUUID(self, uuid: str) -> str:
        if not uuid.startswith("GPU-"):
            raise NVMLError("Invalid Argument")
        return f"handle-{uuid}"

    def nvmlDeviceGetName(self, handle: str) -> str:
        return "NVIDIA Test 4090"

    def nvmlDeviceGetMemoryInfo(self, handle: str) -> SimpleNamespace:
        total = 24 << 30
        return SimpleNamespace(total=total, used=self.used, free=total - self.used)

    def nvmlDeviceGetTotalEnergyConsumption(self, handle: str) -> int:
        if not self.counts_energy:
            raise NVMLError_NotSupported("Not Supported")
        return self.millijoules

    def nvmlDeviceGetPowerUsage(self, handle: str) -> int:
        if not self.tells_power:
            raise NVMLError_NotSupported("Not Supported")
        return self.milliwatts
