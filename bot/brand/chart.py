"""The drift of up to 200 pictures as a chart, with alt text that tells its numbers. Knows no database.

Flagged pictures are triangles with their names, the others dots: nothing is told by colour alone. Drawing takes
about half a second: call it in a thread. The drawing library is loaded at the first chart.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.brand.drift import Summary, summary
from bot.brand.kit import Kit
from bot.brand.swatches import ink_on
from bot.pictures.chart_colours import ACCENT, ALARM, CARD, INK, LEAST_TEXT, QUIET, RIM
from bot.texts import say

#: Pixels.
WIDTH: Final = 1200
HEIGHT: Final = 1060
#: Flagged pictures that are named in the chart, and in its alt text.
NAMED: Final = 6
TOLD: Final = 12
_DPI: Final = 100
#: Sizes of text, in points: the smallest is LEAST_TEXT pixels.
_SMALL, _TITLE = LEAST_TEXT * 72 / _DPI, 33
#: Colours of the palette in a row.
_PER_ROW: Final = 4
#: Width of a letter of a name, as a share of the chart's.
_LETTER: Final = 0.0215
_drawing = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class Point:
    """One picture: how it is called, and how far it is from the palette."""

    name: str
    distance: float


def chart(points: Sequence[Point], kit: Kit, channel: str) -> bytes:
    """The pictures from the oldest to the newest, as PNG bytes, WIDTH × HEIGHT pixels."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    found = summary([point.distance for point in points], kit.tolerance)
    with _drawing:
        figure = Figure(figsize=(WIDTH / _DPI, HEIGHT / _DPI), dpi=_DPI, facecolor=CARD)
        FigureCanvasAgg(figure)
        _palette(figure, kit)
        axes = figure.add_axes((0.09, 0.1, 0.875, 0.485))
        _points(axes, points, kit, found.outliers)
        figure.text(0.035, 0.93, f"#{_short(channel)}", size=_TITLE, color=INK, weight="bold")
        subtitle = say(
            "drift-chart-figures" if found.outliers else "drift-chart-figures-calm",
            **_values(found, kit),
        )
        figure.text(0.035, 0.88, say("drift-chart-about"), size=_SMALL, color=QUIET)
        figure.text(0.035, 0.832, subtitle, size=_SMALL, color=QUIET)
        out = io.BytesIO()
        figure.savefig(out, format="png", dpi=_DPI, metadata={"Software": None})
        return out.getvalue()


def _short(channel: str) -> str:
    """A channel's name as far as it fits the chart."""
    return channel if len(channel) <= 24 else f"{channel[:23]}…"


def _palette(figure: Any, kit: Kit) -> None:
    rows = -(-len(kit.palette) // _PER_ROW)
    tall = 0.16 / rows
    for number, colour in enumerate(kit.palette):
        row, column = divmod(number, _PER_ROW)
        box = (0.035 + column * 0.2325, 0.805 - (row + 1) * tall, 0.2225, tall * 0.88)
        axes = figure.add_axes(box)
        axes.set_facecolor(colour.hex)
        axes.set_xticks([])
        axes.set_yticks([])
        for spine in axes.spines.values():
            spine.set_color(RIM)
        ink = "#{:02x}{:02x}{:02x}".format(*ink_on(colour.hex))
        axes.text(0.5, 0.47, colour.hex, ha="center", va="center", size=_SMALL, color=ink)


def _points(axes: Any, points: Sequence[Point], kit: Kit, outliers: Sequence[int]) -> None:
    axes.set_facecolor(CARD)
    flagged = set(outliers)
    calm = [index for index in range(len(points)) if index not in flagged]
    size = 90 if len(points) <= 60 else 46
    axes.scatter([i + 1 for i in calm], [points[i].distance for i in calm], s=size, color=ACCENT, zorder=3)
    axes.scatter(
        [i + 1 for i in outliers],
        [points[i].distance for i in outliers],
        s=size * 1.7,
        marker="^",
        color=ALARM,
        edgecolor=INK,
        zorder=4,
    )
    highest = max(point.distance for point in points)
    top = max(kit.tolerance * 1.35, highest * 1.2, 10)
    axes.set_ylim(0, top)
    axes.set_xlim(0.4, len(points) + 0.6)
    axes.axhline(kit.tolerance, color=ALARM, linestyle=(0, (6, 4)), linewidth=2, zorder=2)
    # At the end of the line where no flagged picture stands in its way.
    crowded = [i / len(points) for i in outliers if points[i].distance < kit.tolerance + 0.2 * top]
    at_left = any(x > 0.6 for x in crowded) and not any(x < 0.4 for x in crowded)
    axes.annotate(
        say("drift-chart-limit", tolerance=f"{kit.tolerance:g}"),
        (0.4 if at_left else len(points) + 0.6, kit.tolerance),
        xytext=(8 if at_left else -6, 8),
        textcoords="offset points",
        ha="left" if at_left else "right",
        size=_SMALL,
        color=ALARM,
    )
    taken: list[tuple[float, float, float]] = []
    for index in outliers[:NAMED]:
        name, x, y = points[index].name, (index + 1) / len(points), points[index].distance / top
        width = len(name) * _LETTER
        left = x - width if x > 0.5 else x
        # A name over another name would tell neither.
        if any(
            left < end and start < left + width and abs(y - height) < 0.09 for start, end, height in taken
        ):
            continue
        taken.append((left, left + width, y))
        axes.annotate(
            name,
            (index + 1, points[index].distance),
            xytext=(-10, 9) if x > 0.5 else (10, 9),
            textcoords="offset points",
            ha="right" if x > 0.5 else "left",
            size=_SMALL,
            color=INK,
            zorder=5,
        )
    axes.set_xlabel(say("drift-chart-order"), size=_SMALL, color=QUIET, labelpad=12)
    axes.set_xticks([])
    axes.tick_params(labelsize=_SMALL, colors=QUIET)
    axes.yaxis.get_major_locator().set_params(nbins=5, integer=True)
    axes.grid(axis="y", color=RIM, zorder=0)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(RIM)


def alt_text(points: Sequence[Point], kit: Kit) -> str:
    """What the chart shows, in words and numbers; short enough for an upload."""
    found = summary([point.distance for point in points], kit.tolerance)
    values, palette = _values(found, kit), ", ".join(map(str, kit.palette))
    if not found.outliers:
        return say("drift-alt-calm", palette=palette, **values)
    pictures = [
        say("drift-alt-picture", name=points[index].name, distance=f"{points[index].distance:.1f}")
        for index in found.outliers[:TOLD]
    ]
    named = ", ".join(pictures)
    if more := len(found.outliers) - len(pictures):
        named = say("drift-alt-more", named=named, count=more)
    return say("drift-alt", palette=palette, named=named, **values)


def _values(found: Summary, kit: Kit) -> dict[str, str | int]:
    """What the texts about the pictures tell."""
    return {
        "pictures": found.count,
        "median": f"{found.median:.1f}",
        "largest": f"{found.worst:.1f}",
        "flagged": len(found.outliers),
        "tolerance": f"{kit.tolerance:g}",
    }
