"""What the thread hears of the editor, as pure functions to Block Kit."""

from __future__ import annotations

from bot.briefs.model import Brief, Version
from bot.fix.table import Markup
from bot.ledger import BudgetState, about, format_money
from bot.ledger.wording import left_of
from bot.slack.blocks import Attachment, Block, Message, button, context, field, image, plain, section
from bot.slack.buttons import edit_row
from bot.slack.text import escape, quoted
from bot.texts import numbers, say

OPEN_ACTION = "open_editor"
#: Opens the editor with words filled in; the value is the version and the words.
PAINT_ACTION = "paint_it"
WORDS_LIMIT = 500
CONFIRM_ACTION = "confirm_markup"
SAY_ACTION = "say_markup"
DROP_ACTION = "drop_markup"
SAY_FORM = "markup_form"


def link(url: str, *, hours: float) -> list[Block]:
    """A person's own way into the editor; only they see it."""
    return [
        section(say("editor-link-told")),
        {
            "type": "actions",
            "block_id": "editor",
            "elements": [
                button(say("editor-link-open"), OPEN_ACTION, "open", url=url, style="primary"),
            ],
        },
        context(say("editor-link-terms", hours=f"{hours:g}")),
    ]


def paint_instead(sentence: str, version: int, instruction: str) -> Message:
    """What was not understood, and a button to the editor with the instruction filled in."""
    return Message(
        text=sentence,
        blocks=[
            section(escape(sentence)),
            {
                "type": "actions",
                "block_id": "paint",
                "elements": [
                    button(say("editor-paint-it"), PAINT_ACTION, f"{version} {instruction[:WORDS_LIMIT]}")
                ],
            },
        ],
    )


def adjusted(
    brief: Brief, version: Version, *, region: str, person: str, comparison: str, state: BudgetState
) -> Message:
    """An adjustment without a model: before and after, and that it cost nothing."""
    words = version.instruction or ""
    return Message(
        text=say("adjust-done", region=region, words=words),
        blocks=[
            section(say("adjust-done-for", region=region, words=words, person=person)),
            image(0, say("adjust-compared-alt", words=words, prompt=brief.prompt)),
            image(1, say("adjust-picture-alt", words=words, prompt=brief.prompt)),
            context(say("adjust-facts", left=left_of(state))),
            context(say("adjust-kept")),
            edit_row(version.id),
        ],
        attachments=[
            Attachment(
                sha256=comparison,
                filename=f"before-after-{brief.id}-{version.number}.png",
                alt_text=say("adjust-compared-file-alt", words=words),
            ),
            Attachment(
                sha256=version.picture,
                filename=f"adjusted-{brief.id}-{version.number}.png",
                alt_text=say("adjust-picture-file-alt", words=words),
            ),
        ],
    )


def went_back(title: str, *, person: str) -> Message:
    """Somebody chose an earlier version to go on from."""
    text = say("editor-went-back", person=person, title=quoted(title))
    return Message(text=text, blocks=[section(f":leftwards_arrow_with_hook: {text}")])


def stopped(instruction: str, *, person: str) -> Message:
    """A fix was stopped before it was finished."""
    text = say("editor-stopped", person=person, instruction=quoted(instruction))
    return Message(text=text, blocks=[section(f":octagonal_sign: {text}")])


def understood(
    markup: Markup, *, shown: str, share: float, estimate_micro: int, state: BudgetState
) -> Message:
    """What was understood of a drawn-over copy, before anything is spent."""
    percent = 0 if share < 0.01 else int(f"{share:.0%}".rstrip("%"))
    if markup.instruction:
        said = quoted(markup.instruction)
        text = say("markup-understood", person=markup.person, percent=percent, instruction=said)
        go = button(say("markup-fix"), CONFIRM_ACTION, markup.id, style="primary")
    else:
        text = say("markup-understood-silent", person=markup.person, percent=percent)
        go = button(say("markup-say"), SAY_ACTION, markup.id, style="primary")
    return Message(
        text=text,
        blocks=[
            section(f":lower_left_crayon: {text}"),
            image(0, say("markup-understood-alt", percent=percent)),
            context(
                say(
                    "markup-cost",
                    cost=about(estimate_micro, state.currency) if estimate_micro else say("tree-free"),
                    left=left_of(state),
                )
            ),
            {
                "type": "actions",
                "block_id": f"markup_{markup.id}",
                "elements": [go, button(say("markup-drop"), DROP_ACTION, markup.id)],
            },
            edit_row(markup.version),
        ],
        attachments=[
            Attachment(
                sha256=shown,
                filename=f"understood-{markup.id}.png",
                alt_text=say("markup-understood-file-alt"),
            )
        ],
    )


def confirmed(instruction: str, *, person: str) -> Message:
    """A marked picture was confirmed; the fix has a message of its own."""
    text = say("markup-confirmed", person=person, instruction=quoted(instruction))
    return Message(text=text, blocks=[section(f":lower_left_crayon: {text}")])


def dropped(*, person: str) -> Message:
    """A marked picture was not meant so."""
    text = say("markup-dropped", person=person)
    return Message(text=text, blocks=[section(f":lower_left_crayon: {text}")])


def say_form(channel: str, markup_id: str) -> dict[str, object]:
    """The form that asks what should be where somebody drew."""
    return {
        "type": "modal",
        "callback_id": SAY_FORM,
        "private_metadata": f"{channel} {markup_id}",
        "title": plain(say("markup-form-title")),
        "submit": plain(say("markup-form-submit")),
        "close": plain(say("markup-form-close")),
        "blocks": [
            field(
                "instruction",
                say("markup-form-label"),
                {
                    "type": "plain_text_input",
                    "max_length": 2_000,
                    "placeholder": plain(say("markup-form-example")),
                },
            )
        ],
    }


def fix_waiting(
    *, region: str, instruction: str, person: str, estimate_micro: int, state: BudgetState
) -> Message:
    """A fix was asked for and is about to start."""
    text = say("fix-waiting", region=region, instruction=quoted(instruction))
    return Message(
        text=text,
        blocks=[
            section(f":pencil2: {text}"),
            context(
                say(
                    "fix-waiting-small",
                    person=person,
                    cost=about(estimate_micro, state.currency) if estimate_micro else say("tree-free"),
                    left=left_of(state),
                )
            ),
        ],
    )


def fix_done(
    brief: Brief,
    version: Version,
    *,
    region: str,
    person: str,
    comparison: str,
    outside: int,
    cost_micro: int,
    state: BudgetState,
) -> Message:
    """Before and after, then the fixed picture itself."""
    instruction = version.instruction or ""
    return Message(
        text=say("fix-done-text", region=region, instruction=quoted(instruction)),
        blocks=[
            section(say("fix-done-title", region=region, instruction=quoted(instruction), person=person)),
            image(0, say("fix-done-before-alt", instruction=instruction, region=region, prompt=brief.prompt)),
            image(1, say("fix-done-alt", prompt=brief.prompt, instruction=instruction)),
            context(_small(version, outside, cost_micro, state)),
            context(say("fix-done-next")),
            edit_row(version.id),
        ],
        attachments=[
            Attachment(
                sha256=comparison,
                filename=f"before-after-{brief.id}-{version.number}.png",
                alt_text=say("fix-done-before-file-alt", instruction=instruction),
            ),
            Attachment(
                sha256=version.picture,
                filename=f"fix-{brief.id}-{version.number}.png",
                alt_text=say("fix-done-file-alt", instruction=instruction),
            ),
        ],
    )


def _small(version: Version, outside: int, cost_micro: int, state: BudgetState) -> str:
    if not cost_micro and not version.seconds:
        return say("fix-done-free", outside=outside, left=left_of(state))
    return say(
        "fix-done-small",
        outside=outside,
        seed=str(version.seed),
        seconds=numbers.localised(f"{version.seconds:.1f}"),
        cost=format_money(cost_micro, state.currency),
        left=left_of(state),
    )
