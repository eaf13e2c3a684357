"""App Home: what waits for a person, their briefs, their channels, what is new. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.briefs.model import Brief, Found
from bot.briefs.typed import CELLS_LIMIT
from bot.budget.messages import standing_text
from bot.budget.standing import Standing
from bot.channel import messages as channel_messages
from bot.channel.settings import Policy
from bot.home.guide import became, help_blocks, when
from bot.slack.blocks import Block, button, context, plain, section, without_pictures
from bot.slack.text import quoted, shorten
from bot.texts import say

#: Opens the form in App Home; approves a picture there (`home_approve_2`); shows a channel's rules.
NEW, APPROVE, RULES = "home_new", "home_approve", "home_rules"
#: Signs in a budget's bar.
BAR = 20


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A grid that waits for this person's approval."""

    brief: Brief
    #: How far its approvals are; empty where nobody approved yet.
    standing: str
    #: Address of the grid's message; empty where Slack tells none.
    link: str
    #: Its pictures' numbers that can be approved here.
    cells: int = 1
    #: Slack's file of its sheet; empty where there is none.
    file_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Mine:
    """A brief of this person's."""

    found: Found
    link: str
    #: Slack's file of its sheet; empty where there is none.
    file_id: str = ""


@dataclass(frozen=True, kw_only=True)
class House:
    """A channel that this person works in."""

    standing: Standing
    policy: Policy
    #: Whether this person may change its settings.
    may_set: bool


def home_view(waiting: Sequence[Waiting], mine: Sequence[Mine], houses: Sequence[House]) -> dict[str, Any]:
    """The page of one person: what waits first."""
    blocks: list[Block] = [
        {
            "type": "actions",
            "block_id": "home_top",
            "elements": [
                button(
                    say("home-new"),
                    NEW,
                    houses[0].standing.budget.channel if houses else "-",
                    style="primary",
                    accessibility_label=say("home-new-label"),
                )
            ],
        },
        _header(say("home-waiting-header")),
    ]
    for number, one in enumerate(waiting):
        blocks += _waiting(number, one)
    if not waiting:
        blocks.append(context(say("home-waiting-none")))
    blocks += [{"type": "divider"}, _header(say("home-mine-header"))]
    blocks += [_mine(one) for one in mine] or [section(say("home-mine-none"))]
    if houses:
        blocks += [{"type": "divider"}, _header(say("home-channels-header"))]
        for number, house in enumerate(houses):
            blocks += _house(number, house)
    blocks += [{"type": "divider"}, _header(say("home-help-header")), *help_blocks()]
    return {"type": "home", "blocks": blocks}


def without_thumbnails(view: dict[str, Any]) -> dict[str, Any]:
    """The page as it stands where Slack shows none of its pictures."""
    shown = [without_pictures(block) for block in view["blocks"]]
    return {**view, "blocks": [block for block in shown if block is not None]}


def _waiting(number: int, one: Waiting) -> list[Block]:
    grid = say(
        "home-waiting",
        brief=_linked(one.brief, one.link),
        channel=one.brief.channel,
        person=one.brief.author,
    )
    standing = say("approval-sentence", standing=one.standing) if one.standing else say("home-waiting-nobody")
    return [
        _pictured(f"{grid}\n{standing}", one.brief, one.file_id),
        {
            "type": "actions",
            "block_id": f"waiting_{number}",
            "elements": [
                button(
                    say("home-approve", number=cell),
                    f"{APPROVE}_{cell}",
                    one.brief.id,
                    accessibility_label=say("approval-approve-label", number=cell),
                )
                for cell in range(1, min(one.cells, CELLS_LIMIT) + 1)
            ],
        },
    ]


def _pictured(text: str, brief: Brief, file_id: str) -> Block:
    """A paragraph with the grid beside it."""
    block = section(text)
    if file_id:
        alt = say("home-picture-alt", prompt=shorten(brief.prompt, 200))
        block["accessory"] = {"type": "image", "slack_file": {"id": file_id}, "alt_text": alt}
    return block


def _mine(one: Mine) -> Block:
    found = one.found
    title = say("home-mine", brief=_linked(found.brief, one.link), channel=found.brief.channel)
    text = f"{title}\n{became(found)} · {when(found.brief.created_at)} · `{found.brief.id}`"
    return _pictured(text, found.brief, one.file_id)


def _linked(brief: Brief, link: str) -> str:
    prompt = quoted(shorten(brief.prompt, 80))
    return say("home-linked", prompt=prompt, link=link) if link else f"*{prompt}*"


def _house(number: int, house: House) -> list[Block]:
    budget = house.standing.budget
    buttons = [button(say("home-rules"), RULES, budget.channel, accessibility_label=say("home-rules-label"))]
    if house.may_set:
        buttons.append(
            button(
                say("home-settings"),
                channel_messages.OPEN_ACTION,
                budget.channel,
                accessibility_label=say("home-settings-label"),
            )
        )
    return [
        section(f"*<#{budget.channel}>*  `{_bar(budget.share_spent)}`\n{standing_text(house.standing)}"),
        {"type": "actions", "block_id": f"house_{number}", "elements": buttons},
    ]


def _bar(share: float) -> str:
    filled = min(BAR, round(BAR * share))
    return "█" * filled + "░" * (BAR - filled)


def rules_modal(channel: str, policy: Policy) -> dict[str, Any]:
    """A channel's rules, one a line."""
    lines = [f"• {line}" for line in channel_messages.lines(policy).values()]
    return {
        "type": "modal",
        "callback_id": RULES,
        "title": plain(say("home-rules-title")),
        "close": plain(say("details-close")),
        "blocks": [section("\n".join([f"*<#{channel}>*", *lines]))],
    }


def _header(text: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": text}}
