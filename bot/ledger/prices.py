"""What work costs: an estimate before it, a hold to cover it, the measured cost after it. Pure.

Why these defaults. The bot charges seconds of the engine's device. A second costs what the machine
costs over its life, spread over the seconds in which it works, plus electricity:

    3,600 for a workstation with a good GPU, written off over 3 years, busy a fifth of the time
        3,600 / (3 × 365 × 86,400 × 0.2)            = 0.000190 a second
    400 W while drawing, at 0.20 a kilowatt-hour
        0.4 kW × 0.20 / 3,600                       = 0.000022 a second

which makes 0.0002 in round numbers. An ordinary two-core machine costs a third of that, and takes
longer. `second_price` does this sum for your own machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from typing import Final

from bot.ledger.money import MICRO_PER_UNIT, Micro

#: Price of a device second when nothing else is set, in units of the currency.
DEFAULT_SECOND_PRICE: Final = Decimal("0.0002")
#: Device seconds one picture takes at its tier's reference size on two processor cores with the
#: starter model. Estimates only: what is paid is measured.
EXPECTED_SECONDS: Final[Mapping[str, Decimal]] = {
    "draft": Decimal("0.7"),
    "pro": Decimal("3"),
    "fix": Decimal("2"),
}
#: The size that EXPECTED_SECONDS speaks of, in pixels (width × height).
REFERENCE_PIXELS: Final[Mapping[str, int]] = {"draft": 256 * 256, "pro": 512 * 512, "fix": 512 * 512}
#: A hold is this many times its estimate: what usually suffices on a machine that also does other work.
DEFAULT_HOLD_FACTOR: Final = Decimal("1.5")


@dataclass(frozen=True, kw_only=True)
class Prices:
    """A price table. All amounts are micro-units of `currency`."""

    #: ISO 4217.
    currency: str
    #: By tier: one picture at the tier's reference size.
    per_picture_micro: Mapping[str, int]
    #: By tier: one second of the device.
    per_second_micro: Mapping[str, int]
    #: Hold over estimate, at least 1.
    hold_factor: Decimal = DEFAULT_HOLD_FACTOR
    #: By tier: the size that `per_picture_micro` is for, width × height.
    reference_pixels: Mapping[str, int] = field(default_factory=lambda: dict(REFERENCE_PIXELS))

    def __post_init__(self) -> None:
        if not self.hold_factor.is_finite() or self.hold_factor < 1:
            raise ValueError("hold_factor must be a number of at least 1")
        if min(*self.per_picture_micro.values(), *self.per_second_micro.values()) < 0:
            raise ValueError("a price cannot be negative")

    def estimate(self, tier: str, pictures: int, width: int, height: int) -> Micro:
        """What `pictures` of width × height pixels will probably cost. Rounded up.

        Raises ValueError when there is nothing to draw, KeyError for an unknown tier.
        """
        if min(pictures, width, height) < 1:
            raise ValueError("an estimate needs at least one picture of at least one pixel")
        at_reference = self.per_picture_micro[tier] * pictures * width * height
        return -(-at_reference // self.reference_pixels[tier])

    def hold(self, tier: str, pictures: int, width: int, height: int) -> Micro:
        """What to reserve for them: the estimate with its margin. Rounded up."""
        return _up(self.estimate(tier, pictures, width, height) * self.hold_factor)

    def measured(self, tier: str, seconds: float) -> Micro:
        """What `seconds` of the device cost. Rounded up. Raises ValueError for no length of time."""
        duration = Decimal(str(seconds))
        if not duration.is_finite() or duration < 0:
            raise ValueError(f"{seconds} is no length of time in seconds")
        return _up(self.per_second_micro[tier] * duration)


def default_prices(
    currency: str = "USD",
    second_price: Decimal = DEFAULT_SECOND_PRICE,
    *,
    hold_factor: Decimal = DEFAULT_HOLD_FACTOR,
    expected_seconds: Mapping[str, Decimal] = EXPECTED_SECONDS,
) -> Prices:
    """The table that follows from one price for a device second, in units of the currency."""
    micro = second_price * MICRO_PER_UNIT
    return Prices(
        currency=currency,
        per_picture_micro={tier: _up(micro * seconds) for tier, seconds in expected_seconds.items()},
        per_second_micro={tier: _up(micro) for tier in expected_seconds},
        hold_factor=hold_factor,
    )


def second_price(
    *, machine: Decimal, years: Decimal, busy_share: Decimal, watts: Decimal, per_kwh: Decimal
) -> Decimal:
    """Price of a device second in units of the currency: the machine's write-off and its electricity.

    `machine` is what it cost, `busy_share` the part of the time in which it draws (above 0, up to 1).
    """
    busy_seconds = years * 365 * 86_400 * busy_share
    return machine / busy_seconds + watts / 1000 * per_kwh / 3600


def _up(amount: Decimal) -> Micro:
    return int(amount.to_integral_value(rounding=ROUND_CEILING))
