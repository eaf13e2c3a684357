"""What a person's App Home shows: looked up in the database, with links and memberships asked of Slack."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any

from bot import clock
from bot.approve import actions as approve_actions
from bot.approve import messages as approve_messages
from bot.briefs import table as briefs_table
from bot.briefs.keys import brief_key
from bot.briefs.model import Brief, Person, UserError
from bot.briefs.services import Services
from bot.budget import holds
from bot.channel import actions as channel_actions
from bot.channel import table as channel_table
from bot.channel.settings import may_approve
from bot.home import find
from bot.home import table as home_table
from bot.home.messages import House, Mine, Waiting, home_view
from bot.slack import outbox_table
from bot.slack.people import Directory
from bot.store import Transaction

#: Lines of each list, and how long a grid waits before it counts as forgotten.
LISTED = 5
WAITS = timedelta(days=7)


async def page(services: Services, person: Person, directory: Directory) -> dict[str, Any]:
    """The view to publish for this person."""
    mine = (await find.mine(services, person.id))[:LISTED]
    waiting = await _waiting(services, person, directory=directory)
    links = await asyncio.gather(*(_link(services, found.brief, directory=directory) for found in mine))
    channels = list(dict.fromkeys([*(w.brief.channel for w in waiting), *(m.brief.channel for m in mine)]))
    houses = [
        House(
            standing=await holds.standing(services, channel),
            policy=await services.database.read(partial(channel_table.policy_of, channel=channel)),
            may_set=channel_actions.may_decide(services, person),
        )
        for channel in channels
    ]
    return home_view(
        waiting,
        [
            Mine(found=found, link=link, file_id=await _sheet(services, found.brief))
            for found, link in zip(mine, links, strict=True)
        ],
        houses,
    )


async def _waiting(services: Services, person: Person, directory: Directory) -> list[Waiting]:
    """Grids whose approval hangs on this person: begun counts, and where only some may approve."""
    found: list[Waiting] = []
    if person.is_guest or person.is_bot or person.is_stranger or person.is_deactivated:
        return found
    for brief in await services.database.read(
        lambda tx: home_table.unapproved(tx, person.id, clock.now() - WAITS)
    ):
        if len(found) == LISTED:
            break
        try:
            who = await approve_actions.electorate(services, brief.id)
        except UserError:
            continue
        if not may_approve(who.rule, person=person.id, author=brief.author, members=who.members):
            continue
        standing = await services.database.read(partial(_standing, who=who, brief=brief))
        if not standing and who.rule.who == "anyone":
            continue  # it waits for everybody, and so for nobody in particular
        # Nobody reads here of a channel that they are not in.
        if await directory.is_member(brief.channel, person.id):
            cells = await services.database.read(partial(briefs_table.cells, brief_id=brief.id))
            found.append(
                Waiting(
                    brief=brief,
                    standing=standing,
                    link=await _link(services, brief, directory=directory),
                    cells=len(cells),
                    file_id=await _sheet(services, brief),
                )
            )
    return found


async def _sheet(services: Services, brief: Brief) -> str:
    return await services.database.read(lambda tx: outbox_table.picture_of(tx, brief_key(brief.id)))


async def _link(services: Services, brief: Brief, directory: Directory) -> str:
    ts = await services.database.read(lambda tx: outbox_table.sent_ts(tx, brief_key(brief.id)))
    return await directory.permalink(brief.channel, ts) if ts else ""


def _standing(tx: Transaction, who: approve_actions.Electorate, brief: Brief) -> str:
    """How far the picture with the most approvals is; empty where none has one."""
    tallies = [(cell.number, who.count(tx, brief, cell)) for cell in briefs_table.cells(tx, brief.id)]
    best = max(tallies, key=lambda one: len(one[1].people))
    return approve_messages.standing(who.rule, best[1], cell=best[0]) if best[1].people else ""
