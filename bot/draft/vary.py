"""🎨: a new grid in the neighbourhood of one picture, near it or further away. One transaction each."""

from __future__ import annotations

from dataclasses import replace

from bot.briefs import table as briefs_table
from bot.briefs.model import (
    AdjustTask,
    Brief,
    BriefRequest,
    Channel,
    Person,
    Reference,
    Use,
    UserError,
    Version,
)
from bot.briefs.services import Services
from bot.briefs.sizes import shape_of
from bot.briefs.table import cell_of
from bot.briefs.typed import CELLS_LIMIT, SEED_LIMIT
from bot.draft import actions as draft_actions
from bot.draft.like import STRENGTHS
from bot.draft.tweaks import parts_of, tweaked
from bot.store import Picture, Transaction, pictures
from bot.texts import say
from bot.worker import table as worker_table

#: Pictures in a grid of variations.
VARIATIONS = 4


async def count_cells(services: Services, brief_id: str) -> int:
    """How many pictures a brief's grid has; 0 while it is being drawn."""
    return len(await services.database.read(lambda tx: briefs_table.cells(tx, brief_id)))


async def vary_cell(
    services: Services,
    brief_id: str,
    number: int,
    use: Use,
    *,
    person: Person,
    channel: Channel,
    event_id: str,
) -> Brief:
    """Vary a cell of a grid. Raises UserError when there is none of that number, or no money for it."""
    cell = await services.database.read(lambda tx: cell_of(tx, briefs_table.brief(tx, brief_id), number))
    return await vary_version(services, cell.id, use, person=person, channel=channel, event_id=event_id)


async def vary_version(
    services: Services,
    version_id: int,
    use: Use,
    *,
    person: Person,
    channel: Channel,
    event_id: str,
    prompt: str = "",
    lead: bool = False,
) -> Brief:
    """Vary any picture of ours; with `prompt`, in these words. Raises UserError without money for it."""

    def find(tx: Transaction) -> tuple[Version, Brief, Picture, BriefRequest]:
        version = briefs_table.version(tx, version_id)
        brief, picture = briefs_table.brief(tx, version.brief), pictures.find(tx, version.picture)
        return version, brief, picture, _in_words(tx, version, brief)

    version, brief, picture, request = await services.database.read(find)
    earlier = await services.database.read(lambda tx: briefs_table.count_drawn_from(tx, version.picture))
    reference = Reference(
        sha256=version.picture, name=name_of(version), use=use, strength_percent=STRENGTHS[use]
    )
    request = replace(
        request,
        prompt=prompt or request.prompt,
        cells=VARIATIONS,
        # Away from the seeds of its own grid, and of the grids that varied it before.
        seed=(version.seed + CELLS_LIMIT + VARIATIONS * earlier + 1) % (SEED_LIMIT - CELLS_LIMIT),
        aspect=_aspect(brief, picture),
        reference=reference,
    )
    return await draft_actions.open_brief(
        services,
        request,
        person=person,
        channel=channel,
        source_key=event_id,
        follows=brief,
        lead=lead,
    )


def name_of(version: Version) -> str:
    """What people call one of our pictures."""
    if version.kind == "cell":
        return f"{version.brief}/{version.number}"
    return say(f"picture-{version.kind}", number=version.number, brief=version.brief)


def _in_words(tx: Transaction, version: Version, brief: Brief) -> BriefRequest:
    """The brief's words with all that was fixed in this picture since it was a cell; adjustments are in its pixels."""
    fixes: list[str] = []
    step: Version | None = version
    while step is not None:
        if step.instruction and not isinstance(worker_table.job(tx, step.job).task, AdjustTask):
            fixes.insert(0, step.instruction)
        step = briefs_table.version(tx, step.parent) if step.parent else None
    prompt, negative_prompt = brief.prompt, brief.negative_prompt
    for said in fixes:
        prompt, negative_prompt = tweaked(prompt, negative_prompt, parts_of(said))
    return BriefRequest(prompt=prompt, negative_prompt=negative_prompt, style=brief.style)


def _aspect(brief: Brief, picture: Picture) -> tuple[int, int]:
    """The brief's, unless the picture has got another shape since."""
    wanted, found = brief.aspect_width / brief.aspect_height, picture.width / picture.height
    return brief.aspect if abs(found / wanted - 1) < 0.1 else shape_of(picture.width, picture.height)


def use_of(text: str) -> Use:
    """The two ways to vary, from a button's value. Raises UserError for any other."""
    if text not in (Use.SUBTLE, Use.STRONG):
        raise UserError(say("variation-how-far"))
    return Use(text)
