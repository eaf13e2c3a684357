"""Named styles: words that are added to a prompt. Some come along, a channel saves others; its own win."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

from bot.briefs import loras
from bot.briefs.model import UserError
from bot.draft import table as draft_table
from bot.store import Transaction
from bot.texts import say

#: Longest words of a style, in characters.
WORDS_LIMIT = 300
#: Styles that one channel may save.
STYLES_LIMIT = 50

#: What everybody has. Each names light, surface and medium, since these are what makes a style.
BUNDLED = {
    "studio": "studio product photo, softbox light, clean seamless backdrop, crisp focus",
    "flat-lay": "flat lay seen from straight above, even daylight, neatly arranged props",
    "lifestyle": "lifestyle photo in a lived-in home, natural window light, shallow depth of field",
    "macro": "macro close-up, fine surface texture, very shallow depth of field",
    "golden-hour": "outdoors at golden hour, low warm sunlight, long soft shadows",
    "noir": "black and white film photo, hard side light, deep shadows, grain",
    "neon": "night scene, neon light in magenta and cyan, wet reflections",
    "minimal": "minimal composition, one subject, generous empty space, muted colours",
    "pastel": "soft pastel palette, diffuse light, gentle gradients",
    "pop-art": "pop art print, bold flat colours, thick outlines, halftone dots",
    "watercolour": "watercolour painting, wet washes, visible paper texture, soft edges",
    "ink": "ink drawing, confident line work, cross-hatching, white paper",
    "oil": "oil painting, visible brush strokes, rich impasto, warm varnish",
    "line-art": "clean vector line art, even stroke width, no shading",
    "isometric": "isometric illustration, precise geometry, soft ambient shadows",
    "clay": "clay render, soft rounded shapes, matte surfaces, studio light",
    "paper-cut": "layered paper-cut collage, crisp edges, subtle drop shadows",
    "vintage": "vintage magazine advertisement, faded print colours, slight misregistration",
}
#: Other spellings that people type.
_ALIASES = {
    "watercolor": "watercolour",
    "flatlay": "flat-lay",
    "popart": "pop-art",
    "papercut": "paper-cut",
    "lineart": "line-art",
    "goldenhour": "golden-hour",
}
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,29}")


@dataclass(frozen=True, kw_only=True)
class Style:
    """A name and what it adds to a prompt."""

    name: str
    words: str
    #: Who saved it; None for those that come along.
    set_by: str | None = None


def known(tx: Transaction, channel: str, engine_loras: Collection[str] = ()) -> list[Style]:
    """The styles of a channel by name: its own, the engine's LoRAs, and those that come along."""
    found = {name: Style(name=name, words=words) for name, words in BUNDLED.items()}
    found |= {_plain(name): Style(name=_plain(name), words=loras.tag(name)) for name in engine_loras}
    found |= {str(row["name"]): Style(**row) for row in draft_table.styles(tx, channel)}
    return sorted(found.values(), key=lambda style: (style.set_by is None, style.name))


def named(tx: Transaction, channel: str, name: str, engine_loras: Collection[str] = ()) -> Style:
    """The style that somebody means. Raises UserError that names the nearest."""
    styles = {style.name: style for style in known(tx, channel, engine_loras)}
    wanted = _plain(name)
    wanted = wanted if wanted in styles else _ALIASES.get(wanted.replace("-", ""), wanted)
    if wanted in styles:
        return styles[wanted]
    near = [f"`{one}`" for one in difflib.get_close_matches(wanted, styles, 3, 0.5)]
    if not near:
        raise UserError(say("styles-unknown", name=name[:40]), "style")
    meant = reduce(lambda one, two: say("styles-or", first=one, second=two), near)
    raise UserError(say("styles-unknown-near", name=name[:40], near=meant), "style")


def check_loras(prompt: str, engine_loras: Collection[str] | None) -> None:
    """Refuse a prompt that names a LoRA which the engine lacks; one that did not tell is asked. Raises UserError."""
    if engine_loras is None:
        return
    for name in loras.split(prompt)[1]:
        if name not in engine_loras:
            has = ", ".join(f"`{loras.tag(one)}`" for one in sorted(engine_loras))
            raise UserError(say("lora-unknown", name=name, names=has or "none"), "prompt")


def save(tx: Transaction, *, channel: str, name: str, words: str, person: str, at: datetime) -> Style:
    """Keep a style for a channel, in the place of one of that name. Raises UserError."""
    wanted = _plain(name)
    if not _NAME.fullmatch(wanted):
        raise UserError(say("styles-bad-name", name=name[:40]))
    if not words:
        raise UserError(say("styles-no-words"))
    if len(words) > WORDS_LIMIT:
        raise UserError(say("styles-long-words", count=len(words), most=WORDS_LIMIT))
    others = [row for row in draft_table.styles(tx, channel) if row["name"] != wanted]
    if len(others) >= STYLES_LIMIT:
        raise UserError(say("styles-too-many", most=STYLES_LIMIT))
    draft_table.keep_style(tx, channel=channel, name=wanted, words=words, person=person, at=at)
    return Style(name=wanted, words=words, set_by=person)


def drop(tx: Transaction, *, channel: str, name: str) -> Style:
    """Forget a style of the channel; what was drafted in it stays. Raises UserError."""
    style = named(tx, channel, name)
    if style.set_by is None:
        raise UserError(say("styles-bundled", name=style.name))
    draft_table.drop_style(tx, channel=channel, name=style.name)
    return style


def _plain(name: str) -> str:
    return name.strip().strip("`'\"").lower().replace("_", "-")
