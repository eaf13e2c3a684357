"""A real database with channels, briefs, jobs and pictures in it, for tests about money. No tests here."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from bot import clock, ledger
from bot.ledger import BudgetRule
from bot.store import Transaction
from bot.store.database import connect, transact
from bot.store.schema import migrations

T = TypeVar("T")

NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)
TWENTY = BudgetRule(amount_micro=20_000_000, period="monthly", currency="USD")


class World:
    """The ledger's surroundings, made row by row."""

    def __init__(self, path: Path) -> None:
        self.db = connect(path)
        # Tests need no durability; this saves them thousands of waits for the disk.
        self.db.execute("PRAGMA synchronous = OFF")
        migrations.apply(self.db)
        self._numbers = itertools.count(1)

    def do(self, work: Callable[[Transaction], T]) -> T:
        """Run in a transaction as the bot does."""
        return transact(self.db, work)

    def channel(
        self,
        channel: str = "C1",
        *,
        timezone: str = "UTC",
        hour: int = 18,
        name: str = "spring",
        at: datetime = NOON - timedelta(days=400),
    ) -> str:
        self.do(
            lambda tx: tx.execute(
                "INSERT INTO channels (id, name, timezone, summary_hour, created_at) VALUES (?, ?, ?, ?, ?)",
                [channel, name, timezone, hour, clock.to_text(at)],
            )
        )
        return channel

    def brief(self, channel: str = "C1", *, at: datetime = NOON, prompt: str = "a red apple") -> str:
        brief = f"B{next(self._numbers)}"
        self.do(
            lambda tx: tx.execute(
                "INSERT INTO briefs (id, channel, author, prompt, negative_prompt, cells, aspect_width,"
                " aspect_height, seed, source_key, created_at)"
                " VALUES (?, ?, 'U1', ?, '', 4, 1, 1, 7, ?, ?)",
                [brief, channel, prompt, brief, clock.to_text(at)],
            )
        )
        return brief

    def job(self, brief: str, tier: str = "draft", *, at: datetime = NOON) -> str:
        job = f"J{next(self._numbers)}"
        self.do(
            lambda tx: tx.execute(
                "INSERT INTO jobs (id, brief, tier, state, person, request, idempotency_key, not_before,"
                " created_at) VALUES (?, ?, ?, 'queued', 'U1', '{}', ?, ?, ?)",
                [job, brief, tier, job, clock.to_text(at), clock.to_text(at)],
            )
        )
        return job

    def finish(self, job: str, state: str, at: datetime) -> None:
        self.do(
            lambda tx: tx.execute(
                "UPDATE jobs SET state = ?, finished_at = ? WHERE id = ?", [state, clock.to_text(at), job]
            )
        )

    def reserve(
        self,
        job: str,
        amount_micro: int,
        *,
        at: datetime = NOON,
        rule: BudgetRule = TWENTY,
        key: str | None = None,
        currency: str = "USD",
    ) -> int:
        """Reserve for a job of this world; brief, channel and tier are looked up."""

        def work(tx: Transaction) -> int:
            row = tx.execute(
                "SELECT jobs.brief, jobs.tier, briefs.channel FROM jobs JOIN briefs ON briefs.id = jobs.brief"
                " WHERE jobs.id = ?",
                [job],
            ).fetchone()
            return ledger.reserve(
                tx,
                channel=row["channel"],
                brief=row["brief"],
                job=job,
                tier=row["tier"],
                person="U1",
                amount_micro=amount_micro,
                currency=currency,
                at=at,
                rule_default=rule,
                key=key,
            )

        return self.do(work)

    def settle(self, job: str, amount_micro: int, *, at: datetime = NOON) -> None:
        self.do(lambda tx: ledger.settle(tx, job=job, amount_micro=amount_micro, at=at))

    def void(self, job: str, *, at: datetime = NOON) -> None:
        self.do(lambda tx: ledger.void(tx, job=job, at=at))

    def spend(
        self, brief: str, tier: str, amount_micro: int, *, at: datetime = NOON, hold_micro: int | None = None
    ) -> str:
        """A job that was reserved and settled at `at`, and is done."""
        job = self.job(brief, tier, at=at)
        self.reserve(job, amount_micro if hold_micro is None else hold_micro, at=at)
        self.settle(job, amount_micro, at=at)
        self.finish(job, "done", at)
        return job

    def picture(
        self, job: str, *, kind: str, number: int = 1, parent: int | None = None, at: datetime = NOON
    ) -> int:
        """A version made by `job`; its picture is a row without a file. Returns the version's id."""
        sha = f"{next(self._numbers):064x}"

        def work(tx: Transaction) -> int:
            tx.execute(
                "INSERT INTO pictures (sha256, mime, width, height, size_bytes, created_at)"
                " VALUES (?, 'image/png', 8, 8, 9, ?)",
                [sha, clock.to_text(at)],
            )
            row = tx.execute(
                "INSERT INTO versions (brief, job, parent, kind, number, prompt, seed, picture, mask,"
                " seconds, created_at) SELECT brief, id, ?, ?, ?, 'p', 1, ?, ?, 1.0, ? FROM jobs"
                " WHERE id = ? RETURNING id",
                [parent, kind, number, sha, sha if kind == "fix" else None, clock.to_text(at), job],
            ).fetchone()
            return int(row["id"])

        return self.do(work)

    def approve(
        self, version: int, *, person: str = "U1", at: datetime = NOON, withdrawn: bool = False
    ) -> None:
        self.do(
            lambda tx: tx.execute(
                "INSERT INTO approvals (version, person, created_at, withdrawn_at) VALUES (?, ?, ?, ?)",
                [version, person, clock.to_text(at), clock.to_text(at) if withdrawn else None],
            )
        )

    def entries(self) -> list[tuple[str, str, int]]:
        """Kind, job and amount of all ledger entries, in order."""
        return [tuple(row) for row in self.db.execute("SELECT kind, job, amount_micro FROM ledger")]
