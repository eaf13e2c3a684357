"""The bench for GPUs runs on tiny shapes on a CPU, through the real engine, and writes its table."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from bench.shapes import SHAPES
from engine.profiles.profile import PROFILES, load_profile

FOR_GPUS = sorted(path.stem for path in PROFILES.glob("gpu-*.toml"))


def test_every_model_of_the_profiles_for_gpus_has_a_shape() -> None:
    named = {one.model for name in FOR_GPUS for one in load_profile(name).weights.values()}
    assert named <= set(SHAPES)


@pytest.mark.process
@pytest.mark.model
def test_tiny_shapes_are_measured_and_the_table_is_written(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "bench.gpu", "--tiny", "--device", "cpu", "--rounds", "1"),
            *("--profile", "gpu-80gb", "--profile", "gpu-16gb", "--out", str(tmp_path)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "gpu.json").read_text(encoding="utf-8"))
    assert [one["profile"] for one in found["profiles"]] == ["gpu-80gb", "gpu-16gb"]
    for one in found["profiles"]:
        kinds = (
            "grid",
            "pro",
            "fix",
            "draft",
            "draft_under_pro",
            "apart",
            "plain_grid",
            "plain_pro",
            "plain_fix",
        )
        assert all(one[kind] > 0 for kind in kinds)
        assert one["pro_steps"] in (4, 5)
    page = (tmp_path / "gpu.md").read_text(encoding="utf-8")
    assert "measures nothing" in page
    assert page.count("| `gpu-") == 2


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
def test_without_a_gpu_it_says_so(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.gpu", "--out", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "No GPU" in done.stderr
