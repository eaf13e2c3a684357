"""What people could not have for want of money: refused now, remembered, and run when more is granted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from bot import clock
from bot.briefs import table as briefs_table
from bot.briefs.model import BriefRequest, Channel, Person, Reference, Use
from bot.budget.holds import OutOfMoney, Purse
from bot.fix.request import FixRequest
from bot.store import Transaction

T = TypeVar("T")
Wish = Mapping[str, object]


async def within_means(
    purse: Purse, work: Callable[[Transaction], T], wish: Wish | None, person: Person, place: Channel | str
) -> T:
    """Write; what does not fit the budget is remembered. `place` is the channel, or a brief in it.

    Raises OutOfMoney, which is a Remedy.
    """
    try:
        return await purse.database.write(work)
    except OutOfMoney as error:
        if wish is not None and error.needed_micro:
            lacking, at = error, clock.now()

            def remember(tx: Transaction) -> None:
                if isinstance(place, Channel):
                    purse.ensure_channel(tx, place, person, at)
                channel = place.id if isinstance(place, Channel) else briefs_table.brief(tx, place).channel
                purse.remember(tx, wish, lacking, person=person.id, channel=channel, at=at)

            await purse.database.write(remember)
        raise


def draft_wish(request: BriefRequest) -> Wish:
    """A draft that waits for money."""
    return {
        "kind": "draft",
        "request": {
            "prompt": request.prompt,
            "negative_prompt": request.negative_prompt,
            "cells": request.cells,
            "aspect": list(request.aspect),
            "seed": request.seed,
            "style": request.style,
            "reference": vars(request.reference) if request.reference else None,
        },
    }


def drafted_wish(kept: Mapping[str, Any]) -> BriefRequest:
    """The draft that waited, from what was kept of it."""
    values = dict(kept)
    reference = values.pop("reference", None)
    if reference:
        reference = Reference(**{**reference, "use": Use(reference["use"])})
    return BriefRequest(**{**values, "aspect": tuple(values["aspect"]), "reference": reference})


def fix_wish(request: FixRequest, brief_id: str) -> Wish | None:
    """A fix that waits for money; None for a painted one, since what was painted is not kept."""
    if request.region is None:
        return None
    return {
        "kind": "fix",
        "brief": brief_id,
        "region": request.region_text,
        "instruction": request.instruction,
        "cell": request.cell,
    }
