"""The chart, measured in pixels, and the words that stand for it."""

from __future__ import annotations

import io
import subprocess
import sys
import warnings
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageColor

from bot.ledger import BudgetState
from bot.pictures.chart_colours import CARD
from bot.pictures.chart_colours import TIERS as TIER_FILL
from bot.summaries import DaySpend, SummaryFigures, TierFigures
from bot.summaries.chart import ALT_TEXT_LIMIT, BARS, HEIGHT, WIDTH, alt_text, chart

END = datetime(2026, 11, 23, 18, tzinfo=UTC)


def _days(*rows: tuple[int, int, int]) -> tuple[DaySpend, ...]:
    """Days up to END; each row is draft, Pro, fix in micro-units."""
    first = date(2026, 11, 24) - timedelta(days=len(rows))
    return tuple(
        DaySpend(day=first + timedelta(days=n), draft_micro=row[0], pro_micro=row[1], fix_micro=row[2])
        for n, row in enumerate(rows)
    )


QUIET = [(0, 0, 0)] * 6
FIGURES = SummaryFigures(
    channel="C1",
    channel_name="spring-sneakers",
    timezone="Europe/London",
    start=END - timedelta(days=1),
    end=END,
    currency="USD",
    tiers=(
        TierFigures(tier="draft", spent_micro=4_237, jobs=3, pictures=12),
        TierFigures(tier="pro", spent_micro=7_800, jobs=2, pictures=2),
        TierFigures(tier="fix", spent_micro=2_210, jobs=1, pictures=1),
    ),
    held_micro=0,
    briefs=3,
    approvals=3,
    approved_assets=2,
    median_to_approval=timedelta(minutes=4),
    median_estimate_error=0.2,
    top_briefs=(),
    days=_days(*QUIET, (4_237, 7_800, 2_210)),
    budget=BudgetState(
        channel="C1",
        currency="USD",
        period="monthly",
        start=END - timedelta(days=22),
        end=END + timedelta(days=8),
        limit_micro=20_000_000,
        spent_micro=5_000_000,
        held_micro=0,
    ),
)


def _drawn(figures: SummaryFigures) -> NDArray[np.uint8]:
    """The chart's pixels on white; a warning while it is drawn is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        data = chart(figures)
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == "PNG"
        image.load()
        background = Image.new("RGBA", image.size, "white")
        background.alpha_composite(image.convert("RGBA"))
    return np.asarray(background.convert("RGB"))


def _is(pixels: NDArray[np.uint8], colour: str) -> NDArray[np.bool_]:
    same: NDArray[np.bool_] = (pixels == ImageColor.getrgb(colour)[:3]).all(axis=-1)
    return same


def _bar_height(pixels: NDArray[np.uint8], tier: str, day: int) -> int:
    """How high a tier's segment stands, along the column right of its bar's left edge."""
    slot = (WIDTH - 120) / 7
    column = int(60 + (day + 0.5) * slot - (slot - 28) / 2) + 3
    return int(_is(pixels[BARS[0] - 10 : BARS[1], column], TIER_FILL[tier]).sum())


def test_the_chart_is_a_picture_wide_enough_for_any_screen() -> None:
    assert _drawn(FIGURES).shape == (HEIGHT, WIDTH, 3)
    assert WIDTH >= 1200


def test_bars_stand_in_proportion_to_the_spend() -> None:
    pixels = _drawn(replace(FIGURES, days=_days(*QUIET[:5], (1_000, 0, 0), (2_000, 4_000, 0))))
    whole = BARS[1] - BARS[0]
    assert _bar_height(pixels, "pro", 6) == pytest.approx(whole * 4 / 6, abs=4)
    assert _bar_height(pixels, "draft", 6) == pytest.approx(whole * 2 / 6, abs=4)
    assert _bar_height(pixels, "draft", 5) == pytest.approx(whole * 1 / 6, abs=4)
    assert _bar_height(pixels, "pro", 5) == 0
    assert all(_bar_height(pixels, tier, day) == 0 for tier in TIER_FILL for day in range(5))


def test_bars_change_when_the_data_does() -> None:
    less = _drawn(replace(FIGURES, days=_days(*QUIET[:5], (0, 5_000, 0), (0, 1_000, 0))))
    more = _drawn(replace(FIGURES, days=_days(*QUIET[:5], (0, 5_000, 0), (0, 4_000, 0))))
    assert _bar_height(more, "pro", 6) == pytest.approx(4 * _bar_height(less, "pro", 6), abs=12)


def test_the_smallest_spend_still_shows() -> None:
    pixels = _drawn(replace(FIGURES, days=_days(*QUIET[:5], (1, 0, 0), (0, 10**12, 0))))
    assert _bar_height(pixels, "draft", 5) >= 3


def test_tiers_differ_in_texture_and_lightness_too() -> None:
    grey = {tier: ImageColor.getcolor(fill, "L") for tier, fill in TIER_FILL.items()}
    assert abs(int(grey["pro"]) - int(grey["draft"])) > 60
    assert abs(int(grey["pro"]) - int(grey["fix"])) > 60
    pixels = _drawn(replace(FIGURES, days=_days(*QUIET, (0, 0, 5_000))))
    slot = (WIDTH - 120) / 7
    bar = pixels[BARS[0] : BARS[1] - 4, int(60 + 6 * slot + 16) : int(60 + 7 * slot - 16)]
    stripes = _is(bar, "#ffffff").mean()
    assert 0.05 < stripes < 0.5


@pytest.mark.parametrize(
    ("spent", "held", "share"), [(0, 0, 0), (5_000_000, 0, 0.25), (10_000_000, 4_000_000, 0.5)]
)
def test_the_budget_bar_fills_with_what_is_spent(spent: int, held: int, share: float) -> None:
    pixels = _drawn(replace(FIGURES, budget=replace(FIGURES.budget, spent_micro=spent, held_micro=held)))
    row = pixels[1058 + 22, 60 : WIDTH - 60]
    assert _is(row, TIER_FILL["pro"]).mean() == pytest.approx(share, abs=0.01)
    assert _is(row, TIER_FILL["draft"]).any() == (held > 0)


def test_an_exceeded_budget_is_told_in_words_and_looks_alarmed() -> None:
    over = replace(FIGURES, budget=replace(FIGURES.budget, spent_micro=25_000_000))
    assert "$5.00 over" in alt_text(over)
    assert not _is(_drawn(over)[1080, 60 : WIDTH - 60], TIER_FILL["pro"]).any()


def test_the_card_brings_its_own_background() -> None:
    with Image.open(io.BytesIO(chart(FIGURES))) as image:
        assert image.convert("RGBA").getpixel((0, 0))[3] == 0  # type: ignore[index]
        assert image.convert("RGB").getpixel((WIDTH // 2, 30)) == ImageColor.getrgb(CARD)


def test_nothing_is_drawn_past_the_card_whatever_the_numbers() -> None:
    huge = replace(
        FIGURES,
        channel_name="a-very-long-channel-name-" * 4,
        currency="CHF",
        tiers=tuple(replace(tier, spent_micro=10**15 + 1, pictures=10**9) for tier in FIGURES.tiers),
        approved_assets=10**9,
        days=_days(*[(10**15, 10**15, 10**15)] * 7),
        budget=replace(
            FIGURES.budget, currency="CHF", limit_micro=10**12, spent_micro=10**15, held_micro=10**14
        ),
    )
    pixels = _drawn(huge)
    for margin in (pixels[60:-60, 12:40], pixels[60:-60, -40:-12]):
        assert _is(margin, CARD).all()


@pytest.mark.parametrize("name", ["春のスニーカー", "🍎", "", "$a$b_{c}$", "naïve-café"])
def test_any_channel_name_can_be_drawn(name: str) -> None:
    _drawn(replace(FIGURES, channel_name=name))


def test_a_quiet_week_says_so() -> None:
    quiet = replace(FIGURES, days=_days(*QUIET, (0, 0, 0)))
    busy = _drawn(FIGURES)
    middle = (slice(BARS[0] + 130, BARS[1] - 130), slice(WIDTH // 2 - 150, WIDTH // 2 + 150))
    assert not _is(_drawn(quiet)[middle], CARD).all()
    assert _is(busy[middle], CARD).all()


def test_the_alt_text_tells_the_numbers() -> None:
    assert alt_text(FIGURES) == (
        "Summary of #spring-sneakers, Sun 22 Nov, 18:00 – Mon 23 Nov, 18:00: $0.014247 spent"
        " (Draft $0.004237, Pro $0.0078, Fix $0.00221) on 15 pictures, 2 approved at <\u00a01\u00a0¢ each."
        " Budget this month: $5.00 of $20.00 spent, $0.00 set aside, $15.00 left. Last 7 days: Tue $0.00,"
        " Wed $0.00, Thu $0.00, Fri $0.00, Sat $0.00, Sun $0.00, Mon 1\u00a0¢."
    )


def test_the_alt_text_is_in_the_channels_own_time_and_never_too_long() -> None:
    tokyo = replace(FIGURES, timezone="Asia/Tokyo", channel_name="x" * 2_000, approved_assets=0)
    assert len(alt_text(tokyo)) == ALT_TEXT_LIMIT
    assert "Mon 23 Nov, 03:00" in alt_text(replace(tokyo, channel_name=""))
    assert "0 approved." in alt_text(replace(tokyo, channel_name=""))


def test_the_bot_starts_without_the_drawing_library() -> None:
    code = "import sys, bot.summaries, bot.ledger, bot.pictures.sheets; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
