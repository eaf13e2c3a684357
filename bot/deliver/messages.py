"""Deliveries as messages: the files with their manifest, and the form in which sizes are chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.briefs.model import Brief, Version
from bot.briefs.sizes import USUAL
from bot.pictures.cropping import SHARP_SCALE, File
from bot.slack.blocks import Attachment, Block, Message, button, context, field, image, option, plain, section
from bot.slack.text import escape, quoted, shorten
from bot.texts import say

FORM = "deliver_form"
#: Paints more around pictures instead of cutting off what they show; a number follows, and the value is the command.
EXTEND = "deliver_extend"
#: A crop that loses so much of what a picture shows is told of, in percent: less is a shadow's rim.
LOST = 4


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
class Offer:
    """Painting more around a picture, for the sizes that cut off what it shows."""

    name: str
    #: What `/draft` would be told.
    command: str
    cost: str


@dataclass(frozen=True, kw_only=True)
class Undelivered:
    """One file that could not be made, and why."""

    size: tuple[int, int]
    why: str


def delivered(
    brief: Brief,
    made: Sequence[Delivered],
    missing: Sequence[Undelivered],
    *,
    person: str,
    labelled: bool = False,
    offers: Sequence[Offer] = (),
) -> Message:
    """The files, each with its name and what was done to it; `labelled`: people are told that a model made them.

    `offers` stand first: what a size cut off should be there before the file goes out.
    """
    prompt = quoted(brief.prompt)
    text = (
        say("delivery-files", count=len(made), prompt=prompt, person=person)
        if made
        else say("delivery-no-file", prompt=prompt)
    )
    blocks: list[Block] = [section(f":package: *{text}*")]
    if offers:
        blocks.append(
            {
                "type": "actions",
                "elements": [_offered(one, number, len(offers)) for number, one in enumerate(offers[:5], 1)],
            }
        )
    if made:
        blocks.append(section("\n".join(_line(one) for one in made)))
    blocks += [
        context(say("delivery-missing", size=f"{one.size[0]}x{one.size[1]}", why=escape(one.why)))
        for one in missing
    ]
    for number, one in enumerate(made):
        if _shared(one):
            continue
        block = image(
            number,
            say("delivery-file-alt", file=one.filename, picture=_named(one.version), prompt=brief.prompt),
        )
        blocks.append({**block, "title": {"type": "plain_text", "text": one.filename}})
    if made and labelled:
        blocks.append(context(say("marking-line")))
    blocks.append(context(say("delivery-foot")))
    return Message(
        text=text,
        blocks=blocks,
        attachments=[
            Attachment(
                sha256=one.sha256,
                filename=one.filename,
                alt_text=shorten(
                    say("delivery-alt", picture=_named(one.version), prompt=brief.prompt), 1_000
                ),
                shared=_shared(one),
            )
            for one in made
        ],
    )


def _offered(offer: Offer, number: int, count: int) -> Block:
    text = (
        say("delivery-extend", cost=offer.cost)
        if count == 1
        else say("delivery-extend-named", name=offer.name, cost=offer.cost)
    )
    return button(text, f"{EXTEND}_{number}", offer.command, style="primary")


def _shared(one: Delivered) -> bool:
    """Slack shows PNG and JPEG in a message; WebP it takes only as a file beside it."""
    return one.filename.endswith(".webp")


def _line(one: Delivered) -> str:
    file = one.file
    parts = [
        f"`{one.filename}`",
        f"{file.width}×{file.height}",
        say("delivery-kilobytes", count=-(-len(file.data) // 1000)),
    ]
    if file.quality is not None:
        parts.append(say("delivery-quality", quality=file.quality))
    if one.extended:
        parts.append(say("delivery-extended"))
    elif file.cropped_percent:
        parts.append(say("delivery-cropped", percent=file.cropped_percent))
        if file.lost_percent >= LOST:
            parts.append(say("delivery-lost", percent=file.lost_percent))
    parts.append(say("delivery-seed", picture=_named(one.version), seed=str(one.version.seed)))
    line = f"• {' · '.join(parts)}"
    if file.scale > SHARP_SCALE:
        line += f"\n   {say('delivery-soft', times=f'{file.scale:.1f}')}"
    return line


def _named(version: Version) -> str:
    match version.kind:
        case "cell":
            return say("delivery-draft", number=version.number)
        case "pro":
            return say("delivery-pro", number=version.number)
    return say("delivery-fix", number=version.number)


def deliver_form(version: int, channel: str, name: str) -> dict[str, Any]:
    """The form behind “Deliver…”: usual sizes, others, format, cap."""
    sizes = [option(key, f"{say(label)}, {width}×{height}") for key, (label, width, height) in USUAL.items()]
    formats = [option(kind, kind.upper()) for kind in ("jpg", "png", "webp")]
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": f"{channel} {version}",
        "title": plain(say("delivery-form-title")),
        "submit": plain(say("delivery-form-send")),
        "close": plain(say("delivery-form-cancel")),
        "blocks": [
            section(say("delivery-form-head", name=name)),
            field(
                "usual", say("delivery-form-usual"), {"type": "checkboxes", "options": sizes}, optional=True
            ),
            field(
                "sizes",
                say("delivery-form-sizes"),
                {"type": "plain_text_input", "max_length": 200, "placeholder": plain("1080x1080 1200x628")},
                optional=True,
                hint=say("delivery-form-sizes-hint"),
            ),
            field(
                "format",
                say("delivery-form-format"),
                {"type": "static_select", "options": formats, "initial_option": formats[0]},
            ),
            field(
                "cap",
                say("delivery-form-cap"),
                {"type": "plain_text_input", "max_length": 12, "placeholder": plain("500kb")},
                optional=True,
            ),
            field(
                "extend",
                say("delivery-form-shape"),
                {
                    "type": "radio_buttons",
                    "options": (
                        how := [
                            option("crop", say("delivery-form-crop")),
                            option("extend", say("delivery-form-extend")),
                        ]
                    ),
                    "initial_option": how[0],
                },
            ),
        ],
    }
