"""Who approved a picture and what is still needed, in words and blocks. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence

from bot.slack.message import Block, Message, button, context, section
from bot.slack.text import escape, quoted
from bot.studio.model import Brief
from bot.studio.policy import ApprovalRule, Tally
from bot.texts import say

NUMBER_EMOJI = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
#: The block in a grid that tells of approvals.
GRID_BLOCK = "approvals"
APPROVE_ACTION = "approve_cell"
WITHDRAW_ACTION = "withdraw_cell"


def people_named(people: Sequence[str]) -> str:
    """Mentions in a row, with “and” before the last."""
    return _in_a_row(people, "people-and")


def _in_a_row(people: Sequence[str], joined: str) -> str:
    mentions = [f"<@{person}>" for person in people]
    if len(mentions) == 1:
        return mentions[0]
    return say(joined, most=", ".join(mentions[:-1]), last=mentions[-1])


def _voters(rule: ApprovalRule, *, but: Sequence[str] = ()) -> str:
    """Whose approvals count; empty where everybody's do. A group is named, not called."""
    if rule.who == "group":
        return f"@{escape(rule.group_handle)}"
    left = [person for person in rule.people if person not in but]
    return _in_a_row(left, "people-or") if rule.who == "people" and left else ""


def whose(rule: ApprovalRule) -> str:
    """Whose approvals count, as “ of …”; empty where everybody's do."""
    voters = _voters(rule)
    return say("approval-whose", people=voters) if voters else ""


def asks(rule: ApprovalRule, brief: Brief) -> str:
    """What a picture needs, as a sentence for the grid; empty where one approval of anybody will do."""
    told = []
    if rule.needed != 1 or rule.who != "anyone":
        voters = _voters(rule)
        told.append(say("approval-needs", count=rule.needed, voters=_some(voters), people=voters))
    if not rule.author_may:
        told.append(say("approval-author", person=brief.author))
    return " ".join(told)


def standing(rule: ApprovalRule, tally: Tally, *, cell: int) -> str:
    """“1 of 2 approvals for picture 3: Ada; needs one more of @brand-team”."""
    values: dict[str, str | int] = {"got": len(tally.people), "needed": tally.needed, "number": cell}
    if tally.people:
        values["people"] = people_named(tally.people)
    if tally.missing:
        voted = _voters(rule, but=tally.people)
        values |= {"missing": tally.missing, "voters": _some(voted), "voted": voted}
    if not tally.people:
        return say("approval-standing-none", **values)
    return say("approval-standing-some" if tally.missing else "approval-standing-all", **values)


def _some(voters: str) -> str:
    """Which of a text's variants names them."""
    return "some" if voters else "anybody"


def counting(brief: Brief, rule: ApprovalRule, tally: Tally, *, cell: int) -> Message:
    """The message in the thread that counts a picture's approvals until its render takes its place."""
    text = standing(rule, tally, cell=cell)
    small = say("approval-small", prompt=quoted(brief.prompt))
    if rule.emoji:
        small += f" {say('approval-emoji', emoji=rule.emoji)}"
    return Message(
        text=say("approval-sentence", standing=text),
        blocks=[
            section(say("approval-title", standing=text)),
            context(small),
            {
                "type": "actions",
                "block_id": "ballot",
                "elements": [
                    button(
                        say("approval-approve", number=cell),
                        f"{APPROVE_ACTION}_{cell}",
                        brief.id,
                        accessibility_label=say("approval-approve-label", number=cell),
                    ),
                    button(
                        say("approval-withdraw"),
                        f"{WITHDRAW_ACTION}_{cell}",
                        brief.id,
                        accessibility_label=say("approval-withdraw-label", number=cell),
                    ),
                ],
            },
        ],
    )


def grid_block(rule: ApprovalRule, tallies: Sequence[tuple[int, Tally]]) -> Block:
    """What a grid says of its pictures' approvals."""
    told = [
        say(
            "approval-line-more" if tally.missing else "approval-line-enough",
            standing=standing(rule, tally, cell=cell),
        )
        for cell, tally in tallies
        if tally.people
    ]
    return {**context("\n".join(told) or say("approval-none")), "block_id": GRID_BLOCK}


def refused(rule: ApprovalRule, *, author: bool) -> str:
    """Why an approval does not count, for the person who gave it."""
    if author and not rule.author_may:
        return say("approval-refused-author")
    voters = _voters(rule)
    return say("approval-refused", voters=_some(voters), people=voters)
