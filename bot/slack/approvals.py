"""Who approved a picture and what is still needed, in words and blocks. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence

from bot.slack.message import Block, Message, button, context, section
from bot.slack.text import escape, quoted
from bot.studio.model import Brief
from bot.studio.policy import ApprovalRule, Tally

NUMBER_EMOJI = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
#: The block in a grid that tells of approvals.
GRID_BLOCK = "approvals"
APPROVE_ACTION = "approve_cell"
WITHDRAW_ACTION = "withdraw_cell"

_NUMBERS = ("no", "one", "two", "three", "four", "five")


def people_named(people: Sequence[str], last: str = "and") -> str:
    """Mentions in a row."""
    mentions = [f"<@{person}>" for person in people]
    return mentions[0] if len(mentions) == 1 else f"{', '.join(mentions[:-1])} {last} {mentions[-1]}"


def whose(rule: ApprovalRule, *, but: Sequence[str] = ()) -> str:
    """Whose approvals count, as “of …”; empty where everybody's do. A group is named, not called."""
    if rule.who == "group":
        return f" of @{escape(rule.group_handle)}"
    left = [person for person in rule.people if person not in but]
    return f" of {people_named(left, 'or')}" if rule.who == "people" and left else ""


def asks(rule: ApprovalRule, brief: Brief) -> str:
    """What a picture needs, as a sentence for the grid; empty where one approval of anybody will do."""
    author = f" <@{brief.author}>, who asked for it, can't approve." if not rule.author_may else ""
    if rule.needed == 1 and rule.who == "anyone":
        return author.strip()
    approvals = "1 approval" if rule.needed == 1 else f"{rule.needed} approvals"
    return f"It needs {approvals}{whose(rule)}.{author}"


def standing(rule: ApprovalRule, tally: Tally, *, cell: int) -> str:
    """“1 of 2 approvals for picture 3: Ada; needs one more of @brand-team”."""
    text = f"{len(tally.people)} of {tally.needed} approvals for picture {cell}"
    if tally.people:
        text += f": {people_named(tally.people)}"
    if not tally.missing:
        return text
    more = " more" if tally.people else ""
    return f"{text}; needs {_NUMBERS[tally.missing]}{more}{whose(rule, but=tally.people) or ' of anybody'}"


def counting(brief: Brief, rule: ApprovalRule, tally: Tally, *, cell: int) -> Message:
    """The message in the thread that counts a picture's approvals until its render takes its place."""
    text = standing(rule, tally, cell=cell)
    emoji = f" :{rule.emoji}: on this message does the same." if rule.emoji else ""
    return Message(
        text=f"{text}.",
        blocks=[
            section(f":ballot_box_with_check: *{text}.*"),
            context(
                f"From the grid of {quoted(brief.prompt)}. Nothing is rendered or charged before the last approval."
                f"{emoji}"
            ),
            {
                "type": "actions",
                "block_id": "ballot",
                "elements": [
                    button(
                        f"Approve picture {cell}",
                        f"{APPROVE_ACTION}_{cell}",
                        brief.id,
                        accessibility_label=f"Approve picture {cell} for its Pro render",
                    ),
                    button(
                        "Take mine back",
                        f"{WITHDRAW_ACTION}_{cell}",
                        brief.id,
                        accessibility_label=f"Take your approval of picture {cell} back",
                    ),
                ],
            },
        ],
    )


def grid_block(rule: ApprovalRule, tallies: Sequence[tuple[int, Tally]]) -> Block:
    """What a grid says of its pictures' approvals."""
    told = [
        (":white_check_mark: " if not tally.missing else ":ballot_box_with_check: ")
        + standing(rule, tally, cell=cell)
        for cell, tally in tallies
        if tally.people
    ]
    return {**context("\n".join(told) or "No approvals at present."), "block_id": GRID_BLOCK}


def refused(rule: ApprovalRule, *, author: bool) -> str:
    """Why an approval does not count, for the person who gave it."""
    if author and not rule.author_may:
        return (
            "You asked for this draft, and in this channel somebody else has to approve it."
            " Nothing was recorded."
        )
    return (
        f"In this channel only approvals{whose(rule)} count, so yours was not recorded and nothing is rendered."
        " Ask one of them to react."
    )
