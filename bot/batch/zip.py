"""A series as one zip file: the pictures under their assets' names, and a manifest that a spreadsheet opens."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.approve import table as approve_table
from bot.batch import messages
from bot.batch import table as batch_table
from bot.briefs import table as briefs_table
from bot.briefs.model import UserError, Version
from bot.briefs.services import Services
from bot.marking.actions import Journey, Marking
from bot.marking.table import Outgoing
from bot.pictures.recipe import model_of
from bot.reports.export import decimal, harmless
from bot.store import Picture, Transaction, pictures
from bot.texts import say
from marks.reading import read_notes


@dataclass(frozen=True, kw_only=True)
class Row:
    """One picture of a series with what the ledger and the approvals say of it."""

    asset: str
    variant: str
    #: The size in pixels that was asked for, such as 1080x1350; empty where only a shape was.
    asked_size: str
    version: Version
    picture: Picture
    #: What was made of it since: its Pro render, or the newest fix of that.
    finished: tuple[Version, Picture] | None
    cost_micro: int
    currency: str
    approvers: tuple[str, ...]

    @property
    def exact(self) -> bool:
        """Whether one of its files has the size that was asked for, as far as one was."""
        sizes = {size_of(self.picture), *([size_of(self.finished[1])] if self.finished else [])}
        return not self.asked_size or self.asked_size in sizes


def size_of(picture: Picture) -> str:
    """1080x1350."""
    return f"{picture.width}x{picture.height}"


def rows_of(tx: Transaction, brief: str) -> list[Row]:
    """The pictures of a series in order. The costs sum to what its portions were settled at. Raises UserError."""
    series = batch_table.of_brief(tx, brief)
    cells = briefs_table.cells(tx, brief)
    if series is None or not cells:
        raise UserError(say("series-nothing-to-download"))
    costs = _costs(tx, brief, cells)
    newest = zip(cells, briefs_table.newest_of_each(tx, brief), strict=True)
    return [
        Row(
            asset=item.name,
            variant=item.variant,
            asked_size=messages.shape(item, mark="x") if item.in_pixels and not series.product else "",
            version=cell,
            picture=pictures.find(tx, cell.picture),
            finished=None if made.id == cell.id else (made, pictures.find(tx, made.picture)),
            cost_micro=costs[cell.id][0],
            currency=costs[cell.id][1],
            approvers=tuple(approve_table.approvers(tx, cell.id)),
        )
        for cell, made in newest
        for item in [series.items[cell.number - 1]]
    ]


def is_there(services: Services, row: Row) -> bool:
    """Whether the files of a picture, and of what was made of it, are there."""
    files = [row.picture, *([row.finished[1]] if row.finished else [])]
    return all(services.picture_store.path(file).exists() for file in files)


def _costs(tx: Transaction, brief: str, cells: Sequence[Version]) -> dict[int, tuple[int, str]]:
    """What each picture cost: its portion's settle, shared equally; the first ones carry what doesn't divide."""
    settled = {
        row["job"]: (int(row["amount_micro"]), str(row["currency"])) for row in batch_table.settled(tx, brief)
    }
    found: dict[int, tuple[int, str]] = {}
    for job, (amount, currency) in settled.items():
        mine = [cell for cell in cells if cell.job == job]
        for place, cell in enumerate(mine):
            found[cell.id] = amount // len(mine) + (place < amount % len(mine)), currency
    return found


def zipped(
    services: Services, rows: Sequence[Row], names: Mapping[str, str], journeys: Mapping[int, Journey]
) -> tuple[bytes, list[Outgoing]]:
    """The zip file's bytes, and what went out in it; `names` tells who an id is. Takes a while: call it in a thread.

    The drafts stand on top, what was made of them since in the folder `finished`.
    """
    out = io.BytesIO()
    lines = []
    marking, gone = Marking(services=services), list[Outgoing]()

    def marked(version: Version, picture: Picture, title: str) -> bytes:
        data = services.picture_store.read(picture)
        file, outgoing = marking.whole(journeys[version.id], data, title=title)
        gone.append(outgoing)
        return file

    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for row in rows:
            data, file = marked(row.version, row.picture, row.asset), _file(row.asset, row.picture)
            archive.writestr(file, data)
            line = {
                "asset": harmless(row.asset),
                "file": harmless(file),
                "kind": "draft",
                "prompt": harmless(row.version.prompt),
                "variant": harmless(row.variant),
                "seed": row.version.seed,
                "model": harmless(model_of(data)),
                "size": size_of(row.picture),
                "asked_size": row.asked_size,
                "has_asked_size": "yes" if row.exact else "no",
                "finished_file": "",
                "finished_kind": "",
                "finished_size": "",
                "cost": decimal(row.cost_micro),
                "currency": row.currency,
                "approvers": harmless(", ".join(names.get(person, person) for person in row.approvers)),
                "brief": row.version.brief,
                "ai_source_type": read_notes(data).source_type.rpartition("/")[2],
            }
            if row.finished:
                version, picture = row.finished
                line |= {
                    "finished_file": harmless(f"finished/{_file(row.asset, picture)}"),
                    "finished_kind": version.kind,
                    "finished_size": size_of(picture),
                }
            lines.append(line)
        for row in rows:
            if row.finished:
                version, picture = row.finished
                archive.writestr(f"finished/{_file(row.asset, picture)}", marked(version, picture, row.asset))
        table = io.StringIO(newline="")
        writer = csv.DictWriter(table, lines[0], quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(lines)
        archive.writestr("manifest.csv", table.getvalue().encode("utf-8-sig"))
    return out.getvalue(), gone


def _file(asset: str, picture: Picture) -> str:
    return f"{asset}.{picture.mime.rpartition('/')[2].replace('jpeg', 'jpg')}"
