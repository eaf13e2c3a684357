"""What was spent in a channel over some days, as values: per asset, tier, person and day. Knows no database."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Final, Literal, TypeVar

from bot.ledger.money import Micro, decimals_of, format_money
from bot.reports.spans import Span

TIERS: Final = ("draft", "pro", "fix")
#: The texts that name them.
TIER_NAMES: Final = {"draft": "costs-page-drafts", "pro": "costs-page-pro", "fix": "costs-page-fixes"}
Grouping = Literal["tier", "person", "brief", "client", "day"]
GROUPINGS: Final[tuple[Grouping, ...]] = ("tier", "person", "brief", "client", "day")
#: Basis points of one whole: 10,000 are 100 %.
WHOLE_BP: Final = 10_000

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, kw_only=True)
class Line:
    """What one person spent on one asset in one tier on one day."""

    day: date
    brief: str
    tier: str
    person: str
    micro: Micro
    #: Settled jobs.
    jobs: int


@dataclass(frozen=True, kw_only=True)
class Shot:
    """A picture that came of an asset, under the file name that Slack shows."""

    filename: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Asset:
    """A brief with its approved pictures, and what was spent on it in the report's days."""

    brief: str
    prompt: str
    author: str
    opened_at: datetime
    #: First standing approval; None while nobody approves.
    approved_at: datetime | None
    approvers: tuple[str, ...]
    #: The latest picture of each approved cell.
    pictures: tuple[Shot, ...]
    #: Some picture of it, for a thumbnail: an approved one, else its first cell.
    thumbnail: str | None
    #: Client code, empty where none was set.
    client: str
    margin_bp: int
    draft_micro: Micro
    pro_micro: Micro
    fix_micro: Micro

    @property
    def shown(self) -> tuple[str, ...]:
        """SHA-256 of the pictures that stand for it: the approved ones, else its thumbnail; none before it is drawn."""
        return tuple(shot.sha256 for shot in self.pictures) or ((self.thumbnail,) if self.thumbnail else ())

    @property
    def total_micro(self) -> Micro:
        """All tiers together."""
        return self.draft_micro + self.pro_micro + self.fix_micro

    @property
    def with_margin_micro(self) -> Micro:
        """The total and the margin on top of it, rounded half up to the micro-unit."""
        return (self.total_micro * (WHOLE_BP + self.margin_bp) * 2 + WHOLE_BP) // (2 * WHOLE_BP)


@dataclass(frozen=True, kw_only=True)
class Report:
    """All that the message, the table and the page tell. Amounts are micro-units of `currency`."""

    channel: str
    #: Without #; empty when it is not known.
    channel_name: str
    timezone: str
    span: Span
    currency: str
    lines: tuple[Line, ...]
    #: Those on which something was spent, dearest first.
    assets: tuple[Asset, ...]
    #: Other currencies that the channel spent in, in these days.
    other_currencies: tuple[str, ...]

    @cached_property
    def decimals(self) -> int:
        """Of every amount in the tables, so that they stand below each other, to the micro-unit."""
        amounts = [line.micro for line in self.lines] + [asset.with_margin_micro for asset in self.assets]
        return decimals_of(amounts, self.currency)

    def money(self, micro: Micro) -> str:
        """An amount of the report, as its tables show it."""
        return format_money(micro, self.currency, decimals=self.decimals)

    @property
    def total_micro(self) -> Micro:
        """Everything settled for work that was reserved in these days."""
        return sum(line.micro for line in self.lines)

    @property
    def with_margin_micro(self) -> Micro:
        """The assets' totals with their margins."""
        return sum(asset.with_margin_micro for asset in self.assets)

    @property
    def approved(self) -> int:
        """Assets that somebody approves."""
        return sum(bool(asset.approvers) for asset in self.assets)

    def by(self, grouping: Grouping) -> list[tuple[str, Micro]]:
        """Totals by tier, person's id, brief's id, client code, or day; days in order, else the dearest first."""
        if grouping == "tier":
            found = self._sums(lambda line: line.tier)
            return [(tier, found.get(tier, 0)) for tier in TIERS]
        if grouping == "day":
            return sorted(self._sums(lambda line: line.day.isoformat()).items())
        if grouping == "client":
            clients = {asset.brief: asset.client for asset in self.assets}
            sums = self._sums(lambda line: clients[line.brief])
        else:
            sums = self._sums(lambda line: line.person if grouping == "person" else line.brief)
        return sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))

    def by_day_and_tier(self) -> dict[date, dict[str, Micro]]:
        """Every day of the span with what each tier cost."""
        sums = self._sums(lambda line: (line.day, line.tier))
        return {day: {tier: sums.get((day, tier), 0) for tier in TIERS} for day in self.span.days()}

    def _sums(self, key: Callable[[Line], K]) -> dict[K, Micro]:
        found: dict[K, Micro] = {}
        for line in self.lines:
            found[key(line)] = found.get(key(line), 0) + line.micro
        return found
