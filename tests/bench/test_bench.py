"""The bench runs its rows on tiny weights and writes what it says it writes; nothing here looks at the figures' size."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.report import BEGIN, END, write_table
from bench.rows import ROWS

KEYS = {
    "name",
    "what",
    "against",
    "ours",
    "peer",
    "ratio",
    "ratio_unit",
    "unit",
    "aim",
    "met",
    "machine",
    "rounds",
}


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of a smoke run of the two quickest kinds of row: one through the engine, one without."""
    folder = tmp_path_factory.mktemp("bench")
    for row in ("queue", "fix-a-tenth"):
        subprocess.run(
            [
                sys.executable,
                "-m",
                "bench",
                "--smoke",
                "--row",
                row,
                "--results",
                str(folder / "results.json"),
            ],
            check=True,
            env={**os.environ, "DRAFTROOM_BENCH_DIR": str(folder / "weights")},
        )
    return folder / "results.json"


def test_a_row_tells_both_sides_and_the_machine(measured: Path) -> None:
    results = json.loads(measured.read_text(encoding="utf-8"))
    assert [result["name"] for result in results] == ["fix-a-tenth", "queue"]
    for result in results:
        assert result.keys() >= KEYS
        assert all(math.isfinite(result[key]) and result[key] > 0 for key in ("ours", "peer", "ratio"))
        assert "cores" in result["machine"]
    assert results[0]["more"]["pixels_changed_outside_ours"] == 0


def test_the_table_takes_the_place_of_the_former_one(measured: Path, tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    for _ in range(2):
        write_table(measured, page)
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "old" not in text
    assert text.count("while 10,000 wait") == 1


def test_a_row_that_nobody_knows_is_refused_with_those_there_are() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--row", "speed"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert all(row in done.stderr for row in ROWS)
