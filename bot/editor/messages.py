"""What the thread hears of the editor, as pure functions to Block Kit."""

from __future__ import annotations

from bot.editor.records import Markup
from bot.ledger import BudgetState, format_money
from bot.slack.editing import edit_row
from bot.slack.message import Attachment, Block, Message, button, context, image, section
from bot.slack.text import quoted
from bot.slack.views import left_of
from bot.studio.model import Brief, Version

OPEN_ACTION = "open_editor"
CONFIRM_ACTION = "confirm_markup"
SAY_ACTION = "say_markup"
DROP_ACTION = "drop_markup"
SAY_FORM = "markup_form"


def link(url: str, *, hours: float) -> list[Block]:
    """A person's own way into the editor; only they see it."""
    return [
        section("Here is your way to this picture, for you alone."),
        {
            "type": "actions",
            "block_id": "editor",
            "elements": [button("Open the editor", OPEN_ACTION, "open", url=url, style="primary")],
        },
        context(f"The link is yours and works for {hours:g} h. `/draft signout` makes all your links void."),
    ]


def adjusted(
    brief: Brief, version: Version, *, region: str, person: str, comparison: str, state: BudgetState
) -> Message:
    """An adjustment without a model: before and after, and that it cost nothing."""
    words = version.instruction or ""
    return Message(
        text=f"Adjusted {region}: {words}",
        blocks=[
            section(f":level_slider: *Adjusted {region}:* {words} for <@{person}>"),
            image(0, f"Before and after the adjustment {words} of: {brief.prompt}"),
            image(1, f"The adjusted picture: {brief.prompt}; {words}"),
            context(f"pixels changed outside the mask: 0 · no model · free · {left_of(state)}"),
            context("The version before is kept. :leftwards_arrow_with_hook: goes back to it."),
            edit_row(version.id),
        ],
        attachments=[
            Attachment(
                sha256=comparison,
                filename=f"before-after-{brief.id}-{version.number}.png",
                alt_text=f"Before and after: {words}",
            ),
            Attachment(
                sha256=version.picture,
                filename=f"adjusted-{brief.id}-{version.number}.png",
                alt_text=f"Adjusted: {words}",
            ),
        ],
    )


def went_back(title: str, *, person: str) -> Message:
    """Somebody chose an earlier version to go on from."""
    text = f"<@{person}> went back to {quoted(title)}. The next fix starts from it; later versions are kept."
    return Message(text=text, blocks=[section(f":leftwards_arrow_with_hook: {text}")])


def stopped(instruction: str, *, person: str) -> Message:
    """A fix was stopped before it was finished."""
    text = f"<@{person}> stopped the fix {quoted(instruction)}. Nothing was charged."
    return Message(text=text, blocks=[section(f":octagonal_sign: {text}")])


def understood(
    markup: Markup, *, shown: str, share: float, estimate_micro: int, state: BudgetState
) -> Message:
    """What was understood of a drawn-over copy, before anything is spent."""
    size = "less than 1 %" if share < 0.01 else f"{share:.0%}".replace("%", " %")
    what = f"for {quoted(markup.instruction)}" if markup.instruction else "What should be there?"
    text = f"<@{markup.person}> marked {size} of the picture. {what}"
    go = (
        button("Fix it", CONFIRM_ACTION, markup.id, style="primary")
        if markup.instruction
        else button("Say what to do", SAY_ACTION, markup.id, style="primary")
    )
    return Message(
        text=text,
        blocks=[
            section(f":lower_left_crayon: {text}"),
            image(0, f"What was understood: {size} of the picture may change, the rest is dimmed"),
            context(
                f"Nothing is spent yet. About {format_money(estimate_micro, state.currency)} · {left_of(state)}"
            ),
            {
                "type": "actions",
                "block_id": f"markup_{markup.id}",
                "elements": [go, button("Not that", DROP_ACTION, markup.id)],
            },
            edit_row(markup.version),
        ],
        attachments=[
            Attachment(
                sha256=shown,
                filename=f"understood-{markup.id}.png",
                alt_text="What was understood of the marks",
            )
        ],
    )


def confirmed(instruction: str, *, person: str) -> Message:
    """A marked picture was confirmed; the fix has a message of its own."""
    text = f"<@{person}> confirmed the marks: {quoted(instruction)}."
    return Message(text=text, blocks=[section(f":lower_left_crayon: {text}")])


def dropped(*, person: str) -> Message:
    """A marked picture was not meant so."""
    text = f"<@{person}> took the marks back. Nothing was spent."
    return Message(text=text, blocks=[section(f":lower_left_crayon: {text}")])


def say_form(markup_id: str) -> dict[str, object]:
    """The form that asks what should be where somebody drew."""
    return {
        "type": "modal",
        "callback_id": SAY_FORM,
        "private_metadata": markup_id,
        "title": {"type": "plain_text", "text": "Fix what is marked"},
        "submit": {"type": "plain_text", "text": "Fix it"},
        "close": {"type": "plain_text", "text": "Cancel"},
        "blocks": [
            {
                "type": "input",
                "block_id": "instruction",
                "label": {"type": "plain_text", "text": "What should be there?"},
                "element": {
                    "type": "plain_text_input",
                    "action_id": "instruction",
                    "max_length": 2_000,
                    "placeholder": {"type": "plain_text", "text": "make it blue"},
                },
            }
        ],
    }
