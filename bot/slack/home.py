"""App Home: what waits for a person, their briefs, their channels, what is new. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.slack import channel_settings
from bot.slack.guide import STATES, help_text, standing_text, when
from bot.slack.message import Block, button, context, section
from bot.slack.text import quoted, shorten
from bot.studio.model import Brief, Found
from bot.studio.policy import Policy
from bot.summaries import Standing

#: What came lately, newest first.
NEWS = (
    "*Approval by rule*: how many, whose, with or without who asked. `/draft settings` in a channel.",
    "*Advice before money*: prompts that quick drafts get wrong can go *straight to Pro*.",
    "*Enough is enough*: a brief that drags on hears so once, with a way on.",
)


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
    blocks: list[Block] = [_header("Waiting for your approval")]
    blocks += [_waiting(one) for one in waiting] or [context("Nothing waits for you.")]
    blocks += [{"type": "divider"}, _header("Your briefs")]
    blocks += [_mine(one) for one in mine] or [
        section("You have none yet. Type `/draft a red sneaker on a teal background` in a channel.")
    ]
    if houses:
        blocks += [{"type": "divider"}, _header("Your channels")]
        for number, house in enumerate(houses):
            blocks += _house(number, house)
    blocks += [
        {"type": "divider"},
        _header("What's new"),
        section("\n".join(f"• {line}" for line in NEWS)),
        {"type": "divider"},
        _header("How it works"),
        section(help_text()),
    ]
    return {"type": "home", "blocks": blocks}


def _waiting(one: Waiting) -> Block:
    standing = f"\n{one.standing}." if one.standing else "\nNobody approved a picture yet."
    return section(
        f":ballot_box_with_check: {_linked(one.brief, one.link)} in <#{one.brief.channel}>,"
        f" by <@{one.brief.author}>{standing}"
    )


def _mine(one: Mine) -> Block:
    found = one.found
    made = f" · {found.renders} in Pro or fixed" if found.renders else ""
    return section(
        f"{_linked(found.brief, one.link)} in <#{found.brief.channel}>\n{STATES[found.state]}{made}"
        f" · {when(found.brief.created_at)} · `{found.brief.id}`"
    )


def _linked(brief: Brief, link: str) -> str:
    prompt = quoted(shorten(brief.prompt, 80))
    return f"*{prompt}* (<{link}|open>)" if link else f"*{prompt}*"


def _house(number: int, house: House) -> list[Block]:
    channel = house.standing.budget.channel
    rules = channel_settings.lines(house.policy)
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
                        "⚙️ Channel settings",
                        channel_settings.OPEN_ACTION,
                        channel,
                        accessibility_label="Change how this channel works",
                    )
                ],
            }
        )
    return blocks


def _header(text: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": text}}
