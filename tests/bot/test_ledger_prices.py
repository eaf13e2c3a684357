"""What work costs before and after it is done."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ledger.prices import default_prices, prices_from, second_price
from bot.ledger.rates import RateError, Usage

#: 400, 2,400 and 1,600 micro-units for a picture at the reference sizes.
PRICES = prices_from(
    {
        "draft": {"per_second": "0.0002", "expected_seconds": 2},
        "pro": {"per_second": "0.0002", "expected_seconds": 12},
        "fix": {"per_second": "0.0003", "expected_seconds": "5.33333333"},
    },
    currency="USD",
    second_price=Decimal("0.0002"),
)


def taking(seconds: float) -> Usage:
    return Usage(seconds=seconds)


@pytest.mark.parametrize(
    ("tier", "pictures", "size", "estimate", "hold"),
    [
        ("draft", 1, (256, 256), 400, 600),
        ("draft", 4, (256, 256), 1600, 2400),
        ("draft", 4, (512, 256), 3200, 4800),
        ("pro", 1, (512, 512), 2400, 3600),
        ("pro", 1, (1024, 1024), 9600, 14_400),
        # Less than a micro-unit is rounded up: nothing is free by being small.
        ("draft", 1, (1, 1), 1, 2),
    ],
)
def test_estimates_grow_with_pictures_and_pixels(
    tier: str, pictures: int, size: tuple[int, int], estimate: int, hold: int
) -> None:
    assert PRICES.estimate(tier, pictures, *size) == estimate
    assert PRICES.hold(tier, pictures, *size) == hold


@pytest.mark.parametrize(
    ("seconds", "micro"),
    [(0.0, 0), (1.0, 200), (0.1, 20), (0.0000001, 1), (3.0001, 601), (86_400.0, 17_280_000)],
)
def test_measured_seconds_are_charged_rounded_up(seconds: float, micro: int) -> None:
    assert PRICES.measured("draft", taking(seconds)) == micro


@given(st.floats(0, 1e6, allow_nan=False))
def test_a_measured_cost_is_exact_to_the_micro_unit(seconds: float) -> None:
    exact = Fraction(str(seconds)) * 300
    assert 0 <= PRICES.measured("fix", taking(seconds)) - exact < 1


@pytest.mark.parametrize("seconds", [-1.0, float("nan"), float("inf")])
def test_no_length_of_time_costs_nothing_but_an_error(seconds: float) -> None:
    with pytest.raises(ValueError, match="no amount of seconds"):
        taking(seconds)


@pytest.mark.parametrize(("pictures", "width"), [(-1, 256), (1, 0), (1, -256), (0, 0)])
def test_what_cannot_be_drawn_has_no_estimate(pictures: int, width: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        PRICES.estimate("draft", pictures, width, 256)


def test_no_pictures_cost_nothing_whatever_the_rate() -> None:
    prices = prices_from({"fix": {"per_picture": 0.04}}, currency="USD", second_price=Decimal("0.01"))
    for tier in ("draft", "pro", "fix"):
        assert prices.estimate(tier, 0, 512, 512) == prices.hold(tier, 0, 512, 512) == 0


def test_unsound_tables_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        default_prices(hold_factor=Decimal("0.9"))
    with pytest.raises(ValueError, match="at least 1"):
        default_prices(hold_factor=Decimal("nan"))
    with pytest.raises(ValueError, match="negative"):
        default_prices(second_price=Decimal("-0.1"))


def test_the_default_table_follows_from_one_price_per_second() -> None:
    prices = default_prices("EUR", Decimal("0.0002"))
    assert prices.currency == "EUR"
    assert prices.measured("pro", taking(10)) == 2000
    assert prices.estimate("draft", 1, 256, 256) == prices.measured("draft", taking(0.7))


def test_the_documented_sum_gives_the_default_price() -> None:
    workstation = second_price(
        machine=Decimal(3600),
        years=Decimal(3),
        busy_share=Decimal("0.2"),
        watts=Decimal(400),
        per_kwh=Decimal("0.20"),
    )
    assert Decimal("0.0002") <= workstation < Decimal("0.00022")


def table(**rate: object) -> int:
    """What a Pro render costs by one rate: 20 steps on 1024 × 512 in 36 s, 5,400 joules, 1,000 and 4,000 tokens."""
    prices = prices_from({"pro": rate}, currency="USD", second_price=Decimal(1))
    used = Usage(
        pixels=1024 * 512, steps=20, seconds=36, joules=5_400.0, input_tokens=1_000, output_tokens=4_000
    )
    return prices.measured("pro", used)


@pytest.mark.parametrize(
    ("rate", "micro"),
    [
        ({"per_picture": "0.04"}, 40_000),
        ({"per_step_megapixel": "0.001"}, 10_486),
        ({"per_second": "0.0005"}, 18_000),
        ({"per_hour": "1.50"}, 15_000),
        # 5,400 J are 0.0015 kWh.
        ({"per_kwh": "0.30"}, 450),
        ({"per_hour": "1.50", "per_kwh": "0.30"}, 15_450),
        # The meter counts, not the rating.
        ({"per_kwh": "0.30", "watts": 1_000}, 450),
        ({"per_million_input_tokens": 5, "per_million_output_tokens": 40}, 165_000),
        ({"per_picture": 0}, 0),
    ],
)
def test_every_way_to_charge(rate: dict[str, object], micro: int) -> None:
    assert table(**rate) == micro


def test_without_a_meter_the_rated_power_counts() -> None:
    prices = prices_from(
        {"draft": {"per_kwh": "0.36", "watts": 250}}, currency="EUR", second_price=Decimal(1)
    )
    assert prices.measured("draft", Usage(seconds=40)) == 1_000
    assert prices.measured("pro", Usage(seconds=1)) == 1_000_000, "other tiers keep the price per second"


def test_sums_of_usage_know_joules_only_where_all_parts_do() -> None:
    one = Usage(pixels=10, seconds=1, joules=5)
    assert (one + one).joules == 10
    assert (one + Usage(pixels=5, seconds=2)).joules is None
    assert (one + one).pictures == 2


@pytest.mark.parametrize(
    ("prices", "sentence"),
    [
        ({"draft": {"per_picture": -1}}, "no price"),
        ({"draft": {"per_picture": "1e99x"}}, "no price"),
        ({"draft": {"per_picture": "NaN"}}, "no price"),
        ({"draft": {"per_picture": True}}, "no price"),
        ({"draft": {"per_pictures": 1}}, "Did you mean “per_picture”"),
        ({"drafts": {"per_picture": 1}}, "there is no tier “drafts”"),
        ({"draft": 3}, "must be a table"),
    ],
)
def test_bad_tables_are_refused_with_a_sentence(prices: dict[str, object], sentence: str) -> None:
    with pytest.raises(RateError, match=sentence):
        prices_from(prices, currency="USD", second_price=Decimal(1), where="prices.gpu")


def test_a_hold_covers_a_picture_priced_by_tokens() -> None:
    hosted = {
        "per_million_output_tokens": 40,
        "expected_output_tokens": 4_000,
        "expected_pixels": 1024 * 1024,
    }
    prices = prices_from({"pro": hosted}, currency="USD", second_price=Decimal(1))
    assert prices.estimate("pro", 1, 1024, 1024) == 160_000
    assert prices.hold("pro", 1, 1024, 1024) >= prices.measured("pro", Usage(output_tokens=5_000))
