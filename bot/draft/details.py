"""How a grid was made, what it cost and what is left: asked for in its menu, shown to whoever asked."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from bot import clock, ledger
from bot.brand import messages as brand_messages
from bot.brand import table as brand_table
from bot.briefs import table as briefs_table
from bot.briefs.model import Brief, Version
from bot.briefs.services import Services
from bot.draft import messages as draft_messages
from bot.draft import table as draft_table
from bot.ledger import BudgetState, format_money
from bot.ledger.wording import left_of
from bot.pictures.recipe import model_of
from bot.slack.blocks import Block, context, plain, section
from bot.slack.text import escape, shorten
from bot.store import Picture, Transaction, pictures
from bot.texts import numbers, say


@dataclass(frozen=True, kw_only=True)
class Details:
    """What is told of a grid."""

    brief: Brief
    cells: tuple[Version, ...]
    #: Width and height of each picture in pixels.
    size: tuple[int, int]
    #: As the pictures say; empty where they don't.
    model: str
    cost_micro: int
    state: BudgetState
    #: Its pictures that are off the channel's palette, in sentences.
    flagged: tuple[str, ...] = ()


async def details(services: Services, brief_id: str) -> Details:
    """Look everything up as it is now."""

    def look(tx: Transaction) -> tuple[Details, Picture | None]:
        brief, cells = briefs_table.brief(tx, brief_id), briefs_table.cells(tx, brief_id)
        first = pictures.find(tx, cells[0].picture) if cells else None
        found = Details(
            brief=brief,
            cells=tuple(cells),
            size=(first.width, first.height) if first else brief.aspect,
            model="",
            cost_micro=draft_table.drafted_micro(tx, brief_id),
            state=ledger.budget_of(tx, brief.channel, clock.now(), services.rule),
            flagged=tuple(
                brand_messages.flagged(say("marks-picture", number=number), drift)
                for number, drift in brand_table.flagged_cells(tx, brief_id)
            ),
        )
        return found, first

    found, first = await services.database.read(look)
    if first is None:
        return found
    data = await asyncio.to_thread(services.picture_store.read, first)
    return Details(**{**vars(found), "model": model_of(data)})


def details_modal(told: Details) -> dict[str, Any]:
    """The answer to “Details”."""
    brief = told.brief
    lines = [
        say("details-name", brief=brief.id),
        say("details-for", person=brief.author, follows=draft_messages.follows(brief)),
        say("details-size", count=len(told.cells), width=told.size[0], height=told.size[1]),
        say("details-seed", seed=str(brief.seed)),
    ]
    if told.model:
        lines.append(say("details-model", model=escape(shorten(told.model, 200))))
    if seconds := sum(cell.seconds for cell in told.cells):
        lines.append(say("details-time", seconds=numbers.localised(f"{seconds:.1f}")))
    lines.append(say("details-cost", cost=format_money(told.cost_micro, told.state.currency, exact=True)))
    lines.append(say("details-left", left=left_of(told.state)))
    blocks: list[Block] = [section(f"*{say('quoted', text=escape(shorten(brief.prompt, 1_000)))}*")]
    if brief.negative_prompt:
        lines.insert(1, say("details-without", words=escape(shorten(brief.negative_prompt, 300))))
    if brief.brand_words:
        lines.insert(1, say("details-brand", words=escape(shorten(brief.brand_words, 300))))
    blocks.append(section("\n".join(lines)))
    blocks += [context(f":warning: {sentence}") for sentence in told.flagged[:9]]
    return {
        "type": "modal",
        "callback_id": draft_messages.DETAILS,
        "title": plain(say("details-title")),
        "close": plain(say("details-close")),
        "blocks": blocks,
    }
