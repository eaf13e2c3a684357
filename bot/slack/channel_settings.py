"""A channel's settings in words and as a form. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.slack.approvals import whose
from bot.slack.directory import Group
from bot.slack.forms import field, option, plain
from bot.slack.message import Block, Message, context, section
from bot.slack.text import shorten
from bot.studio.commands import CELLS_LIMIT
from bot.studio.policy import NEEDED_LIMIT, Policy

CALLBACK = "channel_settings"
OPEN_ACTION = "open_settings"
#: Options that Slack shows in one select.
OPTIONS_LIMIT = 100

_WHO = {"anyone": "Anyone in the channel", "people": "Only the people below", "group": "Only the group below"}


def lines(policy: Policy) -> dict[str, str]:
    """Every setting as a sentence, by its name."""
    rule, exits = policy.approval, policy.exits
    told = [
        f"{exits.minutes} minutes" if exits.minutes else "",
        f"{exits.pictures} pictures" if exits.pictures else "",
        f"more than {exits.rerolls} re-rolls" if exits.rerolls else "",
    ]
    told = [one for one in told if one]
    approvals = "1 approval" if rule.needed == 1 else f"{rule.needed} approvals"
    width, height = policy.defaults.aspect
    return {
        "approval": f"*Approval:* a picture needs {approvals}{whose(rule) or ' of anybody'} for its Pro render."
        + ("" if rule.author_may else " Who asked for it can't approve it."),
        "emoji": "*Emoji:* numbers"
        + (f", and :{rule.emoji}: where there is one picture only." if rule.emoji else "."),
        "exits": "*Enough is enough:* "
        + (f"a brief hears of it once after {', '.join(told)}." if told else "nothing is said."),
        "advice": f"*Advice* on prompts that quick drafts get wrong: {'on' if policy.advice else 'off'}.",
        "defaults": f"*Drafts that don't say:* {policy.defaults.cells} pictures, {width}:{height}.",
    }


def summary(policy: Policy, sentence: str) -> str:
    """The settings for somebody who may look only."""
    return "\n".join(
        ["*How this channel works*", *(f"• {line}" for line in lines(policy).values()), sentence]
    )


def changed(old: Policy, new: Policy, *, person: str) -> Message:
    """What the channel hears when its settings change: only what is new."""
    before = lines(old)
    told = [line for name, line in lines(new).items() if line != before[name]]
    return Message(
        text=f"<@{person}> changed how this channel works.",
        blocks=[
            section(f":gear: <@{person}> changed how this channel works."),
            section("\n".join(f"• {line}" for line in told) or "Nothing is different."),
            context("`/draft settings` shows all of it."),
        ],
    )


def settings_modal(channel: str, policy: Policy, groups: Sequence[Group]) -> dict[str, Any]:
    """The form, filled in with what is in force."""
    rule, exits, defaults = policy.approval, policy.exits, policy.defaults
    needed = [
        option(str(n), "1 approval" if n == 1 else f"{n} approvals") for n in range(1, NEEDED_LIMIT + 1)
    ]
    who = [option(name, label) for name, label in _WHO.items()]
    cells = [option(str(n), "1 picture" if n == 1 else f"{n} pictures") for n in range(1, CELLS_LIMIT + 1)]
    listed = [option(one.id, shorten(f"@{one.handle} · {one.name}", 75)) for one in groups[:OPTIONS_LIMIT]]
    if rule.group and all(one["value"] != rule.group for one in listed):
        listed = [*listed[: OPTIONS_LIMIT - 1], option(rule.group, shorten(f"@{rule.group_handle}", 75))]
    group: Block = {"type": "static_select", "options": listed, "placeholder": plain("Choose a group")}
    if chosen := [one for one in listed if one["value"] == rule.group]:
        group["initial_option"] = chosen[0]
    blocks = [
        section(f"How <#{channel}> works. *Approval*"),
        field("needed", "What a Pro render needs", _select(needed, str(rule.needed))),
        field(
            "who",
            "Whose approvals count",
            {"type": "radio_buttons", "options": who, "initial_option": _picked(who, rule.who)},
        ),
        field(
            "people",
            "People",
            {
                "type": "multi_users_select",
                "placeholder": plain("Choose people"),
                **({"initial_users": list(rule.people)} if rule.people else {}),
            },
            optional=True,
        ),
        field("group", "User group", group, optional=True)
        if listed
        else context("There are no user groups."),
        _tick("author", "Authors", "Who asked for a brief may approve its pictures", rule.author_may),
        _text(
            "emoji",
            "One more emoji that approves",
            rule.emoji and f":{rule.emoji}:",
            hint="Numbers always approve. This one does where there is one picture only, e.g. :white_check_mark:",
        ),
        {"type": "divider"},
        section("*Enough is enough*: say it once in a brief's thread, with a way on. 0 is off."),
        _text("minutes", "Minutes without an approval", str(exits.minutes)),
        _text("pictures", "Pictures without an approval", str(exits.pictures)),
        _text("rerolls", "More re-rolls of one prompt than", str(exits.rerolls)),
        {"type": "divider"},
        section("*Drafts*"),
        _tick(
            "advice", "Advice", "Point out what quick drafts get wrong: text, counts, hands", policy.advice
        ),
        field("cells", "Pictures where a draft doesn't say", _select(cells, str(defaults.cells))),
        _text(
            "aspect",
            "Shape where a draft doesn't say",
            f"{defaults.aspect[0]}:{defaults.aspect[1]}",
            hint="Width to height, for example 3:2.",
        ),
    ]
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": channel,
        "title": plain("Channel settings"),
        "submit": plain("Save"),
        "close": plain("Cancel"),
        "blocks": blocks,
    }


def _text(name: str, label: str, initial: str, hint: str = "") -> Block:
    element: Block = {"type": "plain_text_input", "max_length": 40}
    if initial:
        element["initial_value"] = initial
    return field(name, label, element, optional=True, hint=hint)


def _tick(name: str, label: str, sentence: str, on: bool) -> Block:
    options = [option("yes", sentence)]
    element: Block = {"type": "checkboxes", "options": options}
    if on:
        element["initial_options"] = options
    return field(name, label, element, optional=True)


def _select(options: Sequence[Block], value: str) -> Block:
    return {"type": "static_select", "options": list(options), "initial_option": _picked(options, value)}


def _picked(options: Sequence[Block], value: str) -> Block:
    return next(one for one in options if one["value"] == value)
