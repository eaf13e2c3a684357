"""The studio's door to brand kits: which is in force, what it added to which brief, how far pictures drifted from it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot import clock
from bot.brand.drift import Drift, drift_from
from bot.brand.kit import Colour, Kit, check
from bot.briefs.model import BriefRequest
from bot.store import Transaction


@dataclass(frozen=True, kw_only=True)
class KeptKit:
    """A kit as it was set."""

    id: int
    kit: Kit


def set_kit(tx: Transaction, kit: Kit, *, channel: str, person: str, at: datetime) -> int:
    """Put a kit in force for a channel's new briefs; its number."""
    row = tx.execute(
        "INSERT INTO brand_kits (channel, palette, always, style, refused, aspect, tolerance, set_by, set_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        [
            channel,
            json.dumps([vars(colour) for colour in kit.palette]),
            kit.always,
            kit.style,
            json.dumps(kit.refused),
            kit.aspect,
            kit.tolerance,
            person,
            clock.to_text(at),
        ],
    ).fetchone()
    return int(row["id"])


_KIT = "SELECT id, palette, always, style, refused, aspect, tolerance FROM brand_kits"


def in_force(tx: Transaction, channel: str) -> KeptKit | None:
    """The kit that holds for a channel now."""
    row = tx.execute(f"{_KIT} WHERE channel = ? ORDER BY id DESC LIMIT 1", [channel]).fetchone()
    return _kit(row) if row else None


def of_brief(tx: Transaction, brief: str) -> KeptKit | None:
    """The kit that a brief was drafted with."""
    used = tx.execute("SELECT kit FROM brief_brands WHERE brief = ?", [brief]).fetchone()
    if used is None:
        return None
    return _kit(tx.execute(f"{_KIT} WHERE id = ?", [used["kit"]]).fetchone())


def obeyed(
    tx: Transaction, channel: str, request: BriefRequest, *, follows: bool
) -> tuple[KeptKit | None, tuple[int, int]]:
    """The kit that a new brief comes under, and the brief's shape. Raises UserError for a word that it refuses."""
    kept = in_force(tx, channel)
    if kept is None:
        return None, request.aspect
    check(kept.kit, request.prompt)
    # Whoever chose a shape, here or for the channel, knows better than the kit.
    chosen = request.shaped or follows or request.aspect != BriefRequest.aspect
    return kept, request.aspect if chosen or kept.kit.shape is None else kept.kit.shape


def use(tx: Transaction, brief: str, kept: KeptKit | None) -> None:
    """Remember what the kit, if there is one, adds to a brief that was just written."""
    if kept is None:
        return
    tx.execute(
        "INSERT INTO brief_brands (brief, kit, added) VALUES (?, ?, ?)", [brief, kept.id, kept.kit.added]
    )


def keep_drift(tx: Transaction, *, version: int, kit: int, drift: Drift) -> None:
    """Write how far a picture is from a kit's palette; a second time changes nothing."""
    tx.execute(
        "INSERT INTO drift (version, kit, distance, colours) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [version, kit, drift.distance, json.dumps(drift.as_json())],
    )


def drifts(tx: Transaction, *, channel: str, kit: int, count: int) -> list[tuple[int, Drift | None]]:
    """The channel's newest pictures, oldest first: version, and its drift where it was measured already."""
    rows = tx.execute(
        "SELECT versions.id AS id, distance, colours FROM versions JOIN briefs ON briefs.id = versions.brief"
        " LEFT JOIN drift ON drift.version = versions.id AND drift.kit = ?"
        " WHERE briefs.channel = ? ORDER BY versions.id DESC LIMIT ?",
        [kit, channel, count],
    ).fetchall()
    return [
        (
            row["id"],
            None if row["distance"] is None else drift_from(row["distance"], json.loads(row["colours"])),
        )
        for row in reversed(rows)
    ]


def drifts_of(tx: Transaction, *, brief: str, kit: int) -> dict[int, Drift]:
    """How far each picture of a brief is from a kit's palette, by version."""
    rows = tx.execute(
        "SELECT drift.version AS version, distance, colours FROM drift"
        " JOIN versions ON versions.id = drift.version WHERE versions.brief = ? AND drift.kit = ?",
        [brief, kit],
    )
    return {row["version"]: drift_from(row["distance"], json.loads(row["colours"])) for row in rows}


def flagged_cells(tx: Transaction, brief: str) -> list[tuple[int, Drift]]:
    """The pictures of a grid that were off the palette they were held against first: number and how far."""
    rows = tx.execute(
        "SELECT versions.number AS number, distance, colours FROM drift"
        " JOIN versions ON versions.id = drift.version JOIN brand_kits ON brand_kits.id = drift.kit"
        " WHERE versions.brief = ? AND versions.kind = 'cell' AND distance > tolerance"
        " AND kit = (SELECT min(kit) FROM drift AS first WHERE first.version = drift.version)"
        " ORDER BY versions.number",
        [brief],
    )
    return [(row["number"], drift_from(row["distance"], json.loads(row["colours"]))) for row in rows]


def _kit(row: Any) -> KeptKit:
    return KeptKit(
        id=row["id"],
        kit=Kit(
            palette=tuple(Colour(**colour) for colour in json.loads(row["palette"])),
            always=row["always"],
            style=row["style"],
            refused=tuple(json.loads(row["refused"])),
            aspect=row["aspect"],
            tolerance=row["tolerance"],
        ),
    )
