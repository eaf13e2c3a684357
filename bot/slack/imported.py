"""A person's own picture, taken in: shown once, with ways to go on."""

from __future__ import annotations

from bot.slack.approvals import APPROVE_ACTION
from bot.slack.editing import edit_row
from bot.slack.message import Attachment, Message, button, context, image, section
from bot.slack.text import escape, shorten
from bot.studio.model import Brief, Version
from bot.texts import say


def taken_in(brief: Brief, version: Version, *, name: str, mime: str) -> Message:
    """The picture as the first version of its own brief."""
    shown = escape(shorten(name, 80))
    alt = say("import-alt", name=name)
    return Message(
        text=say("import-text", name=shown, person=brief.author),
        blocks=[
            section(say("import-title", name=shown, person=brief.author)),
            image(0, alt),
            context(say("import-small", brief=brief.id)),
            edit_row(version.id),
            {
                "type": "actions",
                "block_id": "approve",
                "elements": [
                    button(
                        say("import-pro"),
                        f"{APPROVE_ACTION}_1",
                        brief.id,
                        accessibility_label=say("import-pro-label"),
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
