"""What stands around a grid besides its pictures: the row of buttons, what it follows, and how it ends early."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.briefs.emoji import AGAIN, CHANGE, REMOVE, STOP, VARY
from bot.briefs.keys import brief_key
from bot.briefs.model import Brief, Reference, Use
from bot.draft.styles import Style
from bot.draft.tweaks import TWEAK_LIMIT
from bot.slack.blocks import Block, Message, button, context, leading_to, option, plain, section
from bot.slack.buttons import _WAYS, APPROVE_ACTION, _row
from bot.slack.text import escape, quoted, shorten
from bot.texts import numbers, say

#: The row of a finished grid, and the menu at its end; the menu's values are DETAILS/BRIEF and REMOVE/BRIEF.
ROW, MORE, DETAILS = "approve", "grid_more", "grid_details"
#: Characters of a prompt above its grid.
TITLE_LIMIT = 80
#: Draws again with the words that were asked about; the value is the brief and the words.
TWEAK = "tweak_as_said"


def stop_row(brief: Brief) -> Block:
    """Under a draft that is being drawn."""
    return {
        "type": "actions",
        "block_id": "drafting",
        "elements": [button(say("grid-stop"), STOP, brief.id, accessibility_label=say("grid-stop-label"))],
    }


def titled(brief: Brief) -> str:
    """A grid's title: its prompt, as much of it as fits above a picture on a phone."""
    return say("quoted", text=escape(shorten(brief.prompt, TITLE_LIMIT)))


def grid_title(brief: Brief) -> str:
    """What stands above a grid."""
    return say("grid-title", prompt=titled(brief), person=brief.author)


def grid_row(brief: Brief, cells: int, also: Sequence[Block] = ()) -> Block:
    """All that can be done with a finished grid, in one row: its numbers, then what changes it, then the rest."""
    return {
        "type": "actions",
        "block_id": ROW,
        "elements": [
            *(
                button(
                    say("grid-pro", number=number),
                    f"{APPROVE_ACTION}_{number}",
                    brief.id,
                    accessibility_label=say("grid-pro-label", number=number),
                )
                for number in range(1, cells + 1)
            ),
            button("🔁", AGAIN, brief.id, accessibility_label=say("grid-again-label")),
            button("🎨", VARY, brief.id, accessibility_label=say("grid-vary-label")),
            button("✏️", CHANGE, brief.id, accessibility_label=say("grid-change-label")),
            more(brief),
            *also,
        ],
    }


def more(brief: Brief) -> Block:
    """The menu at the end of a grid's row."""
    return {
        "type": "overflow",
        "action_id": MORE,
        "options": [
            option(f"{DETAILS}/{brief.id}", say("grid-details")),
            option(f"{REMOVE}/{brief.id}", say("grid-remove-menu")),
        ],
    }


def remove_modal(brief: Brief) -> dict[str, Any]:
    """Asks before a grid is taken away."""
    return {
        "type": "modal",
        "callback_id": REMOVE,
        "private_metadata": f"{brief.channel} {brief.id}",
        "title": plain(say("grid-remove-title")),
        "submit": plain(say("grid-remove-confirm")),
        "close": plain(say("grid-remove-deny")),
        "blocks": [section(say("grid-remove-question"))],
    }


def follows(brief: Brief) -> str:
    """How a brief came from another one, for its small print; empty for a first one."""
    changes = {"again": "grid-follows-again", "prompt": "grid-follows-prompt"}
    parts = [say(changes[brief.change])] if brief.change else []
    if brief.changes:
        parts = [say("grid-follows-told", changes=escape(brief.changes))]
    if brief.reference:
        parts.append(drawn_from(brief.reference))
    if brief.style:
        parts.append(say("grid-follows-style", style=escape(brief.style)))
    return "".join(f" · {part}" for part in parts)


def leads(brief: Brief) -> Message:
    """In the thread where a changed draft was asked for: where it is."""
    there = leading_to(brief_key(brief.id), titled(brief))
    text = say("grid-leads", grid=there, follows=follows(brief))
    return Message(text=text, blocks=[context(text)])


def drawn_from(reference: Reference) -> str:
    """What a grid started from, and how far from it its pictures may go."""
    name = escape(shorten(reference.name, 60))
    uses = {
        Use.LIKE: "grid-from-like",
        Use.SUBTLE: "grid-from-subtle",
        Use.STRONG: "grid-from-strong",
        Use.IMPORT: "grid-from-import",
    }
    sentence = say(uses[reference.use], name=name)
    if not reference.strength_percent:
        return sentence
    strength = numbers.localised(f"{reference.strength_percent / 100:g}")
    return say("grid-from-strength", started=sentence, strength=strength)


#: Pictures that are asked about by buttons; a row holds 25, one of which draws the words.
NUMBERS_ASKED = 24


def what_was_meant(words: str, brief: str, numbers: Sequence[int]) -> Message:
    """The question after words that may mean several things, or that approve without a number.

    `numbers` are those of the grid's pictures.
    """
    sentence = say("mention-unclear", words=escape(shorten(words, 200))) if words else say("mention-which")
    buttons = [
        button(say("mention-approve", number=number), f"{APPROVE_ACTION}_{number}", brief)
        for number in sorted(set(numbers))[:NUMBERS_ASKED]
    ]
    if words and len(words) <= TWEAK_LIMIT:
        buttons.insert(0, button(say("mention-draw"), TWEAK, f"{brief} {words}"))
    row: list[Block] = [{"type": "actions", "block_id": "meant", "elements": buttons}] if buttons else []
    return Message(text=sentence, blocks=[section(sentence), *row])


def change_offer(brief: Brief) -> Message:
    """The answer to ✏️, since only a button may open a form."""
    return Message(
        text=say("grid-change-offer-text", prompt=quoted(brief.prompt)),
        blocks=[
            section(say("grid-change-offer", prompt=quoted(brief.prompt))),
            {
                "type": "actions",
                "block_id": "change",
                "elements": [button(say("grid-change-prompt"), CHANGE, brief.id)],
            },
        ],
    )


def stopped(brief: Brief, person: str) -> Message:
    """A draft was stopped before it was finished."""
    text = say("grid-stopped", person=person, prompt=quoted(brief.prompt))
    return Message(text=text, blocks=[section(f":octagonal_sign: {text}"), _once_more(brief)])


def removed(brief: Brief, person: str) -> Message:
    """A grid was taken away."""
    text = say("grid-removed", person=person, prompt=quoted(brief.prompt))
    return Message(
        text=text,
        blocks=[
            section(f":wastebasket: {text}"),
            context(say("grid-removed-small")),
        ],
    )


@dataclass(frozen=True, kw_only=True)
class Landmark:
    """A message of a brief's, and the way there."""

    #: grid, pro or fix.
    role: str
    #: Of the picture that is in Pro, or of the fix.
    number: int
    link: str


def shown_again(landmarks: Sequence[Landmark]) -> Block:
    """Under a grid that is posted again: where its thread is, and what was made of it there."""
    names = {"grid": "shown-again-thread", "pro": "shown-again-pro", "fix": "shown-again-fix"}
    places = [f"<{one.link}|{say(names[one.role], number=one.number)}>" for one in landmarks]
    return context(" · ".join([say("shown-again"), *places]))


def _once_more(brief: Brief) -> Block:
    return {
        "type": "actions",
        "block_id": "again",
        "elements": [
            button(say("grid-after-all"), AGAIN, brief.id),
            button(say("grid-change"), CHANGE, brief.id),
        ],
    }


def which_one(brief: Brief, cells: int) -> Message:
    """The question that 🎨 on a grid of several pictures raises."""
    return Message(
        text=say("vary-which-text", prompt=quoted(brief.prompt)),
        blocks=[
            section(say("vary-which", prompt=quoted(brief.prompt))),
            *(_row(brief.id, cells, way) for way in _WAYS),
        ],
    )


def list_text(styles: Sequence[Style]) -> str:
    """The answer to `/draft style list`: a channel's own first."""
    return "\n".join([say("styles-title"), *(_line(style) for style in styles), say("styles-how")])


def _line(style: Style) -> str:
    if not style.set_by:
        return say("styles-line", name=style.name, words=escape(style.words))
    return say("styles-line-saved", name=style.name, words=escape(style.words), person=style.set_by)


def saved_text(style: Style) -> str:
    """The answer to `/draft style save`."""
    return say("styles-saved", name=style.name, words=escape(style.words))
