"""Deliveries as messages: the files with their manifest, and the form in which sizes are chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.slack.forms import field, option, plain
from bot.slack.message import Attachment, Block, Message, context, image, section
from bot.slack.text import escape, quoted, shorten
from bot.studio.cropping import SHARP_SCALE, File
from bot.studio.deliveries import USUAL
from bot.studio.model import Brief, Version

FORM = "deliver_form"


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """One file that was made."""

    file: File
    sha256: str
    filename: str
    #: What it shows.
    version: Version
    #: Painted beyond the picture instead of cropped.
    extended: bool


@dataclass(frozen=True, kw_only=True)
class Undelivered:
    """One file that could not be made, and why."""

    size: tuple[int, int]
    why: str


def delivered(
    brief: Brief, made: Sequence[Delivered], missing: Sequence[Undelivered], *, person: str
) -> Message:
    """The files, each with its name and what was done to it."""
    count = "1 file" if len(made) == 1 else f"{len(made)} files"
    text = (
        f"{count} of {quoted(brief.prompt)} for <@{person}>" if made else f"No file of {quoted(brief.prompt)}"
    )
    blocks: list[Block] = [section(f":package: *{text}*")]
    if made:
        blocks.append(section("\n".join(_line(one) for one in made)))
    blocks += [
        context(f":warning: {one.size[0]}x{one.size[1]} is missing. {escape(one.why)}") for one in missing
    ]
    for number, one in enumerate(made):
        if _shared(one):
            continue
        block = image(number, f"{one.filename}: {_named(one.version)} of: {brief.prompt}")
        blocks.append({**block, "title": {"type": "plain_text", "text": one.filename}})
    blocks.append(context("Exact pixels, sRGB. Open a picture to download it under its name."))
    return Message(
        text=text,
        blocks=blocks,
        attachments=[
            Attachment(
                sha256=one.sha256,
                filename=one.filename,
                alt_text=shorten(f"{_named(one.version)} of: {brief.prompt}", 1_000),
                shared=_shared(one),
            )
            for one in made
        ],
    )


def _shared(one: Delivered) -> bool:
    """Slack shows PNG and JPEG in a message; WebP it takes only as a file beside it."""
    return one.filename.endswith(".webp")


def _line(one: Delivered) -> str:
    file = one.file
    parts = [f"`{one.filename}`", f"{file.width}×{file.height}", f"{-(-len(file.data) // 1000)} kB"]
    if file.quality is not None:
        parts.append(f"quality {file.quality}")
    if one.extended:
        parts.append("canvas extended")
    elif file.cropped_percent:
        parts.append(f"{file.cropped_percent}% cropped away")
    parts.append(f"{_named(one.version)}, seed {one.version.seed}")
    line = f"• {' · '.join(parts)}"
    if file.scale > SHARP_SCALE:
        line += f"\n   :warning: enlarged {file.scale:.1f} times, so it will look soft."
    return line


def _named(version: Version) -> str:
    match version.kind:
        case "cell":
            return f"draft {version.number}"
        case "pro":
            return f"Pro render {version.number}"
    return f"fix {version.number}"


def deliver_form(version: int, channel: str, name: str) -> dict[str, Any]:
    """The form behind “Deliver…”: usual sizes, others, format, cap."""
    sizes = [option(key, f"{label}, {width}×{height}") for key, (label, width, height) in USUAL.items()]
    formats = [option(kind, kind.upper()) for kind in ("jpg", "png", "webp")]
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": f"{channel} {version}",
        "title": plain("Deliver"),
        "submit": plain("Deliver"),
        "close": plain("Cancel"),
        "blocks": [
            section(f"Files of `{name}` at exact sizes, into its thread."),
            field("usual", "Usual sizes", {"type": "checkboxes", "options": sizes}, optional=True),
            field(
                "sizes",
                "Other sizes",
                {"type": "plain_text_input", "max_length": 200, "placeholder": plain("1080x1080 1200x628")},
                optional=True,
                hint="Width x height in pixels, with spaces between.",
            ),
            field(
                "format",
                "Format",
                {"type": "static_select", "options": formats, "initial_option": formats[0]},
            ),
            field(
                "cap",
                "Largest file",
                {"type": "plain_text_input", "max_length": 12, "placeholder": plain("500kb")},
                optional=True,
            ),
            field(
                "extend",
                "Where the shape differs",
                {
                    "type": "radio_buttons",
                    "options": (
                        how := [
                            option("crop", "Crop, keep the subject (free)"),
                            option("extend", "Paint more around it (costs a fix)"),
                        ]
                    ),
                    "initial_option": how[0],
                },
            ),
        ],
    }
