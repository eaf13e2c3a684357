"""The colours of charts that are drawn as pictures: those of the costs page in a light window. Pure."""

from __future__ import annotations

from typing import Final

#: A chart brings its own ground, so that it reads in light and dark windows alike.
CARD: Final = "#ffffff"
RIM: Final = "#dce4e1"
TILE: Final = "#f7f8f7"
INK: Final = "#14201d"
QUIET: Final = "#53655f"
TRACK: Final = "#dce4e1"
ACCENT: Final = "#0c6469"
ALARM: Final = "#b3321b"
#: By tier. Their lightness differs too, for who sees no hues.
TIERS: Final = {"draft": "#e8b04a", "pro": "#0c6469", "fix": "#ee7256"}
#: No text is smaller, in pixels of a chart that is 1200 wide: on a phone of 390 these are 12.
LEAST_TEXT: Final = 38
