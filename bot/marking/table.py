"""How a picture came to be and who approved it, and the files that went out, as rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import clock
from bot.briefs import table as briefs_table
from bot.briefs.model import Version
from bot.store import Transaction


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A file that went out."""

    sha256: str
    version: int
    signed: bool
    watermarked: bool


def line_of(tx: Transaction, version: Version) -> list[Version]:
    """A version and what it was made of, newest first, back to its draft."""
    found = [version]
    while found[-1].parent is not None:
        found.append(briefs_table.version(tx, found[-1].parent))
    return found


def step_of(tx: Transaction, job: str) -> str:
    """What made a version of the one before: pro, adjust, extend, fix; draft, import and the like for the first."""
    row = tx.execute("SELECT kind, request FROM jobs WHERE id = ?", [job]).fetchone()
    if row["kind"] == "fix" and json.loads(row["request"]).get("canvas"):
        return "extend"
    return str(row["kind"])


def approvers_of(tx: Transaction, versions: Sequence[int]) -> list[str]:
    """Who approves any of these versions at present, first come first."""
    marks = ", ".join("?" * len(versions))
    rows = tx.execute(
        f"SELECT person FROM approvals WHERE version IN ({marks}) AND withdrawn_at IS NULL ORDER BY id",  # noqa: S608 - marks only
        list(versions),
    )
    return list(dict.fromkeys(row["person"] for row in rows))


def add_outgoing(tx: Transaction, files: Sequence[Outgoing], *, person: str, at: datetime) -> None:
    """Remember files that go out."""
    for one in files:
        tx.execute(
            "INSERT INTO deliveries (sha256, version, person, signed, watermarked, at) VALUES (?, ?, ?, ?, ?, ?)",
            [one.sha256, one.version, person, one.signed, one.watermarked, clock.to_text(at)],
        )


def add_refusal(tx: Transaction, *, channel: str, person: str, term: str, reason: str, at: datetime) -> None:
    """Remember what was asked for and not drawn."""
    tx.execute(
        "INSERT INTO refusals (channel, person, term, reason, at) VALUES (?, ?, ?, ?, ?)",
        [channel, person, term, reason, clock.to_text(at)],
    )


def versions_of_file(tx: Transaction, sha256: str) -> list[int]:
    """The versions that this very file is of: as it was drawn, or as it was delivered."""
    rows = tx.execute(
        "SELECT version FROM deliveries WHERE sha256 = :sha UNION SELECT id FROM versions WHERE picture = :sha",
        {"sha": sha256},
    )
    return [row["version"] for row in rows]


def watermarked(tx: Transaction) -> list[int]:
    """The versions of which files with a watermark went out."""
    return [
        row["version"] for row in tx.execute("SELECT DISTINCT version FROM deliveries WHERE watermarked = 1")
    ]


def drawn_from_seed(tx: Transaction, seed: int, *, most: int) -> list[int]:
    """The latest versions that were drawn from a seed."""
    if not -(2**63) <= seed < 2**63:
        return []
    rows = tx.execute("SELECT id FROM versions WHERE seed = ? ORDER BY id DESC LIMIT ?", [seed, most])
    return [row["id"] for row in rows]
