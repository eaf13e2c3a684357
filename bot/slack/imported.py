"""A person's own picture, taken in: shown once, with ways to go on."""

from __future__ import annotations

from bot.slack.approvals import APPROVE_ACTION
from bot.slack.editing import edit_row
from bot.slack.message import Attachment, Message, button, context, image, section
from bot.slack.text import escape, shorten
from bot.studio.model import Brief, Version


def taken_in(brief: Brief, version: Version, *, name: str, mime: str) -> Message:
    """The picture as the first version of its own brief."""
    shown = escape(shorten(name, 80))
    alt = f"The picture {name}, as it was uploaded"
    return Message(
        text=f"Took in {shown} for <@{brief.author}>",
        blocks=[
            section(f":inbox_tray: *Took in {shown}* for <@{brief.author}>"),
            image(0, alt),
            context(
                f"`{brief.id}` · as it was uploaded · free · in this thread, `@Draftroom fix left: make it blue`"
                " changes a region of it"
            ),
            edit_row(version.id),
            {
                "type": "actions",
                "block_id": "approve",
                "elements": [
                    button(
                        "Render in Pro",
                        f"{APPROVE_ACTION}_1",
                        brief.id,
                        accessibility_label="Render this picture in Pro",
                    )
                ],
            },
        ],
        attachments=[
            Attachment(
                sha256=version.picture,
                filename=f"{brief.id}.{mime.rpartition('/')[2]}",
                alt_text=shorten(alt, 1_000),
            )
        ],
    )
