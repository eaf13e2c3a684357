"""A channel's settings as somebody filled them in, checked field by field. Pure functions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from bot.briefs.model import UserError
from bot.briefs.typed import CELLS_LIMIT, read_aspect
from bot.channel.settings import (
    LABELS,
    NEEDED_LIMIT,
    ApprovalRule,
    Defaults,
    ExitRule,
    GridForm,
    Label,
    Policy,
    read_emoji,
    read_timezone,
    read_whole,
)
from bot.texts import say

#: Most that the criteria can be set to: a day, and what a team drafts in one.
MINUTES_LIMIT, PICTURES_LIMIT, REROLLS_LIMIT = 1_440, 500, 50


@dataclass(frozen=True, kw_only=True)
class PolicyForm:
    """The fields as they were sent. A UserError's `field` names one of them."""

    needed: str
    who: str
    people: tuple[str, ...]
    #: Id and handle of the user group, empty for none.
    group: str
    group_handle: str
    author_may: bool
    emoji: str
    minutes: str
    pictures: str
    rerolls: str
    advice: bool
    broadcast: bool
    grid_form: str
    cells: str
    aspect: str
    timezone: str = ""
    label: str = "line"


def policy_from(form: PolicyForm, *, taken_emoji: Collection[str], group_size: int) -> Policy:
    """The policy that a form means. Raises UserError that names the field."""
    needed = _choice(form.needed, NEEDED_LIMIT, "needed")
    if form.who == "people" and len(form.people) < needed:
        raise UserError(_too_few(needed, len(form.people), "people"), "people")
    if form.who == "group" and not form.group:
        raise UserError(say("policy-choose-group"), "group")
    if form.who == "group" and group_size < needed:
        raise UserError(_too_few(needed, group_size, "group"), "group")
    if form.who not in ("anyone", "people", "group"):
        raise UserError(say("policy-choose-who"), "who")
    return Policy(
        approval=ApprovalRule(
            needed=needed,
            who=form.who,  # type: ignore[arg-type]
            people=form.people if form.who == "people" else (),
            group=form.group if form.who == "group" else "",
            group_handle=form.group_handle if form.who == "group" else "",
            author_may=form.author_may,
            emoji=read_emoji(form.emoji, taken_emoji),
        ),
        exits=ExitRule(
            minutes=read_whole(form.minutes, part="minutes", most=MINUTES_LIMIT, example=10),
            pictures=read_whole(form.pictures, part="pictures", most=PICTURES_LIMIT, example=20),
            rerolls=read_whole(form.rerolls, part="rerolls", most=REROLLS_LIMIT, example=2),
        ),
        advice=form.advice,
        broadcast=form.broadcast,
        grid_form=_grid_form(form.grid_form),
        label=_label(form.label),
        defaults=Defaults(
            cells=_choice(form.cells, CELLS_LIMIT, "cells"), aspect=read_aspect(form.aspect.strip() or "1:1")
        ),
        timezone=read_timezone(form.timezone),
    )


def _grid_form(text: str) -> GridForm:
    if text not in ("", "sheet", "cards"):
        raise UserError(say("policy-choose-form"), "grid_form")
    return text  # type: ignore[return-value]


def _label(text: str) -> Label:
    if text not in LABELS:
        raise UserError(say("policy-choose-label"), "label")
    return text


def _choice(text: str, most: int, part: str) -> int:
    if text not in {str(number) for number in range(1, most + 1)}:
        raise UserError(say("policy-choose-number", most=most), part)
    return int(text)


def _too_few(needed: int, found: int, where: str) -> str:
    if needed == 1:
        return say("policy-nobody", where=where)
    return say("policy-too-few", needed=needed, found=found, where=where)
