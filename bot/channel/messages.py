"""A channel's settings in words and as a form. Pure functions."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import Any

from bot.briefs.model import Group
from bot.briefs.typed import CELLS_LIMIT
from bot.channel.rule_wording import whose
from bot.channel.settings import LABELS, NEEDED_LIMIT, Policy
from bot.slack.blocks import Block, Message, context, field, option, plain, section
from bot.slack.text import shorten
from bot.texts import say

CALLBACK = "channel_settings"
OPEN_ACTION = "open_settings"
#: Options that Slack shows in one select.
OPTIONS_LIMIT = 100

#: The option of a form that stands for no choice, which an option cannot be.
AS_USUAL = "usual"
_FORMS = {AS_USUAL: "settings-form-usual", "sheet": "settings-form-sheet", "cards": "settings-form-cards"}
_WHO = {
    "anyone": "settings-who-anyone",
    "people": "settings-who-people",
    "group": "settings-who-group",
}


def lines(policy: Policy) -> dict[str, str]:
    """Every setting as a sentence, by its name."""
    rule, exits = policy.approval, policy.exits
    changed = [
        say("settings-exits-minutes", count=exits.minutes) if exits.minutes else "",
        say("settings-exits-pictures", count=exits.pictures) if exits.pictures else "",
        say("settings-exits-rerolls", count=exits.rerolls) if exits.rerolls else "",
    ]
    changed = [one for one in changed if one]
    width, height = policy.defaults.aspect
    return {
        "approval": say(
            "settings-approval",
            needed=rule.needed,
            voters="some" if whose(rule) else "anybody",
            whose=whose(rule),
            author="yes" if rule.author_may else "no",
        ),
        "emoji": say("settings-emoji-also", emoji=rule.emoji)
        if rule.emoji
        else say("settings-emoji-numbers"),
        "exits": say("settings-exits", after=", ".join(changed)) if changed else say("settings-exits-off"),
        "advice": say("settings-advice", on="yes" if policy.advice else "no"),
        "label": say("settings-label", label=policy.label),
        "broadcast": say("settings-broadcast", on="yes" if policy.broadcast else "no"),
        **({"form": say("settings-form", form=policy.grid_form)} if policy.grid_form else {}),
        "defaults": say("settings-defaults", count=policy.defaults.cells, shape=f"{width}:{height}"),
        **({"timezone": say("settings-timezone", zone=policy.timezone)} if policy.timezone else {}),
    }


def _settings(policy: Policy) -> dict[str, Hashable]:
    """What each of these sentences tells, to be compared."""
    return {
        "approval": replace(policy.approval, emoji="", group=""),
        "emoji": policy.approval.emoji,
        "exits": policy.exits,
        "advice": policy.advice,
        "label": policy.label,
        "broadcast": policy.broadcast,
        "form": policy.grid_form,
        "defaults": policy.defaults,
        "timezone": policy.timezone,
    }


def summary(policy: Policy, sentence: str) -> str:
    """The settings for somebody who may look only."""
    return "\n".join([say("settings-heading"), *(f"• {line}" for line in lines(policy).values()), sentence])


def changed(old: Policy, new: Policy, *, person: str) -> Message:
    """What the channel hears when its settings change: only what is new."""
    before, after = _settings(old), _settings(new)
    changed = [line for name, line in lines(new).items() if after[name] != before[name]]
    text = say("settings-changed", person=person)
    return Message(
        text=text,
        blocks=[
            section(f":gear: {text}"),
            section("\n".join(f"• {line}" for line in changed) or say("settings-nothing-changed")),
            context(say("settings-changed-more")),
        ],
    )


def settings_modal(channel: str, policy: Policy, groups: Sequence[Group]) -> dict[str, Any]:
    """The form, filled in with what is in force."""
    rule, exits, defaults = policy.approval, policy.exits, policy.defaults
    needed = [option(str(n), say("settings-approvals", count=n)) for n in range(1, NEEDED_LIMIT + 1)]
    who = [option(name, say(label)) for name, label in _WHO.items()]
    labels = [option(one, say("settings-label-option", label=one)) for one in LABELS]
    cells = [option(str(n), say("pictures", count=n)) for n in range(1, CELLS_LIMIT + 1)]
    forms = [option(name, say(label)) for name, label in _FORMS.items()]
    listed = [option(one.id, shorten(f"@{one.handle} · {one.name}", 75)) for one in groups[:OPTIONS_LIMIT]]
    if rule.group and all(one["value"] != rule.group for one in listed):
        listed = [*listed[: OPTIONS_LIMIT - 1], option(rule.group, shorten(f"@{rule.group_handle}", 75))]
    group: Block = {
        "type": "static_select",
        "options": listed,
        "placeholder": plain(say("settings-group-choose")),
    }
    if chosen := [one for one in listed if one["value"] == rule.group]:
        group["initial_option"] = chosen[0]
    blocks = [
        section(say("settings-form-head", channel=channel)),
        field("needed", say("settings-needed"), _select(needed, str(rule.needed))),
        field(
            "who",
            say("settings-who"),
            {"type": "radio_buttons", "options": who, "initial_option": _picked(who, rule.who)},
        ),
        field(
            "people",
            say("settings-people"),
            {
                "type": "multi_users_select",
                "placeholder": plain(say("settings-people-choose")),
                **({"initial_users": list(rule.people)} if rule.people else {}),
            },
            optional=True,
        ),
        field("group", say("settings-group"), group, optional=True)
        if listed
        else context(say("settings-no-groups")),
        _tick("author", say("settings-author"), say("settings-author-may"), rule.author_may),
        _text(
            "emoji",
            say("settings-emoji"),
            rule.emoji and f":{rule.emoji}:",
            hint=say("settings-emoji-hint"),
        ),
        {"type": "divider"},
        section(say("settings-exits-head")),
        _text("minutes", say("settings-minutes"), str(exits.minutes)),
        _text("pictures", say("settings-pictures"), str(exits.pictures)),
        _text("rerolls", say("settings-rerolls"), str(exits.rerolls)),
        {"type": "divider"},
        section(say("settings-drafts-head")),
        _tick("advice", say("settings-advice-label"), say("settings-advice-tick"), policy.advice),
        _tick("broadcast", say("settings-broadcast-label"), say("settings-broadcast-tick"), policy.broadcast),
        field("grid_form", say("settings-form-label"), _select(forms, policy.grid_form or AS_USUAL)),
        field("cells", say("settings-cells"), _select(cells, str(defaults.cells))),
        _text(
            "aspect",
            say("settings-aspect"),
            f"{defaults.aspect[0]}:{defaults.aspect[1]}",
            hint=say("settings-aspect-hint"),
        ),
        field("label", say("settings-label-label"), _select(labels, policy.label)),
        {"type": "divider"},
        _text(
            "timezone",
            say("settings-timezone-label"),
            policy.timezone,
            hint=say("settings-timezone-hint"),
        ),
    ]
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": channel,
        "title": plain(say("settings-form-title")),
        "submit": plain(say("settings-form-save")),
        "close": plain(say("settings-form-cancel")),
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
