"""Where days, weeks and months begin, in zones whose clocks change in every way there is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ledger.periods import bounds, wall_moment

#: Zone, a date on which its clocks change, and how many hours that date has.
CHANGES = [
    ("Europe/London", "2026-03-29", 23),
    ("Europe/London", "2026-10-25", 25),
    ("America/New_York", "2026-03-08", 23),
    ("America/New_York", "2026-11-01", 25),
    ("Australia/Sydney", "2026-10-04", 23),
    ("Australia/Sydney", "2026-04-05", 25),
    # Half an hour.
    ("Australia/Lord_Howe", "2026-10-04", 23.5),
    ("Australia/Lord_Howe", "2026-04-05", 24.5),
    # At midnight: the day has no 00:00, or the evening before comes twice.
    ("America/Santiago", "2026-09-06", 23),
    ("America/Santiago", "2026-04-04", 25),
    ("Africa/Cairo", "2026-04-24", 23),
    ("Africa/Cairo", "2026-10-29", 25),
    # Back to midnight: 00:00 comes twice.
    ("America/Havana", "2026-03-08", 23),
    ("America/Havana", "2026-11-01", 25),
    # No change at all, and a day that a zone left out.
    ("Asia/Tokyo", "2026-03-29", 24),
    ("Pacific/Apia", "2011-12-29", 24),
]
ZONES = sorted({zone for zone, _, _ in CHANGES} | {"America/St_Johns", "Asia/Kathmandu", "UTC"})


@pytest.mark.parametrize(("zone", "day", "hours"), CHANGES)
def test_a_day_has_the_hours_that_its_clocks_give_it(zone: str, day: str, hours: float) -> None:
    place = ZoneInfo(zone)
    noon = datetime.combine(date.fromisoformat(day), datetime.min.time(), place) + timedelta(hours=12)
    start, end = bounds("daily", noon, place)
    assert end - start == timedelta(hours=hours)
    assert start.astimezone(place).date() == date.fromisoformat(day)
    # Not one moment earlier, and not one later.
    moment = timedelta(microseconds=1)
    assert (start - moment).astimezone(place).date() < start.astimezone(place).date()
    assert (end - moment).astimezone(place).date() == date.fromisoformat(day)


@pytest.mark.parametrize(("zone", "day", "hours"), CHANGES)
def test_weeks_and_months_stretch_with_their_days(zone: str, day: str, hours: float) -> None:
    place = ZoneInfo(zone)
    noon = wall_moment(date.fromisoformat(day), 12, place)
    for period in ("weekly", "monthly"):
        start, end = bounds(period, noon, place)  # type: ignore[arg-type]
        local_start, local_end = start.astimezone(place), end.astimezone(place)
        if zone == "Pacific/Apia":
            continue
        assert (local_start.hour, local_start.minute) in {(0, 0), (1, 0)}
        assert local_start.weekday() == 0 if period == "weekly" else local_start.day == 1
        assert local_end.weekday() == 0 if period == "weekly" else local_end.day == 1


def test_the_date_that_samoa_skipped_costs_nobody_a_budget() -> None:
    apia = ZoneInfo("Pacific/Apia")
    thursday, thursday_end = bounds("daily", wall_moment(date(2011, 12, 29), 12, apia), apia)
    saturday, _ = bounds("daily", thursday_end, apia)
    assert (thursday.astimezone(apia).day, saturday.astimezone(apia).day) == (29, 31)
    assert saturday == thursday_end


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.sampled_from(["daily", "weekly", "monthly"]),
    st.integers(0, 25 * 365 * 86_400).map(lambda s: datetime(2005, 1, 1, tzinfo=UTC) + timedelta(seconds=s)),
)
def test_periods_follow_each_other_without_gap_or_overlap(zone: str, period: str, at: datetime) -> None:
    place = ZoneInfo(zone)
    start, end = bounds(period, at, place)  # type: ignore[arg-type]
    assert start <= at < end
    moment = timedelta(microseconds=1)
    for inside in (start, end - moment, start + (end - start) / 2):
        assert bounds(period, inside, place) == (start, end)  # type: ignore[arg-type]
    assert bounds(period, end, place)[0] == end  # type: ignore[arg-type]
    assert bounds(period, start - moment, place)[1] == start  # type: ignore[arg-type]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([change for change in CHANGES if change[2] != 24]), st.integers(-1800, 1800))
def test_nor_on_the_days_when_clocks_change(change: tuple[str, str, float], minutes: int) -> None:
    place = ZoneInfo(change[0])
    at = wall_moment(date.fromisoformat(change[1]), 12, place) + timedelta(minutes=minutes)
    start, end = bounds("daily", at, place)
    assert start <= at < end
    assert start.astimezone(place).date() == at.astimezone(place).date()


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(
        [
            # One minute past midnight clocks go back to 23:01 of a date that was over.
            ("America/St_Johns", datetime(2009, 11, 1, 2, 31, tzinfo=UTC)),
            # From 23:30 clocks go forward to 00:30, so that no clock shows midnight.
            ("America/Toronto", datetime(1919, 3, 31, 4, 30, tzinfo=UTC)),
        ]
    ),
    st.integers(-180, 180),
)
def test_nor_where_clocks_change_across_midnight(change: tuple[str, datetime], minutes: int) -> None:
    place = ZoneInfo(change[0])
    at = change[1] + timedelta(minutes=minutes)
    start, end = bounds("daily", at, place)
    assert start <= at < end
    assert bounds("daily", end, place)[0] == end
    assert timedelta(hours=22) < end - start < timedelta(hours=26)


def test_a_pot_has_no_bounds() -> None:
    with pytest.raises(ValueError, match="no end"):
        bounds("pot", datetime(2026, 1, 1, tzinfo=UTC), ZoneInfo("UTC"))
