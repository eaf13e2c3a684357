"""The studio's only door to its tables: briefs, jobs, versions, approvals, messages. Visible SQL, no decisions."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from bot import clock
from bot.briefs.model import Brief, BriefKind, Job, Named, Reference, Use, UserError, Version
from bot.briefs.names import stem_of
from bot.store import Transaction
from bot.texts import say


def new_name(tx: Transaction, prompt: str) -> str:
    """A name for a brief that is about to be written: its prompt's words and the next number."""
    stem = stem_of(prompt)
    row = tx.execute(
        "SELECT coalesce(max(CAST(substr(id, length(:stem) + 2) AS INTEGER)), 0) AS last FROM briefs"
        # From `stem-` to what sorts just behind it, by the table's own order.
        " WHERE id >= :stem || '-' AND id < :stem || '.' AND id GLOB :stem || '-[0-9]*'",
        {"stem": stem},
    ).fetchone()
    return f"{stem}-{row['last'] + 1}"


def add_brief(tx: Transaction, brief: Brief, source_key: str) -> None:
    """Write a new brief. Raises sqlite3.IntegrityError when the event was already turned into one."""
    tx.execute(
        "INSERT INTO briefs (id, channel, author, prompt, negative_prompt, cells, aspect_width, aspect_height,"
        " seed, source_key, created_at, kind, follows, change, changes, style, style_words, reference, reference_name,"
        " reference_use, strength_percent) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            brief.id,
            brief.channel,
            brief.author,
            brief.prompt,
            brief.negative_prompt,
            brief.cells,
            brief.aspect_width,
            brief.aspect_height,
            brief.seed,
            source_key,
            clock.to_text(brief.created_at),
            brief.kind,
            brief.follows,
            brief.change,
            brief.changes,
            brief.style,
            brief.style_words,
            *_reference_values(brief.reference),
        ],
    )


_BRIEF = (
    "SELECT id, channel, author, prompt, negative_prompt, cells, aspect_width, aspect_height, seed, created_at,"
    " kind, follows, change, changes, style, style_words, reference, reference_name, reference_use, strength_percent,"
    " coalesce((SELECT added FROM brief_brands WHERE brief = briefs.id), '') AS brand_words"
    " FROM briefs"
)


def brief(tx: Transaction, brief_id: str) -> Brief:
    """The brief with this id. Raises KeyError."""
    row = tx.execute(f"{_BRIEF} WHERE id = ?", [brief_id]).fetchone()
    if row is None:
        raise KeyError(brief_id)
    return _brief(row)


def brief_by_source(tx: Transaction, source_key: str) -> Brief | None:
    """The brief that an event was turned into, if it was."""
    row = tx.execute(f"{_BRIEF} WHERE source_key = ?", [source_key]).fetchone()
    return _brief(row) if row else None


def recent_briefs(tx: Transaction, author: str, limit: int) -> list[Brief]:
    """A person's newest briefs; without products' pictures in the editor, which no message shows."""
    rows = tx.execute(
        f"{_BRIEF} WHERE author = ? AND kind != 'paint' ORDER BY created_at DESC LIMIT ?",
        [author, limit],
    )
    return [_brief(row) for row in rows]


def add_version(
    tx: Transaction,
    *,
    job: Job,
    kind: str,
    number: int,
    prompt: str,
    seed: int,
    picture: str,
    seconds: float,
    at: datetime,
    mask: str | None = None,
    instruction: str | None = None,
    reference: str | None = None,
) -> Version:
    """Write a finished picture into its brief's tree."""
    cursor = tx.execute(
        "INSERT INTO versions (brief, job, parent, kind, number, prompt, seed, picture, mask, instruction,"
        " seconds, created_at, reference) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            job.brief,
            job.id,
            job.parent,
            kind,
            number,
            prompt,
            seed,
            picture,
            mask,
            instruction,
            seconds,
            clock.to_text(at),
            reference,
        ],
    )
    assert cursor.lastrowid is not None
    return version(tx, cursor.lastrowid)


_VERSION = (
    "SELECT id, brief, job, parent, kind, number, prompt, seed, picture, mask, instruction, seconds, created_at,"
    " reference FROM versions"
)
#: Only those that are part of the thread: what the editor made and nobody used is kept apart.
_SHOWN = _VERSION.replace("FROM versions", "FROM shown_versions")


def version(tx: Transaction, version_id: int) -> Version:
    """The version with this id. Raises KeyError."""
    row = tx.execute(f"{_VERSION} WHERE id = ?", [version_id]).fetchone()
    if row is None:
        raise KeyError(version_id)
    return _version(row)


def cells(tx: Transaction, brief_id: str) -> list[Version]:
    """The finished cells of a brief's grid, in order."""
    rows = tx.execute(f"{_VERSION} WHERE brief = ? AND kind = 'cell' ORDER BY number", [brief_id])
    return [_version(row) for row in rows]


def newest_render(tx: Transaction, brief_id: str) -> Version | None:
    """The newest Pro render or fix of a brief."""
    row = tx.execute(
        f"{_SHOWN} WHERE brief = ? AND kind <> 'cell' ORDER BY id DESC LIMIT 1", [brief_id]
    ).fetchone()
    return _version(row) if row else None


def count_versions(tx: Transaction, brief_id: str, kind: str) -> int:
    """How many finished versions of a kind the brief has."""
    row = tx.execute(
        "SELECT count(*) FROM versions WHERE brief = ? AND kind = ?", [brief_id, kind]
    ).fetchone()
    return int(row[0])


def _brief(row: sqlite3.Row) -> Brief:
    values = dict(row) | {"kind": BriefKind(row["kind"]), "created_at": clock.from_text(row["created_at"])}
    sha256, name, use, percent = (values.pop(column) for column in _REFERENCE)
    if sha256:
        values["reference"] = Reference(sha256=sha256, name=name, use=Use(use), strength_percent=percent)
    else:
        values["reference"] = None
    return Brief(**values)


_REFERENCE = ("reference", "reference_name", "reference_use", "strength_percent")


def _reference_values(reference: Reference | None) -> list[object]:
    if reference is None:
        return [None, "", "", 0]
    return [reference.sha256, reference.name, reference.use, reference.strength_percent]


def _version(row: sqlite3.Row) -> Version:
    return Version(**{**dict(row), "created_at": clock.from_text(row["created_at"])})


def count_drawn_from(tx: Transaction, picture: str) -> int:
    """How many briefs were drawn from that picture."""
    row = tx.execute("SELECT count(*) FROM briefs WHERE reference = ?", [picture]).fetchone()
    return int(row[0])


def cell_of(tx: Transaction, brief: Brief, number: int) -> Version:
    """The cell of a finished grid with that number. Raises UserError when there is none."""
    drawn = cells(tx, brief.id)
    if not drawn:
        raise UserError(say("grid-unfinished"))
    # A series that was stopped has gaps in its numbers.
    found = next((cell for cell in drawn if cell.number == number), None)
    if found is None:
        raise UserError(say("grid-no-such-number", pictures=len(drawn), number=number))
    return found


def versions(tx: Transaction, brief: str) -> list[Version]:
    """Every version of a brief that is part of its thread, oldest first."""
    rows = tx.execute("SELECT id FROM shown_versions WHERE brief = ? ORDER BY id", [brief]).fetchall()
    return [version(tx, row["id"]) for row in rows]


def named(version: Version) -> Named:
    """How a version is called in a command."""
    kind = "draft" if version.kind == "cell" else version.kind
    return Named(brief=version.brief, kind=kind, number=version.number)


def stands_in(tx: Transaction, picture: str, *, channel: str) -> bool:
    """Whether a picture is one of a channel's versions."""
    row = tx.execute(
        "SELECT 1 FROM versions JOIN briefs ON briefs.id = versions.brief"
        " WHERE briefs.channel = ? AND versions.picture = ? LIMIT 1",
        [channel, picture],
    ).fetchone()
    return row is not None


def newest_of(tx: Transaction, brief: str, kind: str, number: int) -> Version | None:
    """The newest version of a kind with that number in a brief; 0 is any number."""
    row = tx.execute(
        "SELECT id FROM shown_versions WHERE brief = ? AND kind = ? AND (number = ? OR ? = 0) ORDER BY id DESC LIMIT 1",
        [brief, kind, number, number],
    ).fetchone()
    return version(tx, row["id"]) if row else None


def pro_of(tx: Transaction, cell: int) -> Version | None:
    """The newest Pro render of a cell."""
    row = tx.execute(
        "SELECT id FROM versions WHERE parent = ? AND kind = 'pro' ORDER BY id DESC LIMIT 1", [cell]
    ).fetchone()
    return version(tx, row["id"]) if row else None


def newest_of_each(tx: Transaction, brief: str) -> list[Version]:
    """For each cell the newest version that was made of it, which is the cell itself at first."""
    newest: dict[int, int] = {cell.id: cell.id for cell in cells(tx, brief)}
    root = dict(newest)
    rows = tx.execute(
        "SELECT id, parent FROM shown_versions WHERE brief = ? AND parent IS NOT NULL ORDER BY id", [brief]
    )
    for row in rows.fetchall():
        root[row["id"]] = root[row["parent"]]
        newest[root[row["id"]]] = row["id"]
    return [version(tx, one) for one in newest.values()]


def current_version(tx: Transaction, brief: str) -> Version | None:
    """What the thread goes on from: the newest Pro render or fix, or where somebody went back to since."""
    newest = newest_render(tx, brief)
    head = tx.execute(
        "SELECT version, newest FROM heads WHERE brief = ? ORDER BY id DESC LIMIT 1", [brief]
    ).fetchone()
    if head is None or (newest is not None and newest.id > head["newest"]):
        return newest
    return version(tx, head["version"])


def go_back(tx: Transaction, *, version: Version, person: str, at: datetime) -> None:
    """Let the thread go on from an earlier version; nothing is lost."""
    tx.execute(
        "INSERT INTO heads (brief, version, newest, person, at)"
        " VALUES (:brief, :version, (SELECT max(id) FROM versions WHERE brief = :brief), :person, :at)",
        {"brief": version.brief, "version": version.id, "person": person, "at": clock.to_text(at)},
    )


def times_gone_back(tx: Transaction, brief: str) -> int:
    """How often somebody went back in a brief's thread."""
    return int(tx.execute("SELECT count(*) FROM heads WHERE brief = ?", [brief]).fetchone()[0])
