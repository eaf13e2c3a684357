"""A series as contact sheets: which picture stands where, what is said under each, and the message that shows them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot import clock, ledger
from bot.batch import messages
from bot.batch import table as batch_table
from bot.batch.table import PAGE, Series
from bot.brand import drift
from bot.brand import table as brand_table
from bot.briefs import table as briefs_table
from bot.briefs.keys import brief_key
from bot.briefs.model import Brief, Version
from bot.briefs.services import Services
from bot.channel import table as channel_table
from bot.pictures import sheets
from bot.slack import outbox_table
from bot.slack.outbox_table import Subject
from bot.store import Transaction, pictures
from bot.texts import say
from bot.worker import table as worker_table


@dataclass(frozen=True, kw_only=True)
class _Shown:
    """A picture on a contact sheet."""

    version: Version
    picture: pictures.Picture
    #: What is different about it, and how far it is off the brand's palette where that is too far.
    label: str


async def show(services: Services, brief_id: str, *, page: int, first: bool = False) -> None:
    """Put a page of the contact sheet into the series' message; where it is the first showing, once only."""

    def find(tx: Transaction) -> tuple[Series, Brief, list[_Shown]]:
        asked = batch_table.of_brief(tx, brief_id)
        assert asked is not None
        shown = _in_order(tx, asked, briefs_table.cells(tx, brief_id))
        return asked, briefs_table.brief(tx, brief_id), shown[page * PAGE : (page + 1) * PAGE]

    asked, brief, shown = await services.database.read(find)
    sheet = None
    if shown:
        png = await asyncio.to_thread(_sheet, services, shown)
        sheet = await asyncio.to_thread(services.picture_store.keep, png)
    at = clock.now()

    def work(tx: Transaction) -> None:
        if sheet is not None:
            pictures.record(tx, sheet, at)
        now = batch_table.find(tx, asked.id)
        if first and now.shown:
            return
        if now.state == "running":
            batch_table.move(tx, now, "done")
            now = batch_table.find(tx, asked.id)
        outbox_table.queue_update(
            tx,
            key=f"{brief_key(brief.id)}:shown:{batch_table.count_showing(tx, now)}",
            target=brief_key(brief.id),
            message=messages.finished(
                brief,
                now,
                labels={one.version.number: one.label for one in shown},
                all_cells=len(briefs_table.cells(tx, brief.id)),
                page=page,
                sheet=sheet.sha256 if sheet else None,
                cost_micro=batch_table.spent(tx, brief.id),
                failure=worker_table.failure_of(tx, brief.id),
                state=ledger.budget_of(tx, brief.channel, at, services.rule),
                rule=channel_table.policy_of(tx, brief.channel).approval,
            ),
            subject=Subject(role="grid", brief=brief.id),
            at=at,
        )

    await services.database.write(work)


def _sheet(services: Services, shown: Sequence[_Shown]) -> bytes:
    return sheets.contact_sheet(
        [services.picture_store.read(one.picture) for one in shown],
        numbers=[one.version.number for one in shown],
        labels=[one.label for one in shown],
    )


def _in_order(tx: Transaction, asked: Series, cells: Sequence[Version]) -> list[_Shown]:
    """The pictures by their numbers; what is off the brand's palette is flagged, and comes last."""
    kept, far = brand_table.in_force(tx, asked.channel), dict[int, float]()
    if kept is not None and asked.brief is not None:
        far = brand_table.distances(tx, brief=asked.brief, kit=kept.id)
    tolerance = kept.kit.tolerance if kept else 0.0
    ranks = drift.outliers_last([far.get(cell.id) for cell in cells], tolerance)

    def label(cell: Version) -> str:
        text, distance = asked.items[cell.number - 1].caption, far.get(cell.id, 0.0)
        if distance > tolerance:
            return say("series-sheet-off-palette", distance=f"{distance:.0f}", label=text)
        return text

    return [
        _Shown(version=cells[rank], picture=pictures.find(tx, cells[rank].picture), label=label(cells[rank]))
        for rank in ranks
    ]
