"""Who approved a picture and what is still needed, in words and blocks. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.briefs.model import Brief, Version
from bot.channel.rule_wording import _some, _voters, people_named
from bot.channel.settings import ApprovalRule, Tally
from bot.ledger import BudgetState, about, format_money
from bot.ledger.wording import left_of
from bot.slack.blocks import Attachment, Block, Message, button, context, image, leading_to, section
from bot.slack.buttons import APPROVE_ACTION, WITHDRAW_ACTION, edit_row
from bot.slack.text import escape, quoted
from bot.texts import numbers, say

#: The block in a grid that tells of approvals.
GRID_BLOCK = "approvals"


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
                    _take_back(brief, cell),
                ],
            },
        ],
    )


def _take_back(brief: Brief, cell: int) -> dict[str, Any]:
    """Withdraws the approval of whoever presses it."""
    return button(
        say("approval-withdraw"),
        f"{WITHDRAW_ACTION}_{cell}",
        brief.id,
        accessibility_label=say("approval-withdraw-label", number=cell),
    )


@dataclass(frozen=True, kw_only=True)
class Mark:
    """How far a picture of a grid is on its way to Pro."""

    cell: int
    tally: Tally
    #: Of its Pro render: `queued`, `running` or `done`; empty while there is none.
    state: str = ""
    #: The effect that posted the render's message.
    effect: str = ""
    #: Who stands for it where the approvals were given under another rule.
    person: str = ""


def grid_block(rule: ApprovalRule, marks: Sequence[Mark]) -> Block | None:
    """What a grid says of its pictures' approvals; None where there is nothing to say."""
    lines = [line for mark in marks if (line := _marked(rule, mark))]
    if not lines:
        return {**context(say("approval-none")), "block_id": GRID_BLOCK} if rule.needed > 1 else None
    return {**context("\n".join(lines)), "block_id": GRID_BLOCK}


def _marked(rule: ApprovalRule, mark: Mark) -> str:
    if mark.state:
        done = "yes" if mark.state == "done" else "no"
        what = leading_to(mark.effect, say("approval-mark", number=mark.cell, done=done))
        people = people_named(mark.tally.people or (mark.person,))
        return say("approval-marked", what=what, people=people, done=done)
    if rule.needed == 1 or not mark.tally.people:
        return ""
    line = "approval-line-more" if mark.tally.missing else "approval-line-enough"
    return say(line, standing=standing(rule, mark.tally, cell=mark.cell))


def refused(rule: ApprovalRule, *, author: bool) -> str:
    """Why an approval does not count, for the person who gave it."""
    if author and not rule.author_may:
        return say("approval-refused-author")
    voters = _voters(rule)
    return say("approval-refused", voters=_some(voters), people=voters)


def pro_waiting(
    brief: Brief, *, cell: int, people: list[str], estimate_micro: int, state: BudgetState, grace_s: float
) -> Message:
    """A cell was approved and its Pro render is about to start."""
    text = say("pro-waiting", number=cell, people=people_named(people))
    return Message(
        text=text,
        blocks=[
            section(f":sparkles: {text}"),
            context(
                say(
                    "pro-waiting-small",
                    cost=about(estimate_micro, state.currency),
                    left=left_of(state),
                    seconds=numbers.localised(f"{grace_s:g}"),
                )
            ),
            {"type": "actions", "block_id": "ballot", "elements": [_take_back(brief, cell)]},
        ],
    )


def pro_done(
    brief: Brief,
    version: Version,
    *,
    cell: int,
    people: list[str],
    size: tuple[int, int],
    cost_micro: int,
    state: BudgetState,
    notes: Sequence[str] = (),
) -> Message:
    """The Pro render of an approved cell; `notes` say what did not come out as asked."""
    return Message(
        text=say("pro-done-text", number=cell, prompt=quoted(brief.prompt)),
        blocks=[
            section(say("pro-done-title", number=cell, people=people_named(people))),
            image(
                0,
                say("pro-done-alt", number=cell, width=size[0], height=size[1], prompt=brief.prompt),
            ),
            context(
                say(
                    "pro-done-small",
                    width=size[0],
                    height=size[1],
                    seed=str(version.seed),
                    seconds=numbers.localised(f"{version.seconds:.1f}"),
                    cost=format_money(cost_micro, state.currency),
                    left=left_of(state),
                )
            ),
            *(context(f":information_source: {escape(note)}") for note in notes if note),
            context(say("pro-done-next")),
            edit_row(version.id),
        ],
        attachments=[
            Attachment(
                sha256=version.picture,
                filename=f"pro-{brief.id}-{cell}.png",
                alt_text=say("pro-done-file-alt", number=cell, prompt=brief.prompt),
            )
        ],
    )


def pro_cancelled(*, cell: int, person: str, left: str = "") -> Message:
    """An approval was withdrawn in time; `left` tells of those that stand."""
    text = say("pro-cancelled", number=cell, person=person)
    text += f" {say('approval-sentence', standing=left)}" if left else ""
    return Message(text=text, blocks=[section(f":leftwards_arrow_with_hook: {text}")])
