"""What work costs before and after it is done."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ledger.prices import Prices, default_prices, second_price

PRICES = Prices(
    currency="USD",
    per_picture_micro={"draft": 400, "pro": 2400, "fix": 1600},
    per_second_micro={"draft": 200, "pro": 200, "fix": 300},
    hold_factor=Decimal("1.5"),
)


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
    assert PRICES.measured("draft", seconds) == micro


@given(st.floats(0, 1e6, allow_nan=False))
def test_a_measured_cost_is_exact_to_the_micro_unit(seconds: float) -> None:
    exact = Fraction(str(seconds)) * 300
    assert 0 <= PRICES.measured("fix", seconds) - exact < 1


@pytest.mark.parametrize("seconds", [-1.0, float("nan"), float("inf")])
def test_no_length_of_time_costs_nothing_but_an_error(seconds: float) -> None:
    with pytest.raises(ValueError, match="no length of time"):
        PRICES.measured("draft", seconds)


@pytest.mark.parametrize(("pictures", "width"), [(0, 256), (-1, 256), (1, 0), (1, -256)])
def test_nothing_to_draw_has_no_estimate(pictures: int, width: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        PRICES.estimate("draft", pictures, width, 256)


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
    assert prices.measured("pro", 10) == 2000
    assert prices.estimate("draft", 1, 256, 256) == prices.measured("draft", 0.7)


def test_the_documented_sum_gives_the_default_price() -> None:
    workstation = second_price(
        machine=Decimal(3600),
        years=Decimal(3),
        busy_share=Decimal("0.2"),
        watts=Decimal(400),
        per_kwh=Decimal("0.20"),
    )
    assert Decimal("0.0002") <= workstation < Decimal("0.00022")
