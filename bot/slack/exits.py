"""What a brief hears once when it drags on, with ways on that act. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence

from bot.ledger import format_money
from bot.slack import grids
from bot.slack.advice import straight_button
from bot.slack.editing import EDIT_ACTION
from bot.slack.message import Attachment, Block, Message, button, context, image, section
from bot.slack.text import quoted, shorten
from bot.studio.chains import Chain, Criterion
from bot.studio.model import Brief, Version
from bot.studio.policy import ExitRule

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
    told, advice = _told(kind, chain, rule)
    pictures = "1 picture" if chain.pictures == 1 else f"{chain.pictures} pictures"
    drafts = "1 grid" if chain.grids == 1 else f"{chain.grids} grids"
    approve = [
        button(
            f"Approve {number}",
            f"{APPROVE}_{number}",
            f"{cell.brief}:{cell.number}",
            accessibility_label=f"Approve picture {number} of these and render it in Pro",
        )
        for number, cell in enumerate(shown, 1)
    ]
    on = [button("✏️ Change the prompt", grids.CHANGE, brief.id)]
    if kind == "rerolls":
        on.insert(
            0,
            button(
                "🖌️ Fix picture 1 instead",
                EDIT_ACTION,
                str(shown[0].id),
                accessibility_label="Open picture 1 of these in the editor and fix a region",
            ),
        )
    if kind == "pictures":
        on.append(straight_button(brief.id, straight_micro, currency))
    on += [button("🙋 Ask for help", HELP, brief.id), button("Stop here", STOP, chain.root)]
    return Message(
        text=f"{told} {advice}",
        blocks=[
            section(f"*{told}* {advice}"),
            context(
                f"{pictures} in {drafts}, {format_money(chain.spent_micro, currency)} spent on {quoted(shorten(brief.prompt, 80))}"
                " · said once per brief; `/draft settings` changes when"
            ),
            image(0, f"The pictures that came nearest, numbered 1 to {len(shown)}, of: {brief.prompt}"),
            {"type": "actions", "block_id": "exit_pictures", "elements": approve},
            {"type": "actions", "block_id": "exit", "elements": on},
        ],
        attachments=[
            Attachment(
                sha256=sheet,
                filename=f"nearest-{brief.id}.png",
                alt_text=f"The {len(shown)} pictures that came nearest, of: {brief.prompt}",
            )
        ],
    )


def _told(kind: Criterion, chain: Chain, rule: ExitRule) -> tuple[str, str]:
    match kind:
        case "time":
            return (
                f":hourglass: {rule.minutes} minutes, and nothing is approved yet.",
                "Approve the best so far, change the prompt, or stop here?",
            )
        case "pictures":
            return (
                f":dart: {chain.pictures} pictures, and none is approved.",
                "Perhaps the idea wants other words, or the finer model. These came nearest:",
            )
        case "rerolls":
            return (
                f":repeat: The same prompt, drawn again {chain.rerolls} times.",
                "Fix the one flaw instead of rolling again? Everything else in the picture stays.",
            )


def stopped(brief: Brief, chain: Chain, *, person: str, currency: str) -> Message:
    """Somebody called it a day."""
    text = f"<@{person}> stopped here with {quoted(shorten(brief.prompt, 120))}."
    small = f"{chain.pictures} pictures, {format_money(chain.spent_micro, currency)} spent. Its grids stay; react to go on."
    return Message(text=text, blocks=[section(f":checkered_flag: {text}"), context(small)])


def help_wanted(brief: Brief, *, person: str, link: str) -> Message:
    """Somebody asks the channel for another pair of eyes."""
    text = f"<@{person}> would like another pair of eyes on {quoted(shorten(brief.prompt, 120))}."
    blocks: list[Block] = [
        section(f":raising_hand: {text} <{link}|Look at the grid>, and reply in its thread.")
    ]
    return Message(text=text, blocks=blocks)
