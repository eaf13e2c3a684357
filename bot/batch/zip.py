"""A series as one zip file: the pictures under their assets' names, and a manifest that a spreadsheet opens."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.approve import table as approve_table
from bot.batch import table as batch_table
from bot.briefs import table as briefs_table
from bot.briefs.model import UserError, Version
from bot.briefs.services import Services
from bot.pictures.recipe import model_of
from bot.reports.export import decimal, harmless
from bot.store import Picture, Transaction, pictures
from bot.texts import say

COLUMNS = (
    "asset",
    "file",
    "prompt",
    "variant",
    "seed",
    "model",
    "size",
    "cost",
    "currency",
    "approvers",
    "brief",
)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One picture of a series with what the ledger and the approvals say of it."""

    asset: str
    variant: str
    version: Version
    picture: Picture
    cost_micro: int
    currency: str
    approvers: tuple[str, ...]


def rows_of(tx: Transaction, brief: str) -> list[Row]:
    """The pictures of a series in order. The costs sum to what its portions were settled at. Raises UserError."""
    series = batch_table.of_brief(tx, brief)
    cells = briefs_table.cells(tx, brief)
    if series is None or not cells:
        raise UserError(say("series-nothing-to-download"))
    costs = _costs(tx, brief, cells)
    return [
        Row(
            asset=series.items[cell.number - 1].name,
            variant=series.items[cell.number - 1].variant,
            version=cell,
            picture=pictures.find(tx, cell.picture),
            cost_micro=costs[cell.id][0],
            currency=costs[cell.id][1],
            approvers=tuple(approve_table.approvers(tx, cell.id)),
        )
        for cell in cells
    ]


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


def zipped(services: Services, rows: Sequence[Row], names: Mapping[str, str]) -> bytes:
    """The zip file's bytes; `names` tells who an id is. Takes a while: call it in a thread."""
    out = io.BytesIO()
    table = io.StringIO(newline="")
    writer = csv.writer(table, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for row in rows:
            data = services.picture_store.read(row.picture)
            kind = row.picture.mime.rpartition("/")[2].replace("jpeg", "jpg")
            file = f"{row.asset}.{kind}"
            archive.writestr(file, data)
            writer.writerow(
                (
                    harmless(row.asset),
                    harmless(file),
                    harmless(row.version.prompt),
                    harmless(row.variant),
                    row.version.seed,
                    harmless(model_of(data)),
                    f"{row.picture.width}x{row.picture.height}",
                    decimal(row.cost_micro),
                    row.currency,
                    harmless(", ".join(names.get(person, person) for person in row.approvers)),
                    row.version.brief,
                )
            )
        archive.writestr("manifest.csv", table.getvalue().encode("utf-8-sig"))
    return out.getvalue()
