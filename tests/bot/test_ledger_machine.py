"""Random histories of the ledger against a model that keeps it as a plain list."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    precondition,
    rule,
)

from bot.ledger import (
    BudgetRule,
    LedgerError,
    OverBudget,
    budget_of,
    grant,
    open_reservations,
    reserve,
    set_budget,
    verify,
)
from bot.store import Transaction
from bot.store.database import connect
from tests.bot.ledger_world import World

DEFAULT = BudgetRule(amount_micro=2_000, period="daily", currency="USD")
ZONES = {"C1": "America/New_York", "C2": "Asia/Tokyo"}
#: Two days before clocks go back in New York, so that histories cross it.
BEGIN = datetime(2026, 10, 30, 20, tzinfo=UTC)


@dataclass
class Hold:
    """A reservation as the model remembers it."""

    channel: str
    at: datetime
    amount: int
    ended: str = ""
    cost: int = 0
    #: Held already when the pot of now began.
    in_pot: bool = False


class Crash(Exception):
    """The process dies before its transaction commits."""


class LedgerMachine(RuleBasedStateMachine):
    """The ledger does what a list of holds does, whatever comes in whatever order."""

    jobs = Bundle("jobs")

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name, "ledger.sqlite3")
        self.world = World(self.path)
        self.now = BEGIN
        self.holds: dict[str, Hold] = {}
        self.budgets: dict[str, tuple[BudgetRule, datetime]] = {}
        self.grants: list[Hold] = []
        self.briefs = {}
        for channel, zone in ZONES.items():
            self.world.channel(channel, timezone=zone, at=BEGIN)
            self.budgets[channel] = (DEFAULT, BEGIN)
            self.briefs[channel] = self.world.brief(channel, at=BEGIN)

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.world.db.close()
            self.folder.cleanup()

    @rule(target=jobs, channel=st.sampled_from(sorted(ZONES)), amount=st.integers(0, 1_500))
    def ask(self, channel: str, amount: int) -> str:
        """A new job reserves, or is refused because the model says that it does not fit."""
        job = self.world.job(self.briefs[channel], at=self.now)
        limit = self._limit(channel)
        spent, held = self._counted(channel)
        if amount > max(0, limit - spent - held):  # what is free always fits
            with pytest.raises(OverBudget) as caught:
                self.world.reserve(job, amount, at=self.now, rule=DEFAULT)
            assert caught.value.state.left_micro == limit - spent - held
            self.world.finish(job, "cancelled", self.now)
        else:
            self.world.reserve(job, amount, at=self.now, rule=DEFAULT)
            self.holds[job] = Hold(channel=channel, at=self.now, amount=amount)
        return job

    @rule(job=jobs, amount=st.integers(0, 1_500))
    def ask_again(self, job: str, amount: int) -> None:
        """A duplicate of a request holds nothing more; after a release it is refused."""
        hold = self.holds.get(job)
        if hold is None:
            return
        if hold.ended == "void":
            with pytest.raises(LedgerError):
                self.world.reserve(job, amount, at=self.now, rule=DEFAULT)
        else:
            self.world.reserve(job, amount, at=self.now, rule=DEFAULT)

    @rule(job=jobs, cost=st.integers(0, 2_500))
    def settle(self, job: str, cost: int) -> None:
        hold = self.holds.get(job)
        if hold is None or hold.ended == "void":
            with pytest.raises(LedgerError):
                self.world.settle(job, cost, at=self.now)
            return
        self.world.settle(job, cost, at=self.now)
        if not hold.ended:
            hold.ended, hold.cost = "settle", cost
            self.world.finish(job, "done", self.now)

    @rule(job=jobs)
    def void(self, job: str) -> None:
        hold = self.holds.get(job)
        if hold is None or hold.ended == "settle":
            with pytest.raises(LedgerError):
                self.world.void(job, at=self.now)
            return
        self.world.void(job, at=self.now)
        if not hold.ended:
            hold.ended = "void"
            self.world.finish(job, "failed", self.now)

    @rule(job=consumes(jobs), cost=st.integers(0, 2_500))
    def crash_while_settling(self, job: str, cost: int) -> None:
        """What did not commit did not happen; the job is then ended by hand, once and for all."""
        hold = self.holds.get(job)
        if hold is None or hold.ended:
            return
        with pytest.raises(Crash):
            self.world.do(lambda tx: self._settle_and_die(tx, job, cost))
        self.world.void(job, at=self.now)
        hold.ended = "void"
        self.world.finish(job, "failed", self.now)

    @rule(channel=st.sampled_from(sorted(ZONES)), amount=st.integers(0, 300))
    def crash_while_reserving(self, channel: str, amount: int) -> None:
        with pytest.raises((Crash, OverBudget)):
            self.world.do(lambda tx: self._reserve_and_die(tx, channel, amount))

    @rule(
        channel=st.sampled_from(sorted(ZONES)),
        amount=st.integers(0, 5_000),
        period=st.sampled_from(["daily", "weekly", "monthly", "pot"]),
    )
    def change_the_limit(self, channel: str, amount: int, period: str) -> None:
        # A moment later, so that the model need not say which of two equal moments came first.
        self.now += timedelta(seconds=1)
        new = BudgetRule(amount_micro=amount, period=period, currency="USD")  # type: ignore[arg-type]
        self.world.do(
            lambda tx: set_budget(
                tx,
                channel=channel,
                amount_micro=amount,
                period=new.period,
                currency="USD",
                person="U1",
                at=self.now,
            )
        )
        old, since = self.budgets[channel]
        if (old.period, period) == ("pot", "pot"):
            self.budgets[channel] = (new, since)  # the same pot, of another size
            return
        self.budgets[channel] = (new, self.now)
        for hold in self.holds.values():
            # What is held when a pot begins comes out of it.
            hold.in_pot = period == "pot" and hold.channel == channel and not hold.ended

    @rule(channel=st.sampled_from(sorted(ZONES)), amount=st.integers(1, 900))
    def grant_more(self, channel: str, amount: int) -> None:
        self.now += timedelta(seconds=1)
        self.world.do(
            lambda tx: grant(
                tx, channel=channel, amount_micro=amount, currency="USD", person="U1", at=self.now
            )
        )
        self.grants.append(Hold(channel=channel, at=self.now, amount=amount))

    @rule(hours=st.integers(1, 40))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @precondition(lambda self: len(self.holds) > 2)
    @rule()
    def restart(self) -> None:
        self.world.db.close()
        self.world.db = connect(self.path)
        self.world.db.execute("PRAGMA synchronous = OFF")

    @invariant()
    def the_budgets_are_the_models(self) -> None:
        for channel in ZONES:
            state = budget_of(self.world.db, channel, self.now, DEFAULT)
            assert (state.spent_micro, state.held_micro) == self._counted(channel)
            assert state.limit_micro == self._limit(channel)

    @invariant()
    def the_open_reservations_are_the_models(self) -> None:
        still_open = {job: hold.amount for job, hold in self.holds.items() if not hold.ended}
        assert {one.job: one.amount_micro for one in open_reservations(self.world.db)} == still_open

    @invariant()
    def the_ledger_verifies(self) -> None:
        assert verify(self.world.db) == []

    def _limit(self, channel: str) -> int:
        granted = [one for one in self.grants if one.channel == channel and self._same_period(one)]
        return self.budgets[channel][0].amount_micro + sum(one.amount for one in granted)

    def _counted(self, channel: str) -> tuple[int, int]:
        """Spent and held in the period of now, counted by calendar rather than by moments."""
        here = [hold for hold in self.holds.values() if hold.channel == channel and self._same_period(hold)]
        spent = sum(hold.cost for hold in here if hold.ended == "settle")
        return spent, sum(hold.amount for hold in here if not hold.ended)

    def _same_period(self, hold: Hold) -> bool:
        budget, since = self.budgets[hold.channel]
        zone = ZoneInfo(ZONES[hold.channel])
        then, now = hold.at.astimezone(zone).date(), self.now.astimezone(zone).date()
        return {
            "daily": then == now,
            "weekly": then.isocalendar()[:2] == now.isocalendar()[:2],
            "monthly": (then.year, then.month) == (now.year, now.month),
            "pot": hold.at >= since or hold.in_pot,
        }[budget.period]

    def _settle_and_die(self, tx: Transaction, job: str, cost: int) -> None:
        from bot.ledger import settle

        settle(tx, job=job, amount_micro=cost, at=self.now)
        raise Crash

    def _reserve_and_die(self, tx: Transaction, channel: str, amount: int) -> None:
        job = "J-lost"
        tx.execute(
            "INSERT INTO jobs (id, brief, tier, state, person, request, idempotency_key, not_before,"
            " created_at) VALUES (?, ?, 'draft', 'queued', 'U1', '{}', ?, 'now', 'now')",
            [job, self.briefs[channel], job],
        )
        reserve(
            tx,
            channel=channel,
            brief=self.briefs[channel],
            job=job,
            tier="draft",
            person="U1",
            amount_micro=amount,
            currency="USD",
            at=self.now,
            rule_default=DEFAULT,
        )
        raise Crash


TestLedgerHistories = LedgerMachine.TestCase
#: A thousand steps with each run of the tests; by night, five hundred histories of fifty steps.
SIZES = {"default": (25, 40), "nightly": (500, 50)}
_histories, _steps = SIZES[os.environ.get("HYPOTHESIS_PROFILE", "default")]
TestLedgerHistories.settings = settings(max_examples=_histories, stateful_step_count=_steps, deadline=None)
TestLedgerHistories.pytestmark = [pytest.mark.slow]
