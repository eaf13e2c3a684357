"""What a brief hears once when it drags on, with ways on that act. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence

from bot.briefs import emoji
from bot.briefs.model import Brief, Version
from bot.channel.settings import ExitRule
from bot.draft.warnings import straight_button
from bot.ledger import format_money
from bot.nudge.table import Chain, Criterion
from bot.slack.blocks import Attachment, Block, Message, button, context, image, section
from bot.slack.buttons import EDIT_ACTION
from bot.slack.text import quoted, shorten
from bot.texts import say

APPROVE, STOP, HELP = "exit_approve", "exit_stop", "exit_help"


def enough(
    kind: Criterion,
    chain: Chain,
    rule: ExitRule,
    brief: Brief,
    *,
    shown: Sequence[Version],
    sheet: str,
    straight_micro: int,
    currency: str,
) -> Message:
    """One criterion was met. `brief` is the newest; `sheet` shows the cells that came nearest."""
    sentence, advice = _told(kind, chain, rule)
    approve = [
        button(
            say("exit-approve", number=number),
            f"{APPROVE}_{number}",
            f"{cell.brief}:{cell.number}",
            accessibility_label=say("exit-approve-label", number=number),
        )
        for number, cell in enumerate(shown, 1)
    ]
    on = [button(say("grid-change-prompt"), emoji.CHANGE, brief.id)]
    if kind == "rerolls":
        on.insert(
            0,
            button(
                say("exit-fix"),
                EDIT_ACTION,
                str(shown[0].id),
                accessibility_label=say("exit-fix-label"),
            ),
        )
    if kind == "pictures":
        on.append(straight_button(brief.id, straight_micro, currency))
    on += [button(say("exit-help"), HELP, brief.id), button(say("exit-stop"), STOP, chain.root)]
    return Message(
        text=f"{sentence} {advice}",
        blocks=[
            section(f"*{sentence}* {advice}"),
            context(
                say(
                    "exit-small",
                    count=chain.pictures,
                    grids=chain.grids,
                    cost=format_money(chain.spent_micro, currency),
                    prompt=quoted(shorten(brief.prompt, 80)),
                )
            ),
            image(0, say("exit-alt", count=len(shown), prompt=brief.prompt)),
            {"type": "actions", "block_id": "exit_pictures", "elements": approve},
            {"type": "actions", "block_id": "exit", "elements": on},
        ],
        attachments=[
            Attachment(
                sha256=sheet,
                filename=f"nearest-{brief.id}.png",
                alt_text=say("exit-file-alt", count=len(shown), prompt=brief.prompt),
            )
        ],
    )


def _told(kind: Criterion, chain: Chain, rule: ExitRule) -> tuple[str, str]:
    match kind:
        case "time":
            return say("exit-time", count=rule.minutes), say("exit-time-advice")
        case "pictures":
            return say("exit-pictures", count=chain.pictures), say("exit-pictures-advice")
        case "rerolls":
            return say("exit-rerolls", count=chain.rerolls), say("exit-rerolls-advice")


def stopped(brief: Brief, chain: Chain, *, person: str, currency: str) -> Message:
    """Somebody called it a day."""
    text = say("exit-stopped", person=person, prompt=quoted(shorten(brief.prompt, 120)))
    spent = format_money(chain.spent_micro, currency)
    small = say("exit-stopped-small", count=chain.pictures, cost=spent)
    return Message(text=text, blocks=[section(f":checkered_flag: {text}"), context(small)])


def help_wanted(brief: Brief, *, person: str, link: str) -> Message:
    """Somebody asks the channel for another pair of eyes."""
    text = say("exit-wanted", person=person, prompt=quoted(shorten(brief.prompt, 120)))
    blocks: list[Block] = [section(f":raising_hand: {text} {say('exit-wanted-link', link=link)}")]
    return Message(text=text, blocks=blocks)
