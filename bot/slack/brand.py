"""The brand kit in Slack: its form, how it is told, what a grid says of it, and the drift chart's message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot import swatches
from bot.slack.forms import field, option, plain
from bot.slack.message import Attachment, Block, Message, context, image, section
from bot.slack.text import escape, quoted, shorten
from bot.studio.brand import CHART_LIMIT, PALETTE_LIMIT, TOLERANCE, WORDS_LIMIT, Kit
from bot.studio.drift import Drift

FORM = "brand_form"
#: Flagged pictures listed under a chart, and under a grid.
LISTED = 10
_ASPECTS = {
    "": "Square, as usual",
    "3:2": "Landscape 3:2",
    "16:9": "Wide 16:9",
    "4:5": "Portrait 4:5",
    "2:3": "Portrait 2:3",
    "9:16": "Tall 9:16",
}


def brand_form(channel: str, kit: Kit | None, file_id: str | None = None) -> dict[str, Any]:
    """The form of a channel's kit, filled in with the one in force; `file_id` shows its palette."""
    shown = [palette(file_id, swatches.alt_text(kit.palette))] if kit and file_id else []
    kit = kit or Kit()
    shapes = {**_ASPECTS, **({kit.aspect: kit.aspect} if kit.aspect not in _ASPECTS else {})}
    options = [option(value or "none", label) for value, label in shapes.items()]
    chosen = options[list(shapes).index(kit.aspect)]
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": channel,
        "title": plain("Brand kit"),
        "submit": plain("Save"),
        "close": plain("Cancel"),
        "blocks": [
            section(f"How pictures in <#{channel}> should look. Each picture is held against the palette."),
            *shown,
            _text(
                "palette",
                f"Palette, up to {PALETTE_LIMIT} colours",
                "\n".join(map(str, kit.palette)),
                placeholder="Teal #0b5563\nCoral #ff7f50",
                lines=True,
                limit=400,
                hint="One a line, with or without a name.",
            ),
            _text(
                "always", "Words added to every prompt", kit.always, placeholder="soft daylight, matte paper"
            ),
            _text(
                "style", "Style words, added after them", kit.style, placeholder="in the style of a catalogue"
            ),
            _text(
                "refused",
                "Words that no prompt may have",
                ", ".join(kit.refused),
                placeholder="cheap, blood, a competitor's name",
                lines=True,
                limit=2_000,
                hint="With commas between. Such a brief is refused before it costs anything.",
            ),
            field(
                "aspect",
                "Shape of briefs that name none",
                {"type": "static_select", "options": options, "initial_option": chosen},
            ),
            _text(
                "tolerance",
                "Flag pictures farther from the palette than",
                f"{kit.tolerance:g}",
                placeholder=f"{TOLERANCE:g}",
                limit=5,
                hint="CIEDE2000: 2 is barely seen, 10 is another shade, 20 is another colour.",
            ),
        ],
    }


def palette(file: str, alt_text: str) -> Block:
    """The palette's picture, as it was uploaded."""
    return {"type": "image", "slack_file": {"id": file}, "alt_text": shorten(alt_text, 2_000)}


def told(kit: Kit | None) -> str:
    """A kit in words."""
    if kit is None:
        return "This channel has no brand kit. Whoever may set its budget can make one: `/draft brand`."
    lines = [f"• palette: {', '.join(escape(str(colour)) for colour in kit.palette) or 'none'}"]
    if kit.added:
        lines.append(f"• added to every prompt: {quoted(kit.added)}")
    if kit.refused:
        lines.append(f"• refused: {', '.join(escape(word) for word in kit.refused)}")
    if kit.aspect:
        lines.append(f"• shape: {kit.aspect}")
    if kit.palette:
        lines.append(f"• flagged: pictures farther from the palette than {kit.tolerance:g} (CIEDE2000)")
    return "\n".join(["*This channel's brand kit*", *lines])


def changed(kit: Kit, *, person: str, shown: str | None, alt_text: str) -> Message:
    """Somebody set the kit; everybody sees what holds now."""
    text = f"<@{person}> set this channel's brand kit."
    blocks: list[Block] = [section(f":art: {text}"), section(told(kit))]
    if shown:
        blocks.append(image(0, alt_text))
    blocks.append(context("It holds for new briefs. `/draft drift` shows how near the pictures so far are."))
    attachments = [Attachment(sha256=shown, filename="palette.png", alt_text=alt_text)] if shown else []
    return Message(text=text, blocks=blocks, attachments=attachments)


def used(added: str) -> Block:
    """Under a grid: what the kit added to its prompt."""
    return context(
        f":art: Brand kit used, added to the prompt: {quoted(added)}" if added else ":art: Brand kit used"
    )


def flagged(name: str, drift: Drift) -> str:
    """A picture that is off the palette, in a sentence."""
    worst = drift.worst
    return (
        f"{name} is off the palette by {drift.distance:.1f}: {round(worst.share * 100)}% of it is about `{worst.hex}`,"
        f" nearest is {escape(str(worst.nearest))} at {worst.distance:.1f}"
    )


def flags(found: Sequence[tuple[str, Drift]]) -> Block:
    """Under a grid: its flagged pictures, the farthest first."""
    lines = [
        f":warning: {flagged(name, drift)}"
        for name, drift in sorted(found, key=lambda one: -one[1].distance)[:LISTED]
    ]
    return context("\n".join(lines))


def drift_chart(
    found: Sequence[tuple[str, Drift]], *, kit: Kit, count: int, picture: str, alt_text: str, person: str
) -> Message:
    """The chart of a channel's pictures, with the flagged ones named."""
    text = f"Drift of {'1 picture' if count == 1 else f'{count} pictures'} from this channel's palette"
    blocks: list[Block] = [section(f":bar_chart: *{text}*, for <@{person}>"), image(0, alt_text)]
    if found:
        lines = [f"• {flagged(f'`{name}`', drift)}" for name, drift in found[:LISTED]]
        if len(found) > LISTED:
            lines.append(f"• {len(found) - LISTED} more")
        blocks.append(section("\n".join(lines)))
    else:
        blocks.append(section(f"No picture is farther from it than {kit.tolerance:g}."))
    blocks.append(context(f"The newest {CHART_LIMIT} at most; `/draft drift 50` shows fewer. Free."))
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
