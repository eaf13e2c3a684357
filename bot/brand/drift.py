"""How far a picture's main colours are from a palette, in CIEDE2000. Pure; reads a picture in some milliseconds."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from coloraide import Color
from PIL import Image

from bot.brand.kit import Colour
from bot.pictures import cutouts, opening
from bot.pictures.cropping import flat

#: Main colours told apart in one picture.
MAIN_COLOURS = 8
#: A colour below this share of the picture is an accent, and does not count.
LEAST_SHARE = 0.03
#: What takes more of the picture is no subject before a ground, but the picture.
MOST_SHARE = 0.7
#: The picture is looked at in this many pixels along each side.
_LOOK_AT = 96


@dataclass(frozen=True, kw_only=True)
class Main:
    """One of a picture's main colours."""

    hex: str
    #: Its part of the picture, 0–1, as far as that counts.
    share: float
    #: The palette's colour that is nearest to it.
    nearest: Colour
    #: CIEDE2000 between both.
    distance: float


@dataclass(frozen=True, kw_only=True)
class Drift:
    """A picture held against a palette."""

    #: Mean distance of the main colours, weighted by their share: of the picture, or of what it shows where that is more.
    distance: float
    #: Largest contribution first.
    colours: tuple[Main, ...]

    @property
    def worst(self) -> Main:
        """What moves the picture most away from the palette."""
        return self.colours[0]

    def as_json(self) -> list[dict[str, Any]]:
        """The main colours as they are kept."""
        return [
            {
                "hex": main.hex,
                "share": round(main.share, 4),
                "nearest": main.nearest.hex,
                "name": main.nearest.name,
                "distance": round(main.distance, 2),
            }
            for main in self.colours
        ]


def drift_from(distance: float, colours: Sequence[dict[str, Any]]) -> Drift:
    """The reverse of `as_json`."""
    return Drift(
        distance=distance,
        colours=tuple(
            Main(
                hex=one["hex"],
                share=one["share"],
                nearest=Colour(name=one["name"], hex=one["nearest"]),
                distance=one["distance"],
            )
            for one in colours
        ),
    )


def measure(data: bytes, palette: Sequence[Colour]) -> Drift:
    """Hold a picture's bytes against a palette of at least one colour. Raises UserError for no picture.

    What stands before a plain ground counts by itself, however much ground there is: the farther of both is told.
    """
    small = _small(opening.open_picture(data, "picture"))
    whole = _held(main_colours(small), palette)
    shown = cutouts.subject(small)
    share = 0.0 if shown is None else float(shown.mean())
    if shown is None or not LEAST_SHARE <= share <= MOST_SHARE:
        return whole
    pixels = np.asarray(small)[shown]
    subject = _held(_colours(Image.fromarray(pixels[None]), LEAST_SHARE / share), palette)
    if subject.distance <= whole.distance:
        return whole
    of_picture = tuple(replace(main, share=main.share * share) for main in subject.colours)
    return Drift(distance=subject.distance, colours=of_picture)


def _held(colours: Sequence[tuple[str, float]], palette: Sequence[Colour]) -> Drift:
    mains = []
    for found, share in colours:
        nearest = min(palette, key=lambda colour: apart(found, colour.hex))
        mains.append(Main(hex=found, share=share, nearest=nearest, distance=apart(found, nearest.hex)))
    mains.sort(key=lambda main: -main.share * main.distance)
    return Drift(distance=sum(main.share * main.distance for main in mains), colours=tuple(mains))


def main_colours(picture: Image.Image) -> list[tuple[str, float]]:
    """The colours that a picture mostly consists of, with their shares, which add up to 1."""
    return _colours(_small(picture), LEAST_SHARE)


def _small(picture: Image.Image) -> Image.Image:
    # Nearest neighbours mix no colours that are not there.
    return flat(opening.srgb(picture)).resize((_LOOK_AT, _LOOK_AT), Image.Resampling.NEAREST)


def _colours(small: Image.Image, least: float) -> list[tuple[str, float]]:
    """The main colours of an RGB picture that make up at least such a share of it."""
    indexed = small.quantize(MAIN_COLOURS, method=Image.Quantize.MEDIANCUT, kmeans=1)
    palette = indexed.getpalette() or []
    counted = [(count, index) for count, index in indexed.getcolors() or [] if isinstance(index, int)]
    total = sum(count for count, _ in counted)
    kept = [(count, index) for count, index in counted if count >= least * total] or counted
    weight = sum(count for count, _ in kept)
    return [
        ("#{:02x}{:02x}{:02x}".format(*palette[index * 3 : index * 3 + 3]), count / weight)
        for count, index in kept
    ]


@lru_cache(maxsize=65_536)
def apart(one: str, other: str) -> float:
    """CIEDE2000 between two hex colours."""
    return float(Color(one).delta_e(Color(other), method="2000"))


@dataclass(frozen=True, kw_only=True)
class Summary:
    """A batch of pictures against a palette."""

    count: int
    median: float
    worst: float
    #: Positions of those above the tolerance, the farthest first.
    outliers: tuple[int, ...]


def summary(distances: Sequence[float], tolerance: float) -> Summary:
    """The figures of a batch of at least one picture."""
    flagged = [index for index, distance in enumerate(distances) if distance > tolerance]
    return Summary(
        count=len(distances),
        median=statistics.median(distances),
        worst=max(distances),
        outliers=tuple(sorted(flagged, key=lambda index: -distances[index])),
    )


def outliers_last(distances: Sequence[float | None], tolerance: float) -> list[int]:
    """Positions in the order in which a contact sheet shows them: as they came, then the flagged ones, nearest first."""
    flagged = [index for index, distance in enumerate(distances) if (distance or 0) > tolerance]
    return [index for index in range(len(distances)) if index not in set(flagged)] + sorted(
        flagged, key=lambda index: distances[index] or 0
    )
