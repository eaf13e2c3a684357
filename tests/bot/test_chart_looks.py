"""Charts look like the costs page, and their words can be read on a phone and tell no insider anything that others don't know."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from bot import texts
from bot.brand import chart as drift
from bot.brand.chart import Point
from bot.brand.kit import Colour, Kit
from bot.pictures import chart_colours
from bot.summaries import chart as spending
from tests.bot.test_summary_chart import FIGURES, QUIET, _days

PAGES = Path(__file__).parents[2] / "bot"
#: Pixels of a phone's window, and of the smallest text there.
PHONE, LEAST = 390, 12


@pytest.fixture(params=["en", "de"])
def words(request, monkeypatch):
    """What a chart writes, and the pixels of its text on a phone; in each language."""
    found = []
    saved = Figure.savefig

    def looked_at(figure, *args, **options):
        scale = figure.dpi / 72 * PHONE / (figure.get_figwidth() * figure.dpi)
        found.extend(
            (text.get_text(), text.get_fontsize() * scale)
            for text in figure.findobj(Text)
            if text.get_text() and text.get_visible()
        )
        # What is drawn lies on the picture.
        for text in figure.findobj(Text):
            if text.get_text() and text.get_visible():
                box = text.get_window_extent(figure.canvas.get_renderer())
                assert box.x0 >= 0, text
                assert box.x1 <= figure.bbox.width, text
        return saved(figure, *args, **options)

    monkeypatch.setattr(Figure, "savefig", looked_at)
    texts.speak(request.param)
    yield found
    texts.speak(texts.ENGLISH)


def readable(found):
    assert found
    assert {text: size for text, size in found if size < LEAST} == {}
    assert not re.search(
        r"CIEDE|ΔE|Median|median|micro|tier|seed|reserve|hold", " ".join(text for text, _ in found)
    )


def test_a_summary_can_be_read_on_a_phone(words):
    busy = replace(
        FIGURES,
        days=_days((40_000, 60_000, 10_000), *QUIET[:5], (42_370, 78_000, 22_100)),
        budget=replace(FIGURES.budget, held_micro=1_500_000),
    )
    for figures in (
        busy,
        FIGURES,
        *(
            replace(busy, start=FIGURES.end - timedelta(days=7), kind=kind)
            for kind in ("weekly", "this week")
        ),
    ):
        spending.chart(figures)
    readable(words)


@pytest.mark.parametrize("count", [1, 4, 8])
@pytest.mark.parametrize("pictures", [1, 24, 200])
def test_how_far_pictures_are_from_a_palette_can_be_read_on_a_phone(words, count, pictures):
    kit = Kit(palette=tuple(Colour(name="", hex=f"#18{n}c8c") for n in range(count)))
    points = [Point(name=f"red-apple-{n}/draft1", distance=n % 17) for n in range(pictures)]
    points[-1] = Point(name="purple-grape-2/pro1", distance=41.3)
    drift.chart(points, kit, "spring-sneakers")
    readable(words)


def test_charts_and_the_costs_page_have_the_same_colours():
    css = "".join(path.read_text("utf-8") for path in (PAGES / "reports" / "page").glob("*.css"))
    base = (PAGES / "web" / "page" / "base.css").read_text("utf-8")

    def light(name, sheet):
        return re.search(rf"--{name}: (?:light-dark\()?(#[0-9a-f]{{6}})", sheet)[1]

    assert {tier: light(tier, css) for tier in ("draft", "pro", "fix")} == chart_colours.TIERS
    assert [light(name, base) for name in ("surface", "shell", "line", "ink", "muted", "accent")] == [
        chart_colours.CARD,
        chart_colours.TILE,
        chart_colours.RIM,
        chart_colours.INK,
        chart_colours.QUIET,
        chart_colours.ACCENT,
    ]
