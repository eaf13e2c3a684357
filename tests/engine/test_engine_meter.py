"""Energy and memory are told as well as the device can: counted, sampled, rated, or not at all."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from engine.models.listing import Machine, describe
from engine.profiles.nvml import Nvml
from engine.profiles.profile import Profile, load_profile
from engine.render.energy import (
    EnergySource,
    RaplEnergy,
    RatedEnergy,
    SampledEnergy,
    Stopwatch,
    cpu_energy,
    gpu_energy,
)
from tests.engine.fake_pynvml import FakeDriver
from tests.engine.served import Serve


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> FakeDriver:
    fake = FakeDriver()
    monkeypatch.setitem(sys.modules, "pynvml", fake)  # type: ignore[arg-type]
    return fake


def test_the_stand_in_has_no_name_that_the_real_library_lacks() -> None:
    real = pytest.importorskip("pynvml")
    for name in (*vars(FakeDriver), *dir(FakeDriver)):
        if name.lower().startswith("nvml"):
            assert hasattr(real, name), name


def test_a_gpus_own_counter_is_read_in_joules(driver: FakeDriver) -> None:
    nvml = Nvml()
    energy = gpu_energy(nvml, nvml.handle(0), rated_watts=300)
    assert energy.source is EnergySource.COUNTER
    assert energy.joules() == 5_000
    driver.millijoules += 1_500
    assert energy.joules() == 5_001.5


def test_without_a_counter_power_is_sampled(driver: FakeDriver) -> None:
    driver.counts_energy = False
    nvml = Nvml()
    energy = gpu_energy(nvml, nvml.handle(0), rated_watts=300)
    assert energy.source is EnergySource.SAMPLED
    before = energy.joules()
    after = energy.joules()
    assert before is not None
    assert after is not None
    assert after >= before


def test_sampled_power_is_added_up_over_time() -> None:
    now, watts = [0.0], [100.0]
    energy = SampledEnergy(lambda: watts[0], clock=lambda: now[0])
    now[0] = 2.0
    assert energy.joules() == 200
    now[0], watts[0] = 3.0, 300.0
    assert energy.joules() == 400
    # A card that is silent for a moment is taken to go on as before.
    now[0], watts[0] = 4.0, None  # type: ignore[call-overload]
    assert energy.joules() == 700


def test_a_gpu_that_tells_nothing_is_rated_or_unknown(driver: FakeDriver) -> None:
    driver.counts_energy = driver.tells_power = False
    nvml = Nvml()
    assert gpu_energy(nvml, nvml.handle(0), rated_watts=300).source is EnergySource.RATED
    assert gpu_energy(nvml, nvml.handle(0), rated_watts=0).joules() is None
    assert gpu_energy(nvml, nvml.handle(9), rated_watts=0).source is EnergySource.UNKNOWN


def test_a_gpu_is_found_by_its_identity_where_numbers_could_mislead(driver: FakeDriver) -> None:
    nvml = Nvml()
    assert nvml.handle(0, uuid="b5ac33d9") == "handle-GPU-b5ac33d9"
    assert nvml.handle(0, uuid="MIG-1") == "handle-0"
    assert nvml.memory_used(nvml.handle(0)) == 10 << 30


def test_a_machine_without_a_driver_has_no_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", None)  # type: ignore[arg-type]
    nvml = Nvml()
    assert nvml.gpus() == []
    assert nvml.gpus() == []
    assert nvml.energy_joules(nvml.handle(0)) is None

    class Broken(FakeDriver):
        def nvmlInit(self) -> None:
            raise self.NVMLError("Driver Not Loaded")

    monkeypatch.setitem(sys.modules, "pynvml", Broken())  # type: ignore[arg-type]
    assert Nvml().gpus() == []


def test_the_list_of_models_says_which_gpu_a_profile_fits(driver: FakeDriver, tmp_path: Path) -> None:
    machine = Machine(gpus=tuple(Nvml().gpus()), disk_free=10**12)
    assert describe(load_profile("gpu-16gb"), machine, tmp_path)["why"] == (
        "It fits the NVIDIA Test 4090 here (26 GB)."
    )
    assert not describe(load_profile("gpu-80gb"), machine, tmp_path)["fits"]
    assert "disk" in describe(load_profile("gpu-8gb"), replace(machine, disk_free=10**9), tmp_path)["why"]


def write_zone(folder: Path, name: str, microjoules: int, most: int = 1_000_000) -> Path:
    zone = folder / name
    zone.mkdir(parents=True, exist_ok=True)
    (zone / "energy_uj").write_text(f"{microjoules}\n", encoding="ascii")
    (zone / "max_energy_range_uj").write_text(f"{most}\n", encoding="ascii")
    return zone


def test_a_cpus_packages_are_added_and_start_again_when_full(tmp_path: Path) -> None:
    write_zone(tmp_path, "intel-rapl:0", 900_000)
    write_zone(tmp_path, "intel-rapl:1", 100_000)
    write_zone(tmp_path, "intel-rapl:0:0", 500_000)  # a part of package 0
    energy = cpu_energy(rated_watts=0, folder=tmp_path)
    assert energy.source is EnergySource.RAPL
    assert energy.joules() == 0
    write_zone(tmp_path, "intel-rapl:0", 100_000)
    write_zone(tmp_path, "intel-rapl:1", 150_000)
    write_zone(tmp_path, "intel-rapl:0:0", 1)
    assert energy.joules() == pytest.approx(0.25)
    (tmp_path / "intel-rapl:1" / "energy_uj").unlink()
    assert energy.joules() is None


def test_without_readable_counters_a_cpu_is_rated_or_unknown(tmp_path: Path) -> None:
    assert not RaplEnergy(tmp_path).readable
    assert cpu_energy(rated_watts=15, folder=tmp_path).source is EnergySource.RATED
    assert cpu_energy(rated_watts=0, folder=tmp_path).source is EnergySource.UNKNOWN


def test_a_stopwatch_leaves_out_what_interrupted() -> None:
    now = [0.0]
    watch = Stopwatch(RatedEnergy(10, clock=lambda: now[0]))
    now[0] = 1.0
    with watch.paused():
        now[0] = 100.0
    now[0] = 102.0
    assert watch.read()[1] == 30


async def test_the_engine_tells_joules_and_how_it_knows_them(
    serve: Serve, tiny_profile: Profile, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("engine.render.energy.RAPL_FOLDER", tmp_path)
    engine = await serve(replace(tiny_profile, rated_watts=20.0))
    _, body = await engine.call.generate(n=2)
    assert body["draftroom"]["joules"] > 0
    assert await engine.call.metric('draftroom_energy_source{device="cpu",source="rated"}') == 1
