"""The ledger counts in one currency. Another one in the settings is refused at the start; the operator may move to it."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from bot import clock
from bot.ledger.entries import LedgerError
from bot.ledger.money import Micro
from bot.store import Transaction

#: Who set what was moved.
MOVED_BY = "operator"

_BUDGETS = (
    "SELECT channel, amount_micro, currency, period FROM budgets WHERE currency <> ?"
    " AND id IN (SELECT max(id) FROM budgets GROUP BY channel)"
)
_CAPS = (
    "SELECT kind, channel, amount_micro, currency, period FROM caps WHERE currency <> ? AND amount_micro IS NOT NULL"
    " AND id IN (SELECT max(id) FROM caps GROUP BY kind, channel)"
)
_HOLDS = "SELECT currency FROM open_holds WHERE currency <> ?"


def currency_of(tx: Transaction) -> str | None:
    """What the ledger counts in; None while it counted nothing."""
    for query in (
        "SELECT currency FROM currencies ORDER BY id DESC LIMIT 1",
        "SELECT currency FROM ledger_entries ORDER BY id DESC LIMIT 1",
        "SELECT currency FROM budgets ORDER BY id DESC LIMIT 1",
        "SELECT currency FROM caps WHERE amount_micro IS NOT NULL ORDER BY id DESC LIMIT 1",
    ):
        if row := tx.execute(query).fetchone():
            return str(row["currency"])
    return None


def another_currency(tx: Transaction, currency: str) -> str | None:
    """The currency in which something that is in force still counts, where it is not this one."""
    counted = currency_of(tx)
    if counted not in (None, currency):
        return counted
    for query in (_HOLDS, _BUDGETS, _CAPS):
        if row := tx.execute(f"{query} LIMIT 1", [currency]).fetchone():
            return str(row["currency"])
    return None


def move(tx: Transaction, currency: str, rate: Decimal, at: datetime) -> tuple[int, int]:
    """Count in this currency from now on; how many budgets and caps were converted.

    `rate` is units of it for one of before. What was spent stays as it was, in its own currency, and what was granted
    for a period ends: each budget begins anew. Raises LedgerError while jobs are under way.
    """
    under_way = len(tx.execute(_HOLDS, [currency]).fetchall())
    if under_way:
        raise LedgerError(
            f"{under_way} jobs are under way in another currency: start the bot with that one and let them end first"
        )

    def converted(micro: Micro) -> Micro:
        return int((micro * rate).quantize(Decimal(1), rounding=ROUND_HALF_UP))

    stamp, budgets, caps = (
        clock.to_text(at),
        tx.execute(_BUDGETS, [currency]).fetchall(),
        tx.execute(_CAPS, [currency]).fetchall(),
    )
    for row in budgets:
        tx.execute(
            "INSERT INTO budgets (channel, amount_micro, currency, period, set_by, set_at) VALUES (?, ?, ?, ?, ?, ?)",
            [row["channel"], converted(row["amount_micro"]), currency, row["period"], MOVED_BY, stamp],
        )
    for row in caps:
        tx.execute(
            "INSERT INTO caps (kind, channel, amount_micro, currency, period, set_by, set_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                row["kind"],
                row["channel"],
                converted(row["amount_micro"]),
                currency,
                row["period"],
                MOVED_BY,
                stamp,
            ],
        )
    # What people wait for is asked in the new one.
    tx.execute(
        "UPDATE refused_requests SET needed_micro = CAST(round(needed_micro * ?) AS INTEGER)", [float(rate)]
    )
    tx.execute(
        "UPDATE budget_requests SET amount_micro = max(1, CAST(round(amount_micro * ?) AS INTEGER))"
        " WHERE state = 'open'",
        [float(rate)],
    )
    tx.execute("INSERT INTO currencies (currency, rate, at) VALUES (?, ?, ?)", [currency, str(rate), stamp])
    return len(budgets), len(caps)
