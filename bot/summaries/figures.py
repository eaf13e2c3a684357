"""The figures of a channel over a stretch of time, as values. Knows no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from bot.budget.standing import Forecast
from bot.ledger.budgets import BudgetState
from bot.ledger.money import Micro
from bot.ledger.periods import zone_named
from bot.texts import dates, say

TIERS: Final = ("draft", "pro", "fix")
#: What a summary covers: a day that ended, a day or a week that still runs, a calendar week that ended.
Kind = Literal["daily", "today", "this week", "weekly"]
#: Names of those that have no date in theirs.
_TITLES: Final[dict[Kind, str]] = {
    "daily": "summary-title-daily",
    "today": "summary-title-today",
    "this week": "summary-title-this-week",
}


@dataclass(frozen=True, kw_only=True)
class TierFigures:
    """What one tier did."""

    #: draft, pro or fix.
    tier: str
    #: Sum of its settles.
    spent_micro: Micro
    #: Settled jobs.
    jobs: int
    #: Pictures those jobs made.
    pictures: int


@dataclass(frozen=True, kw_only=True)
class DaySpend:
    """Spend of one day; a "day" runs between equal times on the wall clock."""

    #: The local date on which it ends.
    day: date
    draft_micro: Micro
    pro_micro: Micro
    fix_micro: Micro

    @property
    def total_micro(self) -> Micro:
        """All tiers together."""
        return self.draft_micro + self.pro_micro + self.fix_micro

    def of(self, tier: str) -> Micro:
        """Spend of one tier. Raises KeyError for an unknown one."""
        return {"draft": self.draft_micro, "pro": self.pro_micro, "fix": self.fix_micro}[tier]


@dataclass(frozen=True, kw_only=True)
class TopBrief:
    """One of the briefs that cost most."""

    id: str
    prompt: str
    spent_micro: Micro
    #: SHA-256 of its latest Pro picture, else of its first cell; None while it has neither.
    picture: str | None


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """The same stretch of time a week before."""

    spent_micro: Micro
    pictures: int
    approved_assets: int

    @property
    def is_quiet(self) -> bool:
        """There is nothing to compare with."""
        return not (self.spent_micro or self.pictures or self.approved_assets)


@dataclass(frozen=True, kw_only=True)
class SummaryFigures:
    """All that a summary tells. Amounts are micro-units of `currency`."""

    channel: str
    #: The channel's name without #; empty when it is not known.
    channel_name: str
    timezone: str
    #: First moment that counts, and the first that no longer does.
    start: datetime
    end: datetime
    currency: str
    #: Always draft, pro, fix.
    tiers: tuple[TierFigures, ...]
    #: Reserved in this time and still open.
    held_micro: Micro
    #: Briefs opened.
    briefs: int
    #: Approvals given and not withdrawn.
    approvals: int
    #: Pictures approved for the first time.
    approved_assets: int
    #: Middle time from a brief to the first approval of one of its pictures.
    median_to_approval: timedelta | None
    #: Half of the estimates were off by no more than this share of themselves.
    median_estimate_error: float | None
    top_briefs: tuple[TopBrief, ...]
    #: Oldest first; the last ends at `end`.
    days: tuple[DaySpend, ...]
    #: The budget as it stands at `end`.
    budget: BudgetState
    kind: Kind = "daily"
    #: Briefs that drew another one again, with a new seed or a changed prompt.
    rerolls: int = 0
    #: All the time between asking for pictures and having them.
    waited: timedelta = timedelta(0)
    #: None for a pot, and while the period is too young to tell.
    forecast: Forecast | None = None
    last_week: Earlier | None = None
    #: Of a daily summary: what of the money was reserved before it began, and was settled or corrected since.
    earlier_micro: Micro = 0

    @property
    def title(self) -> str:
        """What the summary is called."""
        if self.kind == "weekly":
            first = self.start.astimezone(zone_named(self.timezone))
            return say("summary-title-weekly", day=first.day, month=dates.month(first))
        return say(_TITLES[self.kind])

    @property
    def spent_micro(self) -> Micro:
        """Sum of the settles."""
        return sum(tier.spent_micro for tier in self.tiers)

    @property
    def pictures(self) -> int:
        """Pictures of all tiers."""
        return sum(tier.pictures for tier in self.tiers)

    @property
    def drafts(self) -> int:
        """Draft pictures."""
        return self.tier("draft").pictures

    @property
    def fixes(self) -> int:
        """Fixed pictures."""
        return self.tier("fix").pictures

    @property
    def cost_per_approved_micro(self) -> Micro | None:
        """Spend over pictures approved, rounded to the nearest micro-unit; None without approvals."""
        if not self.approved_assets:
            return None
        return (2 * self.spent_micro + self.approved_assets) // (2 * self.approved_assets)

    @property
    def drafts_per_approval(self) -> float | None:
        """Draft pictures drawn for each one approved; None without approvals."""
        return self.drafts / self.approved_assets if self.approved_assets else None

    @property
    def rerolls_per_approval(self) -> float | None:
        """Grids drawn again for each picture approved; None without approvals."""
        return self.rerolls / self.approved_assets if self.approved_assets else None

    @property
    def is_quiet(self) -> bool:
        """Nothing was asked, made, approved or spent."""
        return not (self.briefs or self.approvals or self.held_micro or any(t.jobs for t in self.tiers))

    def tier(self, name: str) -> TierFigures:
        """The figures of one tier. Raises KeyError for an unknown one."""
        for one in self.tiers:
            if one.tier == name:
                return one
        raise KeyError(name)
