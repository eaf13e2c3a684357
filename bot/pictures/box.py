"""A box on a picture, in parts of its sides."""

from __future__ import annotations

from dataclasses import dataclass

#: The lettered grid: columns A to D from the left, rows 1 to 4 from the top.
GRID = 4


@dataclass(frozen=True, kw_only=True)
class Box:
    """A rectangle in fractions of the picture, origin at the top left."""

    left: float
    top: float
    right: float
    bottom: float
    #: Everything but the rectangle is meant.
    outside: bool = False

    def pixels(self, width: int, height: int) -> tuple[int, int, int, int]:
        """The box as (left, top, right, bottom) in whole pixels, at least one pixel wide and tall."""
        left, top = min(int(self.left * width), width - 1), min(int(self.top * height), height - 1)
        return (
            left,
            top,
            max(left + 1, round(self.right * width)),
            max(top + 1, round(self.bottom * height)),
        )
