"""The ledger's moves: reserve before the work, then settle at measured cost or void; correct afterwards. Append-only."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot import clock
from bot.ledger.budgets import BudgetRule, BudgetState, budget_of
from bot.ledger.caps import CapState, caps_of
from bot.ledger.money import Micro, format_money
from bot.store import Transaction
from bot.texts import say

#: Longest name of who corrects, and longest reason, in characters.
CORRECTOR_LIMIT: Final = 200
REASON_LIMIT: Final = 500


class LedgerError(RuntimeError):
    """A move that would make the ledger untrue. Nothing was written, and nothing may be spent."""


class OverBudget(Exception):
    """The channel's budget does not cover what was asked. Nothing was written."""

    def __init__(self, state: BudgetState, asked_micro: Micro, cap: CapState | None = None) -> None:
        self.state = state
        #: The cap that stands in the way, where it is not the channel's budget.
        self.cap = cap
        self.asked_micro = asked_micro
        # Exact: rounded, a need just above what is left could read the same as it.
        asked = format_money(asked_micro, state.currency, exact=True)
        left = format_money(max(0, state.left_micro), state.currency, exact=True)
        super().__init__(say("ledger-over-budget", asked=asked, left=left))


@dataclass(frozen=True, kw_only=True)
class Reservation:
    """Money held for a job that has not ended."""

    id: int
    at: datetime
    channel: str
    brief: str
    job: str
    tier: str
    person: str
    amount_micro: Micro
    currency: str


def reserve(
    tx: Transaction,
    *,
    channel: str,
    brief: str,
    job: str,
    tier: str,
    person: str,
    amount_micro: Micro,
    currency: str,
    at: datetime,
    rule_default: BudgetRule,
    key: str | None = None,
) -> int:
    """Hold `amount_micro` for `job` and return the reservation's id.

    The same `key` again returns the same reservation, whatever is left of the budget by then.
    Raises OverBudget; LedgerError when the job's money was already released, when another hold of
    the job is open, or when the budget is in another currency; KeyError for an unknown channel.
    """
    if amount_micro < 0:
        raise LedgerError("a reservation cannot be negative")
    key = key or f"reserve:{job}"
    earlier = tx.execute(
        "SELECT id, job, kind FROM ledger_entries WHERE idempotency_key = ?", [key]
    ).fetchone()
    if earlier is not None:
        return _same(tx, earlier, job, key)
    latest = _latest(tx, job)
    if latest is not None and latest["ended"] != "void":
        raise LedgerError(f"job {job} already has a reservation, {latest['id']}")
    state = budget_of(tx, channel, at, rule_default)
    if state.currency != currency:
        raise LedgerError(
            f"the budget of this channel is in {state.currency}, but work is priced in {currency}:"
            " set a new budget"
        )
    # What is free fits even where more was spent than was left.
    if amount_micro > max(0, state.left_micro) and not state.soft:
        raise OverBudget(state, amount_micro)
    for cap in caps_of(tx, channel=channel, person=person, tier=tier, at=at):
        if cap.currency == currency and amount_micro > max(0, cap.left_micro):
            raise OverBudget(state, amount_micro, cap)
    # A pot set a moment after this request was stamped still has to count it.
    period_at = max(at, state.start)
    row = tx.execute(
        """
        INSERT INTO ledger_entries (at, period_at, kind, channel, brief, job, tier, person,
                                    amount_micro, currency, idempotency_key)
        VALUES (?, ?, 'reserve', ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
        """,
        [
            clock.to_text(at),
            clock.to_text(period_at),
            channel,
            brief,
            job,
            str(tier),
            person,
            amount_micro,
            currency,
            key,
        ],
    ).fetchone()
    return int(row["id"])


def settle(tx: Transaction, *, job: str, amount_micro: Micro, at: datetime) -> None:
    """Post what the job really cost, which may exceed the hold; it counts in the hold's period.

    A second settle changes nothing: the first amount stands.
    Raises LedgerError when nothing was reserved for the job, or when it was released.
    """
    if amount_micro < 0:
        raise LedgerError("a job cannot cost less than nothing")
    _end(tx, "settle", job, amount_micro, at)


def void(tx: Transaction, *, job: str, at: datetime) -> None:
    """Release the job's hold. A second void changes nothing.

    Raises LedgerError when nothing was reserved for the job, or when it was settled.
    """
    _end(tx, "void", job, 0, at)


def correct(
    tx: Transaction, *, job: str, amount_micro: Micro, by: str, reason: str, key: str, at: datetime
) -> None:
    """Add `amount_micro`, which may be negative, to what a settled job cost, in the period of its reservation.

    The same `key` again changes nothing. Raises LedgerError when the job was never settled, when it would have
    cost less than nothing, or when who or why is missing.
    """
    by, reason = by.strip(), reason.strip()
    if not amount_micro:
        raise LedgerError("a correction of nothing corrects nothing")
    if not by or not reason:
        raise LedgerError("a correction needs who makes it and why")
    if len(by) > CORRECTOR_LIMIT or len(reason) > REASON_LIMIT:
        raise LedgerError(f"a name has up to {CORRECTOR_LIMIT} characters, a reason up to {REASON_LIMIT}")
    if tx.execute("SELECT 1 FROM ledger_entries WHERE idempotency_key = ?", [f"correct:{key}"]).fetchone():
        return
    held = _latest(tx, job)
    if held is None or held["ended"] != "settle":
        raise LedgerError(f"job {job} was never settled, so there is nothing to correct")
    (cost,) = tx.execute(
        "SELECT sum(amount_micro) FROM ledger_entries WHERE reservation = ?", [held["id"]]
    ).fetchone()
    if cost + amount_micro < 0:
        raise LedgerError(
            f"job {job} cost {format_money(cost, held['currency'], exact=True)}: no more can be taken off"
        )
    tx.execute(
        """
        INSERT INTO ledger_entries (at, period_at, kind, reservation, channel, brief, job, tier, person,
                                    amount_micro, currency, idempotency_key, corrected_by, reason)
        SELECT ?, period_at, 'correct', id, channel, brief, job, tier, person, ?, currency, ?, ?, ?
          FROM ledger_entries WHERE id = ?
        """,
        [clock.to_text(at), amount_micro, f"correct:{key}", by, reason, held["id"]],
    )


def open_reservations(tx: Transaction) -> list[Reservation]:
    """All holds without an end, oldest first."""
    rows = tx.execute(
        """
        SELECT id, at, channel, brief, job, tier, person, amount_micro, currency
          FROM ledger_entries entry
         WHERE kind = 'reserve'
           AND NOT EXISTS (SELECT 1 FROM ledger_entries ended WHERE ended.reservation = entry.id)
         ORDER BY id
        """
    ).fetchall()
    return [Reservation(**{**dict(row), "at": clock.from_text(row["at"])}) for row in rows]


def _same(tx: Transaction, earlier: sqlite3.Row, job: str, key: str) -> int:
    """The reservation that `key` already made, if it is still worth something."""
    if earlier["job"] != job or earlier["kind"] != "reserve":
        raise LedgerError(f"the key {key} belongs to another entry")
    end = tx.execute(
        "SELECT kind FROM ledger_entries WHERE reservation = ? AND kind IN ('settle', 'void')",
        [earlier["id"]],
    ).fetchone()
    if end is not None and end["kind"] == "void":
        raise LedgerError(f"the money of job {job} was released: reserve anew, under another key")
    return int(earlier["id"])


def _latest(tx: Transaction, job: str) -> sqlite3.Row | None:
    """The job's last reservation with how it ended: `ended` is settle, void or None."""
    row: sqlite3.Row | None = tx.execute(
        """
        SELECT held.*, ended.kind AS ended
          FROM ledger_entries held LEFT JOIN ledger_entries ended
            ON ended.reservation = held.id AND ended.kind IN ('settle', 'void')
         WHERE held.job = ? AND held.kind = 'reserve' ORDER BY held.id DESC LIMIT 1
        """,
        [job],
    ).fetchone()
    return row


def _end(tx: Transaction, kind: str, job: str, amount_micro: Micro, at: datetime) -> None:
    held = _latest(tx, job)
    if held is None:
        raise LedgerError(f"nothing was reserved for job {job}")
    if held["ended"] == kind:
        return
    if held["ended"] is not None:
        raise LedgerError(f"cannot {kind} job {job}: its reservation already ended in a {held['ended']}")
    tx.execute(
        """
        INSERT INTO ledger_entries (at, period_at, kind, reservation, channel, brief, job, tier, person,
                                    amount_micro, currency, idempotency_key)
        SELECT ?, period_at, ?, id, channel, brief, job, tier, person, ?, currency, ?
          FROM ledger_entries WHERE id = ?
        """,
        [clock.to_text(at), kind, amount_micro, f"{kind}:{held['id']}", held["id"]],
    )
