"""A channel's time zone as people type it."""

from zoneinfo import ZoneInfo, available_timezones

import pytest

from bot.briefs.model import UserError
from bot.channel.settings import read_timezone


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Europe/London", "Europe/London"),
        (" europe/london ", "Europe/London"),
        ("London", "Europe/London"),
        ("new york", "America/New_York"),
        ("america/new york", "America/New_York"),
        ("tokyo", "Asia/Tokyo"),
        ("utc", "UTC"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_a_zone_by_its_name_or_its_city(typed, zone):
    assert read_timezone(typed) == zone


@pytest.mark.parametrize("typed", ["Middle/Earth", "../etc/passwd", "+01:00", "London, UK", "🌍", "a" * 40])
def test_what_is_no_zone_is_refused_at_its_field(typed):
    with pytest.raises(UserError) as caught:
        read_timezone(typed)
    assert caught.value.field == "timezone"


def test_every_zone_is_read_by_its_own_name():
    for zone in available_timezones():
        assert ZoneInfo(read_timezone(zone.lower())).key.lower() == zone.lower()
