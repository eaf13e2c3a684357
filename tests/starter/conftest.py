"""Stand-in sprites: a drawn shape for every subject, so that no test needs the network."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from engine.starter.subjects import SUBJECTS


@pytest.fixture(scope="session")
def sprites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sprites")
    for index, (code, _, _) in enumerate(SUBJECTS.values()):
        picture = Image.new("RGBA", (96, 96))
        pen = ImageDraw.Draw(picture)
        hue = (37 * index) % 360
        pen.regular_polygon((48, 48, 40), 3 + index % 6, fill=f"hsl({hue}, 80%, 55%)")
        pen.ellipse((36, 36, 60, 60), fill="white")
        picture.save(folder / f"{code}.webp", lossless=True)
    return folder
