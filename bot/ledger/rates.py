"""What a picture's making is charged by: what was used, and the rate that turns it into money. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from typing import Any, Final

from bot.ledger.money import MICRO_PER_UNIT, Micro

#: Joules of a kilowatt-hour.
_JOULES_PER_KWH: Final = Decimal(3_600_000)
_SECONDS_PER_HOUR: Final = Decimal(3600)
_TOKENS: Final = Decimal(1_000_000)
_PIXELS: Final = Decimal(1_000_000)


class RateError(ValueError):
    """A price table makes no sense; the sentence says where and what to write instead."""


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What a result took. Sums by `+`; joules are unknown in a sum where one part's are."""

    pictures: int = 1
    #: Of all pictures, width × height.
    pixels: int = 0
    #: Steps per picture.
    steps: int = 0
    #: Device time, in seconds.
    seconds: float = 0.0
    #: Measured energy; None: nobody measured.
    joules: float | None = None
    #: As a hosted engine's `usage` counts them.
    input_tokens: int = 0
    output_tokens: int = 0

    def __post_init__(self) -> None:
        for name in ("seconds", "joules"):
            value = getattr(self, name)
            if value is not None and not (Decimal(str(value)).is_finite() and value >= 0):
                raise ValueError(f"{value} is no amount of {name}")

    def __add__(self, other: Usage) -> Usage:
        known = self.joules is not None and other.joules is not None
        return Usage(
            pictures=self.pictures + other.pictures,
            pixels=self.pixels + other.pixels,
            steps=max(self.steps, other.steps),
            seconds=self.seconds + other.seconds,
            joules=(self.joules or 0) + (other.joules or 0) if known else None,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
        )


@dataclass(frozen=True, kw_only=True)
class Rate:
    """What a tier's pictures cost, in units of the currency; what is set adds up.

    Own hardware: `per_second`, or measured mode, which is `per_hour` (the machine's write-off) with `per_kwh` (the
    tariff) on measured joules, or on `watts` where nobody measures. Agreed prices: `per_picture` or
    `per_step_megapixel`. Hosted engines: their tokens.
    """

    per_picture: Decimal = Decimal(0)
    #: One step on a million pixels.
    per_step_megapixel: Decimal = Decimal(0)
    #: One second of the device.
    per_second: Decimal = Decimal(0)
    #: One hour of the device: what the machine cost ÷ the hours that it will work.
    per_hour: Decimal = Decimal(0)
    #: Electricity.
    per_kwh: Decimal = Decimal(0)
    #: Rated power while it draws, for devices without a meter.
    watts: Decimal = Decimal(0)
    per_million_input_tokens: Decimal = Decimal(0)
    per_million_output_tokens: Decimal = Decimal(0)

    def charge(self, usage: Usage) -> Micro:
        """What this use costs, in micro-units, rounded up: nothing is free by being small."""
        seconds = Decimal(str(usage.seconds))
        joules = self.watts * seconds if usage.joules is None else Decimal(str(usage.joules))
        amount = (
            self.per_picture * usage.pictures
            + self.per_step_megapixel * usage.steps * usage.pixels / _PIXELS
            + self.per_second * seconds
            + self.per_hour * seconds / _SECONDS_PER_HOUR
            + self.per_kwh * joules / _JOULES_PER_KWH
            + self.per_million_input_tokens * usage.input_tokens / _TOKENS
            + self.per_million_output_tokens * usage.output_tokens / _TOKENS
        )
        return int((amount * MICRO_PER_UNIT).to_integral_value(rounding=ROUND_CEILING))


RATE_NAMES: Final = tuple(field.name for field in fields(Rate))


def rate_from(table: Mapping[str, Any], where: str) -> Rate:
    """A rate as an operator wrote it. Raises RateError."""
    return Rate(**{name: amount(table[name], f"{where}.{name}") for name in RATE_NAMES if name in table})


def amount(value: Any, where: str) -> Decimal:
    """A number of at least 0. Raises RateError."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite() or number < 0:
        raise RateError(
            f"{where} is {value!r}, which is no price. Write a number of at least 0, such as 0.0002."
        )
    return number
