"""Words that a prompt asks for are looked for in the picture, by a real reader."""

from __future__ import annotations

from pathlib import Path

import matplotlib
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from engine.pixels.words import asked_words, is_in, look_for
from tests.engine.calls import mask_png, png
from tests.engine.served import Serving

FONT = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans-Bold.ttf"


def written(*lines: str, size: int = 44) -> np.ndarray:
    picture = Image.new("RGB", (512, 512), "white")
    pen = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        pen.text((40, 60 + 120 * number), line, font=ImageFont.truetype(FONT, size), fill="black")
    return np.array(picture)


@pytest.mark.parametrize(
    ("prompt", "asked"),
    [
        ('a shop sign "GRAND OPENING"', ("GRAND OPENING",)),
        ("a poster that says “Sale” and „Straße“", ("Sale", "Straße")),
        ("une affiche « Soldes »", ("Soldes",)),
        ("a mug with 'Best Dad' on it", ("Best Dad",)),
        ("the dog's bowl, the cat's bed", ()),
        ("a sign “” with nothing", ()),
        ("a sign “Привет”", ()),
        ("ein Schild „AB“ und „AB“", ("AB",)),
        ("a red apple", ()),
        ("a sign 「大売り出し」", ()),
        ("a sign “开业大吉”", ("开业大吉",)),
    ],
)
def test_what_stands_in_quotation_marks_is_asked_for(prompt: str, asked: tuple[str, ...]) -> None:
    assert asked_words(prompt) == asked


@pytest.mark.parametrize(
    ("asked", "read", "found"),
    [
        ("GRAND OPENING", ("Grand", "Opening"), True),
        ("GRAND OPENING", ("GRANDOPENING",), True),
        ("GRAND OPENING", ("GRAND OPNING",), False),
        ("Straße", ("StraBe",), True),
        ("Café 10", ("CAFE IO",), True),
        ("art", ("party",), False),
        ("OPEN", (), False),
        ("50 % off!", ("50 % OFF",), True),
    ],
)
def test_what_was_read_is_compared_as_people_would(asked: str, read: tuple[str, ...], found: bool) -> None:
    assert is_in(asked, read) is found


def test_a_reader_finds_what_is_there_and_misses_what_is_not() -> None:
    words = look_for(("GRAND OPENING", "Saturday", "Sunday"), written("GRAND OPENING", "Saturday"))
    assert words.missing == ("Sunday",)
    assert look_for(("Sale",), written("Slae")).missing == ("Sale",)
    assert look_for(("Sale",), np.zeros((64, 64, 3), np.uint8)).missing == ("Sale",)


@pytest.mark.asyncio(loop_scope="module")
async def test_an_answer_says_which_words_came_out_wrong(shared_tiny: Serving) -> None:
    """What the tiny model paints can't be read; what a fix leaves alone can."""
    _, body = await shared_tiny.call.generate(prompt="a sign “OPEN”", n=2, seed=1)
    assert [item["words"]["missing"] for item in body["data"]] == [["OPEN"], ["OPEN"]]
    _, body = await shared_tiny.call.generate(prompt="a red apple", seed=1)
    assert "words" not in body["data"][0]
    sign = written("GRAND OPENING")
    status, body = await shared_tiny.call.edit(
        png(sign),
        mask_png(512, 512, (10, 400, 60, 450)),
        prompt="a dot under “GRAND OPENING” and “CLOSED”",
        seed=1,
    )
    assert status == 200, body
    assert body["data"][0]["words"]["missing"] == ["CLOSED"]
    ends = [
        event
        async for event in shared_tiny.call.stream_generation(prompt='a sign "OPEN"', seed=1)
        if event["type"].endswith("completed")
    ]
    assert ends[0]["words"]["asked"] == ["OPEN"]
