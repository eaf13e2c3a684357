"""A series as contact sheets: which picture stands where, what is said under each, and the message that shows them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from bot import clock, ledger
from bot.batch import messages
from bot.batch import table as batch_table
from bot.batch.table import PAGE, Series
from bot.brand import drift
from bot.brand import table as brand_table
from bot.brand.check import Marks
from bot.briefs import emoji
from bot.briefs import table as briefs_table
from bot.briefs.keys import brief_key
from bot.briefs.model import Brief, Version
from bot.briefs.services import Services
from bot.channel import table as channel_table
from bot.draft import vocabulary
from bot.pictures import sheets
from bot.slack import outbox_table
from bot.slack.outbox_table import Subject
from bot.store import Transaction, pictures
from bot.texts import say
from bot.worker import table as worker_table

log = logging.getLogger(__name__)

#: Between two tries at a sheet that could not be shown; doubles with each in a row, up to the limit.
FIRST_PAUSE, PAUSE_LIMIT = timedelta(seconds=10), timedelta(hours=1)
#: How long after it was asked for a sheet's picks follow what is approved.
PICKED_FOR = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class _Shown:
    """A picture on a contact sheet."""

    version: Version
    picture: pictures.Picture
    #: What is different about it, and how far it is off the brand's palette where that is too far.
    label: str


async def show(services: Services, brief_id: str, *, page: int, first: bool = False) -> None:
    """Put a page of the contact sheet into the series' message; where it is the first showing, once only.

    A picture whose file is lost is left out, with a word. Raises PictureGone where all are.
    """

    def find(tx: Transaction) -> tuple[Series, Brief, list[_Shown], Marks]:
        series = batch_table.of_brief(tx, brief_id)
        assert series is not None
        brief = briefs_table.brief(tx, brief_id)
        shown, marks = _in_order(tx, series, brief)
        return series, brief, shown[page * PAGE : (page + 1) * PAGE], marks

    series, brief, on_page, marks = await services.database.read(find)
    shown = _there(services, on_page)
    sheet = None
    if shown:
        png = await asyncio.to_thread(_sheet, services, series, shown)
        sheet = await asyncio.to_thread(services.picture_store.keep, png)
    at, key = clock.now(), brief_key(brief_id)

    def work(tx: Transaction) -> None:
        if sheet is not None:
            pictures.record(tx, sheet, at)
        now = batch_table.find(tx, series.key)
        if first and now.shown:
            return
        if now.state == "running":
            batch_table.move(tx, now, "done")
            now = batch_table.find(tx, series.key)
        # A product has a sheet for the brand's word on each picture; else the labels say it.
        finished = marks.under(messages.finished, with_words=True) if now.product else messages.finished
        in_pro = batch_table.in_pro(tx, brief_id)
        number = batch_table.count_showing(tx, now, page=page, in_pro=len(in_pro))
        outbox_table.queue_update(
            tx,
            key=f"{key}:shown:{number}",
            target=key,
            message=finished(
                brief,
                now,
                labels={one.version.number: one.label for one in shown},
                in_pro=in_pro,
                all_cells=len(briefs_table.cells(tx, brief_id)),
                page=page,
                sheet=sheet.sha256 if sheet else None,
                cost_micro=batch_table.spent(tx, brief_id),
                failure=worker_table.failure_of(tx, brief_id),
                state=ledger.budget_of(tx, brief.channel, at, services.rule),
                rule=channel_table.policy_of(tx, brief.channel).approval,
                lost=[one.version.number for one in on_page if one not in shown],
                note=vocabulary.advice(now.words, services.known_words()) if now.product else "",
            ),
            subject=Subject(role="grid", brief=brief_id),
            at=at,
        )
        numbered = services.settings.number_reactions and first and now.product
        numbers = {one.version.number for one in shown} if numbered else ()
        for name in [name for number, name in enumerate(emoji.NUMBER_EMOJI, 1) if number in numbers]:
            outbox_table.queue_reaction(tx, key=f"{key}:{name}", target=key, name=name, at=at)

    await services.database.write(work)


@dataclass(frozen=True, kw_only=True)
class Endings:
    """Shows each series once the last of its portions has ended, however it did, also before this program started."""

    services: Services
    #: Those that could not be shown: how often in a row, and when they are tried again.
    _failed: dict[str, tuple[int, datetime]] = field(default_factory=dict)

    async def look(self) -> None:
        """Show what has ended and was never shown; one that can't be is logged, and keeps no other from it."""
        for brief_id in await self.services.database.read(batch_table.unshown):
            times, due = self._failed.get(brief_id, (0, clock.now()))
            if due > clock.now():
                continue
            try:
                await show(self.services, brief_id, page=0, first=True)
            except Exception:
                pause = min(FIRST_PAUSE * 2.0 ** min(times, 20), PAUSE_LIMIT)
                self._failed[brief_id] = times + 1, clock.now() + pause
                log.exception("the series of %s could not be shown; it is tried again in %s", brief_id, pause)
            else:
                self._failed.pop(brief_id, None)


async def renew_picks(services: Services) -> None:
    """What went to Pro, however it did, can be picked no more; what was taken back, again."""
    at = clock.now()
    for brief_id in await services.database.read(
        lambda tx: batch_table.with_other_picks(tx, at - PICKED_FOR)
    ):
        await services.database.write(partial(_renew_picks, services=services, brief_id=brief_id, at=at))


def _renew_picks(tx: Transaction, services: Services, brief_id: str, at: datetime) -> None:
    series, brief = batch_table.of_brief(tx, brief_id), briefs_table.brief(tx, brief_id)
    assert series is not None
    shown, _ = _in_order(tx, series, brief)
    on_page = _there(services, shown[series.page * PAGE : (series.page + 1) * PAGE])
    labels = {one.version.number: one.label for one in on_page}
    in_pro, key = batch_table.in_pro(tx, brief_id), brief_key(brief_id)
    number = batch_table.count_showing(tx, series, page=series.page, in_pro=len(in_pro))
    outbox_table.queue_amended(
        tx,
        key=f"{key}:shown:{number}",
        target=key,
        block_id=messages.PICKS,
        block=messages.picks(brief, labels, in_pro, series),
        before=messages.PICKS,
        at=at,
    )


async def drawn_again(services: Services, brief_id: str) -> bytes:
    """The sheet that a series' message shows, as a PNG, from its pictures. Raises PictureGone where they are gone."""

    def find(tx: Transaction) -> tuple[Series, list[_Shown]]:
        series = batch_table.of_brief(tx, brief_id)
        assert series is not None
        shown, _ = _in_order(tx, series, briefs_table.brief(tx, brief_id))
        return series, shown[series.page * PAGE : (series.page + 1) * PAGE]

    series, on_page = await services.database.read(find)
    return await asyncio.to_thread(_sheet, services, series, _there(services, on_page))


def _there(services: Services, shown: Sequence[_Shown]) -> list[_Shown]:
    """Those whose files are there; where none is, all, so that reading them says so."""
    return [one for one in shown if services.picture_store.path(one.picture).exists()] or list(shown)


def _sheet(services: Services, series: Series, shown: Sequence[_Shown]) -> bytes:
    return sheets.contact_sheet(
        [services.picture_store.read(one.picture) for one in shown],
        numbers=[one.version.number for one in shown],
        # Prompts are too long for it.
        labels=None if series.product else [one.label for one in shown],
    )


def _in_order(tx: Transaction, series: Series, brief: Brief) -> tuple[list[_Shown], Marks]:
    """The pictures by their numbers; what is off the brand's palette is flagged, and comes last."""
    cells, kept = briefs_table.cells(tx, brief.id), brand_table.in_force(tx, series.channel)
    far = brand_table.drifts_of(tx, brief=brief.id, kit=kept.id) if kept else {}
    tolerance = kept.kit.tolerance if kept else 0.0
    ranks = drift.outliers_last(
        [far[cell.id].distance if cell.id in far else None for cell in cells], tolerance
    )

    def label(cell: Version) -> str:
        text = series.items[cell.number - 1].caption
        if cell.id in far and far[cell.id].distance > tolerance:
            return say("series-sheet-off-palette", distance=f"{far[cell.id].distance:.0f}", label=text)
        return text

    shown = [
        _Shown(version=cells[rank], picture=pictures.find(tx, cells[rank].picture), label=label(cells[rank]))
        for rank in ranks
    ]
    measured = [far[one.version.id] for one in shown if one.version.id in far]
    return shown, Marks(
        used=brand_table.of_brief(tx, brief.id),
        held=kept,
        drifts=tuple(measured) if len(measured) == len(shown) else (),
    )
