"""A summary's figures as a picture: headline numbers, seven days of spend, the budget. Knows no database.

Drawn for a phone: 1200 pixels wide, so that the smallest text can be read at a width of 390. The card brings its own
background, for light and dark windows. Tiers are told apart by words and texture as well as by colour. Drawing takes about half a second: call it in a thread.
"""

from __future__ import annotations

import io
import threading
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.patches import FancyBboxPatch, Rectangle
from matplotlib.textpath import TextPath

from bot.ledger.money import MICRO_PER_UNIT, format_left, format_money
from bot.pictures.chart_colours import ALARM, CARD, INK, LEAST_TEXT, QUIET, RIM, TILE, TRACK
from bot.pictures.chart_colours import TIERS as TIER_FILL
from bot.summaries.figures import TIERS, DaySpend, SummaryFigures
from bot.summaries.wording import PERIOD_NAMES, TIER_NAMES, forecast_words, share_words, span_words
from bot.texts import dates, say

#: Pixels.
WIDTH: Final = 1200
HEIGHT: Final = 1250
#: Largest alt text that an upload may carry, in characters.
ALT_TEXT_LIMIT: Final = 1000

_DPI: Final = 100
_EDGE: Final = 60
_INNER: Final = WIDTH - 2 * _EDGE
#: Text sizes in pixels.
_SMALL, _NORMAL, _TITLE, _HUGE = LEAST_TEXT, 40, 54, 72

#: Texture of a tier's fill, and colour of the words on it.
_TIER_TEXTURE: Final = {"draft": "", "pro": "", "fix": "/"}
_TIER_INK: Final = {"draft": INK, "pro": "#ffffff", "fix": INK}
#: Where the bars stand: from their top to their foot, in pixels from the card's top.
BARS: Final = (560, 890)
#: Matplotlib shares caches between figures, so one chart is drawn at a time.
_drawing = threading.Lock()


def chart(figures: SummaryFigures) -> bytes:
    """The figures as PNG bytes, WIDTH × HEIGHT pixels."""
    with _drawing, mpl.rc_context({"hatch.linewidth": 3.0}):
        figure = Figure(figsize=(WIDTH / _DPI, HEIGHT / _DPI), dpi=_DPI, facecolor="none")
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_xlim(0, WIDTH)
        axes.set_ylim(HEIGHT, 0)
        axes.axis("off")
        card = _Card(axes=axes)
        card.box(2, 2, WIDTH - 4, HEIGHT - 4, CARD, radius=36, rim=RIM)
        _heading(card, figures)
        _headline(card, figures)
        _bars(card, figures)
        _budget(card, figures)
        out = io.BytesIO()
        figure.savefig(out, format="png", dpi=_DPI, metadata={"Software": None})
        return out.getvalue()


def alt_text(figures: SummaryFigures) -> str:
    """What the chart shows, in words, with the spend to the micro-unit; at most ALT_TEXT_LIMIT long."""
    currency = figures.currency

    def money(micro: int) -> str:
        return format_money(micro, currency)

    def exact(micro: int) -> str:
        return format_money(micro, currency, exact=True)

    tiers = [
        say("summary-alt-amount", name=say(TIER_NAMES[tier.tier]), amount=exact(tier.spent_micro))
        for tier in figures.tiers
    ]
    days = [
        say("summary-alt-amount", name=dates.weekday(day.day), amount=money(day.total_micro))
        for day in figures.days
    ]
    about = (
        f"#{figures.channel_name}" if figures.channel_name else "",
        "" if figures.kind == "daily" else figures.title,
        span_words(figures),
    )
    count, each, budget = figures.approved_assets, figures.cost_per_approved_micro, figures.budget
    text = say(
        "summary-alt",
        about=", ".join(filter(None, about)),
        spent=exact(figures.spent_micro),
        tiers=", ".join(tiers),
        pictures=say("summary-alt-pictures", count=figures.pictures, shown=f"{figures.pictures:,}"),
        approved=say("summary-alt-approved", count=count)
        if each is None
        else say("summary-alt-approved-each", count=count, each=money(each)),
        period=say(PERIOD_NAMES[budget.period]),
        used=money(budget.spent_micro),
        limit=money(budget.limit_micro),
        held=money(budget.held_micro),
        left=say("summary-alt-left", left=format_left(budget.left_micro, budget.currency))
        if budget.left_micro >= 0
        else say("summary-alt-over", over=format_money(-budget.left_micro, budget.currency)),
        count=len(figures.days),
        days=", ".join(days),
    )
    if forecast := forecast_words(figures):
        text = say("summary-alt-with-forecast", text=text, forecast=forecast)
    return text if len(text) <= ALT_TEXT_LIMIT else text[: ALT_TEXT_LIMIT - 1] + "…"


@dataclass(frozen=True, kw_only=True)
class _Card:
    """Draws in pixels from the top left corner."""

    axes: Any

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = _NORMAL,
        *,
        bold: bool = False,
        colour: str = INK,
        align: str = "left",
        within: float | None = None,
    ) -> None:
        """Words on the baseline `y`, made smaller where they would be wider than `within`."""
        if within is not None and (width := _text_width(words, size, bold)) > within:
            size *= within / width
        self.axes.text(
            x,
            y,
            words,
            fontproperties=_font(bold),
            fontsize=size * 72 / _DPI,
            color=colour,
            ha=align,
            va="baseline",
            # A dollar sign is money here, not mathematics.
            parse_math=False,
        )

    def box(
        self, x: float, y: float, width: float, height: float, fill: str, *, radius: float, rim: str = "none"
    ) -> Any:
        """A box with round corners."""
        style = f"round,pad=0,rounding_size={min(radius, width / 2, height / 2)}"
        patch = FancyBboxPatch(
            (x, y), width, height, boxstyle=style, facecolor=fill, edgecolor=rim, linewidth=2
        )
        self.axes.add_patch(patch)
        return patch

    def block(self, x: float, y: float, width: float, height: float, tier: str) -> None:
        """A rectangle in a tier's colour and texture."""
        self.axes.add_patch(
            Rectangle(
                (x, y),
                width,
                height,
                facecolor=TIER_FILL[tier],
                hatch=_TIER_TEXTURE[tier],
                edgecolor="#ffffff" if _TIER_TEXTURE[tier] else "none",
                linewidth=0,
            )
        )


def _heading(card: _Card, figures: SummaryFigures) -> None:
    name = _drawable(figures.channel_name)
    title = _shortened(f"#{name}", _TITLE, _INNER) if name else say("summary-chart-untitled")
    card.text(_EDGE, 104, title, _TITLE, bold=True, within=_INNER)
    span = span_words(figures)
    if figures.kind != "daily":
        both = say("summary-chart-titled-span", title=figures.title, span=span)
        # Its alt text has the hours, too.
        span = both if _text_width(both, _SMALL, False) <= _INNER else figures.title
    card.text(_EDGE, 160, span, colour=QUIET, within=_INNER)


def _headline(card: _Card, figures: SummaryFigures) -> None:
    each = figures.cost_per_approved_micro
    tiles = (
        (
            format_money(figures.spent_micro, figures.currency),
            say("summary-chart-for-pictures", count=figures.pictures, shown=f"{figures.pictures:,}"),
        ),
        (f"{figures.approved_assets:,}", say("summary-chart-approved")),
        (
            "–" if each is None else format_money(each, figures.currency),
            say("summary-chart-per-approved"),
        ),
    )
    gap, top = 24, 200
    width = (_INNER - 2 * gap) / 3
    for index, (number, caption) in enumerate(tiles):
        left = _EDGE + index * (width + gap)
        card.box(left, top, width, 176, TILE, radius=24)
        card.text(left + 28, top + 92, number, _HUGE, bold=True, within=width - 56)
        card.text(left + 28, top + 146, caption, _SMALL, colour=QUIET, within=width - 44)


def _bars(card: _Card, figures: SummaryFigures) -> None:
    card.text(_EDGE, 458, say("summary-chart-last-days", days=len(figures.days)), bold=True)
    _key(card)
    top, foot = BARS
    highest = max((day.total_micro for day in figures.days), default=0)
    slot = _INNER / max(1, len(figures.days))
    card.axes.add_patch(Rectangle((_EDGE, foot), _INNER, 3, facecolor=RIM, linewidth=0))
    for index, day in enumerate(figures.days):
        last = index == len(figures.days) - 1
        middle = _EDGE + (index + 0.5) * slot
        weekday = dates.weekday(day.day)
        card.text(middle, foot + 48, weekday, bold=last, colour=INK if last else QUIET, align="center")
        if day.total_micro:
            reach = _bar(card, day, middle, slot, (foot - top) / highest)
            words = _brief_money(day.total_micro, figures.currency)
            card.text(middle, reach - 14, words, _SMALL, bold=last, align="center", within=slot - 8)
    if not highest:
        card.text(WIDTH / 2, (top + foot) / 2, say("summary-chart-nothing"), colour=QUIET, align="center")


def _bar(card: _Card, day: DaySpend, middle: float, slot: float, scale: float) -> float:
    """One day's stack, drafts at its foot; returns the height (y) that it reaches."""
    width = min(slot - 28, 160)
    reach = float(BARS[1])
    for tier in TIERS:
        micro = day.of(tier)
        if not micro:
            continue
        # What was spent shows, however little it was.
        height = max(4.0, micro * scale)
        reach -= height
        card.block(middle - width / 2, reach, width, height - (2 if height > 8 else 0), tier)
        if height >= _SMALL + 14:
            name, colour = say(TIER_NAMES[tier]), _TIER_INK[tier]
            if _TIER_TEXTURE[tier]:
                half = _text_width(name, _SMALL, False) / 2 + 8
                under = TIER_FILL[tier]
                card.box(middle - half, reach + height / 2 - 21, 2 * half, 42, under, radius=8)
            card.text(middle, reach + height / 2 + 12, name, _SMALL, colour=colour, align="center")
    return reach


def _key(card: _Card) -> None:
    """Which texture is which tier, right of the section's name."""
    x = float(WIDTH - _EDGE)
    for tier in reversed(TIERS):
        name = say(TIER_NAMES[tier])
        x -= _text_width(name, _NORMAL, False)
        card.text(x, 458, name)
        x -= 50
        card.block(x, 426, 36, 36, tier)
        x -= 36


def _budget(card: _Card, figures: SummaryFigures) -> None:
    budget = figures.budget
    top, height = 1058, 44
    over = budget.left_micro < 0
    period = say(PERIOD_NAMES[budget.period])
    limit = format_money(budget.limit_micro, budget.currency)
    card.text(_EDGE, top - 26, period, bold=True)
    card.text(
        WIDTH - _EDGE,
        top - 26,
        say("summary-chart-over", over=format_money(-budget.left_micro, budget.currency), limit=limit)
        if over
        else say("summary-chart-left", left=format_left(budget.left_micro, budget.currency), limit=limit),
        bold=True,
        colour=ALARM if over else INK,
        align="right",
        within=_INNER - _text_width(period, _NORMAL, True) - 30,
    )
    track = card.box(_EDGE, top, _INNER, height, TRACK, radius=height / 2)
    whole = max(budget.limit_micro, budget.spent_micro + budget.held_micro, 1)
    spent, held = (_INNER * part / whole for part in (budget.spent_micro, budget.held_micro))
    # Both are cut to the track's round ends; a trace of spending still shows.
    for left, width, fill, texture in (
        (_EDGE, max(spent, 14.0) if budget.spent_micro else 0.0, ALARM if over else TIER_FILL["pro"], ""),
        (_EDGE + spent, held, TIER_FILL["draft"], "/"),
    ):
        part = Rectangle((left, top), width, height, facecolor=fill, hatch=texture, edgecolor=CARD, lw=0)
        card.axes.add_patch(part)
        part.set_clip_path(track)
    used, share = format_money(budget.spent_micro, budget.currency), share_words(figures)
    words = say("summary-chart-used", spent=used, share=share)
    if budget.held_micro:
        waiting = format_money(budget.held_micro, budget.currency)
        words = say("summary-chart-used-and-held", spent=used, share=share, held=waiting)
    card.text(_EDGE, top + height + 56, words, colour=QUIET, within=_INNER)
    if figures.forecast is not None:
        _forecast(card, figures, _EDGE + _INNER * figures.forecast.total_micro / whole)


def _forecast(card: _Card, figures: SummaryFigures, x: float) -> None:
    """Where the period will end: a mark on the bar while it lies on it, and words."""
    top, height = 1058, 44
    if _EDGE < x < WIDTH - _EDGE:
        card.axes.add_patch(Rectangle((x - 3, top - 8), 6, height + 16, facecolor=INK, linewidth=0))
    over = figures.forecast is not None and figures.forecast.total_micro > figures.budget.limit_micro
    card.text(
        _EDGE,
        top + height + 108,
        forecast_words(figures),
        bold=over,
        colour=ALARM if over else QUIET,
        within=_INNER,
    )


def _brief_money(micro: int, currency: str) -> str:
    """An amount for the narrow place above a bar: without decimals from a thousand on."""
    if abs(micro) < 1000 * MICRO_PER_UNIT:
        return format_money(micro, currency)
    return format_money(micro, currency, whole=True)


def _shortened(words: str, size: float, within: float) -> str:
    """The words, cut where shrinking them by a quarter would not make them fit."""
    width = _text_width(words, size, True) * 0.75
    return words if width <= within else f"{words[: int(len(words) * within / width) - 2]}…"


def _drawable(words: str) -> str:
    """The words, or nothing if the font lacks one of their characters: boxes tell nobody anything."""
    composed = unicodedata.normalize("NFC", words)
    known = get_font(_font_file(True)).get_charmap()
    return composed if all(ord(character) in known for character in composed) else ""


@lru_cache(maxsize=512)
def _text_width(words: str, size: float, bold: bool) -> float:
    """Pixels that the words take."""
    # TextPath parses dollar pairs as mathematics, too, unless they are escaped.
    path = TextPath((0, 0), words.replace("$", r"\$"), size=size, prop=_font(bold))
    # The renderer fits letters to pixels, which makes lines up to three percent longer.
    return float(path.get_extents().width) * 1.03


@lru_cache(maxsize=2)
def _font(bold: bool) -> FontProperties:
    return FontProperties(fname=_font_file(bold))


def _font_file(bold: bool) -> str:
    """DejaVu Sans comes with matplotlib, so every machine draws the same chart."""
    return str(Path(mpl.get_data_path(), "fonts", "ttf", f"DejaVuSans{'-Bold' if bold else ''}.ttf"))
