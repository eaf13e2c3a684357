"""`draftroom ledger verify` proves the ledger's invariants on a real file; `correct` adds an entry, `currency` moves to another one."""

from __future__ import annotations

import re
import sqlite3
import sys
import uuid
from decimal import Decimal, InvalidOperation

from bot import clock, ledger
from bot.ledger import LedgerError, currency, format_money, verify
from bot.ledger.money import LARGEST_BUDGET_UNITS, MICRO_PER_UNIT
from bot.settings import load
from bot.store.database import connect, transact
from bot.store.schema import migrations


def main() -> int:
    """Print what does not add up; 0 when everything does, 1 when not, 2 when it can't be read. Raises NoDatabase."""
    path = load().existing_database()
    try:
        problems = verify(connect(path, read_only=True))
    except sqlite3.Error as error:
        print(f"The database at {path} cannot be read: {error}.", file=sys.stderr)
        return 2
    for problem in problems:
        print(f"✗ {problem}")
    if not problems:
        print(f"✓ The ledger in {path} adds up.")
    return 1 if problems else 0


def correct(*, job: str, amount: str, by: str, reason: str) -> int:
    """Add a correction and say what the job costs now; 0 when it stands, 1 when it was refused.

    Raises NoDatabase.
    """
    path = load().existing_database()
    try:
        micro = Decimal(amount) * MICRO_PER_UNIT
        if (
            not micro.is_finite()
            or micro != micro.to_integral_value()
            or abs(Decimal(amount)) > LARGEST_BUDGET_UNITS
        ):
            raise InvalidOperation
    except InvalidOperation:
        print(
            f"{amount!r} is no amount. Write a number with at most six decimals, such as -0.25.",
            file=sys.stderr,
        )
        return 1
    database = connect(path)
    try:
        transact(
            database,
            lambda tx: ledger.correct(
                tx,
                job=job,
                amount_micro=int(micro),
                by=by,
                reason=reason,
                key=uuid.uuid4().hex,
                at=clock.now(),
            ),
        )
    except LedgerError as error:
        print(f"Nothing was changed: {error}.", file=sys.stderr)
        return 1
    row = database.execute(
        "SELECT sum(amount_micro), currency FROM ledger_entries WHERE job = ? AND kind IN ('settle', 'correct')",
        [job],
    ).fetchone()
    print(f"✓ {job} costs {format_money(row[0], row[1], exact=True)} now.")
    return 0


def move(*, to: str, rate: str) -> int:
    """Let the ledger count in another currency from now on; 0 when it does, 1 when it was refused.

    Raises NoDatabase.
    """
    path = load().existing_database()
    if not re.fullmatch("[A-Z]{3}", to):
        print(f"{to!r} is no currency. Write its ISO 4217 code, such as EUR.", file=sys.stderr)
        return 1
    try:
        factor = Decimal(rate)
        if not factor.is_finite() or not Decimal("1e-6") <= factor <= Decimal("1e6"):
            raise InvalidOperation
    except InvalidOperation:
        print(f"{rate!r} is no rate. Write how much of {to} one unit is, such as 0.92.", file=sys.stderr)
        return 1
    database = connect(path)
    migrations.apply(database)
    try:
        budgets, caps = transact(database, lambda tx: currency.move(tx, to, factor, clock.now()))
    except LedgerError as error:
        print(f"Nothing was changed: {error}.", file=sys.stderr)
        return 1
    print(
        f"✓ The ledger counts in {to} now: {budgets} budgets and {caps} caps were converted at {rate}."
        f" Set DRAFTROOM_CURRENCY={to}, and DRAFTROOM_DEFAULT_BUDGET and prices to amounts in it."
    )
    return 0
