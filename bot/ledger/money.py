"""Amounts as people write and read them. Inside, money is an integer count of micro-units."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal

from bot.texts import numbers, say

#: One millionth of the currency's unit: 1_000_000 is one dollar, one euro, one yen.
Micro = int
Period = Literal["daily", "weekly", "monthly", "pot"]

MICRO_PER_UNIT: Final = 1_000_000
#: The largest budget a person can set, in units of the currency: beyond it is a slip of the finger.
LARGEST_BUDGET_UNITS: Final = 1_000_000
#: How much of what a person typed an error repeats, in characters.
ECHO_LENGTH: Final = 40

_SIGNS: Final = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩"}
#: How a hundredth is written, where it has a sign that people know.
_HUNDREDTHS: Final = {"USD": "¢", "EUR": "ct", "GBP": "p"}
#: Currencies whose amounts are written without decimals once they are large enough.
_WHOLE: Final = frozenset({"JPY", "KRW"})

_PERIODS: Final[dict[str, Period]] = {
    "daily": "daily",
    "day": "daily",
    "weekly": "weekly",
    "week": "weekly",
    "monthly": "monthly",
    "month": "monthly",
    "pot": "pot",
}
#: What may stand before or behind the number, the number, then whatever names the period.
_SIGN: Final = r"US\$|[$€£¥₹₩]|[A-Z]{3}"
_SHAPE: Final = re.compile(
    rf"({_SIGN})? ?([^\s$€£¥₹₩]+?) ?({_SIGN})?(?: |(?=/))(?:per |a |/ ?)?([A-Za-z]+)", re.ASCII
)
_NUMBER: Final = re.compile(r"[0-9]+(?:\.([0-9]+))?")


class MoneyTextError(ValueError):
    """A budget that cannot be read; the message is a sentence that says what to type."""


def format_money(
    micro: Micro, currency: str, *, exact: bool = False, whole: bool = False, decimals: int | None = None
) -> str:
    """An amount as people say it: "$1.20", "42 ¢", "< 1 ¢", "¥120", "CHF 3.50"; minus before the sign.

    No positive amount reads as zero. `exact` keeps every micro-unit that is not zero; `decimals` gives amounts that
    stand below each other the same number of them; `whole` has none.
    """
    units = Decimal(abs(micro)) / MICRO_PER_UNIT
    if whole:
        return _written(units, currency, 0, below_zero=micro < 0)
    if decimals is not None:
        return _written(units, currency, decimals, below_zero=micro < 0)
    if exact:
        needed = max(_least_decimals(units, currency), _decimals_needed(abs(micro)))
        return _written(units, currency, needed, below_zero=micro < 0)
    small = Decimal(1) if currency in _WHOLE else Decimal("0.01")
    if 0 < units < small:
        return say("money-less", money=_hundredths(Decimal(1), currency))
    if currency in _HUNDREDTHS and 0 < units < Decimal("0.995"):
        minus = "-" if micro < 0 else ""
        return minus + _hundredths((100 * units).quantize(Decimal(1), rounding=ROUND_HALF_UP), currency)
    return _written(units, currency, 0 if currency in _WHOLE else 2, below_zero=micro < 0)


def about(micro: Micro, currency: str) -> str:
    """An amount that is not certain yet: "about 3 ¢"; of next to nothing “< 1 ¢” says it."""
    money = format_money(micro, currency)
    return money if money == format_money(1, currency) else say("money-about", money=money)


def decimals_of(amounts: Iterable[Micro], currency: str) -> int:
    """As many decimals as all the amounts of a table need, to the micro-unit."""
    return max(
        (
            max(_least_decimals(Decimal(abs(one)) / MICRO_PER_UNIT, currency), _decimals_needed(abs(one)))
            for one in amounts
        ),
        default=2,
    )


def format_left(micro: Micro, currency: str) -> str:
    """What is left of a budget: rounded down, so that it never promises too much; never below zero."""
    left = max(0, micro)
    step = MICRO_PER_UNIT if currency in _WHOLE else MICRO_PER_UNIT // 100
    return format_money(left - left % step if left >= step else left, currency)


def _written(units: Decimal, currency: str, decimals: int, *, below_zero: bool) -> str:
    rounded = units.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    digits, sign = numbers.localised(f"{rounded:,}"), _SIGNS.get(currency)
    text = say("money", sign=sign, digits=digits) if sign else say("money-code", code=currency, digits=digits)
    return f"{'-' if below_zero else ''}{text}"


def _hundredths(count: Decimal, currency: str) -> str:
    """So many hundredths; of a currency whose hundredths people don't count, the amount itself."""
    if currency in _HUNDREDTHS:
        return say("money-hundredths", digits=f"{count}", sign=_HUNDREDTHS[currency])
    if currency in _WHOLE:
        return _written(count, currency, 0, below_zero=False)
    return _written(count / 100, currency, 2, below_zero=False)


def parse_budget(text: str, currency: str = "USD") -> tuple[Micro, Period]:
    """Read "50 monthly", "$20 weekly", "1.5 a day", "100 pot" as (micro-units, period).

    `currency` is the ledger's: a sign before the number must be its own.
    Raises MoneyTextError for everything else.
    """
    typed = " ".join(text.split())
    if not typed:
        raise MoneyTextError(say("budget-text-empty"))
    shape = _SHAPE.fullmatch(typed)
    if shape is None or shape[4].lower() not in _PERIODS:
        raise MoneyTextError(_what_is_wrong(typed))
    if shape[1] and shape[3]:
        raise MoneyTextError(_what_is_wrong(typed))
    sign = shape[1] or shape[3] or ""
    if sign and sign not in {_SIGNS.get(currency), currency, "US$" if currency == "USD" else currency}:
        raise MoneyTextError(say("budget-text-currency", currency=currency, sign=sign))
    return _amount(shape[2]), _PERIODS[shape[4].lower()]


def _amount(number: str) -> Micro:
    number = _plain(number)
    digits = _NUMBER.fullmatch(number)
    if digits is None:
        raise MoneyTextError(_what_is_wrong(number))
    if digits[1] is not None and len(digits[1]) > 6:
        raise MoneyTextError(say("budget-text-decimals", typed=_echo(number)))
    # The length guards the conversion: a million digits would be read before they are compared.
    whole = number.split(".")[0].lstrip("0")
    if len(whole) > 12 or (amount := Decimal(number)) > LARGEST_BUDGET_UNITS:
        raise MoneyTextError(say("budget-text-too-large", largest=f"{LARGEST_BUDGET_UNITS:,}"))
    return int(amount * MICRO_PER_UNIT)


def _plain(number: str) -> str:
    """The number with a point for decimals and without separators, as the language writes them.

    Raises MoneyTextError where it may be a thousand or one: 1.000 in English, 1,000 in German.
    """
    decimal, group = numbers.symbols()
    marks = [mark for mark in number if mark in ".,"]
    if len(set(marks)) == 2:
        # Whatever comes last is the decimals' where it comes once, in any language.
        decimal = marks[-1]
        group = marks[0]
    elif marks and _grouped(number, marks[0]):
        if len(marks) > 1 or marks[0] == group:
            return number.replace(marks[0], "")
        if number.endswith("0"):
            raise MoneyTextError(
                say("budget-text-which", typed=_echo(number), thousands=number.replace(marks[0], ""))
            )
    whole, _, rest = number.partition(decimal)
    if group in whole and group in ".,":
        if not _grouped(whole, group):
            return number
        whole = whole.replace(group, "")
    return f"{whole}.{rest}" if decimal in number else whole


def _grouped(number: str, mark: str) -> bool:
    """Whether the marks stand between thousands."""
    return re.fullmatch(rf"[1-9][0-9]{{0,2}}(?:{re.escape(mark)}[0-9]{{3}})+", number) is not None


def _what_is_wrong(typed: str) -> str:
    """The kindest true sentence about text that is no budget."""
    lowered = typed.lower()
    if typed.startswith(("-", "−")):
        return say("budget-text-negative")
    if "nan" in lowered or "inf" in lowered:
        return say("budget-text-no-amount", typed=_echo(typed))
    if any(character.isdigit() and character not in "0123456789" for character in typed):
        return say("budget-text-digits")
    if re.search(r"[0-9]\s*[€$£¥₹₩]", typed):
        return say("budget-text-sign-behind")
    if "," in typed:
        return say("budget-text-commas")
    if re.fullmatch(r"[$€£¥₹₩]?[0-9]+(\.[0-9]+)?", typed):
        return say("budget-text-how-often")
    if re.search(r"[0-9]\.?e[0-9+]", lowered):
        return say("budget-text-exponent")
    return say("budget-text-unknown", typed=_echo(typed))


def _echo(typed: str) -> str:
    return typed if len(typed) <= ECHO_LENGTH else typed[: ECHO_LENGTH - 1] + "…"


def _least_decimals(units: Decimal, currency: str) -> int:
    return 0 if currency in _WHOLE and (units == 0 or units >= 100) else 2


def _decimals_needed(micro: Micro) -> int:
    decimals = 6
    while decimals and micro % 10 == 0:
        micro //= 10
        decimals -= 1
    return decimals
