"""What the thread hears of the editor, as pure functions to Block Kit."""

from __future__ import annotations

from bot.ledger import BudgetState
from bot.slack.editing import edit_row
from bot.slack.message import Attachment, Block, Message, button, context, image, section
from bot.slack.text import quoted
from bot.slack.views import left_of
from bot.studio.model import Brief, Version

OPEN_ACTION = "open_editor"


def link(url: str, *, hours: float) -> list[Block]:
    """A person's own way into the editor; only they see it."""
    return [
        section("Here is your way to this picture, for you alone."),
        {
            "type": "actions",
            "block_id": "editor",
            "elements": [button("Open the editor", OPEN_ACTION, "open", url=url, style="primary")],
        },
        context(f"The link is yours and works for {hours:g} h. `/draft signout` makes all your links void."),
    ]


def adjusted(
    brief: Brief, version: Version, *, region: str, person: str, comparison: str, state: BudgetState
) -> Message:
    """An adjustment without a model: before and after, and that it cost nothing."""
    words = version.instruction or ""
    return Message(
        text=f"Adjusted {region}: {words}",
        blocks=[
            section(f":level_slider: *Adjusted {region}:* {words} for <@{person}>"),
            image(0, f"Before and after the adjustment {words} of: {brief.prompt}"),
            image(1, f"The adjusted picture: {brief.prompt}; {words}"),
            context(f"pixels changed outside the mask: 0 · no model · free · {left_of(state)}"),
            context("The version before is kept. :leftwards_arrow_with_hook: goes back to it."),
            edit_row(version.id),
        ],
        attachments=[
            Attachment(
                sha256=comparison,
                filename=f"before-after-{brief.id}-{version.number}.png",
                alt_text=f"Before and after: {words}",
            ),
            Attachment(
                sha256=version.picture,
                filename=f"adjusted-{brief.id}-{version.number}.png",
                alt_text=f"Adjusted: {words}",
            ),
        ],
    )


def went_back(title: str, *, person: str) -> Message:
    """Somebody chose an earlier version to go on from."""
    text = f"<@{person}> went back to {quoted(title)}. The next fix starts from it; later versions are kept."
    return Message(text=text, blocks=[section(f":leftwards_arrow_with_hook: {text}")])
