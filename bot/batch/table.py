"""The studio's door to series: many pictures asked for at once. Visible SQL, no decisions."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from bot import clock
from bot.batch.spread import Item
from bot.briefs.model import BriefRequest, UserError
from bot.briefs.typed import clean
from bot.draft.command import brief_request, parse_brief
from bot.store import Transaction
from bot.texts import say

#: Pictures on one contact sheet.
PAGE = 25
#: Pictures of one job: few, so that other people's drafts come between.
PORTION = 4

_STRESS = re.compile(r"\s*stress\b\s*(.*)", re.I | re.S)
_COUNT = re.compile(r"([0-9]{1,6})\b\s*(.*)", re.S)


@dataclass(frozen=True, kw_only=True)
class StressRequest:
    """`/draft stress 50 a red sneaker`."""

    count: int
    brief: BriefRequest


@dataclass(frozen=True, kw_only=True)
class Series:
    """Pictures that were asked for together."""

    id: int
    channel: str
    person: str
    #: stress, or table.
    kind: str
    #: The prompt of a stress test, the name of a table's file.
    title: str
    negative_prompt: str
    items: tuple[Item, ...]
    #: waiting, running, done, stopped or dropped.
    state: str
    brief: str | None
    #: How often its sheet was shown; each time needs a name of its own.
    shown: int


def parse_stress(text: str) -> StressRequest | None:
    """Understand the text of a `/draft`; None where it is about something else. Raises UserError."""
    match = _STRESS.fullmatch(clean(text))
    if match is None:
        return None
    counted = _COUNT.fullmatch(match[1])
    if counted is None:
        # “stress ball on white” is a picture, not a test.
        return None
    count, rest = int(counted[1]), counted[2]
    return StressRequest(count=count, brief=_brief(rest))


def check_count(request: StressRequest, *, most: int) -> None:
    """Raise UserError for too few pictures or too many."""
    if not 2 <= request.count <= most:
        raise UserError(say("stress-bad-count", most=most, count=request.count))


def _brief(text: str) -> BriefRequest:
    if not text:
        brief_request(prompt="", negative_prompt="", cells="", aspect="", seed="")
    if re.search(r"(?<!\S)(--|—)n\b", text):
        raise UserError(say("stress-number-twice"))
    return parse_brief(text)


def ask(
    tx: Transaction,
    *,
    channel: str,
    person: str,
    kind: str,
    title: str,
    negative_prompt: str,
    items: Sequence[Item],
    event_id: str,
    at: datetime,
) -> tuple[Series, bool]:
    """Write what was asked; the second value is False for an event that was seen before."""
    new = tx.execute(
        "INSERT INTO series (channel, person, kind, title, negative_prompt, items, state, event_id, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, 'waiting', ?, ?) ON CONFLICT (event_id) DO NOTHING",
        [
            channel,
            person,
            kind,
            title,
            negative_prompt,
            json.dumps([asdict(item) for item in items]),
            event_id,
            clock.to_text(at),
        ],
    ).rowcount
    row = tx.execute("SELECT id FROM series WHERE event_id = ?", [event_id]).fetchone()
    return find(tx, row["id"]), new == 1


_SERIES = "SELECT id, channel, person, kind, title, negative_prompt, items, state, brief, shown FROM series"


def find(tx: Transaction, number: int) -> Series:
    """The series with that number. Raises KeyError."""
    row = tx.execute(f"{_SERIES} WHERE id = ?", [number]).fetchone()
    if row is None:
        raise KeyError(number)
    return _series(row)


def of_brief(tx: Transaction, brief: str) -> Series | None:
    """The series whose pictures a brief holds."""
    row = tx.execute(f"{_SERIES} WHERE brief = ?", [brief]).fetchone()
    return _series(row) if row else None


def unshown(tx: Transaction) -> list[str]:
    """The briefs of series that were started and whose sheet was never shown."""
    rows = tx.execute("SELECT brief FROM series WHERE brief IS NOT NULL AND shown = 0 ORDER BY id")
    return [row["brief"] for row in rows]


def move(tx: Transaction, series: Series, state: str, brief: str | None = None) -> None:
    """Put a series into another state; with its brief when it starts."""
    tx.execute(
        "UPDATE series SET state = ?, brief = coalesce(?, brief) WHERE id = ?", [state, brief, series.id]
    )


def count_showing(tx: Transaction, series: Series) -> int:
    """A number that no earlier showing of its sheet had."""
    tx.execute("UPDATE series SET shown = shown + 1 WHERE id = ?", [series.id])
    return find(tx, series.id).shown


def unfinished(tx: Transaction, brief: str) -> int:
    """How many of its jobs wait or run."""
    row = tx.execute(
        "SELECT count(*) FROM jobs WHERE brief = ? AND tier = 'draft' AND state IN ('queued', 'running')",
        [brief],
    ).fetchone()
    return int(row[0])


def portions(items: Sequence[Item]) -> list[list[int]]:
    """The items' positions in jobs of a few, each job of one shape."""
    found: list[list[int]] = []
    for position, item in enumerate(items):
        last = found[-1] if found else []
        if last and len(last) < PORTION and items[last[0]].aspect == item.aspect:
            last.append(position)
        else:
            found.append([position])
    return found


def _series(row: sqlite3.Row) -> Series:
    items = tuple(Item(**{**item, "aspect": tuple(item["aspect"])}) for item in json.loads(row["items"]))
    return Series(**{**dict(row), "items": items})


def spent(tx: Transaction, brief: str) -> int:
    """What the drafts of a series cost so far, in micro-units."""
    row = tx.execute(
        "SELECT coalesce(sum(amount_micro), 0) FROM ledger WHERE brief = ? AND kind = 'settle' AND tier = 'draft'",
        [brief],
    ).fetchone()
    return int(row[0])


def settled(tx: Transaction, brief: str) -> list[sqlite3.Row]:
    """What each job of a brief cost: job, amount_micro, currency."""
    return tx.execute(
        "SELECT job, sum(amount_micro) AS amount_micro, currency FROM ledger"
        " WHERE brief = ? AND kind = 'settle' GROUP BY job",
        [brief],
    ).fetchall()
