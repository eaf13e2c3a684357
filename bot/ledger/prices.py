"""What work costs: an estimate before it, a hold to cover it, the measured cost after it. Pure.

Why these defaults. Without a table of its own the bot charges seconds of the engine's device. A second
costs what the machine costs over its life, spread over the seconds in which it works, plus electricity:

    3,600 for a workstation with a good GPU, written off over 3 years, busy a fifth of the time
        3,600 / (3 × 365 × 86,400 × 0.2)            = 0.000190 a second
    400 W while drawing, at 0.20 a kilowatt-hour
        0.4 kW × 0.20 / 3,600                       = 0.000022 a second

which makes 0.0002 in round numbers. An ordinary two-core machine costs a third of that, and takes
longer. `second_price` does this sum for your own machine.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from typing import Any, Final

from bot.ledger.money import Micro
from bot.ledger.rates import RATE_NAMES, Rate, RateError, Usage, amount, rate_from

#: Price of a device second when nothing else is set, in units of the currency.
DEFAULT_SECOND_PRICE: Final = Decimal("0.0002")
#: Device seconds one picture takes at its tier's reference size on two processor cores with the
#: starter model. Estimates only: what is paid is measured.
EXPECTED_SECONDS: Final[Mapping[str, Decimal]] = {
    "draft": Decimal("0.7"),
    "pro": Decimal("3"),
    "fix": Decimal("2"),
}
#: Steps that one picture is expected to take, likewise.
EXPECTED_STEPS: Final[Mapping[str, int]] = {"draft": 14, "pro": 20, "fix": 16}
#: The size that EXPECTED_SECONDS speaks of, in pixels (width × height).
REFERENCE_PIXELS: Final[Mapping[str, int]] = {"draft": 256 * 256, "pro": 512 * 512, "fix": 512 * 512}
#: The part of that which a picture takes however small it is: half a draft's pixels take 0.7 of its time.
FIXED_SHARE: Final = Decimal("0.4")
#: A hold is this many times its estimate: what usually suffices on a machine that also does other work.
DEFAULT_HOLD_FACTOR: Final = Decimal("1.5")
TIERS: Final = ("draft", "pro", "fix")


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What one picture of a tier is expected to take at its reference size, before it is measured."""

    seconds: Decimal
    steps: int
    #: Width × height.
    pixels: int
    input_tokens: int = 0
    output_tokens: int = 0
    #: Nothing smaller is drawn, whatever is asked for: width × height.
    least_pixels: int = 0
    #: Of its time, what a picture takes however small it is.
    fixed: Decimal = Decimal(0)

    def usage(self, pictures: int, width: int, height: int, *, masked: bool = False) -> Usage:
        """The same for pictures of another size: time and tokens grow with the pixels.

        Not the time where a mask says what may change: that is painted at the model's own size, and put back.
        """
        size = Decimal(max(width * height, self.least_pixels)) / self.pixels
        time = Decimal(1) if masked else max(size, self.fixed + (1 - self.fixed) * size)
        tokens = (self.output_tokens * size * pictures).to_integral_value(rounding=ROUND_CEILING)
        return Usage(
            pictures=pictures,
            pixels=width * height * pictures,
            steps=self.steps,
            seconds=float(self.seconds * time * pictures),
            input_tokens=self.input_tokens * pictures,
            output_tokens=int(tokens),
        )


@dataclass(frozen=True, kw_only=True)
class Prices:
    """The price table of one engine profile."""

    #: ISO 4217.
    currency: str
    #: By tier.
    rates: Mapping[str, Rate]
    expected: Mapping[str, Expected]
    #: Hold over estimate, at least 1.
    hold_factor: Decimal = field(default=DEFAULT_HOLD_FACTOR)

    def __post_init__(self) -> None:
        if not self.hold_factor.is_finite() or self.hold_factor < 1:
            raise ValueError("hold_factor must be a number of at least 1")

    def estimate(self, tier: str, pictures: int, width: int, height: int, *, masked: bool = False) -> Micro:
        """What `pictures` of width × height pixels will probably cost, in micro-units. Rounded up.

        `masked`: a mask says what may change, as it does in every fix.
        Nothing for no pictures. Raises ValueError for fewer, or for no pixels, KeyError for an unknown tier.
        """
        if pictures < 0 or min(width, height) < 1:
            raise ValueError("an estimate needs a number of pictures of at least one pixel")
        if not pictures:
            return 0
        usage = self.expected[tier].usage(pictures, width, height, masked=masked or tier == "fix")
        return self.rates[tier].charge(usage)

    def hold(self, tier: str, pictures: int, width: int, height: int, *, masked: bool = False) -> Micro:
        """What to reserve for them: the estimate with its margin. Rounded up."""
        held = self.estimate(tier, pictures, width, height, masked=masked) * self.hold_factor
        return int(held.to_integral_value(rounding=ROUND_CEILING))

    def measured(self, tier: str, usage: Usage) -> Micro:
        """What was used costs so much, in micro-units. Rounded up."""
        return self.rates[tier].charge(usage)


def default_prices(
    currency: str = "USD",
    second_price: Decimal = DEFAULT_SECOND_PRICE,
    *,
    hold_factor: Decimal = DEFAULT_HOLD_FACTOR,
    expected_seconds: Mapping[str, Decimal] = EXPECTED_SECONDS,
) -> Prices:
    """The table that follows from one price for a device second, in units of the currency."""
    if not second_price.is_finite() or second_price < 0:
        raise ValueError("a price cannot be negative")
    return Prices(
        currency=currency,
        rates={tier: Rate(per_second=second_price) for tier in TIERS},
        expected={tier: _expected(tier, expected_seconds[tier]) for tier in TIERS},
        hold_factor=hold_factor,
    )


def prices_from(
    table: Mapping[str, Any], *, currency: str, second_price: Decimal, where: str = "prices"
) -> Prices:
    """The price table of a profile as an operator wrote it: a table by tier; what it leaves out is the default.

    Raises RateError with a sentence.
    """
    plain = default_prices(currency, second_price)
    rates, expected = dict(plain.rates), dict(plain.expected)
    for tier, values in table.items():
        spot = f"{where}.{tier}"
        if tier not in TIERS:
            raise RateError(f"{spot}: there is no tier “{tier}”. The tiers are {', '.join(TIERS)}.")
        if not isinstance(values, Mapping):
            raise RateError(f"{spot} must be a table, such as [{spot}] with per_picture = 0.004 in it.")
        for name in set(values) - set(RATE_NAMES) - set(_EXPECTED_NAMES):
            near = difflib.get_close_matches(name, (*RATE_NAMES, *_EXPECTED_NAMES), 1)
            raise RateError(
                f"{spot} has no price “{name}”." + (f" Did you mean “{near[0]}”?" if near else "")
            )
        if set(values) & set(RATE_NAMES):
            rates[tier] = rate_from(values, spot)
        counts = {name: amount(values[name], f"{spot}.{name}") for name in _EXPECTED_NAMES if name in values}
        expected[tier] = Expected(
            seconds=counts.get("expected_seconds", expected[tier].seconds),
            steps=int(counts.get("expected_steps", expected[tier].steps)),
            pixels=int(counts.get("expected_pixels", expected[tier].pixels)) or expected[tier].pixels,
            input_tokens=int(counts.get("expected_input_tokens", 0)),
            output_tokens=int(counts.get("expected_output_tokens", 0)),
            least_pixels=int(counts.get("least_pixels", 0)),
            # What an operator measured speaks for itself.
            fixed=Decimal(0) if set(counts) else expected[tier].fixed,
        )
    return Prices(currency=currency, rates=rates, expected=expected)


_EXPECTED_NAMES: Final = (
    "expected_seconds",
    "expected_steps",
    "expected_pixels",
    "expected_input_tokens",
    "expected_output_tokens",
    "least_pixels",
)


def second_price(
    *, machine: Decimal, years: Decimal, busy_share: Decimal, watts: Decimal, per_kwh: Decimal
) -> Decimal:
    """Price of a device second in units of the currency: the machine's write-off and its electricity.

    `machine` is what it cost, `busy_share` the part of the time in which it draws (above 0, up to 1).
    """
    busy_seconds = years * 365 * 86_400 * busy_share
    return machine / busy_seconds + watts / 1000 * per_kwh / 3600


def _expected(tier: str, seconds: Decimal) -> Expected:
    return Expected(
        seconds=seconds, steps=EXPECTED_STEPS[tier], pixels=REFERENCE_PIXELS[tier], fixed=FIXED_SHARE
    )
