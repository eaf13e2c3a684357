"""Amounts as people read and type them."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import texts
from bot.ledger.money import LARGEST_BUDGET_UNITS, MoneyTextError, format_left, format_money, parse_budget


@pytest.mark.parametrize(
    ("micro", "currency", "text"),
    [
        (0, "USD", "$0.00"),
        (1, "USD", "$0.000001"),
        (600, "USD", "$0.0006"),
        (4237, "USD", "$0.0042"),
        (15_600, "USD", "$0.016"),
        (500_000, "USD", "$0.50"),
        (999_999, "USD", "$1.00"),
        (1_200_000, "EUR", "€1.20"),
        (1_234_567_890, "GBP", "£1,234.57"),
        (120_000_000, "JPY", "¥120"),
        (1_500_000, "JPY", "¥1.50"),
        (3_500_000, "CHF", "CHF 3.50"),
        (-500_000, "USD", "-$0.50"),
    ],
)
def test_amounts_read_well(micro: int, currency: str, text: str) -> None:
    assert format_money(micro, currency) == text


@given(st.integers(1, 10**13), st.sampled_from(["USD", "EUR", "JPY", "CHF"]))
def test_no_positive_amount_reads_as_nothing(micro: int, currency: str) -> None:
    assert re.search(r"[1-9]", format_money(micro, currency))


@given(st.integers(-(10**13), 10**13), st.sampled_from(["USD", "JPY"]))
def test_an_exact_amount_keeps_every_micro_unit(micro: int, currency: str) -> None:
    text = format_money(micro, currency, exact=True)
    assert Decimal(re.sub(r"[$¥,]", "", text)) * 1_000_000 == micro


@given(st.integers(1, 10**13))
def test_a_rounded_amount_is_within_five_percent(micro: int) -> None:
    shown = Decimal(re.sub(r"[$,]", "", format_money(micro, "USD"))) * 1_000_000
    assert abs(shown - micro) <= Decimal(micro) * 5 / 100


@pytest.mark.parametrize(
    ("micro", "currency", "text"),
    [
        (20_000_000, "USD", "$20.00"),
        (19_998_500, "USD", "$19.9985"),
        (19_998_599, "USD", "$19.9985"),
        (1_234_567_899_999, "EUR", "€1,234,567.8999"),
        (999_999, "USD", "$0.9999"),
        (9_999, "USD", "$0.0099"),
        (301, "USD", "$0.0003"),
        (7, "USD", "$0.000007"),
        (0, "USD", "$0.00"),
        (-1, "USD", "$0.00"),
        (1_999_987_600, "JPY", "¥1,999.98"),
        (2_000_000_000, "JPY", "¥2,000"),
    ],
)
def test_what_is_left_shows_what_a_draft_took(micro: int, currency: str, text: str) -> None:
    assert format_left(micro, currency) == text


@given(st.integers(1, 10**13))
def test_what_is_left_is_never_promised_too_much(micro: int) -> None:
    shown = Decimal(re.sub(r"[$,]", "", format_left(micro, "USD"))) * 1_000_000
    assert micro - min(100, Decimal(micro) / 10) < shown <= micro


@given(st.integers(10**9, 10**13))
def test_an_amount_without_decimals_is_the_nearest_one(micro: int) -> None:
    shown = int(re.sub(r"[$,]", "", format_money(micro, "USD", whole=True)))
    assert abs(shown * 1_000_000 - micro) <= 500_000


@pytest.mark.parametrize(
    ("micro", "currency", "text"),
    [
        (1_234_567_890, "USD", "1.234,57\u00a0$"),
        (4237, "EUR", "0,0042\u00a0€"),
        (3_500_000, "CHF", "3,50\u00a0CHF"),
        (-500_000, "USD", "-0,50\u00a0$"),
    ],
)
def test_amounts_are_written_as_the_language_writes_them(micro: int, currency: str, text: str) -> None:
    texts.speak("de")
    try:
        assert format_money(micro, currency) == text
    finally:
        texts.speak(texts.ENGLISH)


@pytest.mark.parametrize(
    ("text", "amount", "period"),
    [
        ("50 monthly", 50_000_000, "monthly"),
        ("$20 weekly", 20_000_000, "weekly"),
        ("$ 20 Weekly", 20_000_000, "weekly"),
        ("USD 20 weekly", 20_000_000, "weekly"),
        ("1.5 daily", 1_500_000, "daily"),
        ("100 pot", 100_000_000, "pot"),
        ("  50   per   month ", 50_000_000, "monthly"),
        ("2 a day", 2_000_000, "daily"),
        ("1,000 monthly", 1_000_000_000, "monthly"),
        ("1,234.50 monthly", 1_234_500_000, "monthly"),
        ("1.234,50 monthly", 1_234_500_000, "monthly"),
        ("1.000.000 pot", 10**12, "pot"),
        ("0.001 daily", 1_000, "daily"),
        ("US$50 monthly", 50_000_000, "monthly"),
        ("50 $ monthly", 50_000_000, "monthly"),
        ("50$ monthly", 50_000_000, "monthly"),
        ("50 USD a month", 50_000_000, "monthly"),
        ("10/week", 10_000_000, "weekly"),
        ("0 daily", 0, "daily"),
        ("0.000001 pot", 1, "pot"),
        ("1000000 monthly", 10**12, "monthly"),
    ],
)
def test_budgets_are_understood(text: str, amount: int, period: str) -> None:
    assert parse_budget(text) == (amount, period)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "how much"),
        ("   ", "how much"),
        ("50", "how often"),
        ("$50", "how often"),
        ("monthly", "no budget"),
        ("monthly 50", "no budget"),
        ("50 yearly", "no budget"),
        ("-5 daily", "negative"),
        ("−5 daily", "negative"),
        ("-inf daily", "negative"),
        ("NaN daily", "no amount"),
        ("inf monthly", "no amount"),
        ("Infinity pot", "no amount"),
        ("1e99", "exponent"),
        ("1e99 monthly", "exponent"),
        ("1E5 daily", "exponent"),
        ("50 €", "currency sign"),
        ("50€ monthly", "in USD, not in €"),
        ("50 EUR monthly", "in USD, not in EUR"),
        ("$50$ monthly", "currency sign"),
        ("1.000 monthly", "a thousand, or one"),
        ("12.500 monthly", "a thousand, or one"),
        ("1,00 monthly", "commas"),
        ("1,000,00 monthly", "commas"),
        ("0,000 monthly", "commas"),
        ("€50 monthly", "in USD, not in €"),
        ("EUR 50 monthly", "in USD, not in EUR"),
        ("٥٠ monthly", "digits 0 to 9"),
        ("５０ monthly", "digits 0 to 9"),
        ("²5 daily", "digits 0 to 9"),
        ("1,5 daily", "commas"),
        ("1000000.000001 monthly", "at most 1,000,000"),
        ("10000000 monthly", "at most 1,000,000"),
        ("9" * 5000 + " monthly", "at most 1,000,000"),
        ("0.0000001 daily", "six decimals"),
        ("0." + "1" * 5000 + " daily", "six decimals"),
        ("+5 daily", "no budget"),
        ("5. daily", "no budget"),
        (".5 daily", "no budget"),
        ("1_000 daily", "no budget"),
        ("0x10 daily", "no budget"),
        ("fifty monthly", "no budget"),
        ("50monthly", "no budget"),
    ],
)
def test_what_is_no_budget_gets_a_sentence_with_an_example(text: str, says: str) -> None:
    with pytest.raises(MoneyTextError, match=re.escape(says)) as caught:
        parse_budget(text)
    assert "`50 monthly`" in str(caught.value)
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.000 monthly", 1_000_000_000),
        ("1.234 monthly", 1_234_000_000),
        ("1,5 monthly", 1_500_000),
        ("1.5 monthly", 1_500_000),
        ("1.234,50 monthly", 1_234_500_000),
        ("0,001 monthly", 1_000),
        ("50 € monthly", 50_000_000),
        ("50 EUR monthly", 50_000_000),
        ("1,000 monthly", None),
    ],
)
def test_amounts_are_read_as_the_language_writes_them(text: str, amount: int | None) -> None:
    texts.speak("de")
    try:
        if amount is None:
            with pytest.raises(MoneyTextError, match="tausend, oder eins"):
                parse_budget(text, "EUR")
        else:
            assert parse_budget(text, "EUR") == (amount, "monthly")
    finally:
        texts.speak(texts.ENGLISH)


def test_the_sign_of_the_ledgers_own_currency_is_welcome() -> None:
    assert parse_budget("€50 monthly", "EUR") == (50_000_000, "monthly")
    with pytest.raises(MoneyTextError, match=r"in EUR, not in \$"):
        parse_budget("$50 monthly", "EUR")


@pytest.mark.slow
@given(st.text(max_size=60) | st.text("0123456789.,-+eE$€ dailymonthwekpot/", max_size=20))
def test_any_text_is_a_budget_or_a_sentence(text: str) -> None:
    sentence = ""
    try:
        amount, period = parse_budget(text)
    except MoneyTextError as error:
        sentence = str(error)
    if not sentence:
        assert 0 <= amount <= LARGEST_BUDGET_UNITS * 1_000_000
        assert period in {"daily", "weekly", "monthly", "pot"}
    else:
        assert sentence.endswith("`100 pot`.")


@given(st.integers(0, 10**12), st.sampled_from(["daily", "weekly", "monthly", "pot"]))
def test_what_is_shown_exactly_can_be_typed_back(micro: int, period: str) -> None:
    shown = format_money(micro, "USD", exact=True).replace(",", "")
    assert parse_budget(f"{shown} {period}") == (micro, period)
