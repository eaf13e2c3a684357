"""The form that a bare `/draft` opens, and what becomes of it when it is sent."""

from __future__ import annotations

import contextlib
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.listeners.context import Context
from bot.second_thoughts import SecondThoughts
from bot.slack.text import unescape
from bot.studio.commands import CELLS_LIMIT, PLAIN, PROMPT_LIMIT, brief_request
from bot.studio.model import Brief, Remedy
from bot.studio.policy import Defaults

CALLBACK = "draft_form"
_ASPECTS = {
    "1:1": "Square 1:1",
    "3:2": "Landscape 3:2",
    "16:9": "Wide 16:9",
    "2:3": "Portrait 2:3",
    "9:16": "Tall 9:16",
}


def register(app: AsyncApp, context: Context) -> None:
    """Listen to the form being sent."""

    @app.view(CALLBACK)
    async def sent(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        values = {block: next(iter(actions.values())) for block, actions in view["state"]["values"].items()}
        try:
            request = brief_request(
                prompt=unescape(_typed(values, "prompt")),
                negative_prompt=unescape(_typed(values, "negative_prompt")),
                cells=_chosen(values, "cells"),
                aspect=_chosen(values, "aspect"),
                seed=_typed(values, "seed"),
            )
            person = await context.directory.actor(body["user"]["id"])
            place, _, earlier = view["private_metadata"].partition(" ")
            channel = await context.directory.channel(place)
            followed = await SecondThoughts(desk=context.desk).brief(earlier) if earlier else None
            await context.desk.open_brief(
                request,
                person=person,
                channel=channel,
                source_key=f"view:{view['id']}",
                follows=followed,
                change="prompt" if followed else "",
            )
        except Remedy as error:
            part = str(error.args[1]) if len(error.args) > 1 else "prompt"
            await ack(response_action="errors", errors={part: str(error.args[0])})
        else:
            await ack()
            if followed:
                # A draft that was changed before it was finished is not wanted any more.
                with contextlib.suppress(Remedy):
                    await SecondThoughts(desk=context.desk).stop(followed.id, person=person)


def draft_modal(channel: str, earlier: Brief | None = None, *, defaults: Defaults = PLAIN) -> dict[str, Any]:
    """The form for a brief in that channel: empty, or filled in with an earlier one."""
    cells = [_option(str(count), f"{count}") for count in range(1, CELLS_LIMIT + 1)]
    aspects = [_option(value, label) for value, label in _ASPECTS.items()]
    typed = {"prompt": "", "negative_prompt": ""}
    width, height = earlier.aspect if earlier else defaults.aspect
    cell, ratio = cells[(earlier.cells if earlier else defaults.cells) - 1], f"{width}:{height}"
    if ratio not in _ASPECTS:
        aspects.append(_option(ratio, f"As before, {ratio}" if earlier else f"As usual here, {ratio}"))
    shape = next(option for option in aspects if option["value"] == ratio)
    if earlier:
        typed = {"prompt": earlier.prompt, "negative_prompt": earlier.negative_prompt}
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": f"{channel} {earlier.id}" if earlier else channel,
        "title": _plain("New draft"),
        "submit": _plain("Draft"),
        "close": _plain("Cancel"),
        "blocks": [
            _input(
                "prompt",
                "What do you want to see?",
                {
                    "type": "plain_text_input",
                    "multiline": True,
                    "max_length": PROMPT_LIMIT,
                    "placeholder": _plain("a red sneaker on a teal background"),
                    **_initially(typed["prompt"]),
                },
            ),
            _input(
                "cells",
                "Pictures in the grid",
                {"type": "static_select", "options": cells, "initial_option": cell},
            ),
            _input("aspect", "Shape", {"type": "static_select", "options": aspects, "initial_option": shape}),
            _input(
                "negative_prompt",
                "What should not be in it?",
                {
                    "type": "plain_text_input",
                    "max_length": PROMPT_LIMIT,
                    **_initially(typed["negative_prompt"]),
                },
                optional=True,
            ),
            _input(
                "seed",
                "Seed",
                {"type": "plain_text_input", "max_length": 10, "placeholder": _plain("a whole number")},
                optional=True,
                hint="The same seed and prompt draw the same pictures again.",
            ),
        ],
    }


def _input(
    block_id: str, label: str, element: dict[str, Any], *, optional: bool = False, hint: str = ""
) -> dict[str, Any]:
    block: dict[str, Any] = {
        "type": "input",
        "block_id": block_id,
        "label": _plain(label),
        "element": {**element, "action_id": block_id},
        "optional": optional,
    }
    if hint:
        block["hint"] = _plain(hint)
    return block


def _option(value: str, label: str) -> dict[str, Any]:
    return {"text": _plain(label), "value": value}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def _initially(text: str) -> dict[str, str]:
    return {"initial_value": text} if text else {}


def _typed(values: dict[str, dict[str, Any]], block: str) -> str:
    return str(values.get(block, {}).get("value") or "")


def _chosen(values: dict[str, dict[str, Any]], block: str) -> str:
    return str((values.get(block, {}).get("selected_option") or {}).get("value") or "")
