"""App Home: what waits for a person, their briefs, their channels, what is new. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.briefs.model import Brief, Found
from bot.budget.messages import standing_text
from bot.budget.standing import Standing
from bot.channel import messages as channel_messages
from bot.channel.settings import Policy
from bot.home.guide import became, help_text, when
from bot.slack.blocks import Block, button, context, section
from bot.slack.text import quoted, shorten
from bot.texts import say

#: Ids of what came lately, newest first.
NEWS = ("home-news-approval", "home-news-advice", "home-news-enough")


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A grid that waits for this person's approval."""

    brief: Brief
    #: How far its approvals are; empty where nobody approved yet.
    standing: str
    #: Address of the grid's message; empty where Slack tells none.
    link: str


@dataclass(frozen=True, kw_only=True)
class Mine:
    """A brief of this person's."""

    found: Found
    link: str


@dataclass(frozen=True, kw_only=True)
class House:
    """A channel that this person works in."""

    standing: Standing
    policy: Policy
    #: Whether this person may change its settings.
    may_set: bool


def home_view(waiting: Sequence[Waiting], mine: Sequence[Mine], houses: Sequence[House]) -> dict[str, Any]:
    """The page of one person: what waits first."""
    blocks: list[Block] = [_header(say("home-waiting-header"))]
    blocks += [_waiting(one) for one in waiting] or [context(say("home-waiting-none"))]
    blocks += [{"type": "divider"}, _header(say("home-mine-header"))]
    blocks += [_mine(one) for one in mine] or [section(say("home-mine-none"))]
    if houses:
        blocks += [{"type": "divider"}, _header(say("home-channels-header"))]
        for number, house in enumerate(houses):
            blocks += _house(number, house)
    blocks += [
        {"type": "divider"},
        _header(say("home-news-header")),
        section("\n".join(f"• {say(news)}" for news in NEWS)),
        {"type": "divider"},
        _header(say("home-help-header")),
        section(help_text()),
    ]
    return {"type": "home", "blocks": blocks}


def _waiting(one: Waiting) -> Block:
    grid = say(
        "home-waiting",
        brief=_linked(one.brief, one.link),
        channel=one.brief.channel,
        person=one.brief.author,
    )
    standing = say("approval-sentence", standing=one.standing) if one.standing else say("home-waiting-nobody")
    return section(f"{grid}\n{standing}")


def _mine(one: Mine) -> Block:
    found = one.found
    title = say("home-mine", brief=_linked(found.brief, one.link), channel=found.brief.channel)
    return section(f"{title}\n{became(found)} · {when(found.brief.created_at)} · `{found.brief.id}`")


def _linked(brief: Brief, link: str) -> str:
    prompt = quoted(shorten(brief.prompt, 80))
    return say("home-linked", prompt=prompt, link=link) if link else f"*{prompt}*"


def _house(number: int, house: House) -> list[Block]:
    channel = house.standing.budget.channel
    rules = channel_messages.lines(house.policy)
    blocks: list[Block] = [
        section(f"*<#{channel}>*\n{standing_text(house.standing)}"),
        context("\n".join(rules.values())),
    ]
    if house.may_set:
        blocks.append(
            {
                "type": "actions",
                "block_id": f"house_{number}",
                "elements": [
                    button(
                        say("home-settings"),
                        channel_messages.OPEN_ACTION,
                        channel,
                        accessibility_label=say("home-settings-label"),
                    )
                ],
            }
        )
    return blocks


def _header(text: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": text}}
