"""What people can do, each as one transaction over studio, ledger and outbox: draft, approve, withdraw, fix.

Knows neither how Slack delivered the request nor how the engine will fulfil it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from bot import clock
from bot.brand import table as brand_table
from bot.briefs import table as briefs_table
from bot.briefs.keys import brief_key
from bot.briefs.model import (
    Brief,
    BriefKind,
    BriefRequest,
    Channel,
    DraftTask,
    Person,
    Reference,
    Tier,
    Use,
    UserError,
)
from bot.briefs.services import Services
from bot.briefs.sizes import draft_size
from bot.briefs.typed import SEED_LIMIT
from bot.budget import holds
from bot.budget.refused import Payload, within_means
from bot.channel import actions as channel_actions
from bot.draft import grid_messages, styles, warnings
from bot.draft import messages as draft_messages
from bot.draft.styles import Style
from bot.marking import refused
from bot.slack import outbox_table
from bot.slack.outbox_table import Subject
from bot.store import Transaction
from bot.texts import say
from bot.worker import table as worker_table

#: What can't be drafted again as one prompt, and how that is said.
NOT_REDRAWN = {BriefKind.SERIES: "stress-is-series", BriefKind.BACKGROUNDS: "product-not-redrawn"}


async def open_brief(
    services: Services,
    request: BriefRequest,
    *,
    person: Person,
    channel: Channel,
    source_key: str,
    follows: Brief | None = None,
    change: str = "",
    also: Callable[[Transaction, Brief], None] | None = None,
    changes: str = "",
    lead: bool = False,
) -> Brief:
    """Write the brief, its job, its reservation and its placeholder, all or nothing; `also` in the same go.

    A event_id that was seen before returns the brief that it made. `told` says what was changed against
    `follows`; `lead`: the thread of
    `follows` gets a line that leads there. Raises UserError when the channel cannot afford it, or has no such style.
    """
    words = await services.database.read(lambda tx: _all_words(services, tx, request, channel.id))
    await refused.check(services, words, channel=channel.id, person=person.id)
    at = clock.now()

    def work(tx: Transaction) -> Brief:
        if known := briefs_table.brief_by_source(tx, source_key):
            return known
        channel_actions.ensure_channel(services, tx, channel, person, at)
        if follows is not None and follows.kind in NOT_REDRAWN:
            raise UserError(say(NOT_REDRAWN[follows.kind]))
        brand, shape = brand_table.obeyed(tx, channel.id, request, follows=follows is not None)
        engine_loras = services.known_loras()
        style = styles.named(tx, channel.id, request.style, engine_loras or ()) if request.style else None
        brief = Brief(
            id=briefs_table.new_name(tx, request.prompt),
            channel=channel.id,
            author=person.id,
            prompt=request.prompt,
            negative_prompt=request.negative_prompt,
            cells=request.cells,
            aspect_width=shape[0],
            aspect_height=shape[1],
            seed=request.seed if request.seed is not None else secrets.randbelow(SEED_LIMIT - 100),
            created_at=at,
            follows=follows.id if follows else None,
            change=change,
            brand_words=brand.kit.added if brand else "",
            changes=changes,
            style=style.name if style else "",
            style_words=style.words if style else "",
            reference=request.reference,
        )
        styles.check_loras(brief.whole_prompt, engine_loras)
        briefs_table.add_brief(tx, brief, source_key)
        brand_table.use(tx, brief.id, brand)
        width, height = draft_size(brief.aspect, services.settings.draft_size_px)
        job = worker_table.new_job(brief, DraftTask(width=width, height=height), person=person.id, at=at)
        # What `also` is for was asked for knowing what drafts are like.
        words = services.known_words()
        warning = [] if also else warnings.advised(tx, brief, services.prices, services.settings, words)
        pause = timedelta(seconds=services.settings.advice_pause_s if warning else 0)
        worker_table.add_job(tx, job, idempotency_key=f"draft:{brief.id}", not_before=at + pause)
        state = holds.reserve(services, tx, job, brief, brief.cells, width, height, at)
        outbox_table.queue_post(
            tx,
            key=brief_key(brief.id),
            channel=brief.channel,
            message=warnings.with_advice(
                grid_messages.drafting(
                    brief,
                    estimate_micro=services.prices.estimate(Tier.DRAFT, brief.cells, width, height),
                    state=state,
                ),
                warning,
                before="drafting",
            ),
            subject=Subject(role="grid", brief=brief.id),
            at=at,
        )
        if lead and follows:
            outbox_table.queue_post(
                tx,
                key=f"{brief_key(brief.id)}:lead",
                channel=brief.channel,
                thread=brief_key(follows.id),
                message=draft_messages.leads(brief),
                subject=Subject(role="notice", brief=follows.id),
                at=at,
            )
        if also:
            also(tx, brief)
        return brief

    brief = await within_means(services, work, to_payload(request), person, channel)
    return brief


def _all_words(services: Services, tx: Transaction, request: BriefRequest, channel: str) -> list[str]:
    """What the engine would be asked to draw: the prompt, the style's words and the brand's. Raises UserError."""
    brand = brand_table.in_force(tx, channel)
    engine_loras = services.known_loras() or ()
    style = styles.named(tx, channel, request.style, engine_loras).words if request.style else ""
    return [request.prompt, style, brand.kit.added if brand else ""]


async def save_style(services: Services, name: str, words: str, *, channel: Channel, person: Person) -> Style:
    """Keep a style for a channel. Raises UserError."""
    await refused.check(services, [words], channel=channel.id, person=person.id)
    at = clock.now()

    def work(tx: Transaction) -> Style:
        channel_actions.ensure_channel(services, tx, channel, person, at)
        return styles.save(tx, channel=channel.id, name=name, words=words, person=person.id, at=at)

    return await services.database.write(work)


def to_payload(request: BriefRequest) -> Payload:
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


def from_payload(kept: Mapping[str, Any]) -> BriefRequest:
    """The draft that waited, from what was kept of it."""
    values = dict(kept)
    reference = values.pop("reference", None)
    if reference:
        reference = Reference(**{**reference, "use": Use(reference["use"])})
    return BriefRequest(**{**values, "aspect": tuple(values["aspect"]), "reference": reference})


async def run_refused(
    services: Services, payload: Mapping[str, Any], *, person: Person, channel: Channel, event_id: str
) -> None:
    """Open the brief that waited for money. Raises UserError."""
    request = from_payload(payload["request"])
    await open_brief(services, request, person=person, channel=channel, source_key=event_id)
