"""The brand kit in Slack: its form, how it is told, what a grid says of it, and the drift chart's message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.brand import swatches
from bot.brand.drift import Drift, apart
from bot.brand.kit import CHART_LIMIT, PALETTE_LIMIT, TOLERANCE, WORDS_LIMIT, Kit
from bot.slack.blocks import Attachment, Block, Message, context, field, image, option, plain, section
from bot.slack.text import escape, quoted, shorten
from bot.texts import say

FORM = "brand_form"
#: Flagged pictures listed under a chart, and under a grid.
LISTED = 10
_ASPECTS = {
    "": "brand-form-shape-square",
    "3:2": "brand-form-shape-landscape",
    "16:9": "brand-form-shape-wide",
    "4:5": "brand-form-shape-portrait-4-5",
    "2:3": "brand-form-shape-portrait-2-3",
    "9:16": "brand-form-shape-tall",
}


def brand_form(channel: str, kit: Kit | None, file_id: str | None = None) -> dict[str, Any]:
    """The form of a channel's kit, filled in with the one in force; `file_id` shows its palette."""
    shown = [palette(file_id, swatches.alt_text(kit.palette))] if kit and file_id else []
    kit = kit or Kit()
    shapes = {
        **{shape: say(label) for shape, label in _ASPECTS.items()},
        **({kit.aspect: kit.aspect} if kit.aspect not in _ASPECTS else {}),
    }
    options = [option(value or "none", label) for value, label in shapes.items()]
    chosen = options[list(shapes).index(kit.aspect)]
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": channel,
        "title": plain(say("brand-form-title")),
        "submit": plain(say("brand-form-save")),
        "close": plain(say("brand-form-cancel")),
        "blocks": [
            section(say("brand-form-head", channel=channel)),
            *shown,
            _text(
                "palette",
                say("brand-form-palette", most=PALETTE_LIMIT),
                "\n".join(map(str, kit.palette)),
                placeholder=say("brand-form-palette-example"),
                lines=True,
                limit=400,
                hint=say("brand-form-palette-hint"),
            ),
            _text(
                "always", say("brand-form-always"), kit.always, placeholder=say("brand-form-always-example")
            ),
            _text("style", say("brand-form-style"), kit.style, placeholder=say("brand-form-style-example")),
            _text(
                "refused",
                say("brand-form-refused"),
                ", ".join(kit.refused),
                placeholder=say("brand-form-refused-example"),
                lines=True,
                limit=2_000,
                hint=say("brand-form-refused-hint"),
            ),
            field(
                "aspect",
                say("brand-form-shape"),
                {"type": "static_select", "options": options, "initial_option": chosen},
            ),
            _text(
                "tolerance",
                say("brand-form-tolerance"),
                f"{kit.tolerance:g}",
                placeholder=f"{TOLERANCE:g}",
                limit=5,
                hint=say("brand-form-tolerance-hint"),
            ),
        ],
    }


def palette(file: str, alt_text: str) -> Block:
    """The palette's picture, as it was uploaded."""
    return {"type": "image", "slack_file": {"id": file}, "alt_text": shorten(alt_text, 2_000)}


def description(kit: Kit | None) -> str:
    """A kit in words."""
    if kit is None:
        return say("brand-told-none")
    colours = ", ".join(escape(str(colour)) for colour in kit.palette)
    lines = [say("brand-told-palette", colours=colours) if colours else say("brand-told-no-palette")]
    if kit.added:
        lines.append(say("brand-told-added", words=quoted(kit.added)))
    if kit.refused:
        lines.append(say("brand-told-refused", words=", ".join(escape(word) for word in kit.refused)))
    if kit.aspect:
        lines.append(say("brand-told-shape", shape=kit.aspect))
    if kit.palette:
        lines.append(say("brand-told-flagged", distance=f"{kit.tolerance:g}"))
    return "\n".join([say("brand-told-heading"), *(f"• {line}" for line in lines)])


def changed(kit: Kit, *, person: str, shown: str | None, alt_text: str) -> Message:
    """Somebody set the kit; everybody sees what holds now."""
    text = say("brand-changed", person=person)
    blocks: list[Block] = [section(f":art: {text}"), section(description(kit))]
    if shown:
        blocks.append(image(0, alt_text))
    blocks.append(context(say("brand-changed-more")))
    attachments = [Attachment(sha256=shown, filename="palette.png", alt_text=alt_text)] if shown else []
    return Message(text=text, blocks=blocks, attachments=attachments)


def used(added: str) -> Block:
    """Under a grid: what the kit added to its prompt."""
    return context(say("brand-used-words", words=quoted(added)) if added else say("brand-used"))


def flagged(name: str, drift: Drift) -> str:
    """A picture that is off the palette, in a sentence."""
    worst = drift.worst
    return say(
        "brand-flagged",
        picture=name,
        shown=square(worst.hex),
        distance=f"{drift.distance:.1f}",
        share=round(worst.share * 100),
        hex=worst.hex,
        nearest=f"{square(worst.nearest.hex)} {escape(str(worst.nearest))}",
        apart=f"{worst.distance:.1f}",
    )


def flags_of_a_grid(found: Sequence[tuple[int, Drift]]) -> str:
    """Under a grid, in one line: which pictures are flagged. Its details say how far, and why."""
    worst, drift = max(found, key=lambda one: one[1].distance)
    numbers = ", ".join(str(number) for number, _ in found)
    return say(
        "brand-flagged-grid",
        count=len(found),
        numbers=numbers,
        number=worst,
        distance=f"{drift.distance:.1f}",
        shown=square(drift.worst.hex),
        nearest=f"{square(drift.worst.nearest.hex)} {escape(str(drift.worst.nearest))}",
    )


#: Squares that a text can show, by about the colour that they have.
_SQUARES = {
    "#dd2e44": "🟥",
    "#f4900c": "🟧",
    "#fdcb58": "🟨",
    "#78b159": "🟩",
    "#55acee": "🟦",
    "#7b48b8": "🟪",
    "#c1694f": "🟫",
    "#31373d": "⬛",
    "#e6e7e8": "⬜",
}


def square(colour: str) -> str:
    """A swatch for a line of text: the square that looks most like a colour."""
    return _SQUARES[min(_SQUARES, key=lambda one: apart(one, colour))]


def flags(found: Sequence[tuple[str, Drift]]) -> Block:
    """Under a sheet: its flagged pictures, the farthest first."""
    lines = [
        f":warning: {flagged(name, drift)}"
        for name, drift in sorted(found, key=lambda one: -one[1].distance)[:LISTED]
    ]
    return context("\n".join(lines))


def drift_chart(
    found: Sequence[tuple[str, Drift]], *, kit: Kit, count: int, picture: str, alt_text: str, person: str
) -> Message:
    """The chart of a channel's pictures, with the flagged ones named."""
    text = say("brand-drift", count=count)
    blocks: list[Block] = [section(say("brand-drift-head", title=text, person=person)), image(0, alt_text)]
    if found:
        lines = [f"• {flagged(f'`{name}`', drift)}" for name, drift in found[:LISTED]]
        if len(found) > LISTED:
            lines.append(f"• {say('brand-drift-more', count=len(found) - LISTED)}")
        blocks.append(section("\n".join(lines)))
    else:
        blocks.append(section(say("brand-drift-none", distance=f"{kit.tolerance:g}")))
    blocks.append(context(say("brand-drift-foot", most=CHART_LIMIT)))
    return Message(
        text=text,
        blocks=blocks,
        attachments=[Attachment(sha256=picture, filename="drift.png", alt_text=shorten(alt_text, 1_000))],
    )


def _text(
    block_id: str,
    label: str,
    typed: str,
    *,
    placeholder: str,
    lines: bool = False,
    limit: int = WORDS_LIMIT,
    hint: str = "",
) -> Block:
    element: dict[str, Any] = {
        "type": "plain_text_input",
        "multiline": lines,
        "max_length": limit,
        "placeholder": plain(placeholder),
    }
    if typed:
        element["initial_value"] = shorten(typed, limit)
    return field(block_id, label, element, hint=hint, optional=True)
