"""A grid as cards: each picture with its own buttons. Where the workspace refuses cards, the sheet takes their place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.briefs.emoji import AGAIN, CHANGE, REMOVE
from bot.briefs.model import Brief, Use
from bot.channel.settings import GridForm
from bot.draft import messages as draft_messages
from bot.slack import outbox_table
from bot.slack.blocks import Attachment, Block, Message, button, confirmed, context, option, plain, section
from bot.slack.buttons import APPROVE_ACTION, CELL_ACTION, EDIT_ACTION
from bot.slack.text import shorten
from bot.store import Transaction
from bot.texts import say

#: The form's name, as the workspace's answers to it are remembered.
FORM = "cards"
#: After so long a workspace that refused cards is asked once more.
ASKED_AGAIN = timedelta(days=7)
#: Characters of a prompt in a card's alt text: all blocks of a message share a limit.
ALT_LIMIT = 150


def wanted(tx: Transaction, form: GridForm, at: datetime) -> bool:
    """Whether a grid is to be shown as cards: somebody chose so, and the workspace did not refuse them lately."""
    refused = outbox_table.refused_at(tx, FORM)
    return form == FORM and (refused is None or at - refused >= ASKED_AGAIN)


def cards(
    brief: Brief,
    *,
    pictures: Sequence[tuple[int, str]],
    small: Sequence[str],
    also: Sequence[dict[str, Any]],
    classic: Message,
) -> Message:
    """The grid. `pictures`: each cell's version and its picture's hash; `small` are lines, `also` more buttons."""
    deck: Block = {
        "type": "carousel",
        "block_id": "cards",
        "elements": [
            _card(brief, index, version, len(pictures)) for index, (version, _) in enumerate(pictures)
        ],
    }
    return Message(
        text=classic.text,
        blocks=[
            section(draft_messages.grid_title(brief)),
            deck,
            *([context("\n".join(small))] if small else []),
            _row(brief, also),
            _own_row(brief),
        ],
        attachments=[
            Attachment(
                sha256=sha256,
                filename=f"draft-{brief.id}-{number}.png",
                alt_text=_alt(brief, number, len(pictures)),
            )
            for number, (_, sha256) in enumerate(pictures, 1)
        ],
        form=FORM,
        classic=classic,
    )


def _alt(brief: Brief, number: int, count: int) -> str:
    return say("cards-alt", number=number, count=count, prompt=shorten(brief.prompt, ALT_LIMIT))


def _card(brief: Brief, index: int, version: int, count: int) -> Block:
    number = index + 1
    return {
        "type": "card",
        "block_id": f"card_{number}",
        "hero_image": {
            "type": "image",
            "slack_file": {"id": f"picture:{index}"},
            "alt_text": _alt(brief, number, count),
        },
        "title": plain(str(number)),
        "actions": [
            button(say("cards-pro"), f"{APPROVE_ACTION}_{number}", brief.id, style="primary"),
            button(say("cards-vary"), f"{CELL_ACTION}_subtle_{number}", f"{brief.id}/{number}/{Use.SUBTLE}"),
            button(say("cards-fix"), f"{EDIT_ACTION}_{number}", str(version)),
        ],
    }


def _row(brief: Brief, also: Sequence[dict[str, Any]]) -> Block:
    """What is about all of them; the block's name is that of a sheet's row."""
    return {
        "type": "actions",
        "block_id": draft_messages.ROW,
        "elements": [
            button("🔁", AGAIN, brief.id, accessibility_label=say("grid-again-label")),
            button("✏️", CHANGE, brief.id, accessibility_label=say("grid-change-label")),
            {
                "type": "overflow",
                "action_id": draft_messages.MORE,
                "options": [option(f"{draft_messages.DETAILS}/{brief.id}", say("grid-details"))],
            },
            *also,
        ],
    }


def _own_row(brief: Brief) -> Block:
    """The bin, which only who asked for the grid sees."""
    return {
        "type": "context_actions",
        "block_id": "own",
        "elements": [
            {
                "type": "icon_button",
                "icon": "trash",
                "action_id": REMOVE,
                "text": plain(say("cards-remove")),
                "value": brief.id,
                "visible_to_user_ids": [brief.author],
                "confirm": confirmed(
                    title=say("grid-remove-title"),
                    text=say("grid-remove-question"),
                    yes=say("grid-remove-confirm"),
                    no=say("grid-remove-deny"),
                ),
            }
        ],
    }
