"""Random histories of roll-over, alerts, pots and grants against a model that counts by calendar."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.ledger import (
    BudgetRule,
    BudgetTerms,
    OverBudget,
    budget_of,
    correct,
    grant,
    newly_reached,
    set_budget,
    set_terms,
    verify,
)
from tests.bot.ledger_world import World

DEFAULT = BudgetRule(amount_micro=2_000, period="monthly", currency="USD")
NEW_YORK = ZoneInfo("America/New_York")
#: So that months end and clocks go back within most histories.
BEGIN = datetime(2026, 10, 28, 20, tzinfo=UTC)


@dataclass
class Hold:
    """A reservation as the model remembers it."""

    job: str
    at: datetime
    amount: int
    ended_at: datetime | None = None
    cost: int | None = None

    @property
    def is_settled(self) -> bool:
        return self.cost is not None


class BudgetMachine(RuleBasedStateMachine):
    """A channel's budget is what a calendar and a list of holds say, whatever is set, granted, and spent."""

    @initialize(roll_over=st.sampled_from([True, True, False]))
    def open(self, roll_over: bool) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.world = World(Path(self.folder.name, "ledger.sqlite3"))
        self.now = BEGIN
        self.world.channel("C1", timezone="America/New_York", at=BEGIN)
        self.brief = self.world.brief("C1", at=BEGIN)
        self.rules = [(BEGIN, DEFAULT)]
        self.grants: list[tuple[datetime, int]] = []
        self.holds: list[Hold] = []
        self.alerts: list[tuple[datetime, int]] = []
        self.let_roll_over(roll_over)

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.world.db.close()
            self.folder.cleanup()

    @rule(amount=st.integers(0, 1_500))
    def reserve(self, amount: int) -> None:
        job = self.world.job(self.brief, at=self.now)
        limit, spent, held, _, _ = self._expected()
        if amount > max(0, limit - spent - held):
            with pytest.raises(OverBudget):
                self.world.reserve(job, amount, at=self.now, rule=DEFAULT)
            self.world.finish(job, "cancelled", self.now)
        else:
            self.world.reserve(job, amount, at=self.now, rule=DEFAULT)
            self.holds.append(Hold(job, self.now, amount))

    @rule(which=st.integers(0, 5), cost=st.integers(0, 2_000))
    def settle_and_tell(self, which: int, cost: int) -> None:
        """As after each job: what it cost is entered, and a share that was reached is told."""
        waiting = [hold for hold in self.holds if not hold.ended_at]
        if not waiting:
            return
        hold = waiting[which % len(waiting)]
        self.world.settle(hold.job, cost, at=self.now)
        self.world.finish(hold.job, "done", self.now)
        hold.ended_at, hold.cost = self.now, cost
        limit, spent, _, start, changed = self._expected()
        reached = [percent for percent in (50, 80, 100) if spent and spent * 100 >= percent * limit]
        since = max(start, changed)
        known = {percent for at, percent in self.alerts if at >= since}
        expected = reached[-1] if reached and reached[-1] not in known else None
        found = self.world.do(lambda tx: newly_reached(tx, budget_of(tx, "C1", self.now, DEFAULT), self.now))
        assert found == expected
        self.alerts += [(self.now, percent) for percent in reached]

    @rule(which=st.integers(0, 5))
    def void(self, which: int) -> None:
        waiting = [hold for hold in self.holds if not hold.ended_at]
        if waiting:
            hold = waiting[which % len(waiting)]
            self.world.void(hold.job, at=self.now)
            self.world.finish(hold.job, "failed", self.now)
            hold.ended_at = self.now

    @rule(which=st.integers(0, 5), amount=st.integers(-300, 300))
    def correct(self, which: int, amount: int) -> None:
        settled = [hold for hold in self.holds if hold.is_settled]
        if not settled:
            return
        hold = settled[which % len(settled)]
        assert hold.cost is not None
        amount = max(amount, -hold.cost)
        if amount:
            self.world.do(
                lambda tx: correct(
                    tx,
                    job=hold.job,
                    amount_micro=amount,
                    by="ada",
                    reason="a test",
                    key=f"{hold.job}:{self.now}:{hold.cost}",
                    at=self.now,
                )
            )
            hold.cost += amount

    @rule(amount=st.integers(0, 4_000), period=st.sampled_from(["daily", "weekly", "monthly", "pot"]))
    def set_budget(self, amount: int, period: str) -> None:
        self.now += timedelta(seconds=1)
        new = BudgetRule(amount_micro=amount, period=period, currency="USD")  # type: ignore[arg-type]
        self.world.do(
            lambda tx: set_budget(
                tx,
                channel="C1",
                amount_micro=amount,
                period=new.period,
                currency="USD",
                person="U9",
                at=self.now,
            )
        )
        self.rules.append((self.now, new))

    @rule(factor=st.sampled_from([0.5, 1.25, 5]))
    def raise_or_cut(self, factor: float) -> None:
        """The kind of limit stays, as people mostly have it."""
        current = self.rules[-1][1]
        self.set_budget(int(current.amount_micro * factor) % 50_000, current.period)

    @rule(amount=st.integers(1, 900))
    def grant(self, amount: int) -> None:
        self.now += timedelta(seconds=1)
        self.world.do(
            lambda tx: grant(tx, channel="C1", amount_micro=amount, currency="USD", person="U9", at=self.now)
        )
        self.grants.append((self.now, amount))

    @rule(on=st.booleans())
    def let_roll_over(self, on: bool) -> None:
        self.roll_over = on
        self.world.do(
            lambda tx: set_terms(tx, channel="C1", terms=BudgetTerms(roll_over=on), person="U9", at=self.now)
        )

    @rule(hours=st.sampled_from([1, 24, 100, 24 * 8, 24 * 20]))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @invariant()
    def the_budget_is_the_models(self) -> None:
        state = budget_of(self.world.db, "C1", self.now, DEFAULT)
        limit, spent, held, start, _ = self._expected()
        assert (state.limit_micro, state.spent_micro, state.held_micro) == (limit, spent, held)
        assert state.start == start

    @invariant()
    def the_ledger_verifies(self) -> None:
        assert verify(self.world.db) == []

    def _expected(self) -> tuple[int, int, int, datetime, datetime]:
        """Limit, spent, held, when the period began, and when the limit was changed last."""
        changed, current = self.rules[-1]
        if current.period == "pot":
            start, end = self._pot_began(), datetime.max.replace(tzinfo=UTC)
            counted = [
                hold
                for hold in self.holds
                if hold.at >= start or hold.ended_at is None or hold.ended_at >= start
            ]
        else:
            start, end = _period(current.period, self.now)
            counted = [hold for hold in self.holds if start <= hold.at < end]
        granted = [(at, amount) for at, amount in self.grants if start <= at < end]
        limit = current.amount_micro + sum(amount for _, amount in granted)
        if self.roll_over and current.period != "pot":
            limit += self._left_before(start, current.period)
        return (
            limit,
            sum(hold.cost or 0 for hold in counted),
            sum(hold.amount for hold in counted if not hold.ended_at),
            start,
            max([changed, *(at for at, _ in granted)]),
        )

    def _pot_began(self) -> datetime:
        index = len(self.rules) - 1
        while index and self.rules[index - 1][1].period == "pot":
            index -= 1
        return self.rules[index][0]

    def _left_before(self, start: datetime, period: str) -> int:
        if start <= BEGIN:
            return 0
        before, _ = _period(period, start - timedelta(seconds=1))
        # Which rule held for how many seconds of it.
        seconds: dict[int, float] = {}
        ends = [at for at, _ in self.rules[1:]] + [datetime.max.replace(tzinfo=UTC)]
        for index, ((since, _), until) in enumerate(zip(self.rules, ends, strict=True)):
            length = (min(until, start) - max(since, before)).total_seconds()
            if since < start and length > 0:
                seconds[index] = length
        longest = max(seconds, key=lambda index: (seconds[index], index))
        limits = [
            found.amount_micro if found.period == period else 0
            for found in (self.rules[longest][1], self.rules[max(seconds)][1])
        ]
        inside = [hold for hold in self.holds if before <= hold.at < start]
        used = sum(hold.amount if not hold.ended_at else hold.cost or 0 for hold in inside)
        granted = sum(amount for at, amount in self.grants if before <= at < start)
        return max(0, min(limits) + granted - used)


def _period(period: str, at: datetime) -> tuple[datetime, datetime]:
    """The day, week or month in New York, whose midnights come once each."""
    day = at.astimezone(NEW_YORK).date()
    if period == "daily":
        first, last = day, day + timedelta(days=1)
    elif period == "weekly":
        first = day - timedelta(days=day.weekday())
        last = first + timedelta(days=7)
    else:
        first = day.replace(day=1)
        last = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    start, end = (datetime.combine(one, time(), NEW_YORK).astimezone(UTC) for one in (first, last))
    return start, end


TestBudgetHistories = BudgetMachine.TestCase
SIZES = {"default": (30, 40), "nightly": (1_000, 50)}
_histories, _steps = SIZES[os.environ.get("HYPOTHESIS_PROFILE", "default")]
TestBudgetHistories.settings = settings(max_examples=_histories, stateful_step_count=_steps, deadline=None)
TestBudgetHistories.pytestmark = [pytest.mark.slow]
