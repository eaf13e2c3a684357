"""The evaluation judges drawn pictures as people would, and runs on an engine from end to end."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from bench.evaluation import Row, totals
from bench.judging import is_beside, is_count, is_local, is_of_colour, keeps
from tests.engine.tiny_models import save_tiny_sd3, write_profile


def balls(*places: tuple[int, str], ground: str = "white") -> np.ndarray:
    picture = Image.new("RGB", (256, 256), ground)
    for left, colour in places:
        ImageDraw.Draw(picture).ellipse((left, 100, left + 50, 150), colour)
    return np.array(picture)


@pytest.mark.parametrize("colour", ["red", "orange", "yellow", "green", "blue", "purple"])
def test_each_colour_is_itself_and_no_other(colour: str) -> None:
    picture = balls((100, colour))
    assert is_of_colour(picture, colour)[0]
    assert not any(
        is_of_colour(picture, other)[0] for other in ("red", "green", "blue", "yellow") if other != colour
    )


def test_things_are_counted_on_any_ground() -> None:
    for ground in ("white", "lightgray", "black"):
        assert is_count(balls((10, "red"), (90, "red"), (170, "red"), ground=ground), 3) == (True, "3 of 3")
    assert not is_count(balls((10, "red"), (40, "red")), 2)[0], "things that touch are one"
    assert is_count(balls(), 1) == (False, "0 of 1")


def test_places_are_told_by_colours_middles() -> None:
    picture = balls((20, "red"), (180, "blue"))
    assert is_beside(picture, "red", "blue")[0]
    assert not is_beside(picture, "blue", "red")[0]
    assert is_beside(picture, "red", "green") == (False, "no green")


def test_a_fix_is_local_only_where_nothing_else_changed() -> None:
    before = balls((100, "red"))
    inside = np.zeros((256, 256), bool)
    inside[100:150, 100:150] = True
    after = np.where(inside[..., None], 0, before).astype(np.uint8)
    assert is_local(before, after, inside)[0]
    assert not is_local(before, before, inside)[0], "nothing changed at all"
    after[0, 0] = 7
    assert is_local(before, after, inside) == (False, "1 pixels changed outside")


def test_a_pro_render_keeps_its_draft_at_any_size() -> None:
    draft = balls((20, "navy"))
    larger = np.array(Image.fromarray(draft).resize((512, 512)))
    assert keeps(draft, larger)[0]
    assert not keeps(draft, balls((180, "navy")))[0]


def test_what_came_before_a_fix_does_not_count() -> None:
    rows = [
        Row("fixes", "x", [], [(True, "before"), (False, "1 pixels changed outside")]),
        Row("colours", "x", [], [(True, ""), (False, "")]),
    ]
    assert totals(rows) == {"fixes": (0, 1), "colours": (1, 2)}


@pytest.mark.process
def test_the_evaluation_writes_its_table_and_sheets(tmp_path: Path) -> None:
    profile = write_profile(tmp_path / "tiny.toml", save_tiny_sd3(tmp_path / "model"))
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "bench.evaluation",
            "--profile",
            str(profile),
            "--cells",
            "2",
            "--out",
            str(tmp_path),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "table.json").read_text(encoding="utf-8"))
    assert found["totals"]["colours"]["of"] == 12
    assert found["totals"]["fixes"] == {"right": 3, "of": 3}, "whatever the model paints, a fix stays inside"
    assert "| pro |" in (tmp_path / "table.md").read_text(encoding="utf-8")
    for kind in found["totals"]:
        assert Image.open(tmp_path / f"{kind}.png").width >= 4 * 160
