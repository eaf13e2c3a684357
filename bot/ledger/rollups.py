"""What a channel spent and holds between two moments, read from sums per hour and day. Costs the same at any age.

Whole days come from `ledger_days`, whole hours from `ledger_hours`, what is left at either end from the
entries themselves; all three are one truth, since triggers write the sums in each entry's own transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from bot import clock
from bot.ledger.money import Micro
from bot.store import Transaction

#: Later than every stored moment.
FOREVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
_HOUR_LENGTH, _DAY_LENGTH = 13, 10

Segment = tuple[str, datetime, datetime]


def spent_by_tier(
    tx: Transaction, channel: str, start: datetime, end: datetime | None, currency: str
) -> dict[str, Micro]:
    """Micro-units settled for work reserved from `start` (included) to `end` (excluded; None: without end)."""
    sql, values = spent_query(channel, start, end, currency)
    return {row["tier"]: int(row["spent_micro"]) for row in tx.execute(sql, values).fetchall()}


def held(tx: Transaction, channel: str, start: datetime, end: datetime | None, currency: str) -> Micro:
    """Micro-units reserved in that time and neither settled nor released yet."""
    row = tx.execute(
        "SELECT coalesce(sum(amount_micro), 0) AS held FROM open_holds"
        " WHERE channel = ? AND currency = ? AND period_at >= ? AND period_at < ?",
        [channel, currency, clock.to_text(start), clock.to_text(end or FOREVER)],
    ).fetchone()
    return int(row["held"])


def carry(tx: Transaction, what: str, number: int, currency: str, *, channel: str | None) -> None:
    """A pot begins: what is held at this moment, in a channel or in all, is spent from it once it settles.

    `what` is budget or cap, `number` its row's.
    """
    tx.execute(
        f"INSERT INTO carried_holds ({what}, reservation) SELECT ?, reservation FROM open_holds"  # noqa: S608
        " WHERE currency = ? AND (? IS NULL OR channel = ?)",
        [number, currency, channel, channel],
    )


def carried(
    tx: Transaction, what: str, number: int, whose: str = "TRUE", values: Sequence[str] = ()
) -> tuple[Micro, Micro]:
    """Of what was held when a pot began: micro-units settled since, and still held. `whose` picks reservations."""
    entries = (
        "SELECT entry.tier, entry.person, entry.amount_micro AS spent, 0 AS held"  # noqa: S608 - names of ours
        f" FROM carried_holds carried JOIN ledger_entries entry USING (reservation) WHERE carried.{what} = ?"
    )
    row = tx.execute(
        "SELECT coalesce(sum(spent), 0) AS spent, coalesce(sum(held), 0) AS held FROM ("  # noqa: S608
        # Each half as an index has it.
        f"{entries} AND entry.kind IN ('settle', 'void') UNION ALL {entries} AND entry.kind = 'correct'"
        " UNION ALL SELECT entry.tier, entry.person, 0, hold.amount_micro FROM carried_holds carried"
        " JOIN open_holds hold USING (reservation) JOIN ledger_entries entry ON entry.id = hold.reservation"
        f" WHERE carried.{what} = ?) WHERE {whose}",
        [number, number, number, *values],
    ).fetchone()
    return int(row["spent"]), int(row["held"])


def spent_query(channel: str, start: datetime, end: datetime | None, currency: str) -> tuple[str, list[str]]:
    """The query behind `spent_by_tier`, apart so that its plan can be looked at."""
    parts: list[str] = []
    values: list[str] = []
    for source, first, last in segments(start, end or FOREVER):
        if source == "entries":
            parts.append(
                "SELECT tier, amount_micro FROM ledger_entries WHERE channel = ? AND currency = ?"
                " AND period_at >= ? AND period_at < ? AND kind NOT IN ('reserve', 'void')"
            )
            length = None
        else:
            table, column, length = (
                ("ledger_hours", "hour", _HOUR_LENGTH)
                if source == "hours"
                else ("ledger_days", "day", _DAY_LENGTH)
            )
            parts.append(
                f"SELECT tier, spent_micro AS amount_micro FROM {table}"  # noqa: S608 - names of ours
                f" WHERE channel = ? AND currency = ? AND {column} >= ? AND {column} < ?"
            )
        values += [channel, currency, clock.to_text(first)[:length], clock.to_text(last)[:length]]
    inner = " UNION ALL ".join(parts)
    return f"SELECT tier, sum(amount_micro) AS spent_micro FROM ({inner}) GROUP BY tier", values  # noqa: S608


def segments(start: datetime, end: datetime) -> list[Segment]:
    """The time cut into entries, hours, days, hours, entries: in order, without gap or overlap."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    found: list[Segment] = []
    hour, last_hour = _up(start, hours=True), _down(end, hours=True)
    if hour >= last_hour:
        return [("entries", start, end)] if start < end else [("entries", end, end)]
    day, last_day = _up(hour, hours=False), _down(last_hour, hours=False)
    found.append(("entries", start, hour))
    if day >= last_day:
        found.append(("hours", hour, last_hour))
    else:
        found += [("hours", hour, day), ("days", day, last_day), ("hours", last_day, last_hour)]
    found.append(("entries", last_hour, end))
    return [one for one in found if one[1] < one[2]]


def verify_rollups(tx: Transaction) -> list[str]:
    """A sentence for each table of sums that does not follow from the entries."""
    problems = []
    for table, column, length in (
        ("ledger_hours", "hour", _HOUR_LENGTH),
        ("ledger_days", "day", _DAY_LENGTH),
    ):
        derived = (
            f"SELECT channel, currency, substr(period_at, 1, {length}), tier, sum(amount_micro),"  # noqa: S608
            " sum(kind = 'settle') FROM ledger_entries WHERE kind NOT IN ('reserve', 'void') GROUP BY 1, 2, 3, 4"
        )
        kept = f"SELECT channel, currency, {column}, tier, spent_micro, jobs FROM {table}"  # noqa: S608
        problems += _difference(tx, table, derived, kept)
    derived = (
        "SELECT id, channel, currency, period_at, amount_micro FROM ledger_entries held WHERE kind = 'reserve'"
        " AND NOT EXISTS (SELECT 1 FROM ledger_entries ended WHERE ended.reservation = held.id)"
    )
    kept = "SELECT reservation, channel, currency, period_at, amount_micro FROM open_holds"
    return problems + _difference(tx, "open_holds", derived, kept)


def _difference(tx: Transaction, table: str, derived: str, kept: str) -> list[str]:
    for one, other in ((derived, kept), (kept, derived)):
        row = tx.execute(f"SELECT * FROM ({one} EXCEPT {other}) LIMIT 1").fetchone()  # noqa: S608
        if row is not None:
            where = ", ".join(str(value) for value in tuple(row)[:4])
            return [f"The sums in {table} do not follow from the ledger, first at {where}."]
    return []


def _down(moment: datetime, *, hours: bool) -> datetime:
    floor = moment.replace(minute=0, second=0, microsecond=0)
    return floor if hours else floor.replace(hour=0)


def _up(moment: datetime, *, hours: bool) -> datetime:
    floor = _down(moment, hours=hours)
    return floor if floor == moment else floor + (timedelta(hours=1) if hours else timedelta(days=1))
