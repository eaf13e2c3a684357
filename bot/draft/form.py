"""The form that a bare `/draft` opens, and what becomes of it when it is sent."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.briefs.model import Brief, UserError
from bot.briefs.typed import CELLS_LIMIT, PROMPT_LIMIT
from bot.channel.settings import Defaults
from bot.draft import actions as draft_actions
from bot.draft import again as draft_again
from bot.draft.again import drawn_from
from bot.draft.command import PLAIN, brief_request
from bot.draft.references import references
from bot.draft.styles import Style
from bot.draft.tweaks import difference
from bot.slack.blocks import Block, field, option, plain, section
from bot.slack.context import Context
from bot.slack.incoming import Form
from bot.slack.text import escape, shorten
from bot.texts import say

CALLBACK = "draft_form"
#: The field for the channel, in a form that was opened outside of one.
PLACE = "place"
_ASPECTS = {
    "1:1": "form-aspect-square",
    "3:2": "form-aspect-landscape",
    "16:9": "form-aspect-wide",
    "2:3": "form-aspect-portrait",
    "9:16": "form-aspect-tall",
}


async def sent(form: Form, context: Context) -> None:
    """Open the brief that the form describes. Raises UserError, whose `field` names the part."""
    known = dict(part.split("=", 1) for part in form.remembered)
    file = {"id": known["file"]} if "file" in known else _uploaded(form)
    version = int(known["version"]) if "version" in known else None
    followed = (
        await draft_again.find_brief(context.services, known["earlier"]) if "earlier" in known else None
    )
    like = form.typed("like")
    fresh = file is not None or version is not None
    kept = None
    if followed and not fresh and not like and form.chosen("kept") == KEEP:
        kept = drawn_from(followed)
    request = brief_request(
        prompt=form.typed("prompt"),
        negative_prompt=form.typed("negative_prompt"),
        cells=form.chosen("cells"),
        aspect=form.chosen("aspect"),
        seed=form.typed("seed"),
        style=form.chosen("style"),
        like=like,
        strength=form.chosen("strength") if fresh or like else "",
        has_picture=fresh,
    )
    place = form.fields.get(PLACE, {}).get("selected_conversation")
    person, channel = await context.who_and_where(replace(form, channel=place) if place else form)
    request = await references(context).resolved(
        request, person=person, channel=channel, file=file, version=version
    )
    if kept is not None:
        request = replace(request, reference=kept)
    await draft_actions.open_brief(
        context.services,
        request,
        person=person,
        channel=channel,
        source_key=form.event_id,
        follows=followed,
        change="prompt" if followed else "",
        changes=difference(followed.prompt, request.prompt) if followed else "",
    )
    if followed:
        # A draft that was changed before it was finished is not wanted any more.
        with contextlib.suppress(UserError):
            await draft_again.stop(context.services, followed.id, person=person)


def _place(channel: str) -> Block:
    """The field for the channel."""
    element: Block = {
        "type": "conversations_select",
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    if channel != "-":
        element["initial_conversation"] = channel
    return field(PLACE, say("form-place"), element)


def draft_modal(
    channel: str,
    earlier: Brief | None = None,
    *,
    defaults: Defaults = PLAIN,
    styles: Sequence[Style] = (),
    given: Given | None = None,
    choose: bool = False,
) -> dict[str, Any]:
    """The form for a brief in that channel: empty, filled in with an earlier one, or with a reference picture.

    `choose`: with a field for the channel, which is `-` where none is proposed.
    """
    remembered = [channel, *([f"earlier={earlier.id}"] if earlier else []), *([given.token] if given else [])]
    cells = [option(str(count), f"{count}") for count in range(1, CELLS_LIMIT + 1)]
    aspects = [option(value, say(label)) for value, label in _ASPECTS.items()]
    typed = {"prompt": "", "negative_prompt": ""}
    width, height = earlier.aspect if earlier else defaults.aspect
    cell, ratio = cells[(earlier.cells if earlier else defaults.cells) - 1], f"{width}:{height}"
    if ratio not in _ASPECTS:
        known = say("form-aspect-before" if earlier else "form-aspect-usual", ratio=ratio)
        aspects.append(option(ratio, known))
    shape = next(one for one in aspects if one["value"] == ratio)
    if earlier:
        typed = {"prompt": earlier.prompt, "negative_prompt": earlier.negative_prompt}
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": " ".join(remembered),
        "title": plain(say("form-title")),
        "submit": plain(say("form-send")),
        "close": plain(say("form-cancel")),
        "blocks": [
            field(
                "prompt",
                say("form-prompt"),
                {
                    "type": "plain_text_input",
                    "multiline": True,
                    "max_length": PROMPT_LIMIT,
                    "placeholder": plain(say("form-prompt-example")),
                    **_initially(typed["prompt"]),
                },
            ),
            *([_place(channel)] if choose else []),
            field(
                "cells",
                say("form-cells"),
                {"type": "static_select", "options": cells, "initial_option": cell},
            ),
            field(
                "aspect",
                say("form-aspect"),
                {"type": "static_select", "options": aspects, "initial_option": shape},
            ),
            field(
                "negative_prompt",
                say("form-negative-prompt"),
                {
                    "type": "plain_text_input",
                    "max_length": PROMPT_LIMIT,
                    **_initially(typed["negative_prompt"]),
                },
                optional=True,
            ),
            field(
                "seed",
                say("form-seed"),
                {
                    "type": "plain_text_input",
                    "max_length": 10,
                    "placeholder": plain(say("form-seed-example")),
                },
                optional=True,
                hint=say("form-seed-hint"),
            ),
            *fields(earlier, styles, given),
        ],
    }


def _initially(text: str) -> dict[str, str]:
    return {"initial_value": text} if text else {}


def _uploaded(form: Form) -> dict[str, Any] | None:
    """The file that this person uploaded in the form. Only its id counts: Slack is asked anew what it is."""
    files = form.fields.get(UPLOAD, {}).get("files") or []
    return {"id": files[0]["id"], "only_of": form.user} if files else None


_STRENGTHS = {
    "0.3": "form-strength-near",
    "0.6": "form-strength-like",
    "0.8": "form-strength-loose",
    "0.95": "form-strength-far",
}


KEEP, DROP = "keep", "drop"


#: The field of an uploaded reference picture; what is wrong with that names it too.
UPLOAD = "reference"


#: Endings of the files that it takes.
_FILE_TYPES = ["png", "jpg", "jpeg", "webp", "gif", "heic", "heif", "avif"]


@dataclass(frozen=True, kw_only=True)
class Given:
    """A reference picture that was chosen before the form opened."""

    name: str
    #: How the form remembers it: `version=12` or `file=F123`.
    token: str


def fields(earlier: Brief | None, styles: Sequence[Style], given: Given | None) -> list[Block]:
    """The blocks, each of which may be left empty."""
    blocks: list[Block] = []
    if styles:
        options = [
            option(s.name, shorten(say("form-style-option", style=s.name, words=s.words), 75)) for s in styles
        ][:100]
        chosen = next((o for o in options if earlier and o["value"] == earlier.style), None)
        blocks.append(_select("style", say("form-style"), options, chosen, hint=say("form-style-hint")))
    if given is not None:
        line = say("form-drawn-from-given", picture=escape(shorten(given.name, 80)))
        blocks.append(section(line))
    else:
        if earlier and earlier.reference:
            name = shorten(earlier.reference.name, 50)
            options = [
                option(KEEP, say("form-drawn-from-before", picture=name)),
                option(DROP, say("form-drawn-from-none")),
            ]
            blocks.append(_select("kept", say("form-drawn-from"), options, options[0]))
        blocks.append(
            field(
                "like",
                say("form-like"),
                {
                    "type": "plain_text_input",
                    "max_length": 500,
                    "placeholder": plain(say("form-like-example")),
                },
                hint=say("form-like-hint"),
                optional=True,
            )
        )
        upload: Block = {"type": "file_input", "filetypes": _FILE_TYPES, "max_files": 1}
        blocks.append(field(UPLOAD, say("form-upload"), upload, hint=say("form-upload-hint"), optional=True))
    strengths = [option(value, say(label, value=value)) for value, label in _STRENGTHS.items()]
    blocks.append(_select("strength", say("form-strength"), strengths, strengths[1]))
    return blocks


def _select(
    block_id: str, label: str, options: list[dict[str, Any]], chosen: dict[str, Any] | None, *, hint: str = ""
) -> Block:
    element = {"type": "static_select", "options": options}
    return field(
        block_id, label, element | ({"initial_option": chosen} if chosen else {}), optional=True, hint=hint
    )
