"""What people do with a grid besides approving: draw it again, stop it, take it away. One transaction each.

It knows neither how Slack delivered the request nor how the engine works.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from bot import clock
from bot.briefs import table as briefs_table
from bot.briefs.keys import brief_key
from bot.briefs.model import (
    Brief,
    BriefKind,
    BriefRequest,
    Channel,
    JobState,
    Person,
    Reference,
    Use,
    UserError,
)
from bot.briefs.services import Services
from bot.draft import actions as draft_actions
from bot.draft import messages as draft_messages
from bot.draft.command import brief_request
from bot.draft.like import STRENGTHS
from bot.draft.tweaks import TweakRequest, tweaked
from bot.slack import outbox_table
from bot.slack.outbox_table import Subject
from bot.slack.people import check_own
from bot.store import Transaction
from bot.texts import say
from bot.worker import table as worker_table
from bot.worker.cancel import call_off


class Stopper(Protocol):
    """A use case that stops what is drawn for a brief."""

    async def __call__(self, services: Services, brief_id: str, person: Person) -> None:
        """Do it. Raises UserError."""


@dataclass(frozen=True)
class Stoppers:
    """Who stops a brief that is no grid, by its kind."""

    by_kind: Mapping[BriefKind, Stopper]


async def again(
    services: Services, brief_id: str, *, person: Person, channel: Channel, event_id: str
) -> Brief:
    """Draft the same prompt from another seed, as a brief of its own. Raises UserError without money for it."""
    earlier = await find_brief(services, brief_id)
    request = as_before(earlier)
    return await draft_actions.open_brief(
        services,
        request,
        person=person,
        channel=channel,
        source_key=event_id,
        follows=earlier,
        change="again",
    )


async def tweak(
    services: Services,
    request: TweakRequest,
    brief_id: str,
    *,
    person: Person,
    channel: Channel,
    event_id: str,
) -> Brief:
    """Draft a brief with its prompt changed, from the same seed, so that what stays can be compared.

    Raises UserError without money for it, or when the prompt becomes too long.
    """
    earlier = await find_brief(services, brief_id)
    prompt, negative_prompt = tweaked(earlier.prompt, earlier.negative_prompt, request.parts)
    changed = brief_request(
        prompt=prompt,
        negative_prompt=negative_prompt,
        cells=str(earlier.cells),
        aspect=f"{earlier.aspect_width}:{earlier.aspect_height}",
        seed=str(earlier.seed),
    )
    return await draft_actions.open_brief(
        services,
        replace(changed, style=earlier.style, reference=drawn_from(earlier)),
        person=person,
        channel=channel,
        source_key=event_id,
        follows=earlier,
        change="prompt",
        changes=", ".join(request.parts),
        lead=True,
    )


async def stop(services: Services, brief_id: str, *, person: Person) -> None:
    """Cancel a draft that waits or is being drawn, and release its money.

    Raises UserError when it is finished, or when it is somebody else's.
    """
    at = clock.now()

    def work(tx: Transaction) -> None:
        brief = _own(tx, brief_id, person, "own-stop-draft")
        job = worker_table.job_by_key(tx, f"draft:{brief.id}")
        if job is None or job.state not in (JobState.QUEUED, JobState.RUNNING):
            raise UserError(say("draft-not-running"))
        call_off(services, tx, job, draft_messages.stopped(brief, person.id), at)

    await services.database.write(work)


async def remove(services: Services, brief_id: str, *, person: Person) -> None:
    """Take a finished grid out of the channel; what was approved from it stays. Raises UserError."""
    at = clock.now()

    def work(tx: Transaction) -> None:
        brief = _own(tx, brief_id, person, "own-remove-draft")
        if not briefs_table.cells(tx, brief.id) or worker_table.drafting(tx, brief.id):
            raise UserError(say("draft-unfinished"))
        first = brief_key(brief.id)
        for key in (first, *outbox_table.copies(tx, first, brief.id)):
            outbox_table.queue_update(
                tx,
                key=f"{key}:removed",
                target=key,
                message=draft_messages.removed(brief, person.id),
                subject=Subject(role="notice", brief=brief.id),
                at=at,
            )
            outbox_table.queue_reactions_gone(tx, target=key, at=at)

    await services.database.write(work)


async def find_brief(services: Services, brief_id: str) -> Brief:
    """The brief as it was asked for."""
    return await services.database.read(lambda tx: briefs_table.brief(tx, brief_id))


def as_before(earlier: Brief) -> BriefRequest:
    """The same brief once more, without its seed."""
    return BriefRequest(
        prompt=earlier.prompt,
        negative_prompt=earlier.negative_prompt,
        cells=earlier.cells,
        aspect=earlier.aspect,
        style=earlier.style,
        reference=drawn_from(earlier),
    )


def drawn_from(earlier: Brief) -> Reference | None:
    """What a brief's drafts start from. A picture that was brought in is varied a lot from then on."""
    reference = earlier.reference
    if reference is None or reference.use is not Use.IMPORT:
        return reference
    return replace(reference, use=Use.STRONG, strength_percent=STRENGTHS[Use.STRONG])


def _own(tx: Transaction, brief_id: str, person: Person, refusal: str) -> Brief:
    brief = briefs_table.brief(tx, brief_id)
    check_own(brief.author, person, refusal)
    return brief
